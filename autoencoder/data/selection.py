"""Which pictures are learned from, held out, and shown."""

from collections.abc import Collection

import numpy as np

SHOWN = 10
HELD_OUT_SHARE, MOST_HELD_OUT = 0.1, 5000  # of the training pictures


def one_of_each(labels: np.ndarray | None, pictures: int, count: int = SHOWN) -> np.ndarray:
    """Return the first picture of each class, in their order; filled up from the start where that is too few.

    Labels are integer (pictures,), or None. Returns indices, int64 (min(count, pictures),), each once.
    """
    firsts = [] if labels is None else np.unique(labels, return_index=True)[1].tolist()
    others = [index for index in range(pictures) if index not in set(firsts)] if len(firsts) < count else []
    return np.array((firsts + others)[:count], dtype=np.int64)


def of_classes(labels: np.ndarray | None, pictures: int, classes: Collection[int]) -> np.ndarray:
    """Return where labels, integer (pictures,), are of these classes, int64 (n,): all where either is empty or None."""
    if labels is None or not classes:
        return np.arange(pictures)
    return np.flatnonzero(np.isin(labels, list(classes)))


def hold_out(indices: np.ndarray, seed: int, groups: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Split indices (n,) of training pictures into those to learn from and those that are held out, to judge it on.

    Pictures of one group, integer (all training pictures,), are held out together, unless all are of one. Returns
    integer (n − h,) and (h,), in random order: h is a tenth of n, 1 to MOST_HELD_OUT; with groups a little more. Of one
    picture alone, that one twice.
    """
    if len(indices) == 1:
        return indices, indices
    held = min(MOST_HELD_OUT, max(1, round(HELD_OUT_SHARE * len(indices))))
    generator = np.random.default_rng([seed, 1])
    order = indices[generator.permutation(len(indices))]
    if groups is not None and len(np.unique(groups[indices])) > 1:
        names, sizes = np.unique(groups[order], return_counts=True)
        drawn = generator.permutation(len(names))[:-1]  # one group is never among them
        enough = np.searchsorted(np.cumsum(sizes[drawn]), held) + 1
        chosen = np.isin(groups[order], names[drawn[:enough]])
        return order[~chosen], order[chosen]
    return order[held:], order[:held]


def draw(labels: np.ndarray | None, pictures: int, wanted: int | None, seed: int, count: int = SHOWN) -> np.ndarray:
    """Draw some pictures at random, of the wanted class or of all: indices, int64 (≤ count,), each once.

    Labels are integer (pictures,), or None. The same seed draws the same pictures.
    """
    among = np.arange(pictures) if labels is None or wanted is None else np.flatnonzero(labels == wanted)
    return np.random.default_rng(seed).permutation(among)[:count].astype(np.int64)
