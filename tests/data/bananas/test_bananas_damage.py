import numpy as np
import pytest

from autoencoder.data.bananas.bananas import DAMAGE_DICE, KINDS, VISIBLE, add_damage
from autoencoder.data.bananas.drawing import DICE, Drawing, draw

COUNT = 40


@pytest.fixture(scope="module")
def ripe() -> Drawing:
    return draw(np.random.default_rng(0).random((COUNT, DICE)), 48)


@pytest.fixture(scope="module")
def dice() -> np.ndarray:
    return np.random.default_rng(1).random((COUNT, DAMAGE_DICE))


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_damage_is_visible_on_the_skin_and_nowhere_else(ripe: Drawing, dice: np.ndarray, kind: int) -> None:
    pictures, masks = add_damage(ripe, np.full(COUNT, kind), np.linspace(0.02, 0.4, COUNT), dice)
    difference = np.abs(pictures - ripe.pictures).max(axis=-1)
    np.testing.assert_array_equal(difference > 0, masks)
    assert difference[masks].min() > VISIBLE - 1 / 255
    assert not (masks & ~ripe.skin).any()


def test_each_banana_is_damaged_by_itself(ripe: Drawing, dice: np.ndarray) -> None:
    kinds, shares = np.arange(COUNT) % len(KINDS), np.linspace(0.02, 0.4, COUNT)
    pictures, masks = add_damage(ripe, kinds, shares, dice)
    for banana in (0, 1, 2, 3, 38):
        rows = slice(banana, banana + 1)
        one = Drawing(ripe.pictures[rows], ripe.coverage[rows], ripe.light[rows], ripe.skin[rows])
        alone, mask = add_damage(one, kinds[rows], shares[rows], dice[rows])
        np.testing.assert_array_equal(alone, pictures[rows])
        np.testing.assert_array_equal(mask, masks[rows])


def test_at_least_one_pixel_and_at_most_the_skin(ripe: Drawing, dice: np.ndarray) -> None:
    kinds = np.arange(COUNT) % len(KINDS)
    _, least = add_damage(ripe, kinds, np.zeros(COUNT), dice)
    assert (least.sum(axis=(1, 2)) == 1).all()
    _, most = add_damage(ripe, kinds, np.ones(COUNT), dice)
    np.testing.assert_array_equal(most, ripe.skin)


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_other_dice_damage_other_pixels(ripe: Drawing, dice: np.ndarray, kind: int) -> None:
    kinds, shares = np.full(COUNT, kind), np.full(COUNT, 0.2)
    first, second = (add_damage(ripe, kinds, shares, numbers)[1] for numbers in (dice, 1 - dice[::-1]))
    both, either = (first & second).sum(axis=(1, 2)), (first | second).sum(axis=(1, 2))
    assert (both / either).mean() < 0.3


def test_bruises_are_soft_and_patches_are_not(ripe: Drawing, dice: np.ndarray) -> None:
    """How much weaker the damage is at its own edge than in its middle."""

    def softness(kind: str) -> float:
        kinds = np.full(COUNT, list(KINDS).index(kind))
        pictures, masks = add_damage(ripe, kinds, np.full(COUNT, 0.3), dice)
        red = np.divide(pictures[..., 0], ripe.pictures[..., 0])
        full = masks & (ripe.coverage == 1)  # no edges of the fruit, which are part ground
        inner = full.copy()
        for axis in (1, 2):
            inner &= np.roll(masks, 1, axis) & np.roll(masks, -1, axis)
        return float((1 - red[inner]).mean() / (1 - red[full & ~inner]).mean())

    assert softness("bruises") > 1.3 > softness("patches")
