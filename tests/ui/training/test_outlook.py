"""What a learner is told of more time: before a training, at its end, and where its time was up."""

from msgspec.structs import replace as copy
from streamlit.testing.v1 import AppTest

from autoencoder.training.run_state import Loss, Notice, NoticeCode, RunState, Snapshot
from tests.pages.running import BOTTLENECK, LIKE_PRETRAINED, App, button, labels, words

KEY = LIKE_PRETRAINED.key
UP = Snapshot(RunState.STOPPED, 40, 20.0, 55.4, notice=Notice(NoticeCode.BUDGET))


def ended(app: App, *validation: float, snapshot: Snapshot | None = None) -> AppTest:
    """A tab that shows a training whose validation loss was so at its quarters, half-way and at the end."""
    folder = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    found = snapshot or folder.snapshot()
    quarters = enumerate(validation, start=1)
    losses = tuple(Loss(found.epoch * number / len(validation), 0.1, value) for number, value in quarters)
    folder.write_snapshot(copy(found, losses=losses))
    return app.open(BOTTLENECK, run=KEY)


def test_where_the_loss_still_falls_twice_as_many_epochs_can_be_trained(app: App) -> None:
    tab = ended(app, 0.5, 0.4, 0.35, 0.3)
    assert "In the second half, the last 20 epochs, the validation loss fell by 25%. More epochs may" in words(tab)
    button(tab, "Train 80 epochs").click().run()
    assert not tab.exception
    assert app.folder_of(app.worker.trainings[-1]).settings().epochs == 80
    assert tab.number_input(key="epochs_mnist_sample").value == 80


def test_where_it_hardly_changes_more_is_not_promised(app: App) -> None:
    tab = ended(app, 0.5, 0.4, 0.4, 0.398)
    assert "hardly changed (-0.5%). More epochs are unlikely to lower it much." in words(tab)


def test_where_it_rises_no_more_is_offered(app: App) -> None:
    tab = ended(app, 0.5, 0.4, 0.41, 0.5)
    assert "rose by 25%; it was lowest at epoch 20." in words(tab)
    assert "Train 80 epochs" not in labels(tab.button)


def test_a_training_whose_time_was_up_says_so_and_how_long_the_rest_takes(app: App) -> None:
    tab = ended(app, 0.5, 0.4, 0.35, 0.3, snapshot=UP)
    assert "Its time was up: it ended after 55 s, at epoch 20 of 40, and what it learned is kept." in words(tab)
    assert "stopped after 20 epochs" in words(tab)
    assert "*Resume* trains the 20 epochs that are left, in about 1" in words(tab), "of 34 s as estimated for 40"
    assert "Train 80 epochs" not in labels(tab.button)
    assert not tab.warning
    button(tab, "Resume").click().run()
    assert app.worker.trainings == [KEY]
    assert app.folder(LIKE_PRETRAINED).control().most_seconds is None


def test_of_a_short_training_it_is_said_how_long_it_took_and_no_more(app: App) -> None:
    tab = ended(app, 0.5, snapshot=copy(UP, state=RunState.FINISHED, epoch=1.0, seconds=41.0, notice=None))
    assert "Trained for 1 epoch in 41 s. **Would more time help?** So short a training does not tell." in words(tab)
    assert "Train 80 epochs" in labels(tab.button)
