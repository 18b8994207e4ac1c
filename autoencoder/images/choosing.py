"""Which pictures are shown."""

import numpy as np

SHOWN = 10


def one_of_each(labels: np.ndarray | None, pictures: int, count: int = SHOWN) -> np.ndarray:
    """The first picture of each class, in the order of the classes; filled up from the start where that is too few.

    Args:
        labels: integer (pictures,), or None where there are none.
        pictures: How many pictures there are.
        count: How many to choose.

    Returns:
        int64 (min(count, pictures),): places in the set, each once.
    """
    firsts = [] if labels is None else np.unique(labels, return_index=True)[1].tolist()
    others = [place for place in range(pictures) if place not in set(firsts)] if len(firsts) < count else []
    return np.array((firsts + others)[:count], dtype=np.int64)


def draw(labels: np.ndarray | None, pictures: int, wanted: int | None, seed: int, count: int = SHOWN) -> np.ndarray:
    """Some pictures at random, of one class or of all.

    Args:
        labels: integer (pictures,), or None where there are none.
        pictures: How many pictures there are.
        wanted: The class to draw from, or None for any.
        seed: The same seed draws the same pictures.
        count: How many to choose.

    Returns:
        int64 (≤ count,): places in the set, each once.
    """
    among = np.arange(pictures) if labels is None or wanted is None else np.flatnonzero(labels == wanted)
    return np.random.default_rng(seed).permutation(among)[:count].astype(np.int64)
