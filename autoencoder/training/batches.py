"""What a network is shown, batch after batch. Only worker processes import this module, because it imports TensorFlow.

All that is random is drawn anew for each epoch from the seed and the epoch's number, so a training that was interrupted
goes on with the same batches.
"""

import math
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from autoencoder.data.augmentation import draw_transforms
from autoencoder.networks.architectures import NETWORKS
from autoencoder.networks.ordered import draw_sizes
from autoencoder.training.settings import TrainingSettings

STEPS_AT_ONCE = 64  # batches learned from in one call of TensorFlow
PART = 1000  # pictures converted at once


class Batches(NamedTuple):
    """What TensorFlow learns from in one call: STEPS_AT_ONCE batches."""

    indices: Any  # of training pictures, int32 (steps, batch)
    sizes: Any  # how many numbers of its code each picture keeps, int32 (steps, batch)
    levels: Any  # how noisy each picture is, float32 (steps, batch)
    rates: Any  # the learning rates, float32 (steps,)
    first: Any  # the number of the first step, int32 ()


class BatchSampler:
    """Draws the batches of a training from pictures uint8 (n, height, width, channels)."""

    def __init__(self, settings: TrainingSettings, pictures: np.ndarray, code_size: int) -> None:
        self._settings, self._unmoved, self._code_size = settings, pictures, code_size
        self._batch = min(settings.batch_size, len(pictures))
        self._drawn: tuple[int, np.ndarray, np.ndarray, np.ndarray] | None = None
        self.steps_per_epoch = len(pictures) // self._batch  # the rest waits for the next epoch's order
        self.pictures = tf.Variable(pictures, trainable=False)  # as the epoch under way sees them

    def take(self, step: int, rates: np.ndarray) -> Batches:
        """Return the batches of one epoch from `step` on, one for each of the rates, and zeros up to STEPS_AT_ONCE."""

        def fill_up(array: np.ndarray) -> Any:  # so that TensorFlow compiles but once
            return tf.constant(np.pad(array, [(0, STEPS_AT_ONCE - len(array)), *[(0, 0)] * (array.ndim - 1)]))

        epoch, first = divmod(step, self.steps_per_epoch)
        if self._drawn is None or self._drawn[0] != epoch:
            self._drawn = (epoch, *self._draw(epoch))
            if self._settings.augmented:
                self.pictures.assign(self._moved(epoch))
        drawn = (array[first : first + len(rates)] for array in self._drawn[1:])
        indices, sizes, levels, rates = map(fill_up, (*drawn, rates))
        return Batches(indices, sizes, levels, rates, tf.constant(step))

    def _draw(self, epoch: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        generator = np.random.default_rng([self._settings.seed, 2, epoch])
        shape = (self.steps_per_epoch, self._batch)
        order = generator.permutation(len(self._unmoved)).astype(np.int32)
        ordering = NETWORKS[self._settings.network].ordering
        sizes = draw_sizes(generator, shape, self._code_size, self._settings.whole_share, ordering)
        levels = generator.uniform(self._settings.noise_low, self._settings.noise_high, shape).astype(np.float32)
        return order[: math.prod(shape)].reshape(shape), sizes, levels

    def _moved(self, epoch: int) -> np.ndarray:
        """Return the pictures as this epoch sees them: uint8 (n, height, width, channels)."""
        generator = np.random.default_rng([self._settings.seed, 3, epoch])
        maps = draw_transforms(generator, len(self._unmoved), *self._unmoved.shape[1:3])
        moved = np.empty_like(self._unmoved)
        for begin in range(0, len(moved), PART):
            part = slice(begin, begin + PART)
            pictures = self._unmoved[part].astype(np.float32)
            moved[part] = np.rint(keras.ops.image.affine_transform(pictures, maps[part], fill_mode="nearest"))
        return moved


def even_levels(count: int, settings: TrainingSettings) -> np.ndarray:
    """Return noise levels spread evenly over the settings' range, in an order that mixes them: float32 (count,)."""
    golden = (np.arange(count) * (5**0.5 - 1) / 2) % 1
    return (settings.noise_low + (settings.noise_high - settings.noise_low) * golden).astype(np.float32)


def to_bytes(pictures: np.ndarray, indices: np.ndarray | None = None) -> np.ndarray:
    """Return pictures in [0, 1], those at `indices`, as uint8; in parts: copies of MNIST would take a gigabyte."""
    indices = np.arange(len(pictures)) if indices is None else indices
    content = np.empty((len(indices), *pictures.shape[1:]), np.uint8)
    for begin in range(0, len(indices), PART):
        part = slice(begin, begin + PART)
        content[part] = np.rint(np.clip(pictures[indices[part]], 0, 1) * 255)
    return content
