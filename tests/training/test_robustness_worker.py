"""A worker that trains again and again stays what it is."""

import gc
from pathlib import Path

import pytest

from autoencoder.training.run_folder import RunFolder, RunState
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.worker import train

GB = 10**9


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["adam", "muon"])
def test_of_a_training_no_graph_stays_in_memory(tmp_path: Path, tiny_source: str, optimizer: str) -> None:
    """A graph keeps all the weights and the optimizer's memory."""
    for seed in range(2):
        folder = RunFolder(tmp_path / f"{optimizer} {seed}")
        folder.create(TrainingSettings(tiny_source, epochs=1, batch_size=8, seed=seed, optimizer=optimizer))
        train(str(folder.path))
        assert folder.snapshot().state is RunState.FINISHED, folder.snapshot().notice
    from tensorflow.python.framework.func_graph import FuncGraph

    gc.collect()
    graphs = [each.name for each in gc.get_objects() if isinstance(each, FuncGraph)]
    assert "_learn_steps" not in graphs
    assert "_validation_losses" not in graphs
