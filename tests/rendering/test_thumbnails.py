from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from autoencoder.rendering.thumbnails import LARGEST_SIDE, enlarge, square_sheet, thumbnails, tile_up
from tests.examples import make_pictures


def test_small_pictures_stay_as_they_are() -> None:
    some = make_pictures(3, (28, 30, 3))
    np.testing.assert_array_equal(thumbnails(some), np.rint(some * 255).astype(np.uint8))


@pytest.mark.parametrize(
    ("shape", "expected"), [((64, 64, 3), (32, 32, 3)), ((96, 50, 1), (32, 17, 1)), ((33, 33, 3), (17, 17, 3))]
)
def test_large_ones_shrink_by_whole_factors(shape: tuple[int, int, int], expected: tuple[int, int, int]) -> None:
    some = make_pictures(2, shape)
    small = thumbnails(some)
    assert small.shape == (2, *expected)
    assert max(small.shape[1:3]) <= LARGEST_SIDE
    factor = shape[0] // expected[0] if shape[0] % expected[0] == 0 else 2
    assert small[1, 0, 0] == pytest.approx(some[1, :factor, :factor].mean(axis=(0, 1)) * 255, abs=1.5)


@pytest.mark.parametrize("count", [1, 5, 9, 10])
def test_every_tile_is_found_in_the_sheet(count: int) -> None:
    tiles = np.random.default_rng(0).integers(0, 256, (count, 4, 6, 3), np.uint8)
    content, columns = square_sheet(tiles)
    sheet = np.asarray(Image.open(BytesIO(content)))
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        np.testing.assert_array_equal(sheet[4 * row : 4 * row + 4, 6 * column : 6 * column + 6], tile)
    assert sheet.shape[0] // 4 <= columns


def test_tiles_stand_row_by_row() -> None:
    tiles = np.arange(6, dtype=np.uint8).reshape(6, 1, 1, 1)
    np.testing.assert_array_equal(tile_up(tiles, 3)[..., 0], [[0, 1, 2], [3, 4, 5]])


def test_enlarged_pixels_are_squares() -> None:
    np.testing.assert_array_equal(enlarge(np.array([[[1], [2]]]), 2)[..., 0], [[1, 1, 2, 2], [1, 1, 2, 2]])
