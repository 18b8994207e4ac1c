"""A network that learns. Only worker processes import this module, because it imports Keras and TensorFlow."""

import math
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from autoencoder.data.augmentation import draw_transforms
from autoencoder.data.choosing import hold_out, of_classes, one_of_each
from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.noise import SHOWN_LEVELS, SHOWN_SEED, add_noise, add_noise_in_graph
from autoencoder.data.sources import get_source
from autoencoder.networks.build import build_decoder, build_encoder
from autoencoder.networks.compiled import export
from autoencoder.networks.keras_file import keras_file
from autoencoder.networks.ordered import draw_sizes, even_sizes, milestones
from autoencoder.networks.plan import NETWORKS, make_plan
from autoencoder.training.muon import Muon
from autoencoder.training.penalties import PENALTY_FUNCTIONS
from autoencoder.training.settings import TrainingSettings, steps_per_epoch

VALIDATION_BATCH = 500
STEPS_AT_ONCE = 64  # batches learned from in one call of TensorFlow
PART = 1000  # pictures converted at once
BETA_2 = 0.99  # Adam's memory of the gradients' size; short, because the trainings are
VALIDATION_SEED = 1  # of the noise
NOISE_OFFSET = 0.1  # a picture with noise of level l counts 1 / (NOISE_OFFSET + l)
WARM_UP = 0.05  # the share of the training in which the learning rate climbs


class _Batches(NamedTuple):
    """What TensorFlow learns from in one call: STEPS_AT_ONCE batches.

    Args:
        indices: Of training pictures, int32 (steps, batch).
        sizes: How many numbers of its code each picture keeps, int32 (steps, batch).
        levels: How noisy each picture is, float32 (steps, batch).
        rates: The learning rates, float32 (steps,).
        first: The number of the first step, int32 ().
    """

    indices: Any
    sizes: Any
    levels: Any
    rates: Any
    first: Any


