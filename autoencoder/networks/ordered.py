"""The ordered bottleneck: one trained network that answers for every bottleneck size.

In training each example keeps only the first k numbers of its code, k drawn at random, so the network learns to put
first what matters most. This is the nested dropout of O. Rippel, M. Gelbart and R. Adams, "Learning ordered
representations with nested dropout", ICML 2014, arXiv:1402.0915.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Ordering:
    """How a network learns every size at once."""

    balance: float = 0.5  # of errors: 0, each counts as it is, to 1, each as a share of its size's running mean
    draws: int = 4  # of so many sizes, 3 or more, one is log-uniform, one uniform, and the others are milestones
    times: int = 1  # how much more often each of the other milestones is drawn than the largest


FIRST_ORDERING = Ordering()


def keep_first(sizes: np.ndarray, code_size: int) -> np.ndarray:
    """Return which numbers of a code pass a bottleneck: float32 (n, code_size), 1 for the first `sizes[i]` of each i.

    `sizes`, integer (n,), are how many numbers each example keeps, from 0 to `code_size`.
    """
    return (np.arange(code_size) < np.asarray(sizes)[:, np.newaxis]).astype(np.float32)


def milestones(code_size: int) -> list[int]:
    """Return 1, 2, 4, … up to `code_size` itself: the sizes that are shown while a network learns."""
    powers = [2**power for power in range(code_size.bit_length()) if 2**power < code_size]
    return [*powers, code_size]


def drawn_milestones(code_size: int, ordering: Ordering) -> list[int]:
    """Return the milestones, each as many times as it is to be among those that one is drawn from."""
    *others, largest = milestones(code_size)
    return [*others * ordering.times, largest]


def draw_sizes(
    generator: np.random.Generator,
    shape: tuple[int, ...],
    code_size: int,
    whole_share: float = 0.0,
    ordering: Ordering = FIRST_ORDERING,
) -> np.ndarray:
    """Return how many numbers each example of a batch keeps: int32 of `shape`, in 1..code_size.

    Some sizes are log-uniform, which favors few numbers, some uniform, and most are `milestones`, as the ordering says.
    The fewer different sizes there are, the better each is learned; but from the milestones alone the sizes between
    them would not be learned at all. Then `whole_share` of the examples keep all, whatever was drawn.
    """
    draws = ordering.draws
    kind = generator.integers(draws, size=shape)
    uniform = generator.integers(1, code_size + 1, shape)
    logarithmic = np.exp(generator.uniform(0, np.log(code_size + 1), shape)).astype(np.int64)
    milestone = generator.choice(drawn_milestones(code_size, ordering), shape)
    drawn = np.select([kind < draws - 2, kind == draws - 2], [milestone, logarithmic], uniform)
    if whole_share:
        drawn = np.where(generator.random(shape) < whole_share, code_size, drawn)
    return np.clip(drawn, 1, code_size).astype(np.int32)
