"""The denoiser on all of MNIST: how soon it is good, and how it compares with filters at every level of noise.

Time to quality: the published Keras example "Convolutional autoencoder for image denoising" is trained as its page
says, by plain `model.fit`, and judged after each epoch by its validation loss (binary cross-entropy at noise 0.4, all
10,000 test pictures). Our default denoiser, which is taught every level from 0 to 1, is trained from scratch in
between, in processes of its own that take turns with the example's, and judged on the same noisy pictures. Seconds are
those of building, compiling and learning, without importing TensorFlow and without the judging.
"""

import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from autoencoder.analysis.denoising import DEFAULT
from benchmarks.fresh import Fresh, once
from benchmarks.options import NO_MNIST, Options
from benchmarks.table import Cell, Table, skipped

LEVEL, JUDGING_SEED = 0.4, 7
EXAMPLE_EPOCHS, LONG_EPOCHS, QUICK_EPOCHS = 10, 100, 1
STEPS = {
    QUICK_EPOCHS: 500,
    EXAMPLE_EPOCHS: 1200,
    LONG_EPOCHS: 12_000,
}  # of the denoiser, to reach the example's quality


def measure(options: Options) -> Iterator[Table]:
    """Time to quality, then PSNR at every level."""
    if not options.has_mnist:
        yield skipped("The denoiser against the Keras example and filters on MNIST", NO_MNIST)
        return
    epochs = LONG_EPOCHS if options.full else options.count(EXAMPLE_EPOCHS, QUICK_EPOCHS)
    yield _time_to_quality(epochs, options.count(3, 1))
    yield _against_filters(once(psnr_by_level, steps=100 if options.quick else None))


