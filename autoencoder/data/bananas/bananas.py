"""Bananas that are drawn here, ripe and rotten: pictures of which it is known, pixel by pixel, what is wrong with them.

Every rotten banana has its ripe twin: the same banana in the same pose, light and place, without the damage. Banana
number i of a seed is the same however many are drawn.

Every kind of damage has a field, float32 (n, side, side), and a paint. The damage is where the field is highest, on
exactly as many pixels as is asked. How far a pixel is above the lowest of them, its depth in [0, 1], says how far gone
it is, and the paint makes a color of that.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate, product
from typing import NamedTuple

import numpy as np

from autoencoder.data.bananas.drawing import DICE, Drawing, draw, eight_bits
from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.noise import enlarging

CLASS_NAMES = ("ripe", "rotten")
SIDE = 48  # pixels
LEAST_SHARE, LARGEST_SHARE = 0.02, 0.40  # of the fruit's pixels

TRAINING_PICTURES, TEST_PICTURES = 6_000, 500  # as many to test with ripe, and as many rotten
TRAINING_SEED, RIPE_TEST_SEED, ROTTEN_TEST_SEED = 1, 2, 3

CHUNK = 64  # bananas drawn at once: enough to be quick, few enough to need little memory; changes every picture
_RIPE, _DAMAGE = 0, 1  # which stream of random numbers

VISIBLE = 0.05  # by how much at least one color of a damaged pixel differs from the ripe one, in [0, 1]

COARSE, FINE, DOTS, CENTERS = 10, 24, 16, 3  # numbers along the grids of dice; spots that damage spreads from
GRIDS = (COARSE, COARSE), (FINE, FINE), (3, DOTS, DOTS), (2, CENTERS)
*SPLIT, DAMAGE_DICE = accumulate(map(math.prod, GRIDS))

BROWN, DARK_BROWN, DOT_BROWN = np.array([(0.42, 0.24, 0.09), (0.20, 0.11, 0.05), (0.24, 0.13, 0.06)], np.float32)
MOLD_RIM, MOLD_CORE = np.array([(0.88, 0.91, 0.87), (0.37, 0.48, 0.39)], np.float32)
BRUISED = np.array((0.42, 0.32, 0.45), np.float32)  # what a bruise leaves of the skin's red, green and blue


class RottenBananas(NamedTuple):
    pictures: np.ndarray  # float32 (n, side, side, 3) in [0, 1], in shades of 8 bits
    fruit: np.ndarray  # bool (n, side, side), the pixels that are banana, stem and tip included
    twins: np.ndarray  # the same pictures, ripe
    masks: np.ndarray  # bool (n, side, side), exactly the pixels in which pictures and twins differ; all of them fruit
    kinds: np.ndarray  # integer (n,): the damage of banana i is `DAMAGES[kinds[i]]`


def ripe(count: int, seed: int, side: int = SIDE) -> np.ndarray:
    """Draw so many ripe bananas of a seed: float32 (count, side, side, 3) in [0, 1], in shades of 8 bits."""
    pictures = np.empty((count, side, side, 3), np.float32)
    for chunk, dice in _throw(count, seed, _RIPE, DICE):
        pictures[chunk] = draw(dice, side).pictures
    return pictures


def rotten(count: int, seed: int, damage: str | None = None, share: float | None = None) -> RottenBananas:
    """Draw rotten bananas. Their twins are the ripe bananas of this seed, whatever the damage and its share.

    The damage is one of `DAMAGES`, the share how much of the fruit's pixels it covers; None draws a kind, or 0.02 to
    0.4, for each banana.
    """
    pictures, twins = np.empty((2, count, SIDE, SIDE, 3), np.float32)
    fruit, masks = np.empty((2, count, SIDE, SIDE), bool)
    bananas = RottenBananas(pictures, fruit, twins, masks, np.empty(count, np.int64))
    streams = _throw(count, seed, _RIPE, DICE), _throw(count, seed, _DAMAGE, 2 + DAMAGE_DICE)
    for (chunk, dice), (_, damage_dice) in zip(*streams, strict=True):
        drawing = draw(dice, SIDE)
        kinds = (damage_dice[:, 0] * len(DAMAGES)).astype(np.int64)
        shares = LEAST_SHARE + (LARGEST_SHARE - LEAST_SHARE) * damage_dice[:, 1]
        if damage is not None:
            kinds[:] = DAMAGES.index(damage)
        if share is not None:
            shares[:] = share
        pictures[chunk], masks[chunk] = add_damage(drawing, kinds, shares, damage_dice[:, 2:])
        twins[chunk], fruit[chunk], bananas.kinds[chunk] = drawing.pictures, drawing.fruit, kinds
    return bananas


def load(*, test_only: bool = False) -> ImageDataset:
    """Return 6,000 ripe bananas to train on; 500 ripe and 500 rotten ones, in turns, to test with."""
    train = ripe(0 if test_only else TRAINING_PICTURES, TRAINING_SEED)
    test = np.stack([ripe(TEST_PICTURES, RIPE_TEST_SEED), test_rotten()[0].pictures], axis=1).reshape(-1, SIDE, SIDE, 3)
    labels = np.arange(len(test), dtype=np.int64) % 2
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


class DamageDice(NamedTuple):
    """The random numbers in [0, 1) for n bananas, float32, in grids."""

    coarse: np.ndarray  # (n, COARSE, COARSE)
    fine: np.ndarray  # (n, FINE, FINE)
    dots: np.ndarray  # (n, 3, DOTS, DOTS): to the right, down, size
    centers: np.ndarray  # (n, 2, CENTERS): place, size


Painted = tuple[np.ndarray, np.ndarray]  # a color (n, side, side, 3), and how strongly it covers (n, side, side)
Paint = Callable[[np.ndarray], Painted]


def add_damage(ripe: Drawing, kinds: np.ndarray, shares: np.ndarray, dice: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Damage n bananas, each by one of `KINDS`, integer (n,), on a share of the fruit's pixels, (n,) in [0, 1].

    The dice are (n, DAMAGE_DICE) in [0, 1). At least one pixel is damaged, at most the skin. Returns the pictures, in
    shades of 8 bits, and bool (n, side, side), exactly the pixels in which they differ from the ripe ones.
    """
    pictures, masks = ripe.pictures.copy(), np.zeros_like(ripe.skin)
    for number, kind in enumerate(KINDS.values()):
        rows = np.flatnonzero(kinds == number)
        if not len(rows):
            continue
        some = Drawing(ripe.pictures[rows], ripe.coverage[rows], ripe.light[rows], ripe.skin[rows])
        parts = np.split(dice[rows].astype(np.float32), SPLIT, axis=1)
        thrown = (part.reshape(-1, *grid) for part, grid in zip(parts, GRIDS, strict=True))
        field, paint = kind(DamageDice(*thrown), some)
        masks[rows], depth = _highest(field, some, shares[rows])
        color, strength = paint(depth)
        changed = (strength * some.coverage)[..., np.newaxis] * (color - some.pictures)
        largest = np.abs(changed).max(axis=-1, keepdims=True)  # made larger where no eye would see it
        visible = some.pictures + changed * np.maximum(VISIBLE / np.maximum(largest, 1e-6), 1)
        pictures[rows] = np.where(masks[rows, ..., np.newaxis], eight_bits(visible), some.pictures)
    return pictures, masks


