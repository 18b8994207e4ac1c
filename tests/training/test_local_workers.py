"""Worker processes of this computer."""

import os
import signal
import threading

import psutil
import pytest
from loky import ProcessPoolExecutor

from autoencoder.training import local_workers as module
from autoencoder.training.local_workers import leak_limit, local_executor, worker_count
from autoencoder.training.run_folder import Notice, NoticeCode, RunState
from autoencoder.training.settings import TrainingSettings
from tests.training.fakes import state
from tests.waiting import wait_for

GB = 10**9


@pytest.mark.parametrize(("named", "expected"), [("", 2), ("3", 3), ("1", 1), ("0", 2), ("-1", 2), ("many", 2)])
def test_workers_are_as_many_as_there_is_room_for_or_what_the_variable_says(
    monkeypatch: pytest.MonkeyPatch, named: str, expected: int
) -> None:
    monkeypatch.setattr(module, "trainings_at_once", lambda: 2)
    monkeypatch.setenv("HOURGLASS_WORKERS", named)
    assert worker_count() == expected


def workers() -> set[int]:
    """The numbers of this process' workers."""
    children = psutil.Process().children(recursive=True)
    return {child.pid for child in children if any("LokyProcess" in word for word in child.cmdline())}


@pytest.mark.extended
@pytest.mark.slow
def test_a_real_worker_killed_in_the_middle_of_a_real_training(make_jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOURGLASS_WORKERS", "1")
    made: list[ProcessPoolExecutor] = []

    def make() -> ProcessPoolExecutor:
        made.append(local_executor())
        return made[-1]

    jobs = make_jobs(executor=make)
    settings = TrainingSettings(source="mnist_sample", epochs=2, batch_size=2)
    before = workers()
    try:
        warming = threading.Thread(target=jobs.warm)
        warming.start()
        warming.join()
        folder = jobs.start(settings, "me")
        wait_for(lambda: folder.snapshot().epoch > 0.1)
        (process,) = workers() - before  # the one that another thread has made warm
        os.kill(process, signal.SIGKILL)
        wait_for(lambda: not jobs.busy())
        assert (state(jobs, settings), folder.snapshot().notice) == (RunState.FAILED, Notice(NoticeCode.WORKER_KILLED))
        jobs.resume(settings.key, "me")
        wait_for(lambda: not jobs.busy())
        snapshot = folder.snapshot()
        assert (snapshot.state, snapshot.epoch, snapshot.notice) == (RunState.FINISHED, 2.0, None)
        assert snapshot.losses[-1].training < snapshot.losses[0].training
        assert jobs.store.load(folder).settings == settings
        assert len(made) == 2
    finally:
        for executor in made:
            executor.shutdown(wait=True, kill_workers=True)


@pytest.mark.parametrize(
    ("memory", "workers", "expected"),
    [(24 * GB, 1, 600_000_000), (1 * GB, 1, 250_000_000), (2.1 * GB, 1, 400_000_000), (24 * GB, 100, 250_000_000)],
)
def test_a_worker_may_keep_what_memory_is_left(
    monkeypatch: pytest.MonkeyPatch, memory: float, workers: int, expected: int
) -> None:
    monkeypatch.setattr(module, "memory", lambda: int(memory))
    monkeypatch.setenv("HOURGLASS_WORKERS", str(workers))
    assert leak_limit() == expected