class Trainer:
    """One training: the network, what it learns from, and how far it is.

    Equal settings and pictures give equal weights on the same machine, also where the training was interrupted: all
    that is random is drawn anew for each epoch from the seed and the epoch's number.

    Args:
        settings: What to train.
        pictures: What to train on; by default the pictures of the settings' source.
        steps: How many batches to learn from, instead of the settings' epochs; for measurements.
    """

    def __init__(
        self, settings: TrainingSettings, pictures: ImageDataset | None = None, steps: int | None = None
    ) -> None:
        pictures = pictures or get_source(settings.source).load()
        keras.backend.clear_session()  # the network of the training before this one
        keras.utils.set_random_seed(settings.seed)
        self.settings = settings
        size, ordered = settings.bottleneck_size, settings.ordered
        self.plan = make_plan(settings.network, pictures.shape, size, ordered=ordered, code=settings.code)
        self.encoder = build_encoder(self.plan, settings.seed)
        self.decoder = build_decoder(self.plan, settings.seed + 1000)
        self._split(pictures)
        self._batch = min(settings.batch_size, len(self._unmoved))
        self.steps_per_epoch = steps_per_epoch(len(self._unmoved), self._batch)
        self.total_steps = steps or self.steps_per_epoch * settings.epochs
        self.step = 0
        self.rate_factor = 1.0
        self._drawn: tuple[int, np.ndarray, np.ndarray, np.ndarray] | None = None
        self._optimizer = _make_optimizer(settings)
        self._optimizer.build(self._variables)
        self._balance = _Balance(self.plan.code_size if self.plan.ordered else 1)
        self._learn = self._compile(self._learn_steps)
        self._judge = self._compile(self._validation_losses)

    def _compile(self, function: Any) -> Any:
        """XLA where the network gains from it and this TensorFlow has it."""
        return tf.function(function, jit_compile=NETWORKS[self.settings.network].fused and _has_xla(), autograph=True)

    @property
    def _variables(self) -> list[Any]:
        return [*self.encoder.trainable_variables, *self.decoder.trainable_variables]

    def _split(self, pictures: ImageDataset) -> None:
        """Hold some training pictures out, to see how well the network does on what it does not learn from."""
        indices = of_classes(pictures.train_labels, len(pictures.train), self.settings.normal_classes)
        learned, held_out = hold_out(indices, self.settings.seed, pictures.train_groups)
        self._unmoved = _to_bytes(pictures.train, learned)  # a quarter of the memory of float32
        self._training = tf.Variable(self._unmoved, trainable=False)
        self._validation = pictures.train[held_out]
        self._shown = pictures.test[one_of_each(pictures.test_labels, len(pictures.test))]
        self._noisy_validation = self._validation
        if self.settings.noisy:
            levels = even_levels(len(held_out), self.settings)
            self._noisy_validation = add_noise(self._validation, self.settings.noise, levels, VALIDATION_SEED)
        self._noisy_training = None if self.settings.fresh_noise else self._draw_noise_once(pictures.train, learned)

    def _draw_noise_once(self, pictures: np.ndarray, indices: np.ndarray) -> Any:
        """The training pictures with noise that stays the same: float16, which is 0.0005 off at most."""
        levels = even_levels(len(indices), self.settings)
        corrupted = np.empty((len(indices), *pictures.shape[1:]), np.float16)
        for begin in range(0, len(indices), PART):
            part = slice(begin, begin + PART)
            seed = 2**32 + self.settings.seed + begin  # no noise that it is judged with
            corrupted[part] = add_noise(pictures[indices[part]], self.settings.noise, levels[part], seed)
        return tf.constant(corrupted)

    # Learning

    def advance(self, steps: int) -> float:
        """Learn from the next `steps` batches, all of one epoch; return the mean loss."""
        total = 0.0
        for begin in range(0, steps, STEPS_AT_ONCE):
            count = min(STEPS_AT_ONCE, steps - begin)
            total += float(self._learn(self._batches(count), tf.constant(count)))
            self.step += count
        return total / steps

    def _batches(self, count: int) -> _Batches:
        """The next `count` batches, filled up to STEPS_AT_ONCE so that TensorFlow compiles but once."""
        epoch, first = divmod(self.step, self.steps_per_epoch)
        if self._drawn is None or self._drawn[0] != epoch:
            self._drawn = (epoch, *self._draw(epoch))
            if self.settings.augmented:
                self._training.assign(self._moved(epoch))
        rates = np.array([self._rate(self.step + number) for number in range(count)], np.float32)
        indices, sizes, levels = (tf.constant(_fill_up(array[first : first + count])) for array in self._drawn[1:])
        return _Batches(indices, sizes, levels, tf.constant(_fill_up(rates)), tf.constant(self.step))

    def _draw(self, epoch: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each batch of an epoch, which pictures are in it, how many numbers of its code each keeps, how noisy."""
        generator = np.random.default_rng([self.settings.seed, 2, epoch])
        shape = (self.steps_per_epoch, self._batch)
        order = generator.permutation(len(self._unmoved)).astype(np.int32)
        sizes = draw_sizes(generator, shape, self.plan.code_size)
        levels = generator.uniform(self.settings.noise_low, self.settings.noise_high, shape).astype(np.float32)
        return order[: math.prod(shape)].reshape(shape), sizes, levels

    def _moved(self, epoch: int) -> np.ndarray:
        """The training pictures as this epoch sees them: uint8 (n, height, width, channels)."""
        generator = np.random.default_rng([self.settings.seed, 3, epoch])
        maps = draw_transforms(generator, len(self._unmoved), *self.plan.shape[:2])
        moved = np.empty_like(self._unmoved)
        for begin in range(0, len(moved), PART):
            part = slice(begin, begin + PART)
            pictures = self._unmoved[part].astype(np.float32)
            moved[part] = np.rint(keras.ops.image.affine_transform(pictures, maps[part], fill_mode="nearest"))
        return moved

    def _rate(self, step: int) -> float:
        share = rate_share((step + 1) / self.total_steps) if self.settings.schedule == "one_cycle" else 1.0
        return self.rate_factor * self.settings.learning_rate * share

    def _learn_steps(self, batches: _Batches, count: Any) -> Any:
        """Learn from the first `count` of these batches, without going back to Python between them."""
        total, number = 0.0, tf.constant(0)
        while number < count:  # not `for … in tf.range(count)`, which XLA compiles anew for every count
            total += self._learn_from(batches, number)
            number += 1
        return total

    def _learn_from(self, batches: _Batches, number: Any) -> Any:
        indices, sizes = batches.indices[number], batches.sizes[number]
        pictures = tf.cast(tf.gather(self._training, indices), tf.float32) / 255
        self._optimizer.learning_rate.assign(batches.rates[number])
        step = batches.first + number
        inputs = self._spoil(pictures, indices, batches.levels[number], step)
        with tf.GradientTape() as tape:
            errors, costs = self._errors(pictures, inputs, sizes, -1 - step)  # no seed that noise is drawn with
            weighted = tf.reduce_mean(errors * self._weights(batches, number)) + tf.reduce_mean(costs)
        self._optimizer.apply(tape.gradient(weighted, self._variables), self._variables)
        if self.plan.ordered:
            self._balance.update(errors, sizes)
        return tf.reduce_mean(errors + costs)

    def _weights(self, batches: _Batches, number: Any) -> Any:
        """Return how much the error of each picture of a batch counts: (batch,), or one number for all."""
        if self.plan.ordered:
            return self._balance.weights(batches.sizes[number])
        if self._noisy_training is not None:
            return 1.0  # as in the examples that draw the noise once
        if self.settings.noise_high > self.settings.noise_low:  # errors grow with the noise, and would drown the rest
            weights = 1 / (NOISE_OFFSET + batches.levels[number])
            return weights / tf.reduce_mean(weights)
        return 1.0

    def _spoil(self, pictures: Any, indices: Any, levels: Any, step: Any) -> Any:
        """Return what the network is shown instead of these pictures."""
        if not self.settings.noisy:
            return pictures
        if self._noisy_training is not None:
            return tf.cast(tf.gather(self._noisy_training, indices), tf.float32)
        return add_noise_in_graph(pictures, self.settings.noise, levels, self._seed(step))

    def _seed(self, number: Any) -> Any:
        return tf.stack([tf.constant(self.settings.seed % 2**31), number])

    def _errors(self, pictures: Any, inputs: Any, sizes: Any, draw: Any) -> tuple[Any, Any]:
        """How far each picture is off, rebuilt from the first `sizes` numbers of its input's code; what the code costs.

        Both (n,), the second a 0 without a penalty. `draw` is an int32 (), another for every step, for what is random.
        """
        codes, costs = PENALTY_FUNCTIONS[self.settings.penalty](self.encoder, inputs, self._seed(draw))
        rebuilt = self._decode(codes, sizes)
        flat = (tf.shape(pictures)[0], self.plan.pixel_values)
        errors = keras.losses.get(self.settings.loss)(tf.reshape(pictures, flat), tf.reshape(rebuilt, flat))
        return errors, self._penalty_weight * costs

    @property
    def _penalty_weight(self) -> float:
        """λ; or β by the number of a picture's values, because the error is a mean over these and no sum."""
        shared = self.plan.pixel_values if self.settings.penalty == "variational" else 1
        return self.settings.penalty_weight / shared

    def _validation_losses(self, pictures: Any, inputs: Any, sizes: Any) -> Any:
        """Return what the training makes small, for each picture (n,); where that is random, drawn alike each time."""
        errors, costs = self._errors(pictures, inputs, sizes, tf.constant(-(2**31)))
        return errors + costs

    def _encode(self, inputs: Any) -> Any:
        """The codes as they are looked at: nothing about them is random."""
        codes = self.encoder(inputs)
        return codes[:, : self.plan.code_size] if self.plan.code == "gaussian" else codes

    def _decode(self, codes: Any, sizes: Any) -> Any:
        if not self.plan.ordered:
            return self.decoder(codes)
        return self.decoder([codes, tf.cast(tf.range(self.plan.code_size) < sizes[:, tf.newaxis], tf.float32)])

    # Looking

    def validation_loss(self) -> float:
        """The mean loss over the pictures that are held out of the training; ordered, over all bottleneck sizes."""
        count = len(self._validation)
        sizes = even_sizes(count, self.plan.code_size)
        batch = min(VALIDATION_BATCH, count)
        parts = [slice(begin, begin + batch) for begin in range(0, count - batch + 1, batch)]
        return float(
            np.mean(
                [
                    self._judge(self._validation[part], self._noisy_validation[part], sizes[part]).numpy().mean()
                    for part in parts
                ]
            )
        )

    def show(self) -> np.ndarray:
        """The ten test pictures rebuilt: uint8 (frames, 10, height, width, channels).

        A frame for each of some bottleneck sizes, or for each of `SHOWN_LEVELS` where the network removes noise.
        """
        if self.settings.noisy:
            return np.stack([self._show_denoised(level) for level in SHOWN_LEVELS])
        sizes = milestones(self.plan.code_size) if self.plan.ordered else [self.plan.code_size]
        codes = tf.concat([self._encode(self._shown)] * len(sizes), axis=0)
        rebuilt = self._decode(codes, tf.constant(np.repeat(sizes, len(self._shown)).astype(np.int32)))
        return _to_bytes(rebuilt.numpy()).reshape(len(sizes), *self._shown.shape)

    def _show_denoised(self, level: float) -> np.ndarray:
        corrupted = add_noise(self._shown, self.settings.noise, level, SHOWN_SEED)
        rebuilt = self._decode(self._encode(corrupted), tf.fill([len(corrupted)], self.plan.code_size))
        return _to_bytes(rebuilt.numpy())

    # Keeping

    @property
    def _state(self) -> list[Any]:
        return [
            *self.encoder.variables,
            *self.decoder.variables,
            *self._optimizer.variables,
            *self._balance.variables,
        ]

    def arrays(self) -> dict[str, np.ndarray]:
        """All that is needed to go on from here: the weights, the optimizer's memory, the step."""
        state = {f"variable {number}": variable.numpy() for number, variable in enumerate(self._state)}
        return state | {"step": np.array(self.step)}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        """Go back to what `arrays` returned."""
        for number, variable in enumerate(self._state):
            variable.assign(arrays[f"variable {number}"])
        self.step = int(arrays["step"])

    def export(self) -> tuple[bytes, bytes]:
        """The encoder and the decoder for the pages."""
        return export(self.encoder), export(self.decoder)

    def keras_file(self) -> bytes:
        """Both as a `.keras` file."""
        return keras_file(self.plan, self.encoder, self.decoder)


class _Balance:
    """Weights that keep the large errors of small bottlenecks from drowning the small errors of large ones.

    Keeps a running mean of the error at every size; an error is weighted by one over that mean's square root, half way
    between counting absolute errors alike and counting relative errors alike.
    """

    DECAY = 0.99

    def __init__(self, code_size: int) -> None:
        self._places = code_size + 1  # sizes 0, which never occurs, to code_size
        self._sums = tf.Variable(tf.fill([self._places], 1e-4))
        self._counts = tf.Variable(tf.fill([self._places], 1e-3))

    @property
    def variables(self) -> list[Any]:
        """Return what a checkpoint keeps."""
        return [self._sums, self._counts]

    def weights(self, sizes: Any) -> Any:
        """The weight of each example (n,), 1 on the average of these."""
        means = (self._sums + 1e-10) / (self._counts + 1e-7)
        weights = tf.math.rsqrt(tf.gather(means, sizes))
        return weights / tf.reduce_mean(weights)

    def update(self, errors: Any, sizes: Any) -> None:
        """Take note of the errors (n,) at these bottleneck sizes (n,)."""
        where = tf.one_hot(sizes, self._places) * (1 - self.DECAY) / tf.cast(tf.shape(sizes)[0], tf.float32)
        self._sums.assign(self.DECAY * self._sums + tf.linalg.matvec(where, errors, transpose_a=True))
        self._counts.assign(self.DECAY * self._counts + tf.reduce_sum(where, axis=0))


def rate_share(progress: float) -> float:
    """The learning rate as a share of its highest, at a point of the training in (0, 1].

    It climbs in a straight line, then falls as a cosine does. L. N. Smith and N. Topin, "Super-convergence", 2018,
    arXiv:1708.07120; I. Loshchilov and F. Hutter, "SGDR", ICLR 2017, arXiv:1608.03983.
    """
    return min(1.0, progress / WARM_UP) * (1 + math.cos(math.pi * progress)) / 2


def even_levels(count: int, settings: TrainingSettings) -> np.ndarray:
    """Noise levels spread evenly over the settings' range, in an order that mixes them: float32 (count,)."""
    golden = (np.arange(count) * (5**0.5 - 1) / 2) % 1
    return (settings.noise_low + (settings.noise_high - settings.noise_low) * golden).astype(np.float32)


def _make_optimizer(settings: TrainingSettings) -> Any:
    kind = Muon if settings.optimizer == "muon" else keras.optimizers.Adam
    beta_2 = BETA_2 if settings.schedule == "one_cycle" else 0.999  # Keras' own
    return kind(settings.learning_rate, beta_2=beta_2)


def _has_xla() -> bool:
    """Return whether TensorFlow was built with XLA; some builds for Windows are not."""
    try:
        tf.function(lambda: tf.constant(1.0) + 1, jit_compile=True)()
    except (tf.errors.OpError, ValueError):
        return False
    return True


def _fill_up(array: np.ndarray) -> np.ndarray:
    """(n, …) → (STEPS_AT_ONCE, …), with zeros after the n"""
    full = np.zeros((STEPS_AT_ONCE, *array.shape[1:]), array.dtype)
    full[: len(array)] = array
    return full


def _to_bytes(pictures: np.ndarray, indices: np.ndarray | None = None) -> np.ndarray:
    """[0, 1] → uint8 in 0..255, those at `indices`; a part at a time, because copies of MNIST would take a gigabyte."""
    indices = np.arange(len(pictures)) if indices is None else indices
    content = np.empty((len(indices), *pictures.shape[1:]), np.uint8)
    for begin in range(0, len(indices), PART):
        part = slice(begin, begin + PART)
        content[part] = np.rint(np.clip(pictures[indices[part]], 0, 1) * 255)
    return content
