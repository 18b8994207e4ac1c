"""A trained network without TensorFlow: LiteRT, a runtime of 13 MB, runs what the worker exported.

`export` runs in the worker, with Keras. `CompiledNetwork` runs anywhere and gives the same numbers to 1e-5.
"""

import os
import tempfile
import threading
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
        self._encoder = _Runner(encoder, threads)
        self._decoder = _Runner(decoder, threads)
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


class _Runner:
    """One LiteRT file, run over batches of a fixed size; the rest of the last batch is zeros."""

    def __init__(self, content: bytes, threads: int) -> None:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        from ai_edge_litert.interpreter import Interpreter

        self._lock = threading.Lock()
        self._interpreter = Interpreter(model_content=content, num_threads=threads)
        self._interpreter.allocate_tensors()
        details = self._interpreter.get_input_details()
        self.inputs = [detail["index"] for detail in sorted(details, key=lambda detail: detail["name"])]
        output = self._interpreter.get_output_details()[0]
        self._output = output["index"]
        self.input_shape = tuple(int(side) for side in details[0]["shape"][1:])
        self.output_shape = tuple(int(side) for side in output["shape"][1:])

    def run(self, *arrays: np.ndarray) -> np.ndarray:
        made = []
        for begin in range(0, len(arrays[0]), BATCH) or [0]:  # of no pictures, the shape
            with self._lock:
                for index, array in zip(self.inputs, arrays, strict=True):
                    batch = np.zeros((BATCH, *array.shape[1:]), np.float32)
                    batch[: len(array) - begin] = array[begin : begin + BATCH]
                    self._interpreter.set_tensor(index, batch)
                self._interpreter.invoke()
                made.append(self._interpreter.get_tensor(self._output)[: len(arrays[0]) - begin])
        return np.concatenate(made)
