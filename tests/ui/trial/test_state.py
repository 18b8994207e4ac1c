from pathlib import Path

import numpy as np
import pytest

from autoencoder.data.image_dataset import PictureError, PictureProblem
from autoencoder.data.uploads import storage
from autoencoder.data.uploads.reading import read_picture
from tests.data.uploads.examples import make_photos
from tests.pages.running import BOTTLENECK, App, IdleWorker, button, words
from tests.ui.uploading import Broken, Inline, drop, picture, renewed
from ui.services.errors import PICTURES
from ui.trial import state as trial_state


@pytest.fixture
def reader(app: App, no_mnist: object, monkeypatch: pytest.MonkeyPatch) -> Inline:
    reader = Inline()
    monkeypatch.setattr(trial_state, "get_reader", renewed(reader))
    return reader


def test_every_file_is_decoded_by_the_reading_process(app: App, reader: Inline) -> None:
    files = [("cat.png", picture(1)), ("dog.png", picture(2))]
    tab = drop(app.open(BOTTLENECK, tab="own"), *files)
    assert reader.work == [(read_picture, file) for file in files]
    photos = tab.session_state[trial_state.SHOWN]
    assert [photo.name for photo in photos] == ["cat.png", "dog.png"]
    np.testing.assert_array_equal(photos[1].pixels, read_picture(*files[1]).pixels)


def test_a_bad_file_gives_a_sentence_and_the_others_are_shown(app: App, reader: Inline) -> None:
    tab = drop(app.open(BOTTLENECK, tab="own"), ("<b>*evil*</b>.png", b"no picture"), ("cat.png", picture()))
    (sentence,) = [warning.value for warning in tab.warning]
    assert "is not used" in sentence
    assert "<b>" not in sentence
    assert [photo.name for photo in tab.session_state[trial_state.SHOWN]] == ["cat.png"]


def test_a_lost_process_gives_a_sentence_once(app: App, reader: Inline, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = drop(app.open(BOTTLENECK, tab="own"), ("cat.png", picture()))
    monkeypatch.setattr(trial_state, "get_reader", renewed(Broken()))
    drop(tab, ("a.png", picture(1)), ("b.png", picture(2)))
    assert [warning.value for warning in tab.warning] == [trial_state.LOST]
    assert [photo.name for photo in tab.session_state[trial_state.SHOWN]] == ["cat.png"]


def test_ten_are_shown_of_twelve(app: App, reader: Inline) -> None:
    tab = drop(app.open(BOTTLENECK, tab="own"), *[(f"{number}.png", picture(number)) for number in range(12)])
    assert len(tab.session_state[trial_state.SHOWN]) == len(reader.work) == trial_state.MOST
    assert [warning.value for warning in tab.warning] == [trial_state.ONLY_SO_MANY]


def test_the_next_pictures_take_the_place_of_those_before(app: App, reader: Inline) -> None:
    tab = drop(app.open(BOTTLENECK, tab="own"), ("cat.png", picture(1)), ("no.png", b"no"))
    drop(tab, ("dog.png", picture(2)))
    assert [photo.name for photo in tab.session_state[trial_state.SHOWN]] == ["dog.png"]
    assert not tab.warning


def test_what_takes_long_is_waited_for(app: App, reader: Inline, monkeypatch: pytest.MonkeyPatch) -> None:
    idle = IdleWorker()
    monkeypatch.setattr(trial_state, "get_reader", renewed(idle))
    monkeypatch.setattr(trial_state, "AT_ONCE", 0.01)
    tab = drop(app.open(BOTTLENECK, tab="own"), ("cat.png", picture()))
    assert "Reading your pictures …" in words(tab)
    idle.answer(read_picture, read_picture("cat.png", picture()))
    tab.run()
    assert "Reading your pictures …" not in words(tab)
    assert len(tab.session_state[trial_state.SHOWN]) == 1


def test_pictures_that_are_removed_are_gone(app: App, reader: Inline) -> None:
    tab = drop(app.open(BOTTLENECK, tab="own"), ("cat.png", picture()))
    button(tab, "Remove them").click().run()
    assert not tab.exception
    assert trial_state.SHOWN not in tab.session_state
    assert trial_state.PLAYER not in tab.session_state


def test_another_session_sees_none_of_them(app: App, reader: Inline) -> None:
    drop(app.open(BOTTLENECK, tab="own"), ("cat.png", picture()))
    other = app.open(BOTTLENECK, tab="own")
    assert trial_state.SHOWN not in other.session_state
    assert "Remove them" not in [one.label for one in other.button]


def test_those_of_the_page_your_pictures_can_be_used(
    app: App, reader: Inline, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    storage.save_photos(tmp_path, make_photos(12))
    monkeypatch.setattr(trial_state, "my_folder", lambda: tmp_path)
    monkeypatch.setattr("ui.trial.panel.gathered", lambda: object())
    tab = app.open(BOTTLENECK, tab="own")
    button(tab, "Use my pictures").click().run()
    assert not tab.exception
    assert len(tab.session_state[trial_state.SHOWN]) == trial_state.MOST


def test_my_pictures_that_are_gone_give_a_sentence(
    app: App, reader: Inline, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def gone() -> Path:
        raise PictureError(PictureProblem.DAMAGED_PHOTOS)

    monkeypatch.setattr(trial_state, "my_folder", gone)
    monkeypatch.setattr("ui.trial.panel.gathered", lambda: object())
    tab = app.open(BOTTLENECK, tab="own")
    button(tab, "Use my pictures").click().run()
    assert not tab.exception
    assert [warning.value for warning in tab.warning] == [PICTURES[PictureProblem.DAMAGED_PHOTOS]]
