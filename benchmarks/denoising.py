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
LONG_LOSS = 0.0846  # of the example, seen after 40 epochs
STEPS = {  # of the denoiser, to reach the example's quality; chosen on training pictures that are held out
    QUICK_EPOCHS: 100,
    EXAMPLE_EPOCHS: 235,
    LONG_EPOCHS: 650,
}
QUALITY_LEVELS = (0.2, 0.4, 0.8)

Trained = dict[str, Any]  # the seconds of a training, and how its network was judged


def measure(options: Options) -> Iterator[Table]:
    """Time to quality, then PSNR at every level."""
    if not options.has_mnist:
        yield skipped("The denoiser against the Keras example and filters on MNIST", NO_MNIST)
        return
    targets = (QUICK_EPOCHS,) if options.quick else (EXAMPLE_EPOCHS, LONG_EPOCHS)
    peer, own = _in_turns(targets[-1 if options.full else 0], targets, options.count(3, 1))
    yield _time_to_quality(peer, own)
    yield _quality(peer, own)
    yield _against_filters(once(psnr_by_level, steps=100 if options.quick else None))


def _in_turns(epochs: int, targets: tuple[int, ...], rounds: int) -> tuple[list[Trained], dict[int, list[Trained]]]:
    """The example's epochs, and between them our trainings, `rounds` for each target."""
    peer: list[Trained] = []
    own: dict[int, list[Trained]] = {target: [] for target in targets}
    with Fresh(example_epochs) as example:
        for number in range(rounds):
            for _ in range(epochs * number // rounds, epochs * (number + 1) // rounds):
                peer.append(example.ask())
            for target in targets:
                own[target].append(once(train_denoiser, steps=STEPS[target]))
    return peer, own


def _time_to_quality(peer: list[Trained], own: dict[int, list[Trained]]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    notes = ["The example's validation loss after each epoch: " + " ".join(f"{one['loss']:.4f}" for one in peer)]
    for target, trained in own.items():
        known, scale = peer[:target], max(1.0, target / len(peer))
        peer_seconds = scale * sum(one["seconds"] for one in known)
        reached = known[-1]["loss"] if scale == 1 else LONG_LOSS
        if scale > 1:
            notes.append(
                f"Of {target} epochs, the seconds are those of {len(peer)}, scaled; the loss was seen after 40."
            )
        seconds, losses = ([one[name] for one in trained] for name in ("seconds", "loss"))
        notes.append("Ours: " + ", ".join(f"{one['loss']:.4f} in {one['seconds']:.1f} s" for one in trained))
        ours = f"our denoiser, {STEPS[target]:,} batches of {DEFAULT.batch_size}, median of {len(trained)}"
        times = peer_seconds / median(seconds)
        rows.append((f"peer: the Keras example, {target} epochs", peer_seconds, 1.0, reached, None))
        rows.append((ours, median(seconds), times, median(losses), max(losses) / reached))
    columns = ("", "s", "times as fast", "validation BCE", "worst / peer")
    samples = {f"ours {target}": [one["seconds"] for one in trained] for target, trained in own.items()}
    samples["peer"] = [one["seconds"] for one in peer]
    return Table(f"Time to quality on MNIST, judged at noise {LEVEL}", columns, rows, notes, samples)


def _quality(peer: list[Trained], own: dict[int, list[Trained]]) -> Table:
    """PSNR and SSIM of the networks whose times were measured."""
    networks = {f"example, {len(peer)} epochs": peer[-1]}
    networks |= {f"ours, {STEPS[target]:,} batches": trained[0] for target, trained in own.items()}
    rows = [
        (f"{level:g}", *(one[measure][number] for one in networks.values() for measure in ("psnr", "ssim")))
        for number, level in enumerate(QUALITY_LEVELS)
    ]
    columns = ("level", *(f"{name}: {measure}" for name in networks for measure in ("PSNR", "SSIM")))
    notes = [f"The example learned level {LEVEL} alone, ours every level from 0 to 1."]
    return Table("Mean PSNR in dB and SSIM of these, on test pictures", columns, rows, notes)


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

    train, test = _pictures()
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
        yield {"seconds": seconds, **_judged(model, test)}
        begin = time.perf_counter()


def train_denoiser(steps: int) -> Iterator[dict[str, float]]:
    """Our default denoiser, its one cycle shortened to so many batches."""
    import keras

    from autoencoder.training.trainer import Trainer

    pictures = _picture_set()
    begin = time.perf_counter()
    trainer = Trainer(DEFAULT, pictures)
    trainer.total_steps = steps
    _learn(trainer)
    seconds = time.perf_counter() - begin
    inputs = keras.Input((28, 28, 1))
    model = keras.Model(inputs, trainer.decoder(trainer.encoder(inputs)))
    model.compile(loss="binary_crossentropy")
    yield {"seconds": seconds, **_judged(model, pictures.test)}


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


def _judged(model: Any, test: Any) -> Trained:
    """The loss of a compiled model on all test pictures at LEVEL, and its PSNR and SSIM at QUALITY_LEVELS."""
    from autoencoder.analysis.denoising import MEASURED_PICTURES, TEST_SEED, quality
    from autoencoder.data.noise import add_noise

    loss = float(model.evaluate(_noisy(test, JUDGING_SEED), test, batch_size=500, verbose=0))
    some = test[:MEASURED_PICTURES]
    noisy = (add_noise(some, "gaussian", level, TEST_SEED) for level in QUALITY_LEVELS)
    qualities = [quality(some, model.predict(one, verbose=0)) for one in noisy]
    return {"loss": loss, "psnr": [one.psnr for one in qualities], "ssim": [one.ssim for one in qualities]}


def _noisy(pictures: Any, seed: int) -> Any:
    from autoencoder.data.noise import add_noise

    return add_noise(pictures, "gaussian", LEVEL, seed)
