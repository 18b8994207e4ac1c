"""The table of sources of pictures. A new source is one line here and one file beside this one."""

from collections.abc import Mapping

from autoencoder.data import mnist, mnist_sample, own
from autoencoder.data.bananas import bananas
from autoencoder.data.source import Source


def _mnist_missing() -> str | None:
    try:
        mnist.find()
    except mnist.MnistError as error:
        return str(error)
    return None


SOURCES: Mapping[str, Source] = {
    "mnist_sample": Source(
        "MNIST sample",
        "4,000 handwritten digits of MNIST to train on and 1,000 to test with. They are built in.",
        (28, 28, 1),
        4_000,
        tuple("0123456789"),
        mnist_sample.load,
    ),
    "mnist": Source(
        "Full MNIST",
        "All of it: 60,000 handwritten digits to train on and 10,000 to test with.",
        (28, 28, 1),
        60_000,
        tuple("0123456789"),
        mnist.load,
        _mnist_missing,
        mnist.train_bytes,
    ),
    "bananas": Source(
        "Bananas",
        "6,000 ripe bananas to train on; 500 ripe and 500 rotten ones to test with. They are drawn, and built in.",
        (bananas.SIDE, bananas.SIDE, 3),
        bananas.TRAINING_PICTURES,
        bananas.CLASS_NAMES,
        bananas.load,
    ),
}


def get_source(name: str) -> Source:
    """The source of this name: one of `SOURCES`, or a browser session's own (`autoencoder.data.own`).

    Raises:
        ValueError: If there is none.
    """
    if isinstance(name, str) and own.token_of(name):
        return own.own_source(name)
    if not isinstance(name, str) or name not in SOURCES:
        raise ValueError(f"Expected `source` to be one of {', '.join(SOURCES)}. Received: {name!r}.")
    return SOURCES[name]


def title_of(name: str) -> str:
    """Return what a learner reads for a source; of a session's own also when its pictures are gone."""
    return own.TITLE if own.token_of(name) else get_source(name).title
