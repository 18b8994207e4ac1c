import numpy as np
import pytest
from PIL import Image

from autoencoder.data.uploads.framing import LARGEST, SMALLEST, frame, to_float
from autoencoder.data.uploads.reading import Photo
from tests.data.uploads.examples import make_photo


def photo(pixels: np.ndarray) -> Photo:
    return Photo("a", None, pixels.astype(np.uint8))


@pytest.mark.parametrize("side", [SMALLEST, 31, LARGEST])
@pytest.mark.parametrize(("color", "channels"), [("gray", 1), ("color", 3)])
@pytest.mark.parametrize("how", ["crop", "fit"])
@pytest.mark.parametrize("size", [(120, 90), (90, 121), (1, 1), (5, 400)])
def test_shape_and_range(side: int, color: str, channels: int, how: str, size: tuple[int, int]) -> None:
    framed = frame(make_photo(*size), side, color, how)
    assert framed.dtype == np.float32
    assert framed.shape == (side, side, channels)
    assert framed.min() >= 0
    assert framed.max() <= 1


@pytest.mark.parametrize("how", ["crop", "fit"])
def test_a_square_of_the_wanted_side_is_left_as_it_is(how: str) -> None:
    square = make_photo(32, 32)
    np.testing.assert_array_equal(frame(square, 32, "color", how), square.pixels / np.float32(255))


def test_the_middle_is_cropped() -> None:
    pixels = np.zeros((32, 96, 3))
    pixels[:, 32:64] = 255
    assert frame(photo(pixels), 32, "color", "crop").min() == 1


def test_all_of_a_photo_is_fitted_between_borders_of_its_edges_color() -> None:
    pixels = np.full((32, 96, 3), 90)
    pixels[8:24] = 200
    fitted = frame(photo(pixels), 48, "gray", "fit")
    np.testing.assert_allclose(fitted[:15], 90 / 255, atol=1e-6)
    np.testing.assert_allclose(fitted[-15:], 90 / 255, atol=1e-6)
    assert fitted[20:28].mean() > 0.7


def test_fine_stripes_are_averaged_not_sampled() -> None:
    pixels = np.zeros((480, 480, 3))
    pixels[:, ::2] = 255
    framed = frame(photo(pixels), 48, "color", "crop")
    assert np.abs(framed - 0.5).max() < 0.03


def test_gray_is_that_of_pillow_and_equal_channels_stay() -> None:
    pixels = make_photo().pixels
    expected = np.asarray(Image.fromarray(pixels).convert("L")) / np.float32(255)
    np.testing.assert_array_equal(to_float(pixels, "gray")[..., 0], expected)
    shades = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    np.testing.assert_array_equal(to_float(shades, "gray")[0, :, 0], shades[0, :, 0] / np.float32(255))


@pytest.mark.parametrize(
    ("choices", "named"),
    [
        ((15, "gray", "crop"), r"`side` from 16 to 96\. Received: 15"),
        ((97, "gray", "crop"), r"`side` from 16 to 96\. Received: 97"),
        ((32, "red", "crop"), r"`color` to be 'gray' or 'color'\. Received: 'red'"),
        ((32, "gray", "stretch"), r"`how` to be 'crop' or 'fit'\. Received: 'stretch'"),
    ],
)
def test_other_choices_are_errors(choices: tuple, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        frame(make_photo(), *choices)
