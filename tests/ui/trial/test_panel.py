import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from autoencoder.analysis.compression import CompressionReport
from autoencoder.analysis.metrics import mean_squared_error
from autoencoder.analysis.trying import as_seen
from autoencoder.data import own
from autoencoder.data.image_dataset import PictureError, PictureProblem
from autoencoder.data.mnist import load_sample
from autoencoder.data.uploads import storage
from tests.data.uploads.corpus import encoded
from tests.data.uploads.examples import make_photos, read_picture
from tests.pages.anomaly_runs import ANOMALIES
from tests.pages.running import (
    BOTTLENECK,
    DENOISING,
    PRETRAINED,
    App,
    Reader,
    button,
    component,
    group,
    move,
    players,
    words,
)
from tests.ui.uploading import drop, picture
from ui.services import services
from ui.services.errors import PICTURES
from ui.services.services import get_jobs
from ui.trial import panel
from ui.trial.panel import TEXTS, error_in_words

pytestmark = pytest.mark.usefixtures("no_mnist")
SIZES, LEVELS, VERDICTS = "own sizes bottleneck", "own noise denoising gaussian", "own threshold anomalies"
every_page = pytest.mark.parametrize(
    ("page", "key"),
    [(BOTTLENECK, SIZES), (DENOISING, LEVELS), (ANOMALIES, VERDICTS)],
    ids=["sizes", "levels", "verdicts"],
)


@pytest.fixture
def reader(app: App) -> Reader:
    return app.reader


def white() -> bytes:
    return encoded(Image.new("RGB", (40, 40), "white"), "PNG")


def tried_on(app: App, page: str, *contents: bytes) -> AppTest:
    return drop(app.open(page, tab="own"), *[(f"{number}.png", content) for number, content in enumerate(contents)])


def rows(player: dict[str, Any]) -> list[tuple[str, int]]:
    return [(row["label"], row["frames"]) for row in player["rows"]]


@every_page
def test_it_shows_nothing_before_there_are_pictures(app: App, page: str, key: str) -> None:
    assert key not in players(app.open(page, tab="own"))


@pytest.mark.parametrize(
    ("page", "key", "wanted"),
    [
        (BOTTLENECK, SIZES, [("Input", 1), ("Reconstruction", 64), ("Difference", 64)]),
        (DENOISING, LEVELS, [("Clean", 1), ("Noisy", 21), ("Denoised", 21), ("Difference", 21)]),
        (ANOMALIES, VERDICTS, [("Input", 1), ("Reconstruction", 1), ("Difference", 1)]),
    ],
)
def test_the_rows_of_the_lesson_with_its_legend(app: App, page: str, key: str, wanted: list[tuple[str, int]]) -> None:
    tab = tried_on(app, page, picture(1), picture(2))
    own = players(tab)[key]
    (theirs,) = [one for name, one in players(tab).items() if key == f"own {name}"]
    assert rows(own) == wanted
    assert own["columns"] == 2
    assert own["legend"] == theirs["legend"]
    assert own["tile"] == theirs["tile"]
    assert own["positions"] == theirs["positions"]
    assert own["slider_label"] == theirs["slider_label"]


def test_the_error_stands_beside_that_of_the_test_pictures(app: App) -> None:
    tab = tried_on(app, BOTTLENECK, picture(1))
    seen = as_seen([read_picture("a.png", picture(1))], (28, 28, 1), writing=True)
    errors = mean_squared_error(seen, get_jobs().store.load(PRETRAINED).reconstruct(seen, 8))
    usual = dict(CompressionReport.of(PRETRAINED).points)[8]
    assert players(tab)[SIZES]["captions"][7] == f"From 8 numbers: {error_in_words(errors, usual)}"


@pytest.mark.parametrize(
    ("error", "baseline", "said"),
    [
        (0.0836, 0.1, "mean squared error 0.0836, 0.84 times that of the test pictures (0.1000)"),
        (0.2, 0.05, "mean squared error 0.2000, 4.0 times that of the test pictures (0.0500)"),
        (47, 0.02, "mean squared error 47.0000, 2,350 times that of the test pictures (0.0200)"),
        (0.1, 0.0, "mean squared error 0.1000, 100,000,000,000 times that of the test pictures (0.0000)"),
        (0.1, None, "mean squared error 0.1000"),
    ],
)
def test_a_ratio_has_as_many_digits_as_anybody_compares(error: float, baseline: float | None, said: str) -> None:
    assert error_in_words(np.array([error / 2, error * 3 / 2]), baseline) == said


@every_page
def test_a_network_errs_more_on_what_it_has_never_seen(app: App, page: str, key: str) -> None:
    tab = tried_on(app, page, picture(1))
    (prepare,) = [one for one in tab.toggle if str(one.key).startswith("try writing")]
    prepare.set_value(False).run()
    index = component(tab, f"{key} known")["index"]
    assert float(players(tab)[key]["captions"][index].split(" times")[0].split()[-1].replace(",", "")) > 5


