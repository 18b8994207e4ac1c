from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from autoencoder.rendering.difference import palette
from autoencoder.rendering.mosaic import (
    BLANK,
    SQUARE,
    enlarge,
    mixed_sheet,
    mosaic,
    pages,
    tile_sheet,
    tiles_of,
)


def test_zero_is_black_and_the_scale_the_full_color() -> None:
    colors = palette(signed=True)
    black, orange, blue, beyond = tiles_of(np.array([0.0, 0.3, -0.3, 9.0]), 0.3)
    assert colors[black].tolist() == [0, 0, 0]
    assert (orange, blue, beyond) == (254, 0, 254)


def test_tiles_are_enlarged_by_a_whole_factor() -> None:
    tiles = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    large = enlarge(tiles, 7, 7)
    assert large.shape == (2, 7, 7)
    assert np.count_nonzero(large != BLANK) == 2 * 4 * 6
    np.testing.assert_array_equal(large[1, 1:5:2, 0:6:2], tiles[1])
    np.testing.assert_array_equal(enlarge(tiles, 2, 3), tiles)


@pytest.mark.parametrize(
    ("units", "columns", "rows", "line"), [(1, 1, 1, 1), (8, 3, 3, 1), (64, 8, 8, 1), (5, 3, 2, 1), (110, 11, 10, 0)]
)
def test_every_unit_is_a_square(units: int, columns: int, rows: int, line: int) -> None:
    values = np.linspace(-1, 1, 3 * units).reshape(3, units)
    made = mosaic(values, 1.0)
    step = SQUARE + line
    assert made.shape == (3, rows * step - line, columns * step - line)
    squares = made[:, ::step, ::step].reshape(3, -1)
    np.testing.assert_array_equal(squares[:, :units], tiles_of(values, 1.0))
    assert (squares[:, units:] == BLANK).all()
    assert np.count_nonzero(made != BLANK) == values.size * SQUARE**2


def test_every_map_is_a_small_picture() -> None:
    values = np.random.default_rng(0).uniform(-1, 1, (2, 4, 5, 6))
    made = mosaic(values, 1.0)
    assert made.shape == (2, 2 * 5 - 1, 3 * 6 - 1)
    np.testing.assert_array_equal(made[1, 5:9, 6:11], tiles_of(values[1, :, :, 4], 1.0))
    assert (made[:, 4] == BLANK).all()
    assert (made[:, :, 5] == BLANK).all()


def test_the_last_page_is_filled_up() -> None:
    tiles = np.arange(7, dtype=np.uint8).reshape(7, 1, 1)
    assert pages(tiles, 3)[..., 0, 0].tolist() == [[0, 1, 2], [3, 4, 5], [6, BLANK, BLANK]]


def test_where_no_tile_is_nothing_is_seen() -> None:
    frames = np.array([0, 127, 254, BLANK], np.uint8).reshape(2, 2, 1, 1)
    pixels = np.asarray(Image.open(BytesIO(tile_sheet(frames))).convert("RGBA"))
    assert pixels.shape == (2, 2, 4)
    np.testing.assert_array_equal(pixels.reshape(4, 4)[:3, :3], palette(signed=True)[[0, 127, 254]])
    assert pixels[..., 3].ravel().tolist() == [255, 255, 255, 0]


@pytest.mark.parametrize("channels", [1, 3])
def test_tiles_stand_beside_pictures(channels: int) -> None:
    tiles = np.array([[[0, BLANK]], [[254, 127]]], np.uint8)
    pictures = np.linspace(0, 1, 4 * channels).reshape(2, 1, 2, channels)
    pixels = np.asarray(Image.open(BytesIO(mixed_sheet(pictures, tiles))))
    assert pixels.shape == (2, 4, 4)
    expected = np.broadcast_to(np.rint(pictures * 255), (2, 1, 2, 3))
    np.testing.assert_array_equal(pixels[:, :2, :3], expected[:, 0])
    np.testing.assert_array_equal(pixels[0, 2:, 3], [255, 0])
    np.testing.assert_array_equal(pixels[1, 2:, :3], palette(signed=True)[[254, 127]])


def test_of_many_maps_the_first_are_drawn() -> None:
    values = np.random.default_rng(0).uniform(-1, 1, (1, 4, 4, 200))
    assert mosaic(values, 1.0).shape == (1, 8 * 5 - 1, 8 * 5 - 1)
    np.testing.assert_array_equal(mosaic(values, 1.0), mosaic(values[..., :64], 1.0))
