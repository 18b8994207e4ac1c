"""Trainings on a real cluster of two worker processes on this computer."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import distributed
import pytest

from autoencoder.training import worker
from autoencoder.training.cluster import VARIABLE, Cluster, scheduler
from autoencoder.training.jobs import Jobs
from autoencoder.training.run_folder import Notice, NoticeCode, RunState
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import Store
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def dask() -> Iterator[Any]:
    """Two workers in processes of their own, which are not started anew when they are killed."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, env={"PYTHONPATH": str(ROOT)}
    ) as cluster:
        yield cluster


@pytest.fixture
def jobs(dask: Any, tmp_path: Path) -> Iterator[Jobs]:
    cluster = Cluster(dask.scheduler_address)
    jobs = Jobs(Store(tmp_path), executor=cluster.executor, capacity=cluster.capacity)
    yield jobs
    jobs.close()


def process_of(jobs: Jobs, settings: TrainingSettings) -> int:
    """The number of the process that trains, or trained last, with these settings."""
    return int((jobs.store.folder(settings.key).path / "process").read_text())


def train_and_tell(path: str, on_finished: worker.OnFinished | None = None) -> None:
    """`worker.train`, which first writes down in which process it is."""
    (Path(path) / "process").write_text(str(os.getpid()))
    TRAIN(path, on_finished)


TRAIN = worker.train


def test_the_variable_names_the_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert scheduler() is None
    monkeypatch.setenv(VARIABLE, "tcp://somewhere:8786")
    assert scheduler() == "tcp://somewhere:8786"


def test_where_nobody_answers_a_training_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autoencoder.training.cluster.CONNECT", 0.2)
    cluster = Cluster("tcp://127.0.0.1:9")
    jobs = Jobs(Store(tmp_path), executor=cluster.executor, capacity=cluster.capacity)
    folder = jobs.start(TrainingSettings("mnist_sample", epochs=1), "me")
    assert (folder.snapshot().state, folder.snapshot().notice) == (RunState.FAILED, Notice(NoticeCode.NO_WORKER))
    assert folder.snapshot().state.resumable
    jobs.close()


@pytest.mark.extended
@pytest.mark.slow
def test_two_train_at_once_are_steered_and_one_survives_its_worker(
    jobs: Jobs, dask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "train", train_and_tell)
    one, two, three = (TrainingSettings("mnist_sample", epochs=6, batch_size=4, seed=seed) for seed in (1, 2, 3))
    folders = [jobs.start(settings, "me") for settings in (one, two, three)]
    wait_for(lambda: all(folder.snapshot().epoch > 0 for folder in folders[:2]))
    assert jobs.place_in_queue(three.key) == 1, "there are two workers"
    processes = {process_of(jobs, settings) for settings in (one, two)}
    assert len(processes) == 2
    assert os.getpid() not in processes
    jobs.pause(two.key)
    wait_for(lambda: folders[1].snapshot().state is RunState.PAUSED)
    wait_for(lambda: folders[0].has_checkpoint())
    killed = process_of(jobs, one)
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: folders[0].snapshot().state is RunState.FINISHED)
    assert process_of(jobs, one) != killed
    jobs.resume(two.key, "me")
    wait_for(lambda: not jobs.busy())
    for folder, settings in zip(folders, (one, two, three), strict=True):
        assert folder.snapshot().state is RunState.FINISHED
        assert jobs.store.load(folder).settings == settings
