"""What a training minimizes. Only worker processes import this module, because it imports Keras and TensorFlow."""

from typing import Any

import keras
import tensorflow as tf

from autoencoder.networks.plan import Plan
from autoencoder.training.penalties import PENALTY_FUNCTIONS
from autoencoder.training.settings import TrainingSettings

NOISE_OFFSET = 0.1  # a picture with noise of level l counts 1 / (NOISE_OFFSET + l)


class Objective:
    """The errors of the reconstructions, balanced, and the penalties of the codes.

    Args:
        settings: What to train.
        plan: The network.
        encoder: In Keras.
        decoder: In Keras.
    """

    def __init__(self, settings: TrainingSettings, plan: Plan, encoder: Any, decoder: Any) -> None:
        self._settings, self._plan, self._encoder, self._decoder = settings, plan, encoder, decoder
        self._balance = _Balance(plan.code_size if plan.ordered else 1)

    @property
    def variables(self) -> list[Any]:
        """Return what a checkpoint keeps."""
        return self._balance.variables

    def parts(self, pictures: Any, inputs: Any, sizes: Any, seed: Any) -> tuple[Any, Any]:
        """Return how far each picture is off, rebuilt from its input's code, and what the code costs; both (n,).

        Args:
            pictures: To be rebuilt, float32 (n, height, width, channels).
            inputs: What the network is shown instead, of the same shape.
            sizes: How many numbers of its code each picture keeps, int32 (n,).
            seed: int32 (2,), of what is random in the penalty.

        Returns:
            float32 (n,) each, the second a 0 without a penalty.
        """
        codes, costs = PENALTY_FUNCTIONS[self._settings.penalty](self._encoder, inputs, seed)
        rebuilt = self.decode(codes, sizes)
        flat = (tf.shape(pictures)[0], self._plan.pixel_values)
        errors = keras.losses.get(self._settings.loss)(tf.reshape(pictures, flat), tf.reshape(rebuilt, flat))
        return errors, self._penalty_weight * costs

    def weights(self, sizes: Any, levels: Any) -> Any:
        """Return how much the error of each picture counts: (n,), or one number for all.

        Args:
            sizes: How many numbers of its code each picture keeps, int32 (n,).
            levels: How noisy each picture is, float32 (n,).
        """
        if self._plan.ordered:
            return self._balance.weights(sizes)
        if not self._settings.fresh_noise:
            return 1.0  # as in the examples that draw the noise once
        if self._settings.noise_high > self._settings.noise_low:  # errors grow with the noise, and would drown the rest
            weights = 1 / (NOISE_OFFSET + levels)
            return weights / tf.reduce_mean(weights)
        return 1.0

    def update(self, errors: Any, sizes: Any) -> None:
        """Take note of the errors (n,) of pictures that keep these many numbers (n,)."""
        if self._plan.ordered:
            self._balance.update(errors, sizes)

    def decode(self, codes: Any, sizes: Any) -> Any:
        """Return the pictures that the first `sizes` numbers of these codes stand for."""
        if not self._plan.ordered:
            return self._decoder(codes)
        return self._decoder([codes, tf.cast(tf.range(self._plan.code_size) < sizes[:, tf.newaxis], tf.float32)])

    @property
    def _penalty_weight(self) -> float:
        """Return λ; or β by the number of a picture's values, because the error is a mean over these and no sum."""
        shared = self._plan.pixel_values if self._settings.penalty == "variational" else 1
        return self._settings.penalty_weight / shared


class _Balance:
    """Weights that keep the large errors of small bottlenecks from drowning the small errors of large ones.

    Keeps a running mean of the error at every size; an error is weighted by one over that mean's square root, half way
    between counting absolute errors alike and counting relative errors alike.
    """

    DECAY = 0.99

    def __init__(self, code_size: int) -> None:
        self._count = code_size + 1  # sizes 0, which never occurs, to code_size
        self._sums = tf.Variable(tf.fill([self._count], 1e-4))
        self._counts = tf.Variable(tf.fill([self._count], 1e-3))

    @property
    def variables(self) -> list[Any]:
        """Return what a checkpoint keeps."""
        return [self._sums, self._counts]

    def weights(self, sizes: Any) -> Any:
        """Return the weight of each example (n,), 1 on the average of these."""
        means = (self._sums + 1e-10) / (self._counts + 1e-7)
        weights = tf.math.rsqrt(tf.gather(means, sizes))
        return weights / tf.reduce_mean(weights)

    def update(self, errors: Any, sizes: Any) -> None:
        """Take note of the errors (n,) at these bottleneck sizes (n,)."""
        where = tf.one_hot(sizes, self._count) * (1 - self.DECAY) / tf.cast(tf.shape(sizes)[0], tf.float32)
        self._sums.assign(self.DECAY * self._sums + tf.linalg.matvec(where, errors, transpose_a=True))
        self._counts.assign(self.DECAY * self._counts + tf.reduce_sum(where, axis=0))
