"""Looking at a trained network in the serving process: LiteRT beside a NumPy forward pass and Keras.

A dense and a convolutional network are trained for a moment and exported. Then fresh processes, one for each way to
run them, decode 640 pictures (10 pictures at 64 sizes) and encode 10, in turn. Beside the times: the largest difference
from Keras, the seconds to import and load, and the memory that this takes.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.fresh import Fresh, Work, once
from benchmarks.options import Options
from benchmarks.table import Cell, Table

PICTURES = 10
ALONE = {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
AT_ONCE = 5  # calls that one time is the mean of

Encode = Callable[[np.ndarray], np.ndarray]
Decode = Callable[[np.ndarray, np.ndarray], np.ndarray]


def measure(options: Options) -> Iterator[Table]:
    """The dense network in every way; the convolutional one in those that have convolutions."""
    litert: tuple[Work, dict[str, Any]] = (run_litert, {})
    keras: dict[str, tuple[Work, dict[str, Any]]] = {
        "Keras predict": (run_keras, {"call": "predict"}),
        "Keras, the model called": (run_keras, {"call": "call"}),
    }
    numpy: dict[str, tuple[Work, dict[str, Any]]] = {
        "NumPy": (run_numpy, {}),
        "NumPy, one thread": (run_numpy, {"environment": ALONE}),
    }
    yield _compare("dense", {"LiteRT (the app)": litert, **numpy, **keras}, options.count(11, 3))
    yield _compare("convolutional", {"LiteRT (the app)": litert, **keras}, options.count(11, 3))


def _compare(network: str, ways: dict[str, tuple[Work, dict[str, Any]]], rounds: int) -> Table:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        once(train, network=network, folder=folder)
        runners = {
            name: stack.enter_context(Fresh(work, network=network, folder=folder, **arguments))
            for name, (work, arguments) in ways.items()
        }
        starts = {name: runner.ask() for name, runner in runners.items()}
        samples: dict[str, list[dict[str, float]]] = {name: [] for name in runners}
        for _ in range(rounds):
            for name, runner in runners.items():
                time.sleep(0.2)
                samples[name].append(runner.ask())
    return _table(network, starts, samples, rounds)


# In processes of their own


def train(network: str, folder: str) -> Iterator[str]:
    """An ordered network after three epochs of the digits: as LiteRT, as Keras' weights, and what Keras makes of it."""
    from autoencoder.training.settings import TrainingSettings
    from autoencoder.training.trainer import Trainer

    trainer = Trainer(TrainingSettings("mnist_sample", network, "ordered", epochs=3))
    while trainer.step < trainer.total_steps:
        trainer.advance(trainer.steps_per_epoch)
    encoder, decoder = trainer.export()
    Path(folder, "encoder.tflite").write_bytes(encoder)
    Path(folder, "decoder.tflite").write_bytes(decoder)
    for name, model in (("encoder", trainer.encoder), ("decoder", trainer.decoder)):
        weights = {f"{number:02d}": array for number, array in enumerate(model.get_weights())}
        np.savez(Path(folder, f"{name}.npz"), allow_pickle=False, **weights)
    pictures = _pictures()
    codes = trainer.encoder.predict(pictures, verbose=0)
    many, sizes = _all_sizes(codes)
    rebuilt = trainer.decoder.predict([many, _kept(sizes, codes.shape[1])], verbose=0)
    np.savez(Path(folder, "expected.npz"), codes=codes, rebuilt=rebuilt)
    yield "trained"


def run_litert(network: str, folder: str) -> Iterator[dict[str, float]]:
    """As the app does it."""
    before = _memory()
    begin = time.perf_counter()
    from autoencoder.networks.compiled import CompiledNetwork

    encoder, decoder = Path(folder, "encoder.tflite"), Path(folder, "decoder.tflite")
    runner = CompiledNetwork(encoder.read_bytes(), decoder.read_bytes())
    yield from _answers(runner.encode, runner.decode, folder, begin, before)


