"""The ordered bottleneck: one trained network that answers for every bottleneck size.

In training each example keeps only the first k numbers of its code, k drawn at random, so the network learns to put
first what matters most. This is the nested dropout of O. Rippel, M. Gelbart and R. Adams, "Learning ordered
representations with nested dropout", ICML 2014, arXiv:1402.0915.
"""

import numpy as np


def keep_first(sizes: np.ndarray, code_size: int) -> np.ndarray:
    """Which numbers of a code pass a bottleneck.

    Args:
        sizes: integer (n,), how many numbers each example keeps, from 0 to `code_size`.
        code_size: How many numbers a code has.

    Returns:
        float32 (n, code_size): 1 for the first `sizes[i]` numbers of example i, 0 for the rest.
    """
    return (np.arange(code_size) < np.asarray(sizes)[:, np.newaxis]).astype(np.float32)


def milestones(code_size: int) -> list[int]:
    """1, 2, 4, … up to `code_size` itself: the sizes that are shown while a network learns."""
    powers = [2**power for power in range(code_size.bit_length()) if 2**power < code_size]
    return [*powers, code_size]
