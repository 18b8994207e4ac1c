"""What a training minimizes. Only worker processes import this module, because it imports Keras and TensorFlow.

Beside the error of the reconstructions a training may make a penalty small, which is what tells the members of the
family apart. A penalty takes the encoder, its inputs float32 (n, height, width, channels), and a seed int32 (2,) of
what is random; it returns the codes float32 (n, code_size) that the decoder is to rebuild from, and what each of them
costs, float32 (n,), at least 0.
"""

from collections.abc import Callable, Mapping
from typing import Any

import keras
import tensorflow as tf

from autoencoder.networks.architectures import NETWORKS
from autoencoder.networks.plan import Plan
from autoencoder.training.settings import TrainingSettings

GENERATOR = "philox"  # what TensorFlow picks by itself is slow under XLA, see `autoencoder.data.noise`
NOISE_OFFSET = 0.1  # a picture with noise of level l counts 1 / (NOISE_OFFSET + l)
DECAY = 0.99  # of the running means of the errors

Penalty = Callable[[Any, Any, Any], tuple[Any, Any]]  # (encoder, inputs, seed) → (codes, costs)


def sparse(encoder: Any, inputs: Any, seed: Any) -> tuple[Any, Any]:
    """Return the sum of the absolute values of a code's numbers.

    Its slope stays the same down to 0, so it presses small numbers to nothing; and because the encoder of a sparse
    network ends in a ReLU, they then are exactly 0. B. A. Olshausen and D. J. Field, "Emergence of simple-cell
    receptive field properties by learning a sparse code for natural images", Nature 381 (1996), doi:10.1038/381607a0.
    """
    codes = encoder(inputs)
    return codes, tf.reduce_sum(tf.abs(codes), axis=1)


def contractive(encoder: Any, inputs: Any, seed: Any) -> tuple[Any, Any]:
    """Return the squared Frobenius norm of the encoder's Jacobian: how far the code moves when the picture does.

    S. Rifai, P. Vincent, X. Muller, X. Glorot and Y. Bengio, "Contractive auto-encoders: explicit invariance during
    feature extraction", ICML 2011. The norm itself would take a backward pass for each number of the code. One is
    enough for an estimate that is right on average: for a vector v of random signs the mean of ‖vᵀJ‖² is ‖J‖²;
    M. F. Hutchinson, "A stochastic estimator of the trace of the influence matrix", Communications in Statistics 18
    (1989), doi:10.1080/03610918908812806.
    """
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        codes = encoder(inputs)
    drawn = tf.random.stateless_uniform(tf.shape(codes), seed, alg=GENERATOR)
    products = tape.gradient(codes, inputs, output_gradients=tf.where(drawn < 0.5, -1.0, 1.0))  # vᵀJ
    return codes, tf.reduce_sum(tf.square(products), axis=(1, 2, 3))


def variational(encoder: Any, inputs: Any, seed: Any) -> tuple[Any, Any]:
    """Return how far each picture's cloud of codes is from the standard normal distribution, in nats.

    The encoder gives float32 (n, 2 × code_size), the means and the logarithms of the variances.

    The Kullback-Leibler divergence in closed form, −½ Σ (1 + log σ² − μ² − σ²); the codes are drawn from the cloud as
    μ + σε, so that the encoder can learn through them. D. P. Kingma and M. Welling, "Auto-encoding variational Bayes",
    ICLR 2014, arXiv:1312.6114, appendix B.
    """
    means, log_variances = tf.split(encoder(inputs), 2, axis=1)
    drawn = tf.random.stateless_normal(tf.shape(means), seed, alg=GENERATOR)
    terms = 1 + log_variances - tf.square(means) - tf.exp(log_variances)
    return means + tf.exp(log_variances / 2) * drawn, -tf.reduce_sum(terms, axis=1) / 2


PENALTY_FUNCTIONS: Mapping[str, Penalty] = {
    "none": lambda encoder, inputs, seed: (encoder(inputs), 0.0),
    "sparse": sparse,
    "contractive": contractive,
    "variational": variational,
}


