import pytest
from msgspec.structs import replace

from autoencoder.training import worker
from autoencoder.training.run_state import Loss, Notice, NoticeCode, RunState
from tests.pages.running import BOTTLENECK, IDEA, LIKE_PRETRAINED, App, button, progress, words


def test_without_a_training_there_is_no_line(app: App, no_mnist: object) -> None:
    tab = app.open()
    assert progress(tab) == []
    assert not tab.success


def test_before_the_first_step_a_page_says_what_takes_the_time(app: App, no_mnist: object) -> None:
    app.worker.imports = True
    tab = app.open(BOTTLENECK)
    button(tab, "Train").click().run()
    assert progress(tab) == ["Loading TensorFlow"]
    app.worker.answer(worker.warm_up)
    tab.run()
    assert progress(tab) == ["Starting"]
    for code, said, why in (
        (NoticeCode.IMPORTING, "Loading TensorFlow", "TensorFlow, the library that trains, is loaded first"),
        (NoticeCode.COMPILING, "Compiling the network", "turned into code for this computer"),
    ):
        app.folder(LIKE_PRETRAINED).change_state(RunState.RUNNING, Notice(code))
        tab.run()
        assert progress(tab) == [said]
        assert why in words(tab)
    app.folder(LIKE_PRETRAINED).change_state(RunState.RUNNING)
    tab.run()
    assert progress(tab) == ["Epoch 1 of 40"]


def test_what_the_form_says_is_compiled_ahead_until_a_training_is_under_way(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    assert app.worker.asked(worker.warm_up)[-1] == (LIKE_PRETRAINED,)
    asked = len(app.worker.asked(worker.warm_up))
    button(tab, "Train").click().run()
    tab.number_input(key="epochs_mnist_sample").set_value(7).run()
    assert len(app.worker.asked(worker.warm_up)) == asked


def test_a_paused_training_is_no_news(app: App, no_mnist: object) -> None:
    app.prepare(LIKE_PRETRAINED, RunState.PAUSED)
    tab = app.open(BOTTLENECK, run=LIKE_PRETRAINED.key)
    tab.switch_page(IDEA).run()
    assert not tab.exception
    assert progress(tab) == []


@pytest.mark.parametrize(("browser", "whose"), [("mine", "Your"), ("another", "Somebody else's")])
def test_whose_training_has_ended_is_said(
    app: App, no_mnist: object, monkeypatch: pytest.MonkeyPatch, browser: str, whose: str
) -> None:
    app.browser = browser
    folder = app.prepare(LIKE_PRETRAINED, RunState.RUNNING)
    app.browser = "mine"
    tab = app.open(BOTTLENECK, run=LIKE_PRETRAINED.key)
    now = folder.snapshot()
    looks = iter([now, replace(now, state=RunState.FINISHED)])  # it ends between two looks of the line
    monkeypatch.setattr(app.jobs, "snapshot", lambda key: next(looks))
    tab.switch_page(IDEA).run()
    assert [said.value for said in tab.success] == [f"{whose} training has ended. See it on the page **Bottleneck**."]


def test_a_run_that_is_damaged_on_the_way_does_not_break_other_pages(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    button(tab, "Train").click().run()
    (app.folder(LIKE_PRETRAINED).path / "state.json").write_text("{")
    tab.switch_page(IDEA).run()
    assert not tab.exception
    assert "Hourglass" in words(tab)


@pytest.mark.parametrize(
    ("validation", "said"),
    [
        ((0.06, 0.015, None), "Validation loss is lower because training favors small bottlenecks."),
        ((0.015, 0.06, None), "The two are not comparable: training favors small bottlenecks."),
        ((None, None, None), "The two are not comparable: training favors small bottlenecks."),
    ],
)
def test_what_is_said_of_the_two_losses_holds_of_the_last_that_are_shown(
    app: App, no_mnist: object, validation: tuple[float | None, ...], said: str
) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    losses = tuple(Loss(epoch, 0.02, loss) for epoch, loss in enumerate(validation, start=1))
    folder.write_snapshot(replace(folder.snapshot(), losses=losses))
    assert [
        text.value for text in app.open(BOTTLENECK, run=LIKE_PRETRAINED.key).caption if "training favors" in text.value
    ] == [said]
