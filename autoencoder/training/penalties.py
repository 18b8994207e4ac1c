"""What a training may make small beside the error, which is what tells the members of the family apart.

Each penalty is a function of the encoder and its inputs: it gives the codes that the decoder is to rebuild from, and
what they cost, for each picture. Only worker processes import this module, because it imports TensorFlow.
"""

from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

GENERATOR = "philox"  # what TensorFlow picks by itself is slow under XLA, see `autoencoder.data.noise`

Penalty = Callable[[Any, Any, Any], tuple[Any, Any]]  # (encoder, inputs, seed) → (codes, costs)


def nothing(encoder: Any, inputs: Any, seed: Any) -> tuple[Any, Any]:
    """Return codes as the encoder gives them, which cost nothing."""
    return encoder(inputs), 0.0


def sparse(encoder: Any, inputs: Any, seed: Any) -> tuple[Any, Any]:
    """Return the sum of the absolute values of a code's numbers.

    Its slope stays the same down to 0, so it presses small numbers to nothing; and because the encoder of a sparse
    network ends in a ReLU, they then are exactly 0. B. A. Olshausen and D. J. Field, "Emergence of simple-cell
    receptive field properties by learning a sparse code for natural images", Nature 381 (1996), doi:10.1038/381607a0.

    Args:
        encoder: Pictures → codes float32 (n, code_size).
        inputs: float32 (n, height, width, channels).
        seed: Not used.

    Returns:
        The codes, and float32 (n,), at least 0.
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

    Args:
        encoder: Pictures → codes float32 (n, code_size), each picture's from itself alone.
        inputs: float32 (n, height, width, channels).
        seed: int32 (2,), of the signs.

    Returns:
        The codes, and float32 (n,), at least 0.
    """
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        codes = encoder(inputs)
    drawn = tf.random.stateless_uniform(tf.shape(codes), seed, alg=GENERATOR)
    products = tape.gradient(codes, inputs, output_gradients=tf.where(drawn < 0.5, -1.0, 1.0))  # vᵀJ
    return codes, tf.reduce_sum(tf.square(products), axis=(1, 2, 3))


def variational(encoder: Any, inputs: Any, seed: Any) -> tuple[Any, Any]:
    """Return how far each picture's cloud of codes is from the standard normal distribution, in nats.

    The Kullback-Leibler divergence in closed form, −½ Σ (1 + log σ² − μ² − σ²); the codes are drawn from the cloud as
    μ + σε, so that the encoder can learn through them. D. P. Kingma and M. Welling, "Auto-encoding variational Bayes",
    ICLR 2014, arXiv:1312.6114, appendix B.

    Args:
        encoder: Pictures → float32 (n, 2 × code_size), the means and the logarithms of the variances.
        inputs: float32 (n, height, width, channels).
        seed: int32 (2,), of ε.

    Returns:
        Codes float32 (n, code_size), and float32 (n,), at least 0.
    """
    means, log_variances = tf.split(encoder(inputs), 2, axis=1)
    drawn = tf.random.stateless_normal(tf.shape(means), seed, alg=GENERATOR)
    terms = 1 + log_variances - tf.square(means) - tf.exp(log_variances)
    return means + tf.exp(log_variances / 2) * drawn, -tf.reduce_sum(terms, axis=1) / 2


PENALTY_FUNCTIONS: Mapping[str, Penalty] = {
    "none": nothing,
    "sparse": sparse,
    "contractive": contractive,
    "variational": variational,
}
