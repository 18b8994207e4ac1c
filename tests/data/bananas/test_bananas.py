from collections.abc import Callable

import numpy as np
import pytest

from autoencoder.data.bananas import bananas
from autoencoder.data.bananas.bananas import DAMAGES, RottenBananas
from autoencoder.data.image_dataset import ImageDataset

SHARES = (0.02, 0.07, 0.2, 0.4)


@pytest.fixture(scope="module")
def ripe() -> np.ndarray:
    return bananas.ripe(400, seed=11)


@pytest.fixture(scope="module")
def rotten() -> RottenBananas:
    return bananas.rotten(400, seed=11)


@pytest.fixture(scope="module")
def loaded() -> ImageDataset:
    return bananas.load()


def differing(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(n, side, side, 3) twice → bool (n, side, side)"""
    return (first != second).any(axis=-1)


def from_end_to_end(fruit: np.ndarray) -> np.ndarray:
    """bool (side, side) → how far along the longest way through the fruit each pixel is: 0 to 1 on the fruit."""
    pixels = np.stack(np.indices(fruit.shape), axis=-1).astype(float)
    _, directions = np.linalg.eigh(np.cov(pixels[fruit].T))
    along = pixels @ directions[:, 1]
    return (along - along[fruit].min()) / np.ptp(along[fruit])


def bodies(fruit: np.ndarray) -> np.ndarray:
    """The fruit's pixels that have only fruit beside them, without the fifth at either end, (n, side, side)."""
    inner = fruit.copy()
    for axis in (1, 2):
        inner &= np.roll(fruit, 1, axis) & np.roll(fruit, -1, axis)
    return inner & np.array([np.abs(from_end_to_end(pixels) - 0.5) < 0.3 for pixels in fruit])


def clean(pictures: np.ndarray) -> np.ndarray:
    """Which pixels are neither dark nor gray, (n, side, side)."""
    return (pictures[..., 0] > 0.45) & (pictures[..., 0] - pictures[..., 2] > 0.15)


def shares(bananas: RottenBananas) -> np.ndarray:
    """How much of the fruit's pixels is damaged, (n,)."""
    return bananas.masks.sum(axis=(1, 2)) / bananas.fruit.sum(axis=(1, 2))


def assert_exact(found: RottenBananas) -> None:
    """Masks are where the pictures differ from their twins, visibly; all on the fruit."""
    np.testing.assert_array_equal(differing(found.pictures, found.twins), found.masks)
    assert not (found.masks & ~found.fruit).any()
    assert np.abs(found.pictures - found.twins).max(axis=-1)[found.masks].min() >= 0.04


@pytest.mark.parametrize("side", [24, 48, 96])
def test_pictures_are_colors_of_8_bits(side: int) -> None:
    ripe, found = bananas.ripe(5, seed=0, side=side), bananas.rotten(5, seed=0)
    assert (ripe.dtype, ripe.shape) == (np.float32, (5, side, side, 3))
    for pictures in (ripe, found.pictures, found.twins):
        assert pictures.min() >= 0
        assert pictures.max() <= 1
        np.testing.assert_array_equal(np.rint(pictures * 255) / np.float32(255), pictures)
    for pixels in (found.masks, found.fruit):
        assert (pixels.dtype, pixels.shape) == (bool, (5, 48, 48))
    assert found.kinds.shape == (5,)
    assert_exact(found)


@pytest.mark.parametrize("make", [bananas.ripe, lambda count, seed: bananas.rotten(count, seed).pictures])
def test_a_seed_is_a_picture(make: Callable[..., np.ndarray]) -> None:
    pictures, again, others = (make(40, seed=seed) for seed in (11, 11, 12))
    np.testing.assert_array_equal(again, pictures)
    assert differing(others, pictures).any(axis=(1, 2)).all()


def test_bananas_stay_what_networks_were_trained_on() -> None:
    """Another draw or another drawing moves the means by hundredths, another processor's rounding by far less."""
    ripe, rotten = bananas.ripe(6, 11), bananas.rotten(6, 11)
    for pictures, means in (
        (ripe, [0.6164, 0.6619, 0.8464, 0.8347, 0.4557, 0.6282]),
        (rotten.pictures, [0.6131, 0.6570, 0.8382, 0.8262, 0.4408, 0.6160]),
    ):
        np.testing.assert_allclose(pictures.mean(axis=(1, 2, 3), dtype=float), means, rtol=0, atol=0.001)
    np.testing.assert_allclose(rotten.masks.sum(axis=(1, 2)), [22, 53, 82, 59, 104, 77], rtol=0, atol=2)


def test_no_banana_depends_on_how_many_there_are(ripe: np.ndarray, rotten: RottenBananas) -> None:
    for count in (0, 1, bananas.CHUNK, bananas.CHUNK + 7):
        np.testing.assert_array_equal(bananas.ripe(count, seed=11), ripe[:count])
        fewer = bananas.rotten(count, seed=11)
        np.testing.assert_array_equal(fewer.pictures, rotten.pictures[:count])
        np.testing.assert_array_equal(fewer.kinds, rotten.kinds[:count])


def test_twins_are_the_ripe_bananas_of_the_seed(ripe: np.ndarray, rotten: RottenBananas) -> None:
    np.testing.assert_array_equal(rotten.twins, ripe)


def test_a_drawn_damage_is_of_every_kind_and_size(rotten: RottenBananas) -> None:
    assert np.bincount(rotten.kinds, minlength=len(DAMAGES)).min() > 60
    one_pixel = 1 / rotten.fruit.sum(axis=(1, 2)).min()
    assert 0.02 - one_pixel <= shares(rotten).min() < 0.04
    assert 0.38 < shares(rotten).max() <= 0.4 + one_pixel


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("damage", DAMAGES)
def test_each_kind_covers_the_share_that_was_asked_for(damage: str, share: float) -> None:
    found = bananas.rotten(40, seed=3, damage=damage, share=share)
    assert_exact(found)
    assert {DAMAGES[kind] for kind in found.kinds} == {damage}
    half_a_pixel = 0.5 / found.fruit.sum(axis=(1, 2))
    assert (np.abs(shares(found) - share) <= half_a_pixel + 1e-9).all()


@pytest.mark.parametrize("damage", DAMAGES)
def test_more_damage_of_a_kind_is_the_same_damage_grown(damage: str) -> None:
    some, more = (bananas.rotten(50, seed=3, damage=damage, share=share) for share in (0.1, 0.3))
    np.testing.assert_array_equal(some.twins, more.twins)
    assert not (some.masks & ~more.masks).any()


def test_damages_look_different() -> None:
    found = {damage: bananas.rotten(100, seed=3, damage=damage, share=0.2) for damage in DAMAGES}

    def mean_color(damage: str) -> np.ndarray:
        return found[damage].pictures[found[damage].masks].mean(axis=0)

    def borders(damage: str) -> int:
        """How often the damage ends between a pixel and the next one to the right."""
        return int(np.diff(found[damage].masks.astype(int), axis=2).astype(bool).sum())

    red, green, blue = mean_color("mold")
    assert blue > 0.75 * red  # gray
    assert green > red  # and a little green
    for brown in ("patches", "speckles", "bruises"):
        red, green, blue = mean_color(brown)
        assert red > green > 1.5 * blue
    assert mean_color("bruises").sum() > 1.25 * mean_color("patches").sum()  # a bruise lets the skin shine through
    assert borders("speckles") > 1.5 * borders("patches") > 1.5 * borders("bruises")


def test_ripe_bananas_are_yellow(ripe: np.ndarray, rotten: RottenBananas) -> None:
    colors = np.array([picture[fruit].mean(axis=0) for picture, fruit in zip(ripe, rotten.fruit, strict=True)])
    red, green, blue = colors.T
    assert (red > 0.6).all()
    assert (green > 0.6 * red).all()  # not orange
    assert (green < red).all()  # not green
    assert (blue < 0.5 * green).all()  # not pale


def test_ripe_bananas_are_clean_and_rotten_ones_are_not(ripe: np.ndarray, rotten: RottenBananas) -> None:
    inside = bodies(rotten.fruit)
    assert (inside.sum(axis=(1, 2)) > 0.3 * rotten.fruit.sum(axis=(1, 2))).all()
    assert clean(ripe)[inside].all()
    corrupted = (~clean(rotten.pictures) & inside).any(axis=(1, 2))
    assert corrupted[shares(rotten) > 0.2].mean() > 0.9


def test_stem_and_tip_are_dark(ripe: np.ndarray, rotten: RottenBananas) -> None:
    for picture, fruit, body in zip(ripe, rotten.fruit, bodies(rotten.fruit), strict=True):
        along, red = from_end_to_end(fruit), picture[..., 0]
        for end in (along < 0.2, along > 0.8):
            assert red[fruit & end].min() < 0.75 * np.median(red[body])


def test_bananas_are_of_one_piece_within_the_picture(ripe: np.ndarray, rotten: RottenBananas) -> None:
    frame = rotten.fruit.copy()
    frame[:, 1:-1, 1:-1] = False
    assert not frame.any()
    share = rotten.fruit.mean(axis=(1, 2))
    assert share.min() > 0.06
    assert share.max() < 0.3


def test_pose_size_shade_light_and_ground_vary(ripe: np.ndarray, rotten: RottenBananas) -> None:
    often = rotten.fruit.mean(axis=0)
    assert ((often > 0.1) & (often < 0.9)).mean() > 0.3  # a pixel is banana in some pictures and ground in others
    assert np.std(rotten.fruit.sum(axis=(1, 2))) > 50  # pixels
    darkest = np.where(rotten.fruit, ripe[..., 0], 1).min(axis=1).argmin(axis=1)  # a column: the tip's, mostly
    assert 0.3 < (darkest < 24).mean() < 0.7
    corners = ripe[:, 0, 0]
    assert corners.std(axis=0).min() > 0.1
    inside = bodies(rotten.fruit)
    colors = np.array([picture[pixels].mean(axis=0) for picture, pixels in zip(ripe, inside, strict=True)])
    assert colors.std(axis=0).min() > 0.03


@pytest.mark.slow
def test_load_counts_and_labels(loaded: ImageDataset) -> None:
    assert (len(loaded.train), len(loaded.test), loaded.shape) == (6000, 1000, (48, 48, 3))
    assert not loaded.train_labels.any()
    assert loaded.test_labels.sum() == 500
    assert set(loaded.test_labels[:2]) == {0, 1}
    assert loaded.class_names == ("ripe", "rotten")


@pytest.mark.slow
def test_the_rotten_test_pictures_are_found_again(loaded: ImageDataset) -> None:
    found, indices = bananas.test_rotten()
    assert indices.shape == (500,)
    np.testing.assert_array_equal(loaded.test[indices], found.pictures)
    np.testing.assert_array_equal(np.flatnonzero(loaded.test_labels == 1), indices)
    assert_exact(found)
    assert shares(found).min() > 0.015
    assert shares(found).max() < 0.405


@pytest.mark.slow
def test_no_test_picture_is_trained_on(loaded: ImageDataset) -> None:
    found, _ = bananas.test_rotten()
    seen = {picture.tobytes() for picture in loaded.train}
    evaluated = {picture.tobytes() for picture in (*loaded.test[loaded.test_labels == 0], *found.twins)}
    assert len(seen) == 6000
    assert len(evaluated) == 1000  # no rotten one has its twin among the ripe ones
    assert not seen & evaluated


@pytest.mark.slow
def test_test_only_leaves_out_the_training_pictures(loaded: ImageDataset) -> None:
    alone = bananas.load(test_only=True)
    assert alone.train.shape == (0, 48, 48, 3)
    assert len(alone.train_labels) == 0
    np.testing.assert_array_equal(alone.test, loaded.test)
    np.testing.assert_array_equal(alone.test_labels, loaded.test_labels)
