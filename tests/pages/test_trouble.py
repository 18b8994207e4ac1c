"""What a page does where its code raises what nobody foresaw."""

import logging
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.running import BOTTLENECK, ROOT, App, button, labels
from ui.services import errors

SECRET = "/srv/hourglass/secret"


def _fail(*_arguments: object, **_named: object) -> None:
    raise RuntimeError(SECRET)


def _said(tab: AppTest) -> list[str]:
    assert not tab.exception
    assert not any(SECRET in element.value for kind in (tab.error, tab.warning, tab.markdown) for element in kind)
    return [element.value for element in tab.error]


@pytest.mark.parametrize("place", ["ui.lessons.page.result_line", "ui.lessons.bottleneck.explore.tabs"])
def test_a_page_says_what_went_wrong_and_logs_it_once(
    app: App, no_mnist: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, place: str
) -> None:
    tab = app.open(BOTTLENECK)
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(place, _fail)
        for _ in range(2):
            (sentence,) = _said(tab.run())
            assert "did not expect" in sentence
            assert "Train" in labels(tab.button)  # the rest of the page is there
    assert len([record for record in caplog.records if record.exc_info]) == 1
    button(tab, "Try again").click().run()
    assert _said(tab) == []


def test_every_fragment_goes_on_where_something_in_it_raises() -> None:
    for path in [*(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")]:
        if path != Path(errors.__file__):
            assert not re.search(r"st\.fragment", path.read_text("utf-8")), path


def test_a_server_hands_all_else_to_the_same_place(monkeypatch: pytest.MonkeyPatch) -> None:
    import app as server

    assert server.app._on_script_error is errors.explain
    assert 'showErrorDetails = "none"' in (ROOT / ".streamlit" / "config.toml").read_text()
