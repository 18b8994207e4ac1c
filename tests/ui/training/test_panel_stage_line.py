from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import RunState, Snapshot
from tests.pages.anomaly_runs import BANANAS, DIGITS
from tests.pages.running import LIKE_PRETRAINED, ROOT, words
from ui.training.runs import ShownRun

EIGHT = replace(DIGITS, normal_classes=(8,), epochs=100)


@pytest.fixture(autouse=True)
def mine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ShownRun, "is_mine", True)


def page(shown: object, settings: object, wanted: object) -> None:
    from ui.lessons.table import BOTTLENECK
    from ui.training.panel import result_line

    result_line(BOTTLENECK, shown, settings, wanted, trains=True)


def said(shown: ShownRun | None, settings: object, wanted: object) -> str:
    tab = AppTest.from_function(page, args=(shown, settings, wanted)).run()
    assert not tab.exception
    return words(tab)


def run(settings: object, state: RunState = RunState.FINISHED, epoch: float = 9, message: str = "") -> ShownRun:
    return ShownRun(RunFolder(ROOT), settings, Snapshot(state, settings.epochs, epoch, message=message))


def test_the_network_that_came_with_the_app_is_named_whatever_the_form_says() -> None:
    assert said(None, BANANAS, DIGITS) == (
        "**Network shown:** the one that came with the app (Convolutional network · Bananas · normal: ripe · "
        "1 to 64 numbers · Stains, levels 0 to 0.3 · 30 epochs)."
    )


def test_ones_own_network_is_named() -> None:
    own = said(run(EIGHT), EIGHT, EIGHT)
    assert own.startswith("**Network shown:** yours (Dense network · MNIST sample · normal: 8 · exactly 16 numbers · ")
    assert own.endswith("100 epochs).")
    stopped = said(run(BANANAS, RunState.STOPPED, 2.5), BANANAS, BANANAS)
    assert stopped.endswith("30 epochs · stopped after 2.5 epochs).")


def test_a_strangers_network_is_not_called_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ShownRun, "is_mine", False)
    assert said(run(EIGHT), EIGHT, EIGHT).startswith("**Network shown:** somebody else's (Dense network")


def test_what_was_changed_is_named_with_classes_by_their_names() -> None:
    wanted = replace(EIGHT, epochs=3, normal_classes=tuple(range(8)))
    changed = said(run(EIGHT), EIGHT, wanted)
    assert "You changed: epochs (100 → 3), normal (8 → all but 8 and 9)." in changed
    other = said(run(EIGHT), EIGHT, BANANAS)
    assert "pictures (MNIST sample → Bananas)" in other
    assert "normal (8 → ripe)" in other


def test_a_message_is_a_warning() -> None:
    assert said(run(LIKE_PRETRAINED, message="The loss became infinite."), LIKE_PRETRAINED, LIKE_PRETRAINED).endswith(
        "The loss became infinite."
    )
