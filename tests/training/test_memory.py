import sys

import numpy as np
import psutil
import pytest

from autoencoder.training import memory
from autoencoder.training.memory import give_back, stay_small

MANY, SIZE = 4000, 50_000  # too small to be returned one by one


@pytest.mark.skipif(sys.platform != "linux", reason="glibc is Linux'")
def test_glibc_knows_the_calls() -> None:
    assert memory._call("mallopt", memory.M_ARENA_MAX, memory.ARENAS)
    assert not memory._call("no_such_function", 1)


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_elsewhere_nothing_happens(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory.sys, "platform", platform)
    stay_small()
    give_back()
    assert not memory._call("mallopt", memory.M_ARENA_MAX, memory.ARENAS)


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