def _highest(field: np.ndarray, ripe: Drawing, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where on the skin the field is highest, bool (n, side, side), and the depth there, 0 to 1."""
    wanted = np.rint(shares * ripe.fruit.sum(axis=(1, 2))).astype(int)
    wanted = np.clip(wanted, 1, ripe.skin.sum(axis=(1, 2)))
    on_skin = np.where(ripe.skin, field, -np.inf)
    from_the_top = -np.sort(-on_skin.reshape(len(field), -1), axis=1)
    highest = from_the_top[:, :1, np.newaxis]
    lowest = np.take_along_axis(from_the_top, wanted[:, np.newaxis] - 1, axis=1)[..., np.newaxis]
    return on_skin >= lowest, np.clip((field - lowest) / np.maximum(highest - lowest, 1e-6), 0, 1)


def _smooth(grid: np.ndarray, side: int) -> np.ndarray:
    """Random numbers (n, g, g) → a smooth field (n, side, side) about 0, with hills as wide as the grid is fine."""
    weights = enlarging(grid.shape[1], side)
    return weights @ (grid - np.float32(0.5)) @ weights.T


def _near_centers(dice: DamageDice, ripe: Drawing, count: int, later: float) -> np.ndarray:
    """Highest around `count` pixels of the skin; each spot appears when the one before it reaches as far as `later`."""
    n, side = ripe.skin.shape[:2]
    number = np.cumsum(ripe.skin.reshape(n, -1), axis=1)  # of each pixel of the skin, from 1
    best = np.full((n, side, side), -np.inf, np.float32)
    pixels = np.arange(side)
    for spot in range(count):
        position, size = dice.centers[:, :, spot].T
        row, column = np.divmod((number > (position * number[:, -1])[:, np.newaxis]).argmax(axis=1), side)
        down, right = pixels - row[:, np.newaxis], pixels - column[:, np.newaxis]
        distance = np.hypot(down[:, :, np.newaxis], right[:, np.newaxis, :]) / side
        best = np.maximum(best, -distance / (0.5 + size)[:, np.newaxis, np.newaxis] - later * spot)
    return best


def _mix(shallow: np.ndarray, deep: np.ndarray, part: np.ndarray, light: np.ndarray) -> np.ndarray:
    """From one color to another, lit: (n, side, side, 3)"""
    return (shallow + part[..., np.newaxis] * (deep - shallow)) * light[..., np.newaxis]


def _patches(dice: DamageDice, ripe: Drawing) -> tuple[np.ndarray, Paint]:
    side = ripe.skin.shape[1]
    field = _smooth(dice.coarse, side) + 0.3 * _smooth(dice.fine, side)
    return field, lambda depth: (_mix(BROWN, DARK_BROWN, depth, ripe.light), 0.8 + 0.2 * depth)


def _speckles(dice: DamageDice, ripe: Drawing) -> tuple[np.ndarray, Paint]:
    """Many small dots: one for each square of a grid, anywhere in it."""
    side = ripe.skin.shape[1]
    positions = (np.arange(side, dtype=np.float32) + 0.5) / side * DOTS
    square = positions.astype(int)
    best = np.full((len(dice.dots), side, side), -np.inf, np.float32)
    for down, right in product((-1, 0, 1), repeat=2):
        row, column = np.clip(square + down, 0, DOTS - 1), np.clip(square + right, 0, DOTS - 1)
        dot_x, dot_y, size = np.moveaxis(dice.dots[:, :, row[:, np.newaxis], column], 1, 0)
        distance = np.hypot(positions - column - dot_x, (positions - row)[:, np.newaxis] - dot_y)
        best = np.maximum(best, 0.9 * size - distance)
    return best, lambda depth: (_mix(DOT_BROWN, DOT_BROWN, depth, ripe.light), 0.65 + 0.35 * np.sqrt(depth))


def _mold(dice: DamageDice, ripe: Drawing) -> tuple[np.ndarray, Paint]:
    side = ripe.skin.shape[1]
    ragged = 0.06 * _smooth(dice.fine, side) + 0.08 * _smooth(dice.coarse, side)

    def paint(depth: np.ndarray) -> Painted:
        core = np.clip(1.5 * depth + 0.9 * _smooth(dice.fine[:, ::-1], side) - 0.1, 0, 1)
        return _mix(MOLD_RIM, MOLD_CORE, core, 0.35 + 0.65 * ripe.light), np.clip(0.8 + 0.4 * depth, 0, 0.97)

    return _near_centers(dice, ripe, CENTERS, later=0) + ragged, paint


def _bruises(dice: DamageDice, ripe: Drawing) -> tuple[np.ndarray, Paint]:
    field = _near_centers(dice, ripe, 2, later=0.07) + 0.06 * _smooth(dice.coarse, ripe.skin.shape[1])
    return field, lambda depth: (ripe.pictures * BRUISED, 0.25 + 0.75 * depth**0.6)


KINDS: Mapping[str, Callable[[DamageDice, Drawing], tuple[np.ndarray, Paint]]] = {
    "patches": _patches,
    "speckles": _speckles,
    "mold": _mold,
    "bruises": _bruises,
}
DAMAGES = tuple(KINDS)
