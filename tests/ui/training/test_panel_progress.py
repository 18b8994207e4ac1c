import pytest
from msgspec.structs import replace

from autoencoder.training.run_state import RunState
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