def _time_to_quality(epochs: int, rounds: int) -> Table:
    """The example's epochs, and our trainings between them."""
    own: list[dict[str, float]] = []
    peer: list[dict[str, float]] = []
    with Fresh(example_epochs) as example:
        for number in range(rounds):
            for _ in range(epochs * number // rounds, epochs * (number + 1) // rounds):
                peer.append(example.ask())
            own.append(once(train_denoiser, steps=STEPS[epochs]))
    peer_seconds, reached = sum(one["seconds"] for one in peer), peer[-1]["loss"]
    seconds, losses = [one["seconds"] for one in own], [one["loss"] for one in own]
    rows: list[tuple[Cell, ...]] = [
        (f"peer: the Keras example, {epochs} epochs", peer_seconds, 1.0, reached, None),
        (
            f"our denoiser, {STEPS[epochs]:,} batches of 8, median of {rounds}",
            median(seconds),
            peer_seconds / median(seconds),
            median(losses),
            max(losses) / reached,
        ),
    ]
    notes = [
        "The example's validation loss after each epoch: " + " ".join(f"{one['loss']:.4f}" for one in peer),
        "Ours: " + ", ".join(f"{one['loss']:.4f} in {one['seconds']:.1f} s" for one in own),
    ]
    columns = ("", "s", "times as fast", "validation BCE", "worst / peer")
    samples = {"peer": [one["seconds"] for one in peer], "ours": seconds}
    return Table(f"Time to quality on MNIST, judged at noise {LEVEL}", columns, rows, notes, samples)


def _against_filters(psnr: dict[str, list[float]]) -> Table:
    levels, own, before = (psnr.pop(name) for name in ("levels", "denoiser", "noisy"))
    best = [max(values) for values in zip(*psnr.values(), strict=True)]
    rows: list[tuple[Cell, ...]] = []
    for number, level in enumerate(levels):
        if level:
            filters = [values[number] for values in psnr.values()]
            rows.append((f"{level:g}", before[number], *filters, own[number], own[number] - best[number]))
    columns = ("level", "noisy", *(name.replace("_", " ") for name in psnr), "our denoiser", "ahead of the best by")
    return Table(
        "Mean PSNR in dB on test pictures of MNIST with Gaussian noise, the denoiser at the app's default settings",
        columns,
        rows,
        ["Each filter with its best parameter for each level, chosen on training pictures."],
    )


# In processes of their own


def example_epochs() -> Iterator[dict[str, float]]:
    """The published example, epoch after epoch: the seconds of each, the first with building and compiling."""
    import keras

    train, _ = _pictures()
    test, noisy_test = _judged()
    noisy_train = _noisy(train, 1)
    begin = time.perf_counter()
    keras.utils.set_random_seed(0)
    layers = keras.layers
    inputs = keras.Input((28, 28, 1))
    x = layers.Conv2D(32, (3, 3), activation="relu", padding="same")(inputs)
    x = layers.MaxPooling2D((2, 2), padding="same")(x)
    x = layers.Conv2D(32, (3, 3), activation="relu", padding="same")(x)
    x = layers.MaxPooling2D((2, 2), padding="same")(x)
    x = layers.Conv2DTranspose(32, (3, 3), strides=2, activation="relu", padding="same")(x)
    x = layers.Conv2DTranspose(32, (3, 3), strides=2, activation="relu", padding="same")(x)
    model = keras.Model(inputs, layers.Conv2D(1, (3, 3), activation="sigmoid", padding="same")(x))
    model.compile(optimizer="adam", loss="binary_crossentropy")
    while True:
        model.fit(noisy_train, train, batch_size=128, epochs=1, shuffle=True, verbose=0)
        seconds = time.perf_counter() - begin
        yield {"seconds": seconds, "loss": float(model.evaluate(noisy_test, test, batch_size=500, verbose=0))}
        begin = time.perf_counter()


def train_denoiser(steps: int) -> Iterator[dict[str, float]]:
    """Our default denoiser, its one cycle shortened to so many batches."""
    import keras

    from autoencoder.training.trainer import Trainer

    test, noisy = _judged()
    train = _picture_set()
    begin = time.perf_counter()
    trainer = Trainer(DEFAULT, train)
    trainer.total_steps = steps
    _learn(trainer)
    seconds = time.perf_counter() - begin
    inputs = keras.Input((28, 28, 1))
    model = keras.Model(inputs, trainer.decoder(trainer.encoder(inputs)))
    model.compile(loss="binary_crossentropy")
    yield {"seconds": seconds, "loss": float(model.evaluate(noisy, test, batch_size=500, verbose=0))}


def psnr_by_level(steps: int | None) -> Iterator[dict[str, list[float]]]:
    """The default denoiser, as the app trains it, and the filters: the mean PSNR of each at each level."""
    import tempfile
    from pathlib import Path

    from autoencoder.analysis.denoising import MEASURED_PICTURES, TEST_SEED, quality
    from autoencoder.analysis.filters import filter_table
    from autoencoder.data.noise import SHOWN_LEVELS, add_noise
    from autoencoder.networks.compiled import CompiledNetwork
    from autoencoder.training.trainer import Trainer

    pictures = _picture_set()
    trainer = Trainer(DEFAULT, pictures)
    trainer.total_steps = steps or trainer.total_steps
    _learn(trainer)
    network = CompiledNetwork(*trainer.export())
    evaluated = pictures.test[:MEASURED_PICTURES]
    own, before = [], []
    for level in SHOWN_LEVELS:
        noisy = add_noise(evaluated, "gaussian", level, TEST_SEED)
        before.append(quality(evaluated, noisy).psnr)
        own.append(quality(evaluated, network.decode(network.encode(noisy))).psnr)
    with tempfile.TemporaryDirectory() as folder:
        table = filter_table("mnist", "gaussian", Path(folder) / "table.json")
    filters = {name: [one.psnr for one in row] for name, row in table.qualities.items()}
    yield {"levels": list(SHOWN_LEVELS), "noisy": before, **filters, "denoiser": own}


def _learn(trainer: Any) -> None:
    while trainer.step < trainer.total_steps:
        left = trainer.total_steps - trainer.step
        trainer.advance(min(left, trainer.steps_per_epoch - trainer.step % trainer.steps_per_epoch))


def _picture_set() -> Any:
    from autoencoder.data.sources import get_source

    return get_source("mnist").load()


def _pictures() -> Any:
    pictures = _picture_set()
    return pictures.train, pictures.test


def _judged() -> Any:
    """The test pictures, clean and with the noise on which both are judged."""
    _, test = _pictures()
    return test, _noisy(test, JUDGING_SEED)


def _noisy(pictures: Any, seed: int) -> Any:
    from autoencoder.data.noise import add_noise

    return add_noise(pictures, "gaussian", LEVEL, seed)