@pytest.mark.parametrize(
    ("page", "key", "slider", "value", "index"),
    [(BOTTLENECK, SIZES, "size", 3, 2), (DENOISING, LEVELS, "level", 0.7, 14)],
)
def test_one_slider_for_all_pictures_of_a_page(
    app: App, page: str, key: str, slider: str, value: float, index: int
) -> None:
    tab = tried_on(app, page, picture(1))
    sent = component(tab, key)
    move(tab, slider, value)
    assert component(tab, f"{key} known")["index"] == component(tab, f"{key[4:]} known")["index"] == index
    assert component(tab, key) == sent


def test_pictures_that_come_later_stand_where_the_slider_stands_then(app: App) -> None:
    tab = tried_on(app, BOTTLENECK, picture(1))
    move(tab, "size", 12)
    tab.button(key="try none").click().run()
    move(tab, "size", 30)
    drop(tab, ("b.png", picture(2)))
    assert component(tab, f"{SIZES} known")["index"] == 29


def test_the_verdict_follows_the_threshold_that_was_set(app: App) -> None:
    tab = tried_on(app, ANOMALIES, picture(1))
    sent = component(tab, VERDICTS)
    move(tab, "threshold", 17)
    assert component(tab, f"{VERDICTS} known")["index"] == 17
    assert component(tab, VERDICTS) == sent
    own = players(tab)[VERDICTS]
    assert own["notes"][0][0].endswith("\nanomaly")
    assert own["alarms"][0] == [True]
    assert "1 of 1 called anomaly; mean score " in own["captions"][0]
    assert "times that of normal test pictures (" in own["captions"][0]


def sprite(packed: bytes, label: str) -> np.ndarray:
    """The picture of a row, as it is sent."""
    begin = 44 + int.from_bytes(packed[40:44], "big")
    header = json.loads(packed[44:begin])
    for row, length in zip(header["rows"], header["bytes"], strict=False):
        if row["label"] == label:
            return np.asarray(Image.open(BytesIO(packed[begin : begin + length])))
        begin += length
    raise LookupError(label)


def test_to_a_network_of_digits_writing_is_shown_as_they_are(app: App) -> None:
    digit = load_sample().test[0]
    paper = Image.fromarray(np.rint(220 - 180 * digit[..., 0]).astype(np.uint8)).resize((80, 80))
    tab = tried_on(app, BOTTLENECK, encoded(paper, "PNG"))
    assert TEXTS["no_writing"] not in words(tab)
    assert sprite(component(tab, SIZES), "Input")[0, 0] == 0
    tab.toggle(key="try writing digits").set_value(False).run()
    assert not tab.exception
    assert sprite(component(tab, SIZES), "Input")[0, 0] == 220


def test_a_photo_is_said_to_be_no_writing(app: App) -> None:
    tab = tried_on(app, BOTTLENECK, picture(1))
    assert TEXTS["no_writing"] in words(tab)
    tab.toggle(key="try writing digits").set_value(False).run()
    assert TEXTS["no_writing"] not in words(tab)


def test_to_a_network_of_bananas_photos_are_shown_as_they_are(app: App) -> None:
    tab = tried_on(app, ANOMALIES, white())
    assert not tab.toggle(key="try writing others").value
    assert sprite(component(tab, VERDICTS), "Input").min() == 255


def test_what_is_no_writing_can_be_inverted(app: App) -> None:
    tab = tried_on(app, ANOMALIES, white())
    tab.toggle(key="try inverted").set_value(True).run()
    assert not tab.exception
    assert sprite(component(tab, VERDICTS), "Input").max() == 0


def test_the_whole_picture_or_its_middle(app: App) -> None:
    tab = tried_on(app, BOTTLENECK, encoded(Image.new("RGB", (90, 30), "white"), "PNG"), picture(2))
    assert group(tab, "try shape").disabled
    tab.toggle(key="try writing digits").set_value(False).run()
    before = component(tab, SIZES)
    group(tab, "try shape").set_value("fit").run()
    assert not tab.exception
    assert component(tab, SIZES) != before


def test_the_pictures_go_along_to_the_next_page(app: App) -> None:
    tab = tried_on(app, BOTTLENECK, picture(1))
    tab.switch_page(DENOISING).run()
    assert not tab.exception
    assert LEVELS in players(tab)


