import pytest
from msgspec.structs import replace

from autoencoder.training.run_state import Command, Control, RunState
from tests.pages.running import (
    BOTTLENECK,
    LIKE_PRETRAINED,
    App,
    button,
    component,
    labels,
    made_up_preview,
    players,
    progress,
    words,
)
from ui.lessons.common.text import seconds_in_words
from ui.training.progress import progress_in_words

KEY = LIKE_PRETRAINED.key


def started(app: App) -> object:
    """A tab with a training that a worker has begun."""
    tab = app.open(BOTTLENECK)
    button(tab, "Train").click().run()
    app.prepare(LIKE_PRETRAINED, RunState.RUNNING)
    return tab.run()


def test_the_live_slider_stands_nearest_to_where_the_pages_did(app: App, no_mnist: object) -> None:
    def start(tab: object) -> int:
        return component(tab, f"live {KEY} known")["index"]

    assert start(started(app)) == 3, "8 numbers, as the page"
    tab = app.open(BOTTLENECK, size="20")
    tab.session_state["run bottleneck"] = KEY
    tab.run()
    assert not tab.exception
    assert start(tab) == 4, "of 1, 2, 4, 8, 16, 32, 64"


def test_before_the_first_loss_there_is_no_chart_of_it(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    button(tab, "Train").click().run()
    assert component(tab, f"loss {KEY}") is None


def test_a_training_shows_its_progress_loss_and_pictures(app: App, no_mnist: object) -> None:
    tab = started(app)
    assert progress(tab) == ["Epoch 21 of 40"]
    assert list(players(tab)) == [f"live {KEY}"]
    lines = component(tab, f"loss {KEY} chart")["chart"]["lines"]
    assert [(line["name"], line["points"][-1]) for line in lines] == [
        ("Training", [20, 0.02]),
        ("Validation", [20, 0.03]),
    ]


def test_a_queued_training_says_its_place(app: App, no_mnist: object) -> None:
    first = app.open(BOTTLENECK)
    button(first, "Train").click().run()
    assert progress(first) == ["Starting"]
    second = app.open(BOTTLENECK, seed="1")
    button(second, "Train").click().run()
    (waits,) = progress(second)
    about = seconds_in_words(app.jobs.seconds_for(LIKE_PRETRAINED))
    assert waits == f"Waiting for other trainings: number 1 in the queue, begins in about {about}"
    assert "Pause" not in labels(second.button), "there is nothing to keep yet"
    assert app.worker.trainings == [KEY]
    app.worker.end(KEY)


@pytest.mark.parametrize(
    ("label", "command"),
    [
        ("Pause", Command.PAUSE),
        ("Stop", Command.STOP),
        ("One epoch", Command.ONE_EPOCH),
        ("One step", Command.ONE_STEP),
    ],
)
def test_buttons_tell_the_worker(app: App, no_mnist: object, label: str, command: Command) -> None:
    tab = started(app)
    button(tab, label).click().run()
    assert not tab.exception
    assert app.folder(LIKE_PRETRAINED).control() == Control(command)


def test_the_learning_rate_is_told_to_the_worker(app: App, no_mnist: object) -> None:
    tab = started(app)
    tab.selectbox(key=f"factor {KEY}").set_value(0.1).run()
    assert app.folder(LIKE_PRETRAINED).control() == Control(Command.RUN, 0.1)


def test_a_paused_training_says_so_and_goes_on(app: App, no_mnist: object) -> None:
    app.prepare(LIKE_PRETRAINED, RunState.PAUSED)
    tab = app.open(BOTTLENECK, run=KEY)
    assert progress(tab) == ["Epoch 21 of 40 · paused"]
    button(tab, "Stop")
    button(tab, "Resume").click().run()
    assert app.worker.trainings == [KEY]
    assert app.folder(LIKE_PRETRAINED).control() == Control(Command.RUN)
    assert "Pause" in labels(tab.button)


def test_stop_of_a_paused_training_asks_a_worker_to_keep_the_network(app: App, no_mnist: object) -> None:
    app.prepare(LIKE_PRETRAINED, RunState.PAUSED)
    tab = app.open(BOTTLENECK, run=KEY)
    button(tab, "Stop").click().run()
    assert not tab.exception
    assert app.worker.trainings == [KEY]
    assert app.folder(LIKE_PRETRAINED).control().command is Command.STOP


def test_a_killed_worker_becomes_a_sentence(app: App, no_mnist: object) -> None:
    tab = started(app)
    app.worker.end(KEY, RuntimeError("the process died"))
    tab.run()
    assert not tab.exception
    assert "The training's process ended suddenly" in words(tab)
    assert "Resume" in labels(tab.button)


def test_trained_again_it_begins_from_the_start(app: App, no_mnist: object) -> None:
    tab = started(app)
    app.worker.end(KEY)
    app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    tab.run()
    button(tab, "Train again from the start").click().run()
    assert not tab.exception
    assert app.folder(LIKE_PRETRAINED).has_network()
    assert app.worker.trainings[0] == KEY != app.worker.trainings[1]
    assert progress(tab) == ["Starting"]


def test_started_over_the_training_under_way_pauses_and_another_begins(app: App, no_mnist: object) -> None:
    tab = started(app)
    tab.number_input(key="epochs_mnist_sample").set_value(7)
    button(tab, "Start over").click().run()
    assert not tab.exception
    assert app.folder(LIKE_PRETRAINED).control().command is Command.PAUSE
    app.worker.end(KEY)
    (again,) = set(app.jobs.store.alike(LIKE_PRETRAINED)) - {app.folder(LIKE_PRETRAINED)}
    assert again.settings().epochs == 40, "whatever the form says by now"
    assert tab.session_state["run bottleneck"] == again.path.name


def test_pictures_of_the_training_before_do_not_come_back(app: App, no_mnist: object) -> None:
    """The same preview of a training that was started over is another picture, with another learning rate say."""
    folder = app.prepare(LIKE_PRETRAINED, RunState.PAUSED)
    before = component(app.open(BOTTLENECK, run=KEY), f"live {KEY}")
    app.jobs.store.remove(KEY)
    folder = app.prepare(LIKE_PRETRAINED, RunState.PAUSED)
    folder.write_preview(2, made_up_preview(LIKE_PRETRAINED, 99))
    assert component(app.open(BOTTLENECK, run=KEY), f"live {KEY}") != before


def test_a_damaged_preview_does_not_break_the_page(app: App, no_mnist: object) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.PAUSED)
    (folder.path / "moments" / "0002.npz").write_bytes(b"PK")
    tab = app.open(BOTTLENECK, run=KEY)
    assert not tab.exception


def test_progress_names_the_time_that_is_left(app: App, no_mnist: object) -> None:
    app.open()
    snapshot = app.prepare(LIKE_PRETRAINED, RunState.RUNNING).snapshot()
    assert progress_in_words(KEY, replace(snapshot, seconds_left=42.4)) == "Epoch 21 of 40 · 42 s left"
    assert progress_in_words(KEY, replace(snapshot, epoch=60.0)) == "Epoch 40 of 40"
