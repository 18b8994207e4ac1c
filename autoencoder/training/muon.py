"""Muon: the same step in every direction that a layer can learn in. Only worker processes import this module.

Adam looks at each weight by itself. A layer's weights are a matrix, though, and of the matrix that Adam would add a few
directions take up nearly all; Muon makes all of them equally long. K. Jordan et al., "Muon: an optimizer for hidden
layers in neural networks", 2024, https://kellerjordan.github.io/posts/muon. That a convolution's weights are laid out
as a matrix is from there, that the steps are as long as Adam's from J. Liu et al., "Muon is scalable for LLM training",
2025, arXiv:2502.16982. Keras' own Muon leaves convolutions to Adam.
"""

from typing import Any

from keras import ops

from autoencoder.training.adam import Adam

MOMENTUM = 0.95
ROUNDS = 5
QUINTIC = (3.4445, -4.7750, 2.0315)  # Jordan's: it draws singular values to between 0.7 and 1.2
LENGTH = 0.3  # the root mean square of a matrix' steps, as a share of the rate; Adam's are 0.2 to 0.4 of it


class Muon(Adam):
    """Muon for all weights that are a matrix or more, Adam for the others, which are the biases."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Learn one variable from its gradient."""
        if len(variable.shape) < 2:
            super().update_step(gradient, variable, learning_rate)
            return
        momentum = self._momentums[self._get_variable_index(variable)]
        kept = MOMENTUM * momentum + gradient
        self.assign(momentum, kept)
        step = orthogonal(ops.reshape(gradient + MOMENTUM * kept, (-1, variable.shape[-1])))
        length = LENGTH * max(step.shape) ** 0.5
        self.assign_sub(variable, ops.cast(learning_rate, variable.dtype) * length * ops.reshape(step, variable.shape))


def orthogonal(matrix: Any) -> Any:
    """Return a matrix with the singular vectors of `matrix`, and with singular values of about 1."""
    if matrix.shape[0] > matrix.shape[1]:
        return ops.transpose(orthogonal(ops.transpose(matrix)))
    first, third, fifth = QUINTIC
    matrix = matrix / (ops.sqrt(ops.sum(ops.square(matrix))) + 1e-7)
    for _ in range(ROUNDS):
        square = ops.matmul(matrix, ops.transpose(matrix))
        matrix = first * matrix + ops.matmul(third * square + fifth * ops.matmul(square, square), matrix)
    return matrix