def test_what_was_made_of_them_is_kept_by_the_session_alone(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = app.open(BOTTLENECK, tab="own")
    cached = [cached.cache_info().currsize for cached in services._CACHES]
    drop(tab, ("cat.png", picture(1)))
    assert [cached.cache_info().currsize for cached in services._CACHES] == cached
    assert panel.PLAYER in tab.session_state


# The files


def test_every_file_is_decoded_by_the_reading_process_and_none_is_left(app: App, reader: Reader) -> None:
    files = [("cat.png", picture(1)), ("dog.png", picture(2))]
    reader.holds = True
    tab = drop(app.open(BOTTLENECK, tab="own"), *files)
    assert len(reader.held) == len(list(own.root().glob("*/arrived/*"))) == 2
    reader.go_on()
    tab.run()
    assert not list(own.root().glob("*/arrived/*"))
    photos = tab.session_state[panel.SHOWN]
    assert [photo.name for photo in photos] == ["cat.png", "dog.png"]
    np.testing.assert_array_equal(photos[1].pixels, read_picture(*files[1]).pixels)


def test_a_bad_file_gives_a_sentence_and_the_others_are_shown(app: App, reader: Reader) -> None:
    tab = drop(app.open(BOTTLENECK, tab="own"), ("<b>*evil*</b>.png", b"no picture"), ("cat.png", picture()))
    (sentence,) = [warning.value for warning in tab.warning]
    assert "is not used" in sentence
    assert "<b>" not in sentence
    assert [photo.name for photo in tab.session_state[panel.SHOWN]] == ["cat.png"]


def test_a_lost_process_gives_a_sentence_once(app: App, reader: Reader) -> None:
    tab = drop(app.open(BOTTLENECK, tab="own"), ("cat.png", picture()))
    reader.holds = True
    drop(tab, ("a.png", picture(1)), ("b.png", picture(2)))
    for future, *_ in reader.held:
        future.set_exception(RuntimeError("the process ended"))
    tab.run()
    assert [warning.value for warning in tab.warning] == [TEXTS["lost"]]
    assert [photo.name for photo in tab.session_state[panel.SHOWN]] == ["cat.png"]


def test_ten_are_shown_of_twelve(app: App, reader: Reader) -> None:
    tab = drop(app.open(BOTTLENECK, tab="own"), *[(f"{number}.png", picture(number)) for number in range(12)])
    assert len(tab.session_state[panel.SHOWN]) == panel.MOST
    assert [warning.value for warning in tab.warning] == ["Only the first 10 pictures are shown."]


def test_the_next_pictures_take_the_place_of_those_before(app: App, reader: Reader) -> None:
    tab = drop(app.open(BOTTLENECK, tab="own"), ("cat.png", picture(1)), ("no.png", b"no"))
    drop(tab, ("dog.png", picture(2)))
    assert [photo.name for photo in tab.session_state[panel.SHOWN]] == ["dog.png"]
    assert not tab.warning


def test_what_takes_long_is_waited_for(app: App, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    reader.holds = True
    monkeypatch.setattr(panel, "AT_ONCE", 0.01)
    tab = drop(app.open(BOTTLENECK, tab="own"), ("cat.png", picture()))
    assert "Reading your pictures …" in words(tab)
    reader.go_on()
    tab.run()
    assert "Reading your pictures …" not in words(tab)
    assert len(tab.session_state[panel.SHOWN]) == 1


def test_pictures_that_are_removed_are_gone(app: App, reader: Reader) -> None:
    tab = drop(app.open(BOTTLENECK, tab="own"), ("cat.png", picture()))
    button(tab, "Remove them").click().run()
    assert not tab.exception
    assert panel.SHOWN not in tab.session_state
    assert panel.PLAYER not in tab.session_state


def test_another_session_sees_none_of_them(app: App, reader: Reader) -> None:
    drop(app.open(BOTTLENECK, tab="own"), ("cat.png", picture()))
    other = app.open(BOTTLENECK, tab="own")
    assert panel.SHOWN not in other.session_state
    assert "Remove them" not in [one.label for one in other.button]


def test_those_of_the_page_your_pictures_can_be_used(
    app: App, reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    storage.save_photos(tmp_path, make_photos(12))
    monkeypatch.setattr(panel, "my_folder", lambda: tmp_path)
    monkeypatch.setattr(panel, "gathered", lambda: object())
    tab = app.open(BOTTLENECK, tab="own")
    button(tab, "Use my pictures").click().run()
    assert not tab.exception
    assert len(tab.session_state[panel.SHOWN]) == panel.MOST


def test_my_pictures_that_are_gone_give_a_sentence(
    app: App, reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def gone() -> Path:
        raise PictureError(PictureProblem.DAMAGED_PHOTOS)

    monkeypatch.setattr(panel, "my_folder", gone)
    monkeypatch.setattr(panel, "gathered", lambda: object())
    tab = app.open(BOTTLENECK, tab="own")
    button(tab, "Use my pictures").click().run()
    assert not tab.exception
    assert [warning.value for warning in tab.warning] == [PICTURES[PictureProblem.DAMAGED_PHOTOS]]