class Objective:
    """The errors of the reconstructions, balanced, and the penalties of the codes; encoder and decoder are Keras'."""

    def __init__(self, settings: TrainingSettings, plan: Plan, encoder: Any, decoder: Any) -> None:
        self._settings, self._plan, self._encoder, self._decoder = settings, plan, encoder, decoder
        self._balance = NETWORKS[settings.network].ordering.balance
        self._sizes = (plan.code_size if plan.ordered else 1) + 1  # from 0, which never occurs
        self._sums = tf.Variable(tf.fill([self._sizes], 1e-4))  # running means of errors, and of how often these came
        self._counts = tf.Variable(tf.fill([self._sizes], 1e-3))
        self.variables = [self._sums, self._counts]  # what a checkpoint keeps
        # β counts as λ by the number of a picture's values, because the error is a mean over these and no sum
        shared = plan.pixel_values if settings.penalty == "variational" else 1
        self._penalty_weight = settings.penalty_weight / shared

    def parts(self, pictures: Any, inputs: Any, sizes: Any, seed: Any, *, training: bool = False) -> tuple[Any, Any]:
        """Return how far each picture is off, and what its code costs: float32 (n,) each, 0 without a penalty.

        The pictures, float32 (n, height, width, channels), are to be rebuilt from `inputs` of the same shape, with as
        many numbers of their codes as `sizes` int32 (n,) says; `seed` int32 (2,) is of what is random in the penalty.
        In `training` dropout and batch normalization do as they do there.
        """

        def encoder(pictures: Any) -> Any:
            return tf.cast(self._encoder(pictures, training=training), tf.float32)  # where it works in bfloat16

        codes, costs = PENALTY_FUNCTIONS[self._settings.penalty](encoder, inputs, seed)
        rebuilt = self.decode(codes, sizes, training=training)
        flat = (tf.shape(pictures)[0], self._plan.pixel_values)
        errors = keras.losses.get(self._settings.loss)(tf.reshape(pictures, flat), tf.reshape(rebuilt, flat))
        return errors, self._penalty_weight * costs

    def weights(self, sizes: Any, levels: Any) -> Any:
        """Return how much the error of each picture counts, by its size and how noisy it is: (n,), or a number for all.

        Where ordered, the large errors of small bottlenecks must not drown the small errors of large ones: an error is
        weighted by one over its size's running mean to the power that is the network's `balance`: one half is half way
        between counting absolute errors alike and counting relative errors alike.
        """
        if self._plan.ordered:
            means = (self._sums + 1e-10) / (self._counts + 1e-7)
            weights = tf.pow(tf.gather(means, sizes), -self._balance)
            return weights / tf.reduce_mean(weights)
        if not self._settings.fresh_noise or self._settings.noise_high == self._settings.noise_low:
            return 1.0  # noise that is drawn once counts alike, as in the examples that do so
        weights = 1 / (NOISE_OFFSET + levels)  # errors grow with the noise, and would drown the rest
        return weights / tf.reduce_mean(weights)

    def update(self, errors: Any, sizes: Any) -> None:
        """Take note of the errors (n,) of pictures that keep these many numbers (n,)."""
        if self._plan.ordered:
            where = tf.one_hot(sizes, self._sizes) * (1 - DECAY) / tf.cast(tf.shape(sizes)[0], tf.float32)
            self._sums.assign(DECAY * self._sums + tf.linalg.matvec(where, errors, transpose_a=True))
            self._counts.assign(DECAY * self._counts + tf.reduce_sum(where, axis=0))

    def decode(self, codes: Any, sizes: Any, *, training: bool = False) -> Any:
        """Return the pictures that the first `sizes` numbers of these codes stand for."""
        if not self._plan.ordered:
            given = codes
        else:
            given = [codes, tf.cast(tf.range(self._plan.code_size) < sizes[:, tf.newaxis], tf.float32)]
        return tf.cast(self._decoder(given, training=training), tf.float32)

    def decay(self) -> Any:
        """Return what the sizes of the weights cost, a number for all pictures; 0 without weight decay."""
        return sum([*self._encoder.losses, *self._decoder.losses], start=0.0)
