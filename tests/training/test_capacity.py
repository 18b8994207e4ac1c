import os
import sys
from pathlib import Path

import loky
import numpy as np
import psutil
import pytest

from autoencoder.training import capacity
from autoencoder.training.capacity import cores, give_back, has_bfloat16, memory, stay_small, worker_count

GB = 10**9
MANY, SIZE = 4000, 50_000  # blocks that are too small to be returned one by one


@pytest.fixture
def cgroup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(capacity, "CGROUP", tmp_path)
    (tmp_path / "memory").mkdir()
    return tmp_path


def test_without_a_limit_the_memory_is_the_computers(cgroup: Path) -> None:
    assert memory() == psutil.virtual_memory().total


@pytest.mark.parametrize("name", capacity.LIMITS)
@pytest.mark.parametrize(
    ("said", "limit"),
    [("100000000\n", 100_000_000), ("max\n", None), ("", None), ("0", None), ("9223372036854771712\n", None)],
)
def test_a_containers_limit_counts_where_it_is_one(cgroup: Path, name: str, said: str, limit: int | None) -> None:
    (cgroup / name).write_text(said)
    assert memory() == (limit or psutil.virtual_memory().total)


def test_a_container_has_the_cores_that_it_is_bound_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    assert cores() == 1


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="processes are not bound to cores")
def test_never_more_cores_than_this_process_may_use() -> None:
    assert 1 <= cores() <= len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("cores", "gigabytes", "expected"),
    [(1, 64, 1), (4, 64, 1), (8, 64, 2), (64, 64, 16), (64, 2, 1), (64, 1, 1), (64, 0.3, 1), (8, 4, 2), (64, 4.2, 3)],
)
def test_workers_fit_the_cores_and_the_memory_or_are_as_many_as_the_variable_says(
    monkeypatch: pytest.MonkeyPatch, cores: int, gigabytes: float, expected: int
) -> None:
    monkeypatch.setattr(loky, "cpu_count", lambda: cores)
    monkeypatch.setattr(capacity, "memory", lambda: int(gigabytes * GB))
    for named in ("", "0", "-1", "many"):
        monkeypatch.setenv("HOURGLASS_WORKERS", named)
        assert worker_count() == expected
    monkeypatch.setenv("HOURGLASS_WORKERS", "3")
    assert worker_count() == 3


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_elsewhere_nothing_happens(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity.sys, "platform", platform)
    stay_small()
    give_back()


@pytest.mark.skipif(sys.platform != "linux", reason="glibc is Linux'")
def test_what_is_freed_is_given_back() -> None:
    process = psutil.Process()
    arrays = [np.ones(SIZE, np.uint8) for _ in range(MANY)]
    full = process.memory_info().rss
    last = arrays[-1]  # stays at the end of the heap, so that it does not shrink by itself
    del arrays
    give_back()
    assert full - process.memory_info().rss > MANY * SIZE / 2
    assert last.all()


@pytest.mark.parametrize(
    ("flags", "bound", "expected"),
    [("fma avx512_bf16", None, True), ("fma avx2", None, False), ("fma avx512_bf16", "AVX2", False)],
)
def test_only_a_processor_that_says_so_multiplies_bfloat16(
    flags: str, bound: str | None, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONEDNN_MAX_CPU_ISA", raising=False)
    if bound:
        monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", bound)
    monkeypatch.setattr(capacity, "PROCESSOR", tmp_path / "cpuinfo")
    assert not has_bfloat16(), "no Linux"
    (tmp_path / "cpuinfo").write_text(f"processor : 0\nflags : {flags}\n")
    assert has_bfloat16() is expected
