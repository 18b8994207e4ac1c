from pathlib import Path
from types import SimpleNamespace

import pytest

from autoencoder.data import own
from autoencoder.data.own import UploadSpace
from autoencoder.data.uploads.limits import MB, OF_A_TAB, OF_ALL, Reason, Refusal


@pytest.fixture
def space(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> UploadSpace:
    monkeypatch.setenv(own.VARIABLE, str(tmp_path))
    monkeypatch.setenv(OF_A_TAB, "100")
    monkeypatch.setenv(OF_ALL, "400")
    return UploadSpace()


def tab(number: int, megabytes: int = 0) -> Path:
    """The folder of a tab that has so much; nothing of it is written."""
    folder = own.session_folder(f"{number:032x}")
    (folder / "sets").mkdir(parents=True, exist_ok=True)
    with (folder / "sets" / "pictures").open("wb") as file:
        file.truncate(megabytes * MB)
    return folder


def test_a_tab_has_what_it_may_have_pictures_sets_and_networks_together(space: UploadSpace) -> None:
    folder = tab(1, 60)
    assert space.reserve(folder, 40 * MB) is None
    assert space.reserve(folder, MB) == Refusal(Reason.TAB_FULL, values={"megabytes": 100})
    space.release(folder, 40 * MB)
    assert space.reserve(folder, 40 * MB) is None


def test_what_arrives_takes_the_place_that_was_kept_for_it(space: UploadSpace) -> None:
    folder = tab(1)
    assert space.reserve(folder, 80 * MB) is None
    tab(1, 50)
    space.release(folder, 50 * MB)
    assert space.reserve(folder, 20 * MB) is None
    assert space.reserve(folder, MB) is not None


def test_all_together_are_bounded_and_a_newcomer_always_finds_some_room(space: UploadSpace) -> None:
    for number in range(1, 13):
        megabytes = 100
        while space.reserve(tab(number), megabytes * MB) is not None:
            megabytes -= 1
        space.release(tab(number), megabytes * MB)
        tab(number, megabytes)
        space = UploadSpace()
    total = sum(own.bytes_in(folder) for folder in own.session_folders())
    assert total <= 400 * MB
    assert space.reserve(tab(99), 100 * MB) == Refusal(Reason.ALL_FULL)
    assert space.reserve(tab(99), MB // 4) is None


def test_a_quarter_of_the_disk_is_the_most(space: UploadSpace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own.shutil, "disk_usage", lambda path: SimpleNamespace(free=160 * MB))
    assert space.reserve(tab(1), 21 * MB) == Refusal(Reason.ALL_FULL)
    assert space.reserve(tab(1), 20 * MB) is None


def test_of_tabs_that_have_gone_nothing_is_kept(space: UploadSpace) -> None:
    for number in range(5):
        space.reserve(tab(number), MB)
        space.release(tab(number), MB)
        own.shutil.rmtree(tab(number))
    space.reserve(tab(9), MB)
    assert len(space._measured) == len(space._coming) == 1
