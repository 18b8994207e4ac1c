from dataclasses import replace

import pytest

from autoencoder.training.run_folder import Loss, RunState, Snapshot
from autoencoder.training.settings import TrainingSettings
from ui.export.downloads import loss_figure
from ui.export.figures import subject_of

SETTINGS = TrainingSettings("mnist_sample", "shallow", "exact", 8, epochs=4)
SNAPSHOT = Snapshot(RunState.FINISHED, 4, 4.0, losses=(Loss(0.5, 0.3), Loss(2.0, 0.2, 0.25), Loss(4.0, 0.1, 0.15)))


def test_the_curve_has_every_loss() -> None:
    chart = loss_figure(SNAPSHOT, SETTINGS, subject_of("bottleneck", SETTINGS))
    assert [line.points for line in chart.data.lines] == [
        ((0.5, 0.3), (2.0, 0.2), (4.0, 0.1)),
        ((2.0, 0.25), (4.0, 0.15)),
    ]
    assert (chart.data.x_range, chart.data.x_scale, chart.data.y_scale) == ((0, 4), "linear", "log")
    assert chart.subtitle == "Shallow network trained on MNIST sample"


@pytest.mark.parametrize(
    ("loss", "axis"), [("mean_squared_error", "Mean squared error"), ("mean_absolute_error", "Mean absolute error")]
)
def test_the_axis_says_what_was_made_small(loss: str, axis: str) -> None:
    settings = replace(SETTINGS, loss=loss)
    data = loss_figure(SNAPSHOT, settings, subject_of("family", settings)).data
    assert (data.x_label, data.y_label) == ("Epochs", axis)
