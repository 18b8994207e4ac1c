import pytest
from msgspec.structs import replace

from autoencoder.training.run_state import Loss, RunState
from tests.pages.running import BOTTLENECK, IDEA, LIKE_PRETRAINED, App, button, progress, words


def test_without_a_training_there_is_no_line(app: App, no_mnist: object) -> None:
    tab = app.open()
    assert progress(tab) == []
    assert not tab.success


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
