from autoencoder.training.run_state import RunState
from tests.pages.running import LIKE_PRETRAINED, PRETRAINED, App
from ui.services.trained_run import TrainedRun


def test_runs_are_equal_as_long_as_their_network_is_the_same(app: App, no_mnist: object) -> None:
    app.open()
    folder = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    run = TrainedRun.load(folder, folder.snapshot())
    assert (run.settings, run.source, run.key) == (LIKE_PRETRAINED, "mnist_sample", LIKE_PRETRAINED.key)
    assert run == TrainedRun.load(folder)
    assert hash(run) == hash(TrainedRun.load(folder))
    folder.write_network(*(part + b"\0" for part in PRETRAINED.network()))
    assert run != TrainedRun.load(folder)
