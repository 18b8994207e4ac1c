"""The ordered bottleneck: one trained network that answers for every bottleneck size.

In training each example keeps only the first k numbers of its code, k drawn at random, so the network learns to put
first what matters most. This is the nested dropout of O. Rippel, M. Gelbart and R. Adams, "Learning ordered
representations with nested dropout", ICML 2014, arXiv:1402.0915.
"""

import numpy as np


def keep_first(sizes: np.ndarray, code_size: int) -> np.ndarray:
    """Return which numbers of a code pass a bottleneck: float32 (n, code_size), 1 for the first `sizes[i]` of each i.

    `sizes`, integer (n,), are how many numbers each example keeps, from 0 to `code_size`.
    """
    return (np.arange(code_size) < np.asarray(sizes)[:, np.newaxis]).astype(np.float32)


def milestones(code_size: int) -> list[int]:
    """Return 1, 2, 4, … up to `code_size` itself: the sizes that are shown while a network learns."""
    powers = [2**power for power in range(code_size.bit_length()) if 2**power < code_size]
    return [*powers, code_size]


def draw_sizes(
    generator: np.random.Generator, shape: tuple[int, ...], code_size: int, whole_share: float = 0.0
) -> np.ndarray:
    """Return how many numbers each example of a batch keeps: int32 of `shape`, in 1..code_size.

    Half of the draws are one of the `milestones`; a quarter are log-uniform, which favors few numbers, and a quarter
    uniform. The fewer different sizes there are, the better each is learned; but from the milestones alone the sizes
    between them would not be learned at all. Then `whole_share` of the examples keep all, whatever was drawn.
    """
    kind = generator.integers(4, size=shape)
    uniform = generator.integers(1, code_size + 1, shape)
    logarithmic = np.exp(generator.uniform(0, np.log(code_size + 1), shape)).astype(np.int64)
    drawn = np.select([kind <= 1, kind == 2], [generator.choice(milestones(code_size), shape), logarithmic], uniform)
    if whole_share:
        drawn = np.where(generator.random(shape) < whole_share, code_size, drawn)
    return np.clip(drawn, 1, code_size).astype(np.int32)
