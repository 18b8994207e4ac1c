"""Maps that move pictures a little."""

import numpy as np
import pytest
from scipy import ndimage

from autoencoder.data import augmentation
from autoencoder.data.augmentation import SCALE, SHIFT, SLANT, TURN, draw_transforms


def matrices(maps: np.ndarray) -> np.ndarray:
    """float32 (n, 8) → float64 (n, 2, 3)"""
    return maps[:, :6].reshape(-1, 2, 3).astype(np.float64)


def test_the_same_seed_draws_the_same_maps() -> None:
    first, again = (draw_transforms(np.random.default_rng(7), 5, 28, 28) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert first.dtype == np.float32
    assert first.shape == (5, 8)
    assert len(np.unique(first, axis=0)) == 5


def test_without_bounds_to_move_in_nothing_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SHIFT", "TURN", "SLANT", "SCALE"):
        monkeypatch.setattr(augmentation, name, 0.0)
    maps = matrices(draw_transforms(np.random.default_rng(0), 3, 28, 20))
    np.testing.assert_allclose(maps, np.broadcast_to([[1, 0, 0], [0, 1, 0]], maps.shape), atol=1e-6)


@pytest.mark.parametrize(("height", "width"), [(28, 28), (20, 33)])
def test_the_middle_moves_by_the_shift_alone(height: int, width: int) -> None:
    maps = matrices(draw_transforms(np.random.default_rng(1), 1000, height, width))
    middle = np.array([(width - 1) / 2, (height - 1) / 2, 1])
    moved = maps @ middle - middle[:2]
    assert np.abs(moved[:, 0]).max() <= SHIFT * width + 1e-4
    assert np.abs(moved[:, 1]).max() <= SHIFT * height + 1e-4
    assert np.abs(moved).max(axis=0) == pytest.approx([SHIFT * width, SHIFT * height], rel=0.05)


def test_the_linear_part_is_a_turn_a_slant_and_a_scale_within_their_bounds() -> None:
    maps = matrices(draw_transforms(np.random.default_rng(2), 1000, 28, 28))[:, :, :2]
    size = 1 / np.sqrt(np.linalg.det(maps))  # turns and slants keep areas
    angle = np.degrees(np.arctan2(-maps[:, 1, 0], maps[:, 0, 0]))
    assert 1 - SCALE - 1e-4 <= size.min() <= size.max() <= 1 + SCALE + 1e-4
    assert np.abs(angle).max() == pytest.approx(TURN, rel=0.05)
    turned = np.radians(angle)
    back = np.stack([np.cos(turned), np.sin(turned), -np.sin(turned), np.cos(turned)], 1).reshape(-1, 2, 2)
    slant = (np.linalg.inv(back) @ maps * size[:, None, None])[:, 0, 1]
    assert np.abs(slant).max() == pytest.approx(SLANT, rel=0.05)


def test_what_keras_makes_of_a_map_is_what_scipy_makes_of_it() -> None:
    import keras

    picture = np.zeros((28, 28), np.float32)
    picture[8:20, 12:15] = 1
    maps = draw_transforms(np.random.default_rng(3), 4, 28, 28)
    moved = keras.ops.convert_to_numpy(
        keras.ops.image.affine_transform(np.stack([picture] * 4)[..., None], maps, fill_mode="nearest")
    )[..., 0]
    for one, ((a0, a1, a2), (b0, b1, b2)) in zip(moved, matrices(maps), strict=True):
        expected = ndimage.affine_transform(picture, [[b1, b0], [a1, a0]], [b2, a2], order=1, mode="nearest")
        # A position of up to 28 in float32 is off by 28 × 2⁻²³ or so, and values change by at most 1 a pixel.
        np.testing.assert_allclose(one, expected, atol=28 * 2**-20)
