"""Bananas that are drawn here, ripe and rotten: pictures of which it is known, pixel by pixel, what is wrong with them.

Every rotten banana has its ripe twin: the same banana in the same pose, light and place, without the damage. Banana
number i of a seed is the same however many are drawn.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from autoencoder.data.bananas import damage as damages
from autoencoder.data.bananas.drawing import DICE, draw
from autoencoder.data.image_dataset import ImageDataset

DAMAGES = tuple(damages.KINDS)
CLASS_NAMES = ("ripe", "rotten")
SIDE = 48  # pixels
LEAST_SHARE, LARGEST_SHARE = 0.02, 0.40  # of the fruit's pixels

TRAINING_PICTURES, TEST_PICTURES = 6_000, 500  # as many to test with ripe, and as many rotten
TRAINING_SEED, RIPE_TEST_SEED, ROTTEN_TEST_SEED = 1, 2, 3

CHUNK = 64  # bananas drawn at once: enough to be quick, few enough to need little memory; changes every picture
_RIPE, _DAMAGE = 0, 1  # which stream of random numbers


class Bananas(NamedTuple):  # ripe ones
    pictures: np.ndarray  # float32 (n, side, side, 3) in [0, 1], in shades of 8 bits
    fruit: np.ndarray  # bool (n, side, side), the pixels that are banana, stem and tip included


class RottenBananas(NamedTuple):
    pictures: np.ndarray  # as those of `Bananas`
    fruit: np.ndarray
    twins: np.ndarray  # the same pictures, ripe
    masks: np.ndarray  # bool (n, side, side), exactly the pixels in which pictures and twins differ; all of them fruit
    kinds: np.ndarray  # integer (n,): the damage of banana i is `DAMAGES[kinds[i]]`


def ripe(count: int, seed: int, side: int = SIDE) -> Bananas:
    """Draw so many ripe bananas of a seed, on pictures of `side` × `side` pixels."""
    bananas = Bananas(np.empty((count, side, side, 3), np.float32), np.empty((count, side, side), bool))
    for chunk, dice in _throw(count, seed, _RIPE, DICE):
        drawing = draw(dice, side)
        bananas.pictures[chunk], bananas.fruit[chunk] = drawing.pictures, drawing.fruit
    return bananas


def rotten(
    count: int, seed: int, side: int = SIDE, damage: str | None = None, share: float | None = None
) -> RottenBananas:
    """Draw rotten bananas. Their twins are the ripe bananas of this seed, whatever the damage and its share.

    Args:
        count: How many.
        seed: Another seed, other bananas.
        side: Pixels along a side of a picture.
        damage: One of `DAMAGES`; None draws one for each banana.
        share: How much of the fruit's pixels to damage; None draws from 0.02 to 0.4 for each banana.
    """
    pictures, twins = np.empty((2, count, side, side, 3), np.float32)
    fruit, masks = np.empty((2, count, side, side), bool)
    bananas = RottenBananas(pictures, fruit, twins, masks, np.empty(count, np.int64))
    streams = _throw(count, seed, _RIPE, DICE), _throw(count, seed, _DAMAGE, 2 + damages.DICE)
    for (chunk, dice), (_, damage_dice) in zip(*streams, strict=True):
        drawing = draw(dice, side)
        kinds = (damage_dice[:, 0] * len(DAMAGES)).astype(np.int64)
        shares = LEAST_SHARE + (LARGEST_SHARE - LEAST_SHARE) * damage_dice[:, 1]
        if damage is not None:
            kinds[:] = DAMAGES.index(damage)
        if share is not None:
            shares[:] = share
        pictures[chunk], masks[chunk] = damages.damage(drawing, kinds, shares, damage_dice[:, 2:])
        twins[chunk], fruit[chunk], bananas.kinds[chunk] = drawing.pictures, drawing.fruit, kinds
    return bananas


def load(*, test_only: bool = False) -> ImageDataset:
    """Return 6,000 ripe bananas to train on; 500 ripe and 500 rotten ones, in turns, to test with."""
    train = ripe(0 if test_only else TRAINING_PICTURES, TRAINING_SEED).pictures
    damaged, indices = test_rotten()
    test = np.empty((2 * TEST_PICTURES, SIDE, SIDE, 3), np.float32)
    labels = np.zeros(len(test), np.int64)
    test[indices], labels[indices] = damaged.pictures, 1
    test[labels == 0] = ripe(TEST_PICTURES, RIPE_TEST_SEED).pictures
    return ImageDataset(train, test, np.zeros(len(train), np.int64), labels, CLASS_NAMES)


def test_rotten() -> tuple[RottenBananas, np.ndarray]:
    """Return the 500 rotten test bananas, and their indices in `load().test`, integer (500,)."""
    return rotten(TEST_PICTURES, ROTTEN_TEST_SEED), np.arange(1, 2 * TEST_PICTURES, 2)


def _throw(count: int, seed: int, stream: int, dice: int) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield chunk after chunk: its slice of the bananas, and random numbers in [0, 1), (bananas, dice).

    Every chunk has its own generator, which fills row after row: no banana depends on how many come after it.
    """
    for number, start in enumerate(range(0, count, CHUNK)):
        stop = min(start + CHUNK, count)
        yield slice(start, stop), np.random.default_rng([seed, number, stream]).random((stop - start, dice))
