from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from autoencoder.rendering.sprites import (
    LARGEST_SIDE,
    png,
    sheet,
    square_sheet,
    thumbnails,
    tile_up,
    to_bytes,
)
from tests.examples import make_pictures


def decoded(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(content)))


@given(st.integers(0, 255))
def test_every_shade_of_gray_survives(shade: int) -> None:
    assert to_bytes(np.float32(shade) / np.float32(255)) == shade


def test_what_is_out_of_range_is_cut_off() -> None:
    assert to_bytes(np.array([-1.0, -0.001, 0.0, 0.5, 1.0, 1.001, 9.0])).tolist() == [0, 0, 0, 128, 255, 255, 255]


@given(st.tuples(*[st.integers(1, 5)] * 4), st.sampled_from([1, 3]))
def test_a_sheet_has_frames_below_and_pictures_beside_each_other(sizes: tuple[int, ...], channels: int) -> None:
    frames, pictures, height, width = sizes
    numbers = np.arange(np.prod(sizes) * channels).reshape(*sizes, channels)
    laid_out = sheet(numbers)
    assert laid_out.shape == (frames * height, pictures * width, channels)
    for frame in range(frames):
        for picture in range(pictures):
            part = laid_out[frame * height : (frame + 1) * height, picture * width : (picture + 1) * width]
            np.testing.assert_array_equal(part, numbers[frame, picture])


@pytest.mark.parametrize("channels", [1, 3])
def test_a_png_decodes_to_exactly_the_pixels(channels: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (13, 17, channels), np.uint8)
    np.testing.assert_array_equal(decoded(png(pixels)).reshape(pixels.shape), pixels)


@pytest.mark.parametrize("colors", [2, 16, 255, 256])
def test_a_png_with_a_palette_shows_its_colors(colors: int) -> None:
    generator = np.random.default_rng(0)
    palette = generator.integers(0, 256, (colors, 3), np.uint8)
    indices = generator.integers(0, colors, (13, 17, 1), np.uint8)
    image = Image.open(BytesIO(png(indices, palette)))
    np.testing.assert_array_equal(np.asarray(image), indices[..., 0])
    np.testing.assert_array_equal(np.asarray(image.convert("RGB")), palette[indices[..., 0]])


@pytest.mark.parametrize("channels", [1, 3])
def test_a_sheet_of_pictures_decodes_to_their_bytes(channels: int) -> None:
    frames = np.stack([make_pictures(3, (8, 9, channels), seed) for seed in range(2)])
    pixels = decoded(png(sheet(to_bytes(frames)))).reshape(16, 27, channels)
    np.testing.assert_array_equal(pixels[8:, 9:18], np.rint(frames[1, 1] * 255).astype(np.uint8))


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
    sheet = decoded(content)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        np.testing.assert_array_equal(sheet[4 * row : 4 * row + 4, 6 * column : 6 * column + 6], tile)
    assert sheet.shape[0] // 4 <= columns


def test_tiles_stand_row_by_row() -> None:
    tiles = np.arange(6, dtype=np.uint8).reshape(6, 1, 1, 1)
    np.testing.assert_array_equal(tile_up(tiles, 3)[..., 0], [[0, 1, 2], [3, 4, 5]])
