from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.pages.running import App
from ui.lessons.latent.players import (
    GRID,
    View,
    default_pair,
    knob_player,
    map_picture,
    place_picture,
    scatter_of,
    walk_player,
)
from ui.services import services
from ui.services.trained_run import TrainedRun


@pytest.fixture
def view(app: App) -> View:
    return View(TrainedRun.load(services.PRETRAINED), 2)


def pixels(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(content)))


def tile(sheet: np.ndarray, columns: int, number: int) -> np.ndarray:
    row, column = divmod(number, columns)
    return sheet[28 * row : 28 * row + 28, 28 * column : 28 * column + 28]


def in_bytes(picture: np.ndarray) -> np.ndarray:
    return np.rint(picture[..., 0] * 255).astype(np.uint8)


def assert_a_shade_apart(found: np.ndarray, expected: np.ndarray) -> None:
    """The same but for a rounding: a picture's last bits depend on those that go through the network with it."""
    assert np.abs(found.astype(int) - expected).max() <= 1


def test_under_each_point_is_its_own_picture(view: View) -> None:
    data = scatter_of(view)
    sheet = pixels(data.thumbnails)
    for number in (0, 17, 296):
        picture = services.test_pictures("mnist_sample").test[number]
        np.testing.assert_array_equal(tile(sheet, data.columns, number), in_bytes(picture))


def test_between_the_points_is_what_the_decoder_makes_of_the_place(view: View) -> None:
    indices = view.frame.grid(GRID, GRID)
    sheet = pixels(scatter_of(view).decoded)
    for number in (0, 300, GRID * GRID - 1):
        expected = in_bytes(view.decode(view.plane.codes_at(indices[[number]]))[0])
        assert_a_shade_apart(tile(sheet, GRID, number), expected)  # in a batch of others
        assert_a_shade_apart(pixels(place_picture(view, indices[number].tolist())), expected)


def test_the_ends_of_the_walk_are_the_reconstructions_in_both_rows(view: View) -> None:
    pair = default_pair(view)
    labels = view.codes.labels
    assert labels[pair[0]] != labels[pair[1]]
    start, end = (
        in_bytes(picture)
        for picture in view.run.model.reconstruct(services.test_pictures("mnist_sample").test[list(pair)], view.size)
    )
    player = walk_player(view, pair)
    for row in player.rows:
        sheet = pixels(row.sprite)
        last = row.frames - 1
        for frame in (0, last // 2, last):
            assert_a_shade_apart(tile(sheet, 3, 3 * frame), start)
            assert_a_shade_apart(tile(sheet, 3, 3 * frame + 2), end)
        assert_a_shade_apart(tile(sheet, 3, 1), start)
        assert_a_shade_apart(tile(sheet, 3, 3 * last + 1), end)


def test_a_number_starts_where_it_is_in_the_code(view: View) -> None:
    player, start = knob_player(view, 4, 1)
    own = view.codes.values[4, 1]
    values = [float(text.replace("−", "-")) for text in player.positions]
    assert abs(values[start] - own) == min(abs(value - own) for value in values)


def test_the_map_has_every_place_enlarged_by_whole_factors(view: View) -> None:
    picture = pixels(map_picture(view))
    assert picture.shape == (840, 840)
    np.testing.assert_array_equal(picture[::2, ::2], picture[1::2, 1::2])
