from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from autoencoder.analysis import family
from autoencoder.analysis import inside as library
from autoencoder.analysis.inside import Use
from autoencoder.networks import traced
from autoencoder.rendering.difference import Legend
from autoencoder.rendering.mosaic import tiles_of
from tests.pages.running import BOTTLENECK, DENOISING, App, component, group, players, words
from tests.ui.uploading import drop, picture
from ui.components.player.player import Player
from ui.drawing.answers import Drawing
from ui.lessons.common import inside
from ui.lessons.common.players import default_indices, shown_pictures
from ui.services.services import PRETRAINED, PRETRAINED_DENOISER, PRETRAINED_FAMILY
from ui.services.trained_run import TrainedRun

pytestmark = pytest.mark.usefixtures("no_mnist")
FAMILY = "pages/family.py"


def opened(app: App, page: str, **address: str) -> AppTest:
    tab = app.open(page, tab="inside", **address)
    assert not tab.exception
    return tab


def views(tab: AppTest) -> list[str]:
    return list(group(tab, inside.VIEW).options)


def pixels(player: Player, row: int) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(player.rows[row].sprite)).convert("RGBA"))


@pytest.fixture
def dense(app: App) -> TrainedRun:
    return run_of(app, PRETRAINED)


def run_of(app: App, folder: Any) -> TrainedRun:
    app.open()  # makes the store
    return TrainedRun.load(folder)


@pytest.mark.parametrize(("page", "name"), [(BOTTLENECK, "bottleneck"), (DENOISING, "denoising")])
@pytest.mark.parametrize("view", ["looks", "paints", "fires"])
def test_every_view_can_be_opened_by_a_link(app: App, page: str, name: str, view: str) -> None:
    tab = opened(app, page, inside=view)
    assert views(tab) == [inside.TEXTS["views"][each] for each in ("looks", "paints", "fires")]
    assert any(key.startswith(f"inside {view} {name}") for key in players(tab))
    assert "units are dead:**" in words(tab)


def test_no_other_tab_has_more_fields(app: App) -> None:
    tab = app.open(BOTTLENECK)
    assert inside.VIEW not in [one.key for one in tab.button_group]
    assert list(players(tab)) == ["sizes bottleneck"]


def test_units_are_sorted_by_use_on_one_scale(app: App, dense: TrainedRun) -> None:
    player = inside.looks_player(dense)
    assert (player.columns, len(player.rows)) == (10, 5)
    assert player.positions[0] == "1–50"
    assert player.positions[-1] == "501–512"
    use, tiles = inside.uses(dense)[0], library.first_tiles(dense.model.network)
    assert tiles is not None
    scale = library.scale_of(tiles)
    levels = np.asarray(Image.open(BytesIO(player.rows[1].sprite)))
    second_row_of_second_page = levels[28:56].reshape(28, 10, 28).swapaxes(0, 1)
    expected = tiles_of(tiles[use.order[60:70], :, :, 0], scale)
    np.testing.assert_array_equal(second_row_of_second_page, expected)
    assert player.legend is not None
    assert player.legend.high == f"+{scale:.2g}"


def test_nothing_is_seen_after_the_last_unit(app: App, dense: TrainedRun) -> None:
    player = inside.looks_player(dense)  # of 512 units 12 are on the last page
    opacity = [pixels(player, row)[-28:, :, 3] for row in range(5)]
    assert (opacity[0] == 255).all()
    assert (opacity[1][:, :56] == 255).all()
    assert not opacity[1][:, 56:].any()
    assert not np.any(opacity[2:])


def test_of_a_convolutional_network_all_filters_are_shown(app: App) -> None:
    run = run_of(app, PRETRAINED_DENOISER)
    player = inside.looks_player(run)
    assert player.positions == [f"{half} {number}" for half, number in zip(*FILTERS, strict=True)]
    assert (player.tile_height, player.tile_width) == (18, 18)
    assert "a patch of 2 × 2 pixels" in inside.tiles_in_words(run, inside.LOOKS)
    assert "*decoder 6*" in inside.tiles_in_words(run, inside.PAINTS)


FILTERS = (["Encoder"] * 4 + ["Decoder"] * 3, [1, 2, 4, 6, 1, 3, 5])


