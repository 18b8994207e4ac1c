"""What a page does where its code raises what nobody foresaw."""

import errno
import logging
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit import error_util
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from autoencoder import files
from autoencoder.data import mnist
from autoencoder.data.image_dataset import PictureError
from autoencoder.training import worker
from autoencoder.training.run_state import DamagedRun, Notice, NoticeCode, RunState, Snapshot
from tests.pages.running import BOTTLENECK, DENOISING, LIKE_PRETRAINED, PICTURES, ROOT, App, button, labels
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


def test_what_streamlit_hands_over_is_in_the_log_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def outside_of_a_page() -> None:
        from streamlit.error_util import handle_user_script_exception

        from ui.services.errors import explain

        handle_user_script_exception(RuntimeError("/srv/hourglass/secret"), explain)

    monkeypatch.setattr(error_util, "_print_rich_exception", _fail)  # then Streamlit logs by `logging`
    tab = AppTest.from_function(outside_of_a_page).run()
    assert len(_said(tab)) == len([record for record in caplog.records if record.exc_info]) == 1
    button(tab, "Try again").click().run()


# What of the server's disk a page shows: nothing


def _os_error(number: int) -> Callable[[Path], Exception]:
    return lambda path: OSError(number, os.strerror(number), str(path), None, str(path))


ERRORS: dict[str, Callable[[Path], Exception]] = {
    **{errno.errorcode[number]: _os_error(number) for number in (errno.EACCES, errno.EIO, errno.ENOSPC, errno.ENOENT)},
    "of a library": lambda path: ValueError(f"Could not open '{path}': it is {path}."),
    "without a number": lambda path: OSError(f"cannot read {path}"),
    "zip": lambda path: zipfile.BadZipFile(f"{path} is not a zip file"),
    "unexpected": lambda path: RuntimeError(f"{path}"),
}
SHOWN = (BOTTLENECK, "pages/latent.py", DENOISING, "pages/anomalies.py", "pages/family.py", PICTURES)


def _texts(block: Block) -> Iterator[str]:
    """All that a page sends, its messages included."""
    for child in block.children.values():
        if isinstance(child, Block):
            yield from _texts(child)
        else:
            yield str(child.proto)


def _expect_no_path(tab: AppTest, path: Path) -> None:
    assert not tab.exception
    for text in _texts(tab._tree):
        assert str(path) not in text, text[:2000]


@pytest.mark.long
@pytest.mark.parametrize("name", ERRORS)
def test_no_page_names_a_path_of_the_server_whatever_cannot_be_read_or_written(
    app: App, no_mnist: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The store's own, which stands in every error that the system raises."""

    def fail(*arguments: object) -> None:
        raise ERRORS[name](app.home)

    app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    tab = app.open(BOTTLENECK)
    monkeypatch.setattr(files, "PAUSE", 0.0)
    with monkeypatch.context() as disk:
        disk.setattr(files, "write_atomically", fail)
        buttons = ("Train", "Train again from the start", "Resume", "Pause")
        for label in buttons if isinstance(ERRORS[name](app.home), OSError) else ():  # as writing does
            if label in labels(tab.button):
                _expect_no_path(button(tab, label).click().run(), app.home)
    with monkeypatch.context() as disk:
        disk.setattr(files, "_try_again", fail)
        _expect_no_path(tab.run(), app.home)
        for page in SHOWN:
            for address in ({"run": LIKE_PRETRAINED.key}, {}):
                _expect_no_path(app.open(page, **address), app.home)


@pytest.mark.parametrize("name", ERRORS)
def test_what_ended_a_training_names_no_path(app: App, no_mnist: Path, name: str) -> None:
    error = ERRORS[name](app.home)
    folder = app.prepare(LIKE_PRETRAINED, RunState.FAILED)
    before = NoticeCode.UNEXPECTED, f"OSError: [Errno 13] Permission denied: '{app.home}'"  # as versions before kept it
    for notice in (worker._notice_of(error), worker._notice_of(DamagedRun("x", files.reason(error))), Notice(*before)):
        folder.change_state(RunState.FAILED, notice)
        tab = app.open(BOTTLENECK, run=LIKE_PRETRAINED.key)
        _expect_no_path(tab, app.home)
        assert errors.notice_text(folder.snapshot())
    assert str(app.home) not in errors.notice_text(Snapshot(RunState.FAILED, 1, message=f"at {app.home}"))


@pytest.mark.parametrize("content", [None, b"", b"PK nothing"])
def test_what_is_wrong_with_the_file_of_mnist_names_no_path(
    app: App, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "recognizable" / "mnist-of-the-school.npz"
    path.parent.mkdir()
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv(mnist.VARIABLE, str(path))
    with pytest.raises(PictureError) as raised:
        mnist.load()
    sentence = errors.error_text(raised.value)
    assert "recognizable" not in sentence
    assert path.name not in sentence
    tab = app.open(BOTTLENECK, source="mnist")
    _expect_no_path(tab, path)
    assert not any(path.name in text for text in _texts(tab._tree))
