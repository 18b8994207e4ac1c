import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from autoencoder.data.uploads.cropping import map_tiles, random_patches, to_float, to_square
from autoencoder.data.uploads.datasets import LARGEST, SMALLEST
from autoencoder.data.uploads.reading import Photo
from tests.data.uploads.examples import make_photo
from tests.examples import make_pictures


def photo(pixels: np.ndarray) -> Photo:
    return Photo("a", None, pixels.astype(np.uint8))


@pytest.mark.parametrize("side", [SMALLEST, 31, LARGEST])
@pytest.mark.parametrize(("color", "channels"), [("gray", 1), ("color", 3)])
@pytest.mark.parametrize("how", ["crop", "fit"])
@pytest.mark.parametrize("size", [(120, 90), (90, 121), (1, 1), (5, 400)])
def test_shape_and_range(side: int, color: str, channels: int, how: str, size: tuple[int, int]) -> None:
    framed = to_square(make_photo(*size), side, color, how)
    assert framed.dtype == np.float32
    assert framed.shape == (side, side, channels)
    assert framed.min() >= 0
    assert framed.max() <= 1


@pytest.mark.parametrize("how", ["crop", "fit"])
def test_a_square_of_the_wanted_side_is_left_as_it_is(how: str) -> None:
    square = make_photo(32, 32)
    np.testing.assert_array_equal(to_square(square, 32, "color", how), square.pixels / np.float32(255))


def test_the_middle_is_cropped() -> None:
    pixels = np.zeros((32, 96, 3))
    pixels[:, 32:64] = 255
    assert to_square(photo(pixels), 32, "color", "crop").min() == 1


def test_all_of_a_photo_is_fitted_between_borders_of_its_edges_color() -> None:
    pixels = np.full((32, 96, 3), 90)
    pixels[8:24] = 200
    fitted = to_square(photo(pixels), 48, "gray", "fit")
    np.testing.assert_allclose(fitted[:15], 90 / 255, atol=1e-6)
    np.testing.assert_allclose(fitted[-15:], 90 / 255, atol=1e-6)
    assert fitted[20:28].mean() > 0.7


def test_fine_stripes_are_averaged_not_sampled() -> None:
    pixels = np.zeros((480, 480, 3))
    pixels[:, ::2] = 255
    framed = to_square(photo(pixels), 48, "color", "crop")
    assert np.abs(framed - 0.5).max() < 0.03


def test_gray_is_that_of_pillow_and_equal_channels_stay() -> None:
    pixels = make_photo().pixels
    expected = np.asarray(Image.fromarray(pixels).convert("L")) / np.float32(255)
    np.testing.assert_array_equal(to_float(pixels, "gray")[..., 0], expected)
    shades = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    np.testing.assert_array_equal(to_float(shades, "gray")[0, :, 0], shades[0, :, 0] / np.float32(255))


@pytest.mark.parametrize(("color", "channels"), [("gray", 1), ("color", 3)])
def test_patches_are_places_of_the_photo(color: str, channels: int) -> None:
    photo = make_photo(40, 30)
    patches = random_patches(photo, 16, color, 20, seed=1)
    assert patches.dtype == np.float32
    assert patches.shape == (20, 16, 16, channels)
    windows = np.lib.stride_tricks.sliding_window_view(to_float(photo.pixels, color), (16, 16, channels))
    indices = {window.tobytes() for window in windows.reshape(-1, 16, 16, channels)}
    assert {patch.tobytes() for patch in patches} <= indices


def test_patches_differ_and_their_seed_decides() -> None:
    one, again, other = (random_patches(make_photo(), 16, "gray", 50, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)
    assert len({patch.tobytes() for patch in one}) > 40


def test_a_photo_smaller_than_a_patch_is_mirrored() -> None:
    photo = make_photo(10, 30)
    (patch,) = random_patches(photo, 16, "color", 1, seed=0)
    np.testing.assert_array_equal(patch[:, 10:], patch[:, 9:3:-1])


SIZES = st.tuples(st.integers(1, 150), st.integers(1, 150), st.sampled_from([1, 3]))


@given(SIZES, st.integers(1, 40), st.data())
@settings(max_examples=50)
def test_unchanged_tiles_give_the_picture_back(size: tuple[int, int, int], side: int, data: st.DataObject) -> None:
    picture = make_pictures(1, size)[0]

    def unchanged(tiles: np.ndarray) -> np.ndarray:
        assert tiles.shape[1:] == (side, side, size[2])
        return tiles

    joined = map_tiles(picture, side, data.draw(st.integers(max(0, side - 20), side - 1)), unchanged)
    assert joined.dtype == np.float32
    np.testing.assert_allclose(joined, picture, atol=1e-6)


def brighter_or_darker(tiles: np.ndarray) -> np.ndarray:
    """Each tile by up to 0.1."""
    return tiles + np.random.default_rng(0).uniform(-0.1, 0.1, (len(tiles), 1, 1, 1)).astype(np.float32)


@pytest.mark.parametrize("size", [(100, 130), (97, 61), (48, 200)])
@pytest.mark.parametrize("overlap", [8, 16, 24])
def test_tiles_of_different_brightness_leave_no_seam(size: tuple[int, int], overlap: int) -> None:
    """On gray: no step between neighbors is more than a fade's."""
    joined = map_tiles(np.full((*size, 1), 0.5, np.float32), 32, overlap, brighter_or_darker)[..., 0]
    steepest = 0.2 * np.pi / 2 / overlap  # of a half cosine over the overlap, between two tiles that are 0.2 apart
    assert np.abs(np.diff(joined, axis=0)).max() <= steepest * 1.05
    assert np.abs(np.diff(joined, axis=1)).max() <= steepest * 1.05
    assert joined.min() >= 0.4
    assert joined.max() <= 0.6


def test_without_an_overlap_there_is_a_seam_so_the_measure_can_fail() -> None:
    steps = np.array([0, 0.1, 0, 0.1], np.float32).reshape(4, 1, 1, 1)
    joined = map_tiles(np.full((64, 64, 1), 0.5, np.float32), 32, 0, lambda tiles: tiles + steps)
    assert np.abs(np.diff(joined, axis=1)).max() == pytest.approx(0.1, abs=1e-6)