def firing(run: TrainedRun, chosen: int = inside.ALL, size: int | None = None) -> tuple[Player, tuple[float, ...]]:
    pictures = shown_pictures(run.source, default_indices(run.source))
    return inside.fires_player(run, pictures.tobytes(), pictures.shape, tuple("0123456789"), size, chosen)


def test_the_slider_goes_from_layer_to_layer(app: App, dense: TrainedRun) -> None:
    player, scales = firing(dense, size=8)
    assert list(player.positions) == ["Encoder 1", "Encoder 2", "Code", "Decoder 1", "Decoder 2"]
    assert [(row.label, row.frames) for row in player.rows] == [("Input", 1), ("Layer", 5), ("Reconstruction", 1)]
    layers = library.activations_of(dense.model.network, shown_pictures(dense.source, default_indices(dense.source)), 8)
    assert scales == pytest.approx([np.abs(layer.values).max() for layer in layers[:-1]])
    assert player.captions[0].startswith(f"{(layers[0].values > 0).sum() / 10:,.0f} of 512 units fire for a picture")
    factor = player.tile_height // 28
    rebuilt = pixels(player, 2)[::factor, ::factor, 0].reshape(28, 10, 28).swapaxes(0, 1)
    np.testing.assert_allclose(rebuilt, layers[-1].values[..., 0] * 255, atol=0.5001)


def test_one_picture_is_shown_large(app: App, dense: TrainedRun) -> None:
    player, scales = firing(dense, chosen=3)
    assert player.large
    assert list(player.column_names) == ["Input", "Layer", "Reconstruction"]
    picture = shown_pictures(dense.source, default_indices(dense.source))[3]
    side, factor = player.tile_height, player.tile_height // 28
    np.testing.assert_allclose(pixels(player, 0)[:side:factor, :side:factor, 0], picture[..., 0] * 255, atol=0.5)
    assert scales == firing(dense)[1], "the scale is that of all pictures"
    assert "on average" not in player.captions[0]


def test_a_drawing_has_the_scales_of_the_other_pictures(app: App, dense: TrainedRun) -> None:
    player, scales = firing(dense)
    picture = shown_pictures(dense.source, default_indices(dense.source))[0]
    answer = inside.fires_for_drawing(dense, scales, None, Drawing(picture))
    own = inside.fires_player_of(picture[None], library.activations_of(dense.model.network, picture[None]), scales)
    assert own.rows[1].sprite in answer
    side = player.tile_width
    np.testing.assert_array_equal(pixels(own, 1), pixels(player, 1)[:, :side])


def test_the_pad_asks_for_the_column_of_all_pictures(app: App) -> None:
    tab = opened(app, BOTTLENECK, inside="fires", drawing="yes", inside_picture="-1")
    assert component(tab, "inside fires bottleneck 1 pad") == {
        "to": "inside fires bottleneck 1",
        "kind": "pad",
        "reserved": True,
    }


def test_own_pictures_can_be_looked_at(app: App) -> None:
    tab = drop(app.open(BOTTLENECK, tab="own"), ("mine.png", picture()))
    tab.session_state["bottleneck tab"] = "Inside"
    tab.run()
    tab.session_state[inside.VIEW] = inside.FIRES
    tab.run()
    group(tab, "inside whose").set_value(inside.WHOSE["own"]).run()
    assert not tab.exception
    assert [option for option in tab.selectbox(key="inside picture").options] == ["All of them", "Picture 1: mine.png"]


def test_dead_units_are_counted_between_picture_and_reconstruction() -> None:
    none, some = np.ones(3), np.array([0.0, 0.5, 0.0])
    alive = [Use("encoder 1", 9, True, none, none), Use("code", 9, True, none, none)]
    alive.append(Use("reconstruction", 9, True, some, some))
    assert inside.dead_in_words(alive, ordered=False) == (
        "**No unit is dead:** each of the 6 with ReLU fires for at least one of 9 test pictures.",
        False,
    )
    said, dead = inside.dead_in_words([Use("encoder 1", 9, True, some, some), *alive[1:]], ordered=True)
    assert dead
    assert "**2 of 6 units are dead:** 0 for all of 9 test pictures, each at another bottleneck size" in said
    assert "(encoder 1: 2)." in said


