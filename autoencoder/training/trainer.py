"""A network that learns. Only worker processes import this module, because it imports Keras and TensorFlow."""

import math
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from autoencoder.images.choosing import one_of_each
from autoencoder.images.picture_set import PictureSet
from autoencoder.images.sources import get_source
from autoencoder.networks.build import build_decoder, build_encoder
from autoencoder.networks.compiled import export
from autoencoder.networks.ordered import keep_first, milestones
from autoencoder.training.settings import TrainingSettings

VALIDATION_SHARE = 0.1
MOST_VALIDATION = 5000  # pictures
VALIDATION_BATCH = 500


class Trainer:
    """One training: the network, what it learns from, and how far it is.

    Equal settings and pictures give equal weights on the same machine, also where the training was interrupted: all
    that is random is drawn anew for each epoch from the seed and the epoch's number.

    Args:
        settings: What to train.
        pictures: What to train on; by default the pictures of the settings' source.
    """

    def __init__(self, settings: TrainingSettings, pictures: PictureSet | None = None) -> None:
        pictures = pictures or get_source(settings.source).load()
        self.settings = settings
        self.plan = settings.plan
        keras.utils.set_random_seed(settings.seed)
        self.encoder = build_encoder(self.plan, settings.seed)
        self.decoder = build_decoder(self.plan, settings.seed + 1000)
        self._split(pictures)
        self._batch = min(settings.batch_size, len(self._training))
        self.steps_per_epoch = len(self._training) // self._batch
        self.total_steps = self.steps_per_epoch * settings.epochs
        self.step = 0
        self.rate_factor = 1.0
        self._optimizer = keras.optimizers.Adam(settings.learning_rate)
        self._optimizer.build(self._variables)
        self._learn = tf.function(self._learn_from, jit_compile=True)
        self._validate = tf.function(self._loss, jit_compile=True)

    @property
    def _variables(self) -> list[Any]:
        return [*self.encoder.trainable_variables, *self.decoder.trainable_variables]

    def _split(self, pictures: PictureSet) -> None:
        """Hold some training pictures out, to see how well the network does on what it does not learn from."""
        count = len(pictures.train)
        held_out = min(MOST_VALIDATION, max(1, round(VALIDATION_SHARE * count)))
        order = np.random.default_rng([self.settings.seed, 1]).permutation(count)
        self._training = tf.constant(pictures.train[order[held_out:]])
        self._validation = pictures.train[order[:held_out]]
        self._shown = pictures.test[one_of_each(pictures.test_labels, len(pictures.test))]

    # Learning

    def advance(self, steps: int) -> float:
        """Learn from the next `steps` batches, all of one epoch; return the mean loss."""
        order, sizes = self._draw(self.step // self.steps_per_epoch)
        losses = []
        for _ in range(steps):
            begin = self.step % self.steps_per_epoch * self._batch
            part = slice(begin, begin + self._batch)
            self._optimizer.learning_rate.assign(self._rate())
            losses.append(self._learn(tf.gather(self._training, order[part]), keep_first(sizes[part], self.plan.code_size)))
            self.step += 1
        return float(np.mean([loss.numpy() for loss in losses]))

    def _draw(self, epoch: int) -> tuple[np.ndarray, np.ndarray]:
        """The order of the pictures in this epoch, and how many numbers of its code each keeps."""
        generator = np.random.default_rng([self.settings.seed, 2, epoch])
        order = generator.permutation(len(self._training))
        return order, draw_sizes(generator, len(order), self.plan.code_size)

    def _rate(self) -> float:
        return self.rate_factor * self.settings.learning_rate * one_cycle(self.step / self.total_steps)

    def _learn_from(self, pictures: Any, kept: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = self._loss(pictures, kept)
        self._optimizer.apply(tape.gradient(loss, self._variables), self._variables)
        return loss

    def _loss(self, pictures: Any, kept: Any) -> Any:
        code = self.encoder(pictures)
        rebuilt = self.decoder([code, kept] if self.plan.ordered else code)
        return getattr(keras.losses, self.settings.loss)(
            tf.reshape(pictures, (len(pictures), -1)), tf.reshape(rebuilt, (len(pictures), -1))
        )

    # Looking

    def validation_loss(self) -> float:
        """The mean loss over the pictures that are held out of the training."""
        kept = keep_first(even_sizes(len(self._validation), self.plan.code_size), self.plan.code_size)
        total = 0.0
        for begin in range(0, len(self._validation), VALIDATION_BATCH):
            part = slice(begin, begin + VALIDATION_BATCH)
            total += float(tf.reduce_sum(self._validate(self._validation[part], kept[part])))
        return total / len(self._validation)

    def show(self) -> np.ndarray:
        """The ten test pictures rebuilt: uint8 (sizes, 10, height, width, channels)."""
        codes = self.encoder(self._shown)
        if not self.plan.ordered:
            return _to_bytes(self.decoder(codes).numpy())[np.newaxis]
        sizes = milestones(self.plan.code_size)
        kept = tf.constant(keep_first(np.repeat(sizes, len(codes)), self.plan.code_size))
        rebuilt = self.decoder([tf.tile(codes, (len(sizes), 1)), kept])
        return _to_bytes(rebuilt.numpy()).reshape(len(sizes), *self._shown.shape)

    # Keeping

    def arrays(self) -> dict[str, np.ndarray]:
        """All that is needed to go on from here: the weights, Adam's memory, the step."""
        kept = [*self.encoder.variables, *self.decoder.variables, *self._optimizer.variables]
        return {f"v{number}": variable.numpy() for number, variable in enumerate(kept)} | {"step": np.array(self.step)}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        """Go back to what `arrays` returned."""
        kept = [*self.encoder.variables, *self.decoder.variables, *self._optimizer.variables]
        for number, variable in enumerate(kept):
            variable.assign(arrays[f"v{number}"])
        self.step = int(arrays["step"])

    def export(self) -> tuple[bytes, bytes]:
        """The encoder and the decoder for the pages."""
        return export(self.encoder), export(self.decoder)


def one_cycle(progress: float) -> float:
    """The learning rate as a share of its highest, at a point of the training in [0, 1]."""
    return math.sin(math.pi / 2 * progress / 0.2) if progress < 0.2 else (1 + math.cos(math.pi * (progress - 0.2) / 0.8)) / 2


def draw_sizes(generator: np.random.Generator, count: int, code_size: int) -> np.ndarray:
    """How many numbers each example keeps: int64 (count,) in 1..code_size, half log-uniform, half uniform."""
    uniform = generator.integers(1, code_size + 1, count)
    logarithmic = np.floor(np.exp(generator.uniform(0, np.log(code_size + 1), count))).astype(np.int64)
    return np.where(generator.random(count) < 0.5, uniform, np.clip(logarithmic, 1, code_size))


def even_sizes(count: int, code_size: int) -> np.ndarray:
    """Every bottleneck size in turn: int64 (count,)."""
    return np.arange(count) % code_size + 1


def _to_bytes(pictures: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(pictures, 0, 1) * 255).astype(np.uint8)
