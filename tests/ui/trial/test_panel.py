import json
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from autoencoder.analysis.compression import CompressionReport
from autoencoder.analysis.metrics import mean_squared_error
from autoencoder.analysis.trying import as_seen
from autoencoder.data.uploads.reading import read_picture
from tests.data.uploads.corpus import encoded
from tests.pages.anomaly_runs import ANOMALIES
from tests.pages.running import BOTTLENECK, DENOISING, PRETRAINED, App, component, group, move, players, words
from tests.ui.uploading import Inline, drop, picture, renewed
from ui.services import cache
from ui.services.services import load_model
from ui.trial import state as trial_state
from ui.trial.panel import INVERT
from ui.trial.text import times_in_words

SIZES, LEVELS, VERDICTS = "own sizes bottleneck", "own noise denoising gaussian", "own threshold anomalies"
every_page = pytest.mark.parametrize(
    ("page", "key"),
    [(BOTTLENECK, SIZES), (DENOISING, LEVELS), (ANOMALIES, VERDICTS)],
    ids=["sizes", "levels", "verdicts"],
)


@pytest.fixture(autouse=True)
def reader(app: App, no_mnist: object, monkeypatch: pytest.MonkeyPatch) -> Inline:
    reader = Inline()
    monkeypatch.setattr(trial_state, "get_reader", renewed(reader))
    return reader


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
    seen = as_seen([read_picture("a.png", picture(1))], (28, 28, 1))
    error = mean_squared_error(seen, load_model(PRETRAINED).reconstruct(seen, 8))[0]
    baseline = CompressionReport.of(PRETRAINED).error_at(8)
    assert players(tab)[SIZES]["captions"][7] == (
        f"From 8 numbers: mean squared error {error:.4f}, {times_in_words(error / baseline)} that of the test pictures "
        f"({baseline:.4f})"
    )


@every_page
def test_a_network_errs_more_on_what_it_has_never_seen(app: App, page: str, key: str) -> None:
    tab = tried_on(app, page, picture(1))
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
    assert component(tab, f"{key} move")["index"] == component(tab, f"{key[4:]} move")["index"] == index
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
    assert component(tab, f"{VERDICTS} move")["index"] == 17
    assert component(tab, VERDICTS) == sent
    own = players(tab)[VERDICTS]
    assert own["notes"][0][0].endswith("\nanomaly")
    assert own["alarms"][0] == [True]
    assert own["captions"][0].startswith("1 of 1 called anomaly; mean score ")


def sprite(packed: bytes, label: str) -> np.ndarray:
    """The picture of a row, as it is sent."""
    end = 44 + int.from_bytes(packed[40:44], "big")
    for row in json.loads(packed[44:end])["rows"]:
        if row["label"] == label:
            return np.asarray(Image.open(BytesIO(packed[end : end + row["bytes"]])))
        end += row["bytes"]
    raise LookupError(label)


def test_light_pictures_are_invited_to_be_inverted(app: App) -> None:
    tab = tried_on(app, BOTTLENECK, white())
    assert INVERT in words(tab)
    assert sprite(component(tab, SIZES), "Input").min() == 255
    tab.toggle(key="try inverted").set_value(True).run()
    assert not tab.exception
    assert INVERT not in words(tab)
    assert sprite(component(tab, SIZES), "Input").max() == 0


def test_to_a_network_of_light_pictures_nothing_is_suggested(app: App) -> None:
    assert INVERT not in words(tried_on(app, ANOMALIES, white()))


def test_the_whole_picture_or_its_middle(app: App) -> None:
    tab = tried_on(app, BOTTLENECK, encoded(Image.new("RGB", (90, 30), "white"), "PNG"), picture(2))
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
    cached = [cached.cache_info().currsize for cached in cache._CACHES]
    drop(tab, ("cat.png", picture(1)))
    assert [cached.cache_info().currsize for cached in cache._CACHES] == cached
    assert trial_state.PLAYER in tab.session_state
