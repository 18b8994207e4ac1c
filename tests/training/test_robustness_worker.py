"""A worker that trains again and again stays what it is."""

import gc
import time
from pathlib import Path

import pytest

from autoencoder.training import jobs as module
from autoencoder.training.jobs import hoard
from autoencoder.training.run_folder import RunFolder, RunState
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import Store
from autoencoder.training.worker import train
from tests.training.fakes import ONE, HandExecutor
from tests.waiting import wait_for

GB = 10**9


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["adam", "muon"])
def test_of_a_training_no_graph_stays_in_memory(tmp_path: Path, tiny_source: str, optimizer: str) -> None:
    """A graph keeps all the weights and the optimizer's memory."""
    for seed in range(2):
        folder = RunFolder(tmp_path / f"{optimizer} {seed}")
        folder.create(TrainingSettings(tiny_source, epochs=1, batch_size=8, seed=seed, optimizer=optimizer))
        train(str(folder.path))
        assert folder.snapshot().state is RunState.FINISHED, folder.snapshot().message
    from tensorflow.python.framework.func_graph import FuncGraph

    gc.collect()
    graphs = [each.name for each in gc.get_objects() if isinstance(each, FuncGraph)]
    assert "_learn_steps" not in graphs
    assert "_validation_losses" not in graphs


@pytest.mark.parametrize(
    ("memory", "workers", "expected"),
    [(24 * GB, 1, 600_000_000), (1 * GB, 1, 250_000_000), (2.1 * GB, 1, 400_000_000), (24 * GB, 100, 250_000_000)],
)
def test_a_worker_may_hoard_what_is_left(
    monkeypatch: pytest.MonkeyPatch, memory: float, workers: int, expected: int
) -> None:
    monkeypatch.setattr(module, "memory", lambda: int(memory))
    monkeypatch.setenv("HOURGLASS_WORKERS", str(workers))
    assert hoard() == expected


def test_what_was_worked_out_is_forgotten_with_those_who_looked(make_jobs, hands: HandExecutor, store: Store) -> None:
    gone: set[str] = set()
    jobs = make_jobs(executor=lambda: hands, is_alive=lambda name: name not in gone, grace=0.0)
    folder = store.folder(ONE.key)
    folder.create(ONE)
    folder.change_state(RunState.FINISHED)
    jobs.watch(ONE.key, "me")
    assert jobs.evaluate(ONE.key, print)
    hands.work[0].future.set_result(None)
    time.sleep(0.1)
    assert not jobs.evaluate(ONE.key, print)
    assert len(hands.work) == 1, "once for each network"
    assert jobs.evaluate(ONE.key, repr), "another page wants to know something else"
    assert len(hands.work) == 2
    hands.work[1].future.set_result(None)
    gone.add("me")
    wait_for(lambda: not jobs._worked_out)
