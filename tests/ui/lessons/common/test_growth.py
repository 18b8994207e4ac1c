from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from autoencoder.networks.plan import make_plan
from autoencoder.rendering.mosaic import tiles_of
from autoencoder.training.growth import pack
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import RunState
from tests.pages.running import (
    BOTTLENECK,
    LIKE_PRETRAINED,
    App,
    component,
    group,
    made_up_preview,
    players,
    words,
)
from ui.lessons.common import growth, inside

pytestmark = pytest.mark.usefixtures("no_mnist")
KEY = LIKE_PRETRAINED.key


def weights(number: int, names: tuple[str, ...] = ("first", "last")) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(number)
    return {name: generator.normal(size=(25, 28, 28, 1)).astype(np.float32) for name in names}


def prepare(app: App, state: RunState, kept: tuple[int, ...] = (0, 1, 2)) -> RunFolder:
    folder = app.prepare(LIKE_PRETRAINED, state)
    for number in kept:
        folder.write_preview(number, made_up_preview(LIKE_PRETRAINED, number), pack(weights(number), 3))
    return folder


def opened(app: App, **address: str) -> AppTest:
    tab = app.open(BOTTLENECK, run=KEY, tab="inside", **address)
    assert not tab.exception
    return tab


def test_the_slider_goes_through_the_training(app: App) -> None:
    prepare(app, RunState.FINISHED)
    tab = opened(app, inside="time")
    player = players(tab)[f"growth {KEY}"]
    assert player["positions"] == ["0", "20", "40"]
    assert [row["label"] for row in player["rows"]] == ["Looks for", "", "", "Paints", "", ""]
    assert component(tab, f"growth {KEY} known")["index"] == 2
    assert "Units 1 to 25, by their number" in words(tab)
    assert "maps" not in player["legend"]["text"].lower()


def test_moments_without_tiles_are_left_out(app: App) -> None:
    prepare(app, RunState.FINISHED, kept=(0, 2))
    assert players(opened(app, inside="time"))[f"growth {KEY}"]["positions"] == ["0", "40"]


@pytest.mark.parametrize("damaged", [False, True])
def test_a_training_from_before_has_no_such_view(app: App, damaged: bool) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    if damaged:
        for number in range(3):
            (folder.path / "moments" / f"{number:04d}.npz").write_bytes(b"PK")
    tab = opened(app)
    assert inside.TEXTS["views"]["time"] not in group(tab, inside.VIEW).options


GRAY, COLORED = (make_plan("own", shape, 4, ordered=False, composition="dense-8") for shape in ((8, 8, 1), (8, 8, 3)))


def test_all_moments_have_one_scale() -> None:
    moments = {float(number): {"first": weights(number)["first"][..., 0] * 10**number} for number in range(3)}
    player = growth.player_of(moments, GRAY)
    levels = np.asarray(Image.open(BytesIO(player.rows[1].sprite))).reshape(3, 28, 10, 28)
    scale = growth.scale_of(np.stack([tiles["first"] for tiles in moments.values()]))
    for number, tiles in enumerate(moments.values()):
        np.testing.assert_array_equal(levels[number].swapaxes(0, 1), tiles_of(tiles["first"][10:20], scale))
    assert player.legend is not None
    assert f"Looks for ±{scale:.2g}" in player.legend.text


def test_what_units_look_for_and_what_they_paint_have_scales_of_their_own() -> None:
    tiles = {"first": weights(0)["first"][..., 0] / 100, "last": weights(1)["last"][..., 0]}
    player = growth.player_of({0.0: tiles}, GRAY)
    levels = np.asarray(Image.open(BytesIO(player.rows[0].sprite))).reshape(28, 10, 28)
    scales = [growth.scale_of(of_layer) for of_layer in tiles.values()]
    np.testing.assert_array_equal(levels.swapaxes(0, 1), tiles_of(tiles["first"][:10], scales[0]))
    assert player.legend is not None
    assert "Looks for ±{:.2g}, Paints ±{:.2g}".format(*scales) in player.legend.text


@pytest.mark.parametrize("composition", ["dense-8", "dense-8-norm"])
def test_batch_normalization_in_tiles_is_said(composition: str) -> None:
    plan = make_plan("own", (8, 8, 1), 4, ordered=False, composition=composition)
    legend = growth.player_of({0.0: {"first": weights(0)["first"][..., 0]}}, plan).legend
    assert legend is not None
    assert ("Batch normalization is worked in." in legend.text) == composition.endswith("norm")


def test_maps_have_rows_of_their_own() -> None:
    names = ("encoder 1", "code", "decoder 1")
    maps = {name: np.abs(tiles[..., 0])[:, :7, :7] for name, tiles in weights(0, names).items()}
    tiles = {name: tiles[:, :4, :4, 0] for name, tiles in weights(1).items()} | maps
    player = growth.player_of({0.0: tiles, 1.0: tiles}, COLORED)
    titles = [row.label for row in player.rows if row.label]
    assert titles == ["Looks for", "Paints", "Encoder 1", "Code", "Decoder 1"]
    assert len(player.rows) == 5 * growth.rows_of_each(tiles) == 10
    assert (player.tile_height, player.tile_width) == (7, 7)
    assert player.legend is not None
    assert "Maps of each layer have a scale of their own." in player.legend.text
    assert "Of colors, the mean over the three channels." in player.legend.text
    assert "the first test picture (0), without noise" in growth.about("mnist_sample", tiles)


def test_many_layers_have_a_row_each() -> None:
    assert growth.rows_of_each({str(number): np.zeros((30, 2, 2)) for number in range(14)}) == 1


def test_live_the_latest_tiles_are_shown_when_the_box_is_open(app: App) -> None:
    prepare(app, RunState.PAUSED, kept=(0, 1))
    tab = app.open(BOTTLENECK, run=KEY)
    assert [key for key in players(tab) if key.startswith("grows")] == []
    tab.session_state[f"growing {KEY}"] = True
    tab.run()
    assert not tab.exception
    player = players(tab)[f"grows {KEY}"]
    assert player["positions"] == [""]
    assert [row["frames"] for row in player["rows"]] == [1] * 6


def test_live_it_says_where_nothing_was_kept(app: App) -> None:
    app.prepare(LIKE_PRETRAINED, RunState.PAUSED)
    tab = app.open(BOTTLENECK, run=KEY)
    tab.session_state[f"growing {KEY}"] = True
    assert growth.WORDS["none"] in words(tab.run())


def test_other_pages_have_no_such_box(app: App) -> None:
    prepare(app, RunState.PAUSED)
    tab = app.open("pages/latent.py", run=KEY)
    assert not tab.exception
    assert growth.WORDS["live"] not in [box.label for box in tab.expander]
