from autoencoder.training.run_folder import RunState
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


def test_a_run_that_is_damaged_on_the_way_does_not_break_other_pages(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    button(tab, "Train").click().run()
    (app.folder(LIKE_PRETRAINED).path / "state.json").write_text("{")
    tab.switch_page(IDEA).run()
    assert not tab.exception
    assert "Hourglass" in words(tab)
