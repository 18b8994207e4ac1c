"""Networks as learners may compose them, drawn at random."""

import random
from collections.abc import Iterator

from hypothesis import strategies as st

from autoencoder.networks.composition import (
    ACTIVATIONS,
    HIGHEST_DECAY,
    HIGHEST_DROPOUT,
    LARGEST_KERNEL,
    LARGEST_STRIDE,
    MOST_LAYERS,
    MOST_UNITS,
    Composition,
    Hidden,
)

ALL_OPTIONS = {  # of each kind one with all that there is
    "dense": "dense-40.30-to-20-gelu-dropout0.2-decay0.001-norm",
    "conv": "conv-6k5s2.5k3s2-to-7k2s3.4k3s1-leaky_relu-dropout0.1-decay0.0001-norm",
}


def hidden_layers(kind: str) -> st.SearchStrategy[tuple[Hidden, ...]]:
    largest = (LARGEST_KERNEL, LARGEST_STRIDE) if kind == "conv" else (0, 0)
    sides = [st.integers(min(1, most), most) for most in largest]
    hidden = st.builds(Hidden, st.integers(1, MOST_UNITS[kind]), *sides)
    return st.lists(hidden, min_size=1, max_size=MOST_LAYERS).map(tuple)


COMPOSITIONS = st.sampled_from(sorted(MOST_UNITS)).flatmap(
    lambda kind: st.builds(
        Composition,
        st.just(kind),
        hidden_layers(kind),
        st.none() | hidden_layers(kind),
        st.sampled_from(ACTIVATIONS),
        st.floats(0, HIGHEST_DROPOUT),
        st.floats(0, HIGHEST_DECAY),
        st.booleans(),
    )
)


def small_compositions(count: int, seed: int) -> Iterator[Composition]:
    """Give as many as `count` of few units that fit pictures of 28 pixels a side."""
    drawn = random.Random(seed)
    for number in range(count):
        kind = ("dense", "conv")[number % 2]
        encoder, decoder = (
            tuple(
                Hidden(drawn.randint(1, 9), drawn.randint(1, 3), drawn.choice([1, 1, 2]))
                if kind == "conv"
                else Hidden(drawn.randint(1, 99))
                for _ in range(drawn.randint(1, MOST_LAYERS if kind == "dense" else 3))
            )
            for _ in range(2)
        )
        yield Composition(
            kind,
            encoder,
            drawn.choice([None, decoder]),
            ACTIVATIONS[number // 2 % len(ACTIVATIONS)],
            drawn.choice([0.0, 0.25]),
            drawn.choice([0.0, 1e-5, 0.01]),
            drawn.choice([False, True]),
        )
