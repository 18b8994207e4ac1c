from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from autoencoder.rendering.difference import (
    LEVELS,
    DifferenceStyle,
    colors_of,
    difference,
    difference_sheet,
    palette,
    to_levels,
)
from tests.examples import make_pictures

BOTH = pytest.mark.parametrize("signed", [True, False], ids=["signed", "absolute"])
UNIT = st.floats(0, 1)


def color(picture: float, reconstruction: float, *, signed: bool) -> tuple[int, ...]:
    one, other = (np.full((1, 8, 8, 1), value) for value in (picture, reconstruction))
    level = to_levels(difference(one, other, signed=signed), signed=signed)[0, 0, 0, 0]
    return tuple(palette(signed=signed)[level].tolist())


@BOTH
@given(value=UNIT)
def test_no_difference_is_exactly_black(signed: bool, value: float) -> None:
    assert color(value, value, signed=signed) == (0, 0, 0)


def test_made_up_is_orange_and_left_out_is_blue() -> None:
    red, _, blue = color(0, 1, signed=True)
    assert red > blue
    red, _, blue = color(1, 0, signed=True)
    assert blue > red


def test_the_absolute_map_grows_lighter() -> None:
    brightness = palette(signed=False) @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(brightness) >= 0).all()
    assert brightness[-1] > 200


def test_the_signed_map_grows_lighter_to_both_sides() -> None:
    brightness = palette(signed=True) @ np.array([0.2126, 0.7152, 0.0722])
    middle = LEVELS // 2
    assert (np.diff(brightness[: middle + 1]) <= 0).all()
    assert (np.diff(brightness[middle:]) >= 0).all()


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30))
def test_the_scale_is_fixed_and_fine(values: list[float]) -> None:
    signed = to_levels(np.array(values), signed=True)
    assert np.abs(signed / (LEVELS - 1) * 2 - 1 - values).max() <= 1 / (LEVELS - 1) + 1e-12
    absolute = to_levels(np.abs(values), signed=False)
    assert np.abs(absolute / (LEVELS - 1) - np.abs(values)).max() <= 0.5 / (LEVELS - 1) + 1e-12


@given(UNIT, UNIT)
def test_swapping_picture_and_reconstruction_mirrors_the_signed_map(one: float, other: float) -> None:
    there, back = (to_levels(np.array(value), signed=True) for value in (other - one, one - other))
    assert int(there) + int(back) == LEVELS - 1


def test_signed_keeps_the_sign_and_absolute_adds_up_over_the_channels() -> None:
    picture = np.zeros((1, 8, 8, 3)) + 0.5
    rebuilt = picture + np.array([0.3, -0.3, 0.1])
    np.testing.assert_allclose(difference(picture, rebuilt, signed=True), np.full((1, 8, 8, 1), 0.1 / 3))
    np.testing.assert_allclose(difference(picture, rebuilt, signed=False), np.full((1, 8, 8, 1), 0.7 / 3))


@BOTH
@pytest.mark.parametrize("channels", [1, 3])
def test_the_sheet_decodes_to_exactly_the_levels(signed: bool, channels: int) -> None:
    pictures = make_pictures(4, (8, 9, channels))
    frames = np.stack([make_pictures(4, (8, 9, channels), seed) for seed in (1, 2, 3)])
    image = Image.open(BytesIO(difference_sheet(pictures, frames, DifferenceStyle(signed))))
    assert image.format == "PNG"
    assert image.size == (4 * 9, 3 * 8)
    expected = to_levels(difference(pictures[np.newaxis], frames, signed=signed), signed=signed)
    colors = palette(signed=signed)
    pixels, levels = np.asarray(image.convert("RGB")), np.asarray(image)
    for frame in range(3):
        for picture in range(4):
            at = np.s_[frame * 8 : frame * 8 + 8, picture * 9 : picture * 9 + 9]
            np.testing.assert_array_equal(levels[at], expected[frame, picture, ..., 0])
            np.testing.assert_array_equal(pixels[at], colors[expected[frame, picture, ..., 0]])


@BOTH
def test_colors_are_those_of_the_levels(signed: bool) -> None:
    differences = np.linspace(-1.5, 1.5, 60).reshape(3, 4, 5, 1)
    colors = colors_of(differences, signed=signed)
    assert (colors.dtype, colors.shape) == (np.uint8, (3, 4, 5, 3))
    for place in np.ndindex(3, 4, 5):
        level = to_levels(differences[place], signed=signed)[0]
        np.testing.assert_array_equal(colors[place], palette(signed=signed)[level])
    assert colors_of(np.zeros((1, 1)), signed=signed).tolist() == [[0, 0, 0]]


def levels_of(sheet: bytes) -> np.ndarray:
    """The sheet's indices of the palette, int (height, width)."""
    return np.asarray(Image.open(BytesIO(sheet))).astype(int)


def test_contrast_multiplies_differences_and_ends_at_the_full_color() -> None:
    pictures = np.zeros((1, 1, 2, 1))
    frames = np.array([0.1, 0.5]).reshape(1, 1, 1, 2, 1)
    plain, strong = (levels_of(difference_sheet(pictures, frames, DifferenceStyle(False, gain))) for gain in (1.0, 4.0))
    assert plain.tolist() == [[round(0.1 * 254), 127]]
    assert strong.tolist() == [[round(0.4 * 254), 254]]


def test_on_its_own_scale_each_map_reaches_the_full_color_and_none_stays_black() -> None:
    pictures = np.zeros((3, 1, 2, 1))
    frames = np.array([[0.01, -0.02], [0.5, 0.25], [0, 0]]).reshape(1, 3, 1, 2, 1)
    levels = levels_of(difference_sheet(pictures, frames, DifferenceStyle(True, None)))
    assert levels.tolist() == [[190, 0, 254, 190, 127, 127]]  # (1 ± ½) of 127: 190.5 is even
