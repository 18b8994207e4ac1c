"""Rate and distortion on MNIST: the autoencoder's code in bytes against PCA, JPEG and WebP.

The default ordered network is trained from scratch, its code sent in one byte a number. Every rate is a mean of real
bytes, every PSNR that of the mean squared error over all judged pictures, which nobody learned from. JPEG and WebP each
have 14 qualities at full, half and quarter size; at each rate the best of these counts. They are counted as a file for
each picture, and as one file of 100 pictures divided by 100, which is kindest to them; between two settings the bytes
for a given PSNR are interpolated, in dB and log bytes. Then the same network on pictures unlike those that it learned.
"""

from collections.abc import Iterator
from typing import Any

from benchmarks.fresh import once
from benchmarks.options import NO_MNIST, Options
from benchmarks.table import Cell, Table, skipped

SIZES = (1, 2, 4, 8, 16, 32, 64)
EPOCHS, QUICK_EPOCHS = 15, 1
PICTURES, QUICK_PICTURES = 2_000, 200
WAYS = {"sheet": "100 pictures in a file", "body": "a file each, without its header", "alone": "a file each"}


def measure(options: Options) -> Iterator[Table]:
    """Quality at equal bytes, bytes at equal quality, what the decoder costs, and the other side."""
    if not options.has_mnist:
        yield skipped("The autoencoder against PCA, JPEG and WebP on MNIST", NO_MNIST)
        return
    epochs = options.epochs or options.count(EPOCHS, QUICK_EPOCHS)
    evaluated = once(compare, epochs=epochs, pictures=options.count(PICTURES, QUICK_PICTURES))
    known, strange = evaluated["known"], evaluated["strange"]
    what = f"{known['pictures']:,} test pictures of MNIST, {epochs} epochs"
    yield _quality(f"PSNR in dB at equal bytes a picture, {what}", known)
    yield _needed(f"Bytes a picture that give the autoencoder's PSNR, {what}", known)
    yield _decoder(known)
    yield _quality(f"The other side: PSNR in dB, {strange['pictures']} {strange['what']}, never learned", strange)


def _quality(title: str, evaluated: dict[str, Any]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for index, size in enumerate(SIZES):
        others = [
            _at(evaluated["at"][way][name][index], size) for way in ("sheet", "alone") for name in ("WebP", "JPEG")
        ]
        psnr, error = evaluated["learned"][index]
        rows.append((f"{size}", f"{psnr:.1f}", f"{error:.4f}", f"{evaluated['pca'][index]:.1f}", *others))
    columns = ("bytes", "autoencoder", "MSE", "PCA", "WebP ÷ 100", "JPEG ÷ 100", "WebP alone", "JPEG alone")
    notes = ["In brackets: the fewest bytes it can do, where that is more than allowed."]
    return Table(title, columns, rows, notes)


def _at(point: list[float], size: int) -> str:
    psnr, rate = point
    return f"{psnr:.1f}" if rate <= size else f"{psnr:.1f} ({rate:.0f})"


def _needed(title: str, evaluated: dict[str, Any]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for index, size in enumerate(SIZES):
        sheet, alone = evaluated["needed"]["sheet"][index], evaluated["needed"]["alone"][index]
        rates = [sheet["PCA"], *(way[name] for way in (sheet, alone) for name in ("WebP", "JPEG"))]
        best = min((rate for name, rate in sheet.items() if name != "PCA" and rate), default=None)
        best_alone = min((rate for name, rate in alone.items() if name != "PCA" and rate), default=None)
        shares = [None if rate is None else f"{rate / size:.2f}" for rate in (best, best_alone)]
        rows.append((f"{size}", f"{evaluated['learned'][index][0]:.1f}", *rates, *shares))
    columns = (
        "bytes",
        "dB",
        "PCA",
        "WebP ÷ 100",
        "JPEG ÷ 100",
        "WebP alone",
        "JPEG alone",
        "best ÷ 100 /",
        "best alone /",
    )
    notes = ["The last two: how many times the autoencoder's bytes the better of WebP and JPEG needs."]
    return Table(title, columns, rows, notes)


def _decoder(evaluated: dict[str, Any]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (f"{size}", *(evaluated["pays_after"][way][index] or "never" for way in WAYS))
        for index, size in enumerate(SIZES)
    ]
    sizes = f"float32 weights {evaluated['weight_bytes']:,} bytes, stored {evaluated['stored_bytes']:,}"
    return Table(f"Pictures until the decoder has paid for itself ({sizes})", ("bytes", *WAYS.values()), rows)


# In a process of its own


def compare(epochs: int, pictures: int) -> Iterator[dict[str, Any]]:
    """Train, then judge on test pictures and on strangers."""
    from autoencoder.analysis.principal import training_pictures
    from autoencoder.analysis.rates import judge, learned, strangers
    from autoencoder.data.sources import get_source
    from autoencoder.networks.compiled import CompiledNetwork
    from autoencoder.rendering.sprites import to_bytes
    from autoencoder.training.settings import TrainingSettings
    from autoencoder.training.trainer import Trainer

    settings = TrainingSettings("mnist", epochs=epochs)
    trainer = Trainer(settings)
    while trainer.step < trainer.total_steps:
        trainer.advance(trainer.steps_per_epoch)
    files, train = trainer.export(), training_pictures("mnist")
    decoder = (settings.plan.decoder_parameters, len(files[1]))
    test = get_source("mnist").load(test_only=True).test
    answer = {}
    for name, (what, some) in {
        "known": ("test pictures", test[:pictures]),
        "strange": strangers("mnist", test.shape[1:]),
    }.items():
        pictures_sent = to_bytes(some)
        own = learned(CompiledNetwork(*files), settings.sizes, train, pictures_sent, 1)
        evaluated = judge(own, train, pictures_sent, what=what, decoder=decoder)
        answer[name] = _plain(evaluated)
    yield answer


def _plain(evaluated: Any) -> dict[str, Any]:
    """A comparison as JSON can carry it."""
    from autoencoder.analysis.rates import BUDGETS

    indices = [BUDGETS.index(size) for size in SIZES]
    return {
        "what": evaluated.what,
        "pictures": evaluated.pictures,
        "learned": [(evaluated.learned.shown[index].psnr, evaluated.learned.shown[index].error) for index in indices],
        "pca": [evaluated.linear.shown[index].psnr for index in indices],
        "at": {
            way: {
                coded.title: [(coded.shown[index].psnr, coded.shown[index].rate) for index in indices]
                for coded in evaluated.classical[way].values()
            }
            for way in WAYS
        },
        "needed": {way: [evaluated.needed(way, size) for size in SIZES] for way in WAYS},
        "pays_after": {way: [evaluated.pays_after(way, size) for size in SIZES] for way in WAYS},
        "weight_bytes": evaluated.weight_bytes,
        "stored_bytes": evaluated.stored_bytes,
    }
