"""Bananas that are drawn here, ripe and rotten: pictures of which it is known, pixel by pixel, what is wrong with them.

Every rotten banana has its ripe twin: the same banana in the same pose, light and place, without the damage. Banana
number i of a seed is the same however many are drawn.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from autoencoder.data.bananas.damage import DICE as DAMAGE_DICE
from autoencoder.data.bananas.damage import KINDS
from autoencoder.data.bananas.damage import damage as add_damage
from autoencoder.data.bananas.drawing import DICE, draw
from autoencoder.data.image_dataset import LARGEST, ImageDataset

DAMAGES = tuple(KINDS)
CLASS_NAMES = ("ripe", "rotten")
SIDE, SMALLEST_SIDE = 48, 24  # pixels
LEAST_SHARE, LARGEST_SHARE = 0.02, 0.40  # of the fruit's pixels, where no share is asked for

TRAINING_PICTURES, TEST_PICTURES = 6_000, 500  # as many to test with ripe, and as many rotten
TRAINING_SEED, RIPE_TEST_SEED, ROTTEN_TEST_SEED = 1, 2, 3

CHUNK = 64  # bananas drawn at once: enough to be quick, few enough to need little memory; changes every picture
_RIPE, _DAMAGE = 0, 1  # which stream of random numbers


@dataclass(frozen=True, eq=False)
class Bananas:
    """Ripe bananas.

    Args:
        pictures: float32 (n, side, side, 3) in [0, 1], in shades of 8 bits.
        fruit: bool (n, side, side), the pixels that are banana, stem and tip included.
    """

    pictures: np.ndarray
    fruit: np.ndarray


@dataclass(frozen=True, eq=False)
class RottenBananas:
    """Damaged bananas, and the same bananas without the damage.

    Args:
        pictures: float32 (n, side, side, 3) in [0, 1], in shades of 8 bits.
        twins: The same, ripe.
        masks: bool (n, side, side), exactly the pixels in which pictures and twins differ; all of them fruit.
        fruit: bool (n, side, side), the pixels that are banana, stem and tip included.
        kinds: integer (n,): the damage of banana i is `DAMAGES[kinds[i]]`.
        shares: float (n,), how much of the fruit's pixels is damaged.
    """

    pictures: np.ndarray
    twins: np.ndarray
    masks: np.ndarray
    fruit: np.ndarray
    kinds: np.ndarray
    shares: np.ndarray


def ripe(count: int, seed: int, side: int = SIDE) -> Bananas:
    """Draw ripe bananas.

    Args:
        count: How many.
        seed: Another seed, other bananas.
        side: Pixels along a side of a picture, 24 to 96.

    Raises:
        ValueError: If `count` is negative or `side` is out of range.
    """
    _check(count, side)
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
        side: Pixels along a side of a picture, 24 to 96.
        damage: One of `DAMAGES`; None draws one for each banana.
        share: How much of the fruit's pixels to damage, 0.02 to 0.4; None draws it for each banana.

    Raises:
        ValueError: If `count` is negative, `damage` is unknown, or `side` or `share` is out of range.
    """
    _check(count, side)
    if damage is not None and damage not in DAMAGES:
        raise ValueError(f"Expected `damage` to be one of {', '.join(DAMAGES)}. Received: {damage!r}.")
    if share is not None and not LEAST_SHARE <= share <= LARGEST_SHARE:
        raise ValueError(f"Expected `share` in [{LEAST_SHARE}, {LARGEST_SHARE}]. Received: {share}.")
    colors, pixels = (count, side, side, 3), (count, side, side)
    bananas = RottenBananas(
        pictures=np.empty(colors, np.float32),
        twins=np.empty(colors, np.float32),
        masks=np.empty(pixels, bool),
        fruit=np.empty(pixels, bool),
        kinds=np.empty(count, np.int64),
        shares=np.empty(count),
    )
    streams = _throw(count, seed, _RIPE, DICE), _throw(count, seed, _DAMAGE, 2 + DAMAGE_DICE)
    for (chunk, dice), (_, damage_dice) in zip(*streams, strict=True):
        drawing = draw(dice, side)
        kinds, wanted = _choose(damage_dice[:, :2], damage, share)
        pictures, masks = add_damage(drawing, kinds, wanted, damage_dice[:, 2:])
        bananas.pictures[chunk], bananas.twins[chunk] = pictures, drawing.pictures
        bananas.masks[chunk], bananas.fruit[chunk], bananas.kinds[chunk] = masks, drawing.fruit, kinds
        bananas.shares[chunk] = masks.sum(axis=(1, 2)) / drawing.fruit.sum(axis=(1, 2))
    return bananas


def load(*, test_only: bool = False) -> ImageDataset:
    """6,000 ripe bananas to train on; 500 ripe and 500 rotten ones, in turns, to test with.

    Args:
        test_only: Leave out the training pictures.
    """
    train = ripe(0 if test_only else TRAINING_PICTURES, TRAINING_SEED).pictures
    damaged, indices = test_rotten()
    test = np.empty((2 * TEST_PICTURES, SIDE, SIDE, 3), np.float32)
    labels = np.zeros(len(test), np.int64)
    test[indices], labels[indices] = damaged.pictures, 1
    test[labels == 0] = ripe(TEST_PICTURES, RIPE_TEST_SEED).pictures
    return ImageDataset(
        name="bananas",
        title="Bananas",
        train=train,
        test=test,
        train_labels=np.zeros(len(train), np.int64),
        test_labels=labels,
        class_names=CLASS_NAMES,
    )


def test_rotten() -> tuple[RottenBananas, np.ndarray]:
    """The 500 rotten test bananas, with their masks and twins, and where they are: `load().test[indices]`.

    Returns:
        The bananas, and integer (500,) places, one for each.
    """
    return rotten(TEST_PICTURES, ROTTEN_TEST_SEED), np.arange(1, 2 * TEST_PICTURES, 2)


def _throw(count: int, seed: int, stream: int, dice: int) -> Iterator[tuple[slice, np.ndarray]]:
    """Chunk after chunk: its slice of the bananas, and random numbers in [0, 1), (bananas, dice).

    Every chunk has its own generator, which fills row after row; so a banana's numbers do not depend on how many
    bananas come after it.
    """
    for number, start in enumerate(range(0, count, CHUNK)):
        stop = min(start + CHUNK, count)
        yield slice(start, stop), np.random.default_rng([seed, number, stream]).random((stop - start, dice))


def _choose(dice: np.ndarray, damage: str | None, share: float | None) -> tuple[np.ndarray, np.ndarray]:
    """The kind and the share of each banana's damage, both (n,)."""
    kinds = (dice[:, 0] * len(DAMAGES)).astype(np.int64)
    shares = LEAST_SHARE + (LARGEST_SHARE - LEAST_SHARE) * dice[:, 1]
    return (
        kinds if damage is None else np.full_like(kinds, DAMAGES.index(damage)),
        shares if share is None else np.full_like(shares, share),
    )


def _check(count: int, side: int) -> None:
    if count < 0:
        raise ValueError(f"Expected `count` to be 0 or more. Received: {count}.")
    if not SMALLEST_SIDE <= side <= LARGEST:
        raise ValueError(f"Expected `side` from {SMALLEST_SIDE} to {LARGEST} pixels. Received: {side}.")
