"""Which pictures are learned from, held out, and shown."""

from collections.abc import Collection

import numpy as np

SHOWN = 10
HELD_OUT_SHARE, MOST_HELD_OUT = 0.1, 5000  # of the training pictures


def one_of_each(labels: np.ndarray | None, pictures: int, count: int = SHOWN) -> np.ndarray:
    """Return the first picture of each class, in their order; filled up from the start where that is too few.

    Args:
        labels: integer (pictures,), or None where there are none.
        pictures: How many pictures there are.
        count: How many to choose.

    Returns:
        int64 (min(count, pictures),): indices, each once.
    """
    firsts = [] if labels is None else np.unique(labels, return_index=True)[1].tolist()
    others = [index for index in range(pictures) if index not in set(firsts)] if len(firsts) < count else []
    return np.array((firsts + others)[:count], dtype=np.int64)


def of_classes(labels: np.ndarray | None, pictures: int, classes: Collection[int]) -> np.ndarray:
    """Return the pictures of these classes; all of them where no class is named or there are no labels.

    Args:
        labels: integer (pictures,), or None where there are none.
        pictures: How many pictures there are.
        classes: Labels.

    Returns:
        int64 (≤ pictures,): indices, in their order.
    """
    if labels is None or not classes:
        return np.arange(pictures)
    return np.flatnonzero(np.isin(labels, list(classes)))


def hold_out(indices: np.ndarray, seed: int, groups: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Split training pictures into those to learn from and those that are held out, to judge the learning on.

    Args:
        indices: integer (n,), of the training pictures.
        seed: Of the training.
        groups: integer (all training pictures,): pictures of one group are held out together, unless they are all of
            one. None where every picture stands for itself.

    Returns:
        integer (n − h,) and (h,), in random order: h is a tenth of n, 1 to MOST_HELD_OUT; with groups a little more.
        Of one picture alone, that one twice.
    """
    if len(indices) == 1:
        return indices, indices
    held = min(MOST_HELD_OUT, max(1, round(HELD_OUT_SHARE * len(indices))))
    generator = np.random.default_rng([seed, 1])
    order = indices[generator.permutation(len(indices))]
    if groups is not None and len(np.unique(groups[indices])) > 1:
        chosen = _groups_of_at_least(held, groups[order], generator)
        return order[~chosen], order[chosen]
    return order[held:], order[:held]


def _groups_of_at_least(count: int, groups: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return which pictures are of some random groups that have `count` together; one group is never among them."""
    names, sizes = np.unique(groups, return_counts=True)
    drawn = generator.permutation(len(names))[:-1]
    enough = np.searchsorted(np.cumsum(sizes[drawn]), count) + 1
    return np.isin(groups, names[drawn[:enough]])


def draw(labels: np.ndarray | None, pictures: int, wanted: int | None, seed: int, count: int = SHOWN) -> np.ndarray:
    """Draw some pictures at random, of one class or of all.

    Args:
        labels: integer (pictures,), or None where there are none.
        pictures: How many pictures there are.
        wanted: The class to draw from, or None for any.
        seed: The same seed draws the same pictures.
        count: How many to choose.

    Returns:
        int64 (≤ count,): indices, each once.
    """
    among = np.arange(pictures) if labels is None or wanted is None else np.flatnonzero(labels == wanted)
    return np.random.default_rng(seed).permutation(among)[:count].astype(np.int64)