def test_units_without_relu_are_not_counted() -> None:
    values = np.ones(3)
    smooth = [Use(name, 9, False, values, values) for name in ("encoder 1", "code", "reconstruction")]
    said, dead = inside.dead_in_words(smooth, ordered=False)
    assert not dead
    assert said.startswith("**No unit is dead:** none has ReLU")
    assert (
        "each of the 3 with ReLU"
        in inside.dead_in_words([*smooth[:1], Use("c", 9, True, values, values), *smooth[1:]], ordered=False)[0]
    )


def test_only_units_with_relu_are_said_to_fire(app: App) -> None:
    player, _ = firing(run_of(app, PRETRAINED_FAMILY["linear"]))
    assert [caption.split(" · ")[0] for caption in player.captions] == ["8 numbers"]
    player, _ = firing(run_of(app, PRETRAINED_DENOISER))
    said = dict(zip(player.positions, player.captions, strict=True))
    assert "of 32 units fire" in said["Encoder 1"]
    assert said["Encoder 3"].startswith("32 units, none with ReLU · ")


def test_the_sparse_member_has_a_chart_of_its_numbers(app: App) -> None:
    tab = opened(app, FAMILY, member="sparse", inside="numbers")
    chart = component(tab, "inside numbers sparse chart")["chart"]
    use = inside.use_of_layer(TrainedRun.load(PRETRAINED_FAMILY["sparse"]), "code")
    heights = [height for _, height in chart["lines"][0]["points"]]
    assert heights == pytest.approx([*sorted(use.share, reverse=True), 0], abs=1e-6)
    assert f"**{use.share.sum():.1f} of 64 numbers** of the code" in words(tab)
    assert f"{len(use.dead)} are used for none." in words(tab)


def test_the_tiles_of_the_linear_member_stand_beside_those_of_pca(app: App) -> None:
    tab = opened(app, FAMILY, member="linear", inside="pca")
    player = players(tab)["inside pca linear"]
    assert [row["label"] for row in player["rows"]] == ["Linear", "PCA"]
    assert player["columns"] == 8
    components = (PRETRAINED_FAMILY["linear"].measured_arrays(family.PCA) or {})["components"]
    beside = inside.beside_pca(TrainedRun.load(PRETRAINED_FAMILY["linear"]))
    assert beside is not None
    assert beside.legend is not None
    levels = np.asarray(Image.open(BytesIO(beside.rows[1].sprite)))[:, 28:56]
    middle = (levels.astype(float) - 127) / 127
    assert np.corrcoef(middle.ravel(), components[:, 1])[0, 1] > 0.99


def test_what_is_too_large_is_said(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traced, "MOST_BYTES", 1000)
    traced.trace.cache_clear()
    tab = opened(app, BOTTLENECK)
    assert inside.TEXTS["too_large"] in words(tab)
    assert list(players(tab)) == ["sizes bottleneck"]


def test_only_bounded_networks_have_a_sigmoid(app: App) -> None:
    app.open()
    said = {
        name: inside.tiles_in_words(TrainedRun.load(PRETRAINED_FAMILY[name]), "paints") for name in ("linear", "sparse")
    }
    assert "and the bias add up; a sigmoid makes the sum a picture." in said["sparse"]
    assert "and the bias add up to the picture." in said["linear"]


@pytest.mark.parametrize("member", ["undercomplete", "variational", "contractive"])
def test_other_members_have_neither(app: App, member: str) -> None:
    assert len(views(opened(app, FAMILY, member=member))) == 3


def test_a_wall_of_several_layers_names_them() -> None:
    some = {"encoder 1": np.zeros((60, 4, 4), np.uint8), "decoder 1": np.zeros((7, 9, 8), np.uint8)}
    player = inside.wall(some, Legend(True, "", "", "", ""))
    assert list(player.positions) == ["Encoder 1, 1–50", "Encoder 1, 51–60", "Decoder 1"]
    assert (player.tile_height, player.tile_width) == (9, 8)
    few = inside.wall({"code": np.zeros((3, 4, 4), np.uint8)}, Legend(True, "", "", "", ""))
    assert (few.columns, len(few.rows), list(few.positions)) == (3, 1, ["1–3"])