def run_numpy(network: str, folder: str) -> Iterator[dict[str, float]]:
    """Products of matrices, written here; NumPy itself is imported already, as it is in every serving process."""
    before = _memory()
    begin = time.perf_counter()
    encoder, straight = _dense_weights(Path(folder, "encoder.npz"))
    decoder, _ = _dense_weights(Path(folder, "decoder.npz"))

    def encode(pictures: np.ndarray) -> np.ndarray:
        flat = pictures.reshape(len(pictures), -1)
        return _through(encoder, flat) + sum(flat @ kernel for kernel in straight)

    def decode(codes: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        kept = _kept(sizes, codes.shape[1])
        logits = _through(decoder, np.concatenate([codes * kept, kept], axis=1))
        return (1 / (1 + np.exp(-logits))).reshape(len(codes), 28, 28, 1)

    yield from _answers(encode, decode, folder, begin, before)


def run_keras(network: str, folder: str, call: str) -> Iterator[dict[str, float]]:
    """TensorFlow in the serving process: `predict`, or the model called as a function."""
    before = _memory()
    begin = time.perf_counter()
    from autoencoder.networks.build import build_decoder, build_encoder
    from autoencoder.training.settings import TrainingSettings

    plan = TrainingSettings("mnist_sample", network, "ordered").plan
    encoder, decoder = build_encoder(plan, 0), build_decoder(plan, 0)
    for name, model in (("encoder", encoder), ("decoder", decoder)):
        with np.load(Path(folder, f"{name}.npz")) as file:
            model.set_weights([file[key] for key in sorted(file)])

    def run(model: Any, inputs: Any) -> np.ndarray:
        return np.asarray(model.predict(inputs, batch_size=640, verbose=0) if call == "predict" else model(inputs))

    def decode(codes: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        return run(decoder, [codes, _kept(sizes, codes.shape[1])])

    yield from _answers(lambda pictures: run(encoder, pictures), decode, folder, begin, before)


def _answers(encode: Encode, decode: Decode, folder: str, begin: float, before: float) -> Iterator[dict[str, float]]:
    """First what it took to be ready and how far the pictures are from Keras'; then, again and again, the times."""
    seconds, memory = time.perf_counter() - begin, _memory() - before
    pictures = _pictures()
    with np.load(Path(folder, "expected.npz")) as file:
        codes, rebuilt = file["codes"], file["rebuilt"]
    many, sizes = _all_sizes(codes)
    begin = time.perf_counter()
    difference = max(np.abs(encode(pictures) - codes).max(), np.abs(decode(many, sizes) - rebuilt).max())
    first = time.perf_counter() - begin
    yield {"seconds": seconds, "MB": memory, "MB used": _memory() - before, "first": first, "apart": float(difference)}
    while True:
        yield {"encode": _mean_ms(lambda: encode(pictures)), "decode": _mean_ms(lambda: decode(many, sizes))}


def _mean_ms(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    for _ in range(AT_ONCE):
        work()
    return (time.perf_counter() - begin) / AT_ONCE * 1000


def _pictures() -> np.ndarray:
    from autoencoder.data.sources import get_source

    return get_source("mnist_sample").load(test_only=True).test[:PICTURES]


def _all_sizes(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every code at every size: codes (sizes × n, code_size), sizes (sizes × n,)."""
    sizes = np.arange(1, codes.shape[1] + 1)
    return np.tile(codes, (len(sizes), 1)), np.repeat(sizes, len(codes))


def _kept(sizes: np.ndarray, code_size: int) -> np.ndarray:
    from autoencoder.networks.ordered import keep_first

    return keep_first(sizes, code_size)


def _dense_weights(path: Path) -> tuple[list[tuple[np.ndarray, np.ndarray]], list[np.ndarray]]:
    """(kernel, bias) of each layer, and the kernels without a bias, which are those of shortcuts."""
    layers, straight = [], []
    with np.load(path) as file:
        arrays = [file[key] for key in sorted(file)]
    for array, following in zip(arrays, [*arrays[1:], arrays[0]], strict=True):
        if array.ndim == 2 and following.ndim == 1:
            layers.append((array, following))
        elif array.ndim == 2:
            straight.append(array)
    return layers, straight


def _through(layers: list[tuple[np.ndarray, np.ndarray]], values: np.ndarray) -> np.ndarray:
    """Dense layers with ReLU between them: (n, inputs) → (n, outputs)."""
    for number, (kernel, bias) in enumerate(layers):
        values = values @ kernel + bias
        if number < len(layers) - 1:
            values = np.maximum(values, 0)
    return values


def _memory() -> float:
    import psutil

    return float(psutil.Process().memory_info().rss / 2**20)


# The table


def _table(
    network: str, starts: dict[str, dict[str, float]], samples: dict[str, list[dict[str, float]]], rounds: int
) -> Table:
    times = {
        f"{name}: {what}": [sample[what] for sample in taken]
        for name, taken in samples.items()
        for what in ("decode", "encode")
    }
    base = next(iter(starts))
    rows: list[tuple[Cell, ...]] = []
    for name, start in starts.items():
        decode, encode = median(times[f"{name}: decode"]), median(times[f"{name}: encode"])
        ratios = decode / median(times[f"{base}: decode"]), encode / median(times[f"{base}: encode"])
        startup = start["seconds"], start["MB"], start["MB used"], start["first"] * 1000, start["apart"]
        rows.append((name, decode, ratios[0], encode, ratios[1], *startup))
    columns = ("", "decode 640 ms", "/ app", "encode 10 ms", "/ app", "ready s", "MB", "MB used", "first ms", "≠ Keras")
    notes = [
        "Ready: import and load, NumPy being there already; MB: what that took; MB used: after the first pictures too.",
        "LiteRT uses one thread, so that others on the server are not held up; the rest take what they take.",
    ]
    title = f"Looking at a trained {network} network, median of {rounds}"
    return Table(title, columns, rows, notes, times)
