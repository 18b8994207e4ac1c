import tempfile
from pathlib import Path

import pytest

from autoencoder.training.home import writable_home
from tests.pages.running import BOTTLENECK, DENOISING, IDEA, App, words

NOTICE = "`HOURGLASS_HOME`"


@pytest.mark.parametrize("page", [BOTTLENECK, DENOISING])
def test_a_page_that_trains_says_that_nothing_is_kept_for_long(
    app: App, no_mnist: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOURGLASS_HOME", str(tmp_path / "file" / "store"))
    tab = app.open(page)
    assert not tab.exception
    assert NOTICE in words(tab)
    assert str(tmp_path) not in words(tab)


@pytest.mark.parametrize("page", [IDEA, BOTTLENECK])
def test_nothing_is_said_where_all_is_well(app: App, no_mnist: object, page: str) -> None:
    assert NOTICE not in words(app.open(page))


@pytest.mark.parametrize("page", [IDEA, BOTTLENECK])
def test_a_user_without_a_home_sees_the_pages(
    app: App, homeless: None, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    for name in ("HOURGLASS_HOME", "HOURGLASS_MNIST", "KERAS_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    tab = app.open(page)
    assert not tab.exception
    assert (NOTICE in words(tab)) == (page == BOTTLENECK)
    writable_home.cache_clear()
