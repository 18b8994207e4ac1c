"""Trainings on a cluster of two workers, and which clusters are refused."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import distributed
import pytest
from dask import config as dask_config

from autoencoder.training import executors as module
from autoencoder.training import worker
from autoencoder.training.executors import Cluster
from autoencoder.training.jobs import Jobs
from autoencoder.training.run_state import Notice, NoticeCode, RunState
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
def cluster_jobs(dask: Any, tmp_path: Path) -> Iterator[Jobs]:
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


def test_where_nobody_answers_a_training_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECT", 0.2)
    cluster = Cluster("tcp://127.0.0.1:9")
    jobs = Jobs(Store(tmp_path), executor=cluster.executor, capacity=cluster.capacity)
    folder = jobs.start(TrainingSettings("mnist_sample", epochs=1), "me")
    assert (folder.snapshot().state, folder.snapshot().notice) == (RunState.FAILED, Notice(NoticeCode.NO_WORKER))
    assert folder.snapshot().state.resumable
    jobs.close()


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        *[
            (address, True)
            for address in ("tcp://127.0.0.1:8786", "localhost:8786", "tcp://[::1]:1", "tls://10.0.0.5:8786")
        ],
        *[
            (address, False)
            for address in ("tcp://10.0.0.5:8786", "10.0.0.5:8786", "ws://scheduler:80", "tcp://localhost.x:1")
        ],
    ],
)
def test_a_scheduler_that_anybody_can_reach_is_refused_unless_somebody_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str, safe: bool
) -> None:
    connected: list[str] = []

    class Client:
        def __init__(self, address: str, **options: object) -> None:
            connected.append(address)

        def get_executor(self, **options: object) -> str:
            return "an executor"

    monkeypatch.setattr(distributed, "Client", Client)
    if not safe:
        with pytest.raises(RuntimeError, match="Expected HOURGLASS_DASK to be tls://"):
            Cluster(address).executor()
        assert connected == []
        monkeypatch.setenv(module.PLAIN, "1")
    assert Cluster(address).executor() == "an executor"
    assert connected == [address]
    assert ("can run any code there" in caplog.text) == (not safe)


@pytest.mark.extended
def test_a_scheduler_with_tls_takes_who_has_its_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    pem = str(ROOT / "tests" / "data" / "filter.pem")  # a key and its certificate, signed by itself
    roles = {f"tls_{role}_{part}": pem for role in ("client", "scheduler", "worker") for part in ("key", "cert")}
    security = distributed.Security(tls_ca_file=pem, require_encryption=True, **roles)
    with distributed.LocalCluster(
        n_workers=1, processes=False, protocol="tls://", security=security, dashboard_address=None
    ) as scheduler:
        assert scheduler.scheduler_address.startswith("tls://")
        monkeypatch.setattr(module, "CONNECT", 1.0)
        with pytest.raises((OSError, TypeError)):
            Cluster(scheduler.scheduler_address).executor()
        for name in ("CA_FILE", "CLIENT__CERT", "CLIENT__KEY"):
            monkeypatch.setenv(f"DASK_DISTRIBUTED__COMM__TLS__{name}", pem)
        dask_config.refresh()
        try:
            assert Cluster(scheduler.scheduler_address).executor().submit(sum, [1, 2]).result(30) == 3
        finally:
            monkeypatch.undo()
            dask_config.refresh()


@pytest.mark.extended
@pytest.mark.slow
def test_two_train_at_once_are_steered_and_one_survives_its_worker(
    cluster_jobs: Jobs, dask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "train", train_and_tell)
    one, two, three = (TrainingSettings("mnist_sample", epochs=6, batch_size=4, seed=seed) for seed in (1, 2, 3))
    folders = [cluster_jobs.start(settings, "me") for settings in (one, two, three)]
    wait_for(lambda: all(folder.snapshot().epoch > 0 for folder in folders[:2]))
    assert cluster_jobs.place_in_queue(three.key) == 1, "there are two workers"
    processes = {process_of(cluster_jobs, settings) for settings in (one, two)}
    assert len(processes) == 2
    assert os.getpid() not in processes
    cluster_jobs.pause(two.key, "me")
    wait_for(lambda: folders[1].snapshot().state is RunState.PAUSED)
    wait_for(lambda: folders[0].has_checkpoint())
    killed = process_of(cluster_jobs, one)
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: folders[0].snapshot().state is RunState.FINISHED)
    assert process_of(cluster_jobs, one) != killed
    cluster_jobs.resume(two.key, "me")
    wait_for(lambda: not cluster_jobs.busy())
    for folder, settings in zip(folders, (one, two, three), strict=True):
        assert folder.snapshot().state is RunState.FINISHED
        assert cluster_jobs.store.load(folder).settings == settings
