"""A trained network without TensorFlow: LiteRT, a runtime of 13 MB, runs what the worker exported.

`export` runs in the worker, with Keras. `CompiledNetwork` runs anywhere and gives the same numbers to 1e-5.
"""

import os
import tempfile
import threading
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autoencoder.networks.ordered import keep_first

BATCH = 64  # more at once is not faster, and takes memory in proportion


def export(model: Any) -> bytes:
    """Return a Keras model as a LiteRT file, for batches of BATCH pictures.

    The batch is fixed, because LiteRT now and then gave wrong pictures where it was left open: convolutional decoders
    were off by up to 0.08 in one call of ten.
    """
    import keras

    batches = [keras.InputSpec("float32", (BATCH, *each.shape[1:]), name=each.name) for each in model.inputs]
    signature = batches if len(batches) == 1 else [batches]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.tflite"
        model.export(str(path), format="litert", verbose=False, input_signature=signature)
        return path.read_bytes()


class CompiledNetwork:
    """An encoder and a decoder that only look, and do not learn.

    Safe to call from several threads: an interpreter serves one call at a time.

    Args:
        encoder: A LiteRT file, from pictures to codes; or to twice as many numbers, the means of Gaussian codes and
            then the logarithms of their variances.
        decoder: A LiteRT file, from codes (and, for an ordered bottleneck, which of them are kept) to pictures.
        threads: How many cores a call may use. One, where other people wait for their pages.

    Raises:
        ValueError: If LiteRT cannot read a file.
    """

    def __init__(self, encoder: bytes, decoder: bytes, threads: int = 1) -> None:
        self.files = encoder, decoder
        self._encoder = Runner(encoder, threads)
        self._decoder = Runner(decoder, threads)
        self._code_size = self._decoder.input_shape[-1]  # or of a stack of pictures how many
        self.ordered = len(self._decoder.inputs) == 2  # whether the decoder answers for every bottleneck size
        self.gaussian = self._encoder.output_shape == (2 * self._code_size,)  # see `encoder`

    def encode(self, pictures: np.ndarray) -> np.ndarray:
        """Return the codes of pictures float32 (n, height, width, channels) in [0, 1]; of Gaussian ones the means.

        They are float32 (n, *code_shape), see `Plan`.
        """
        codes = self._encoder.run(pictures)
        return codes[:, : self._code_size] if self.gaussian else codes

    def log_variances(self, pictures: np.ndarray) -> np.ndarray:
        """Return how widely each number of Gaussian codes is spread, float32 (n, code_size); others: a ValueError."""
        if not self.gaussian:
            raise ValueError("Expected a network whose codes are Gaussian. Received: one whose codes are numbers.")
        return self._encoder.run(pictures)[:, self._code_size :]

    def decode(self, codes: np.ndarray, sizes: np.ndarray | int | None = None) -> np.ndarray:
        """Return the pictures float32 (n, height, width, channels) in [0, 1] of codes float32 (n, *code_shape).

        For an ordered bottleneck `sizes` says how many numbers of each code pass: an integer, or integers (n,).
        """
        if not self.ordered:
            return self._decoder.run(codes)
        sizes = codes.shape[1] if sizes is None else sizes
        return self._decoder.run(codes, keep_first(np.broadcast_to(sizes, len(codes)), codes.shape[1]))


class Runner:
    """One LiteRT file, run over batches of a fixed size; the rest of the last batch is zeros.

    With `keeps_all` every tensor of the file can be looked at, which takes more memory.
    """

    def __init__(self, content: bytes, threads: int, *, keeps_all: bool = False) -> None:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        from ai_edge_litert.interpreter import Interpreter

        self._lock = threading.Lock()
        with warnings.catch_warnings():  # of that memory
            warnings.filterwarnings("ignore", ".*experimental_preserve_all_tensors", UserWarning)
            look = {"experimental_preserve_all_tensors": keeps_all}
            self._interpreter = Interpreter(model_content=content, num_threads=threads, **look)
        self._interpreter.allocate_tensors()
        details = self._interpreter.get_input_details()
        self.inputs = [detail["index"] for detail in sorted(details, key=lambda detail: detail["name"])]
        output = self._interpreter.get_output_details()[0]
        self.output = output["index"]
        self.input_shape = tuple(int(side) for side in details[0]["shape"][1:])
        self.output_shape = tuple(int(side) for side in output["shape"][1:])

    def run(self, *arrays: np.ndarray) -> np.ndarray:
        """Return the output for as many examples as the arrays have."""
        return np.concatenate([made for (made,) in self.batches([self.output], *arrays)])

    def batches(self, tensors: Sequence[int], *arrays: np.ndarray) -> Iterator[list[np.ndarray]]:
        """Yield what these tensors, by their index in the file, hold for one batch of examples after the other."""
        for begin in range(0, len(arrays[0]), BATCH) or [0]:  # of no pictures, the shape
            with self._lock:
                for index, array in zip(self.inputs, arrays, strict=True):
                    batch = np.zeros((BATCH, *array.shape[1:]), np.float32)
                    batch[: len(array) - begin] = array[begin : begin + BATCH]
                    self._interpreter.set_tensor(index, batch)
                self._interpreter.invoke()
                made = [self.constant(tensor)[: len(arrays[0]) - begin] for tensor in tensors]
            yield made

    def constant(self, tensor: int) -> np.ndarray:
        """Return a copy of what a tensor holds now; weights are there from the beginning."""
        return np.asarray(self._interpreter.get_tensor(tensor))
