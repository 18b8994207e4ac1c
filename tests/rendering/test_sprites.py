from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from autoencoder.rendering.sprites import picture_sheet, png, sheet, to_bytes
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
    pixels = decoded(picture_sheet(frames)).reshape(16, 27, channels)
    np.testing.assert_array_equal(pixels[8:, 9:18], np.rint(frames[1, 1] * 255).astype(np.uint8))
