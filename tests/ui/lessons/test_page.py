"""What every page with a training does without workers."""

import pytest

from autoencoder.analysis.compression import MEASURED
from autoencoder.training.run_state import NoticeCode, RunState
from tests.pages.running import BOTTLENECK, LIKE_PRETRAINED, App, button, players, words
from ui.services.errors import NOTICES

PAGES = [BOTTLENECK, *(f"pages/{name}.py" for name in ("latent", "denoising", "anomalies", "family"))]


@pytest.fixture
def unreachable(app: App, monkeypatch: pytest.MonkeyPatch) -> App:
    """The app, whose processes cannot be started."""

    def refuse(*arguments: object) -> None:
        raise OSError("nobody answers")

    for executor in (app.worker, app.background):
        monkeypatch.setattr(executor, "submit", refuse)
    return app


@pytest.mark.parametrize("page", PAGES)
def test_the_network_that_came_with_the_app_is_shown_without_workers(
    unreachable: App, no_mnist: object, page: str
) -> None:
    tab = unreachable.open(page)
    assert not tab.exception
    assert players(tab)


def test_a_network_that_nobody_can_measure_is_shown(unreachable: App, no_mnist: object) -> None:
    folder = unreachable.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    (folder.path / "measured" / f"{MEASURED}.json").unlink()
    tab = unreachable.open(BOTTLENECK, run=LIKE_PRETRAINED.key)
    assert not tab.exception
    assert list(players(tab)) == [f"sizes {LIKE_PRETRAINED.key}"]
    assert "Measuring" not in words(tab)


def test_a_training_without_workers_is_a_sentence(unreachable: App, no_mnist: object) -> None:
    tab = unreachable.open(BOTTLENECK)
    button(tab, "Train").click().run()
    assert not tab.exception
    assert NOTICES[NoticeCode.NO_WORKER] in words(tab)
