import json
import os
from pathlib import Path

import numpy as np
import pytest

from autoencoder.data import own
from autoencoder.data.image_dataset import ImageDataset, PictureError
from autoencoder.data.sources import get_source, title_of
from autoencoder.data.uploads import storage
from autoencoder.data.uploads.datasets import UploadChoices, make_dataset
from tests.data.uploads.examples import make_photos

TOKEN, OTHER = "0123456789abcdef" * 2, "f" * 32
NUMBER = "0123456789ab"
NAME = own.name_of(TOKEN, NUMBER)


@pytest.fixture
def made() -> ImageDataset:
    own.describe.cache_clear()
    made = make_dataset(make_photos(5, "a", "**b**"), UploadChoices(side=16, augment=False))[0]
    storage.save_dataset(own.set_folder(NAME), made)
    return made


def test_a_name_says_the_session_and_the_set() -> None:
    assert own.token_of(NAME) == TOKEN
    assert own.set_folder(NAME) == own.session_folder(TOKEN) / storage.SETS / NUMBER


@pytest.mark.parametrize(
    "name",
    ["", "mnist", "own", "own-", f"own-{TOKEN}", f"{NAME}0", f"own-{TOKEN}-../../../../x", f"{NAME}\n", NAME.upper()],
)
def test_no_other_name_is_one_of_a_session(name: str) -> None:
    assert own.token_of(name) is own.owner_of(name) is None
    with pytest.raises(ValueError, match="Expected the name of a source of a session's own"):
        own.set_folder(name)


def test_what_belongs_to_a_session_is_its_sources_and_its_runs() -> None:
    assert own.owner_of(NAME) == own.owner_of(TOKEN + "a" * 24) == TOKEN
    for name in ("a" * 24, "mnist_sample", TOKEN):
        assert own.owner_of(name) is None


def test_the_source_is_the_set_that_was_saved(made: ImageDataset) -> None:
    source = get_source(NAME)
    assert (source.title, source.shape, source.class_names) == ("Your pictures", (16, 16, 3), ("**b**", "a"))
    assert source.training_pictures == len(made.train)
    assert source.train_bytes is None
    loaded = source.load()
    np.testing.assert_array_equal(loaded.train, made.train)
    np.testing.assert_array_equal(loaded.train_groups, made.train_groups)


def test_the_test_pictures_alone(made: ImageDataset) -> None:
    alone = get_source(NAME).load(test_only=True)
    assert alone.train.shape == (0, 16, 16, 3)
    np.testing.assert_array_equal(alone.test, made.test)
    np.testing.assert_array_equal(alone.test_labels, made.test_labels)


def test_pictures_that_are_gone_are_not_kept(made: ImageDataset) -> None:
    source = get_source(NAME)
    for path in own.set_folder(NAME).iterdir():
        path.unlink()
    with pytest.raises(PictureError, match="not_kept"):
        source.load()
    own.describe.cache_clear()
    with pytest.raises(PictureError, match="not_kept"):
        get_source(NAME)
    assert title_of(NAME) == "Your pictures"


@pytest.mark.parametrize("about", ["", "[]", "{}", json.dumps({"sentence": "", "shape": [8], "class_names": []})])
def test_nor_are_those_whose_description_is_damaged(about: str, made: ImageDataset) -> None:
    (own.set_folder(NAME) / storage.ABOUT).write_text(about)
    with pytest.raises(PictureError, match="not_kept"):
        get_source(NAME)


def test_folders_of_sessions_are_told_from_others(tmp_path: Path) -> None:
    for name in (own.session_folder(TOKEN).name, TOKEN, "session-", "session-x", "photos"):
        (own.root() / name).mkdir(parents=True)
    assert own.session_folders() == [own.session_folder(TOKEN)]


@pytest.mark.skipif(os.name != "posix", reason="there are no users or links")
def test_a_folder_of_another_user_or_behind_a_link_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(own.VARIABLE)
    monkeypatch.setattr(own, "root", lambda: tmp_path / "there")
    assert not own.is_ours()
    own.session_folder(TOKEN).mkdir(parents=True)
    assert own.is_ours()
    assert own.session_folders() == [own.session_folder(TOKEN)]
    (tmp_path / "link").symlink_to(tmp_path / "there")
    with monkeypatch.context() as linked:
        linked.setattr(own, "root", lambda: tmp_path / "link")
        assert not own.is_ours()
    user = os.getuid()
    monkeypatch.setattr(own.os, "getuid", lambda: user + 1)
    assert not own.is_ours()
    assert own.session_folders() == []


@pytest.mark.skipif(os.name != "posix", reason="there are no links")
def test_a_link_is_no_folder_of_a_session(tmp_path: Path) -> None:
    own.session_folder(TOKEN).mkdir(parents=True)
    own.session_folder(OTHER).symlink_to(own.session_folder(TOKEN))
    assert own.session_folders() == [own.session_folder(TOKEN)]


def test_the_folder_is_what_the_variable_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert own.root() == tmp_path / "uploads"
    monkeypatch.delenv(own.VARIABLE)
    assert own.root().name.startswith("hourglass-uploads-")
