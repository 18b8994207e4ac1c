"""Muon: the same step in every direction that a layer can learn in. Only worker processes import this module.

Adam looks at each weight by itself. A layer's weights are a matrix, though, and of the matrix that Adam would add a few
directions take up nearly all; Muon makes all of them equally long. K. Jordan et al., "Muon: an optimizer for hidden
layers in neural networks", 2024, https://kellerjordan.github.io/posts/muon. That a convolution's weights are laid out
as a matrix is from there, that the steps are as long as Adam's from J. Liu et al., "Muon is scalable for LLM training",
2025, arXiv:2502.16982. Keras' own Muon leaves convolutions to Adam.
"""

import math
from collections import defaultdict
from typing import Any

from keras import ops

from autoencoder.training.adam import Adam

MOMENTUM = 0.95
ROUNDS = 5
QUINTIC = (3.4445, -4.7750, 2.0315)  # Jordan's: it draws singular values to between 0.7 and 1.2
LENGTH = 0.3  # the root mean square of a matrix' steps, as a share of the rate; Adam's are 0.2 to 0.4 of it


class Muon(Adam):
    """Muon for all weights that are a matrix or more, Adam for the others, which are the biases."""

    def _backend_update_step(self, gradients: Any, variables: Any, learning_rate: Any) -> None:
        """Learn the variables; the matrices of one shape together, which takes a few operations for all of them."""
        alike: dict[tuple[int, int], list[tuple[Any, Any]]] = defaultdict(list)
        for gradient, variable in zip(gradients, variables, strict=True):
            if len(variable.shape) < 2:
                self.update_step(gradient, variable, learning_rate)
            else:
                alike[math.prod(variable.shape[:-1]), variable.shape[-1]].append((gradient, variable))
        for shape, pairs in alike.items():
            self._update_matrices(shape, pairs, learning_rate)

    def _update_matrices(self, shape: tuple[int, int], pairs: list[tuple[Any, Any]], learning_rate: Any) -> None:
        gradients, variables = zip(*pairs, strict=True)
        momentums = [self._momentums[self._get_variable_index(variable)] for variable in variables]
        gradient, momentum = (ops.stack([ops.reshape(one, shape) for one in some]) for some in (gradients, momentums))
        kept = MOMENTUM * momentum + gradient
        steps = learning_rate * LENGTH * max(shape) ** 0.5 * orthogonal(gradient + MOMENTUM * kept)
        learned = (ops.unstack(kept), ops.unstack(steps))
        for variable, memory, new, step in zip(variables, momentums, *learned, strict=True):
            self.assign(memory, ops.reshape(new, variable.shape))
            self.assign_sub(variable, ops.reshape(step, variable.shape))


def orthogonal(matrix: Any) -> Any:
    """Return a matrix, or a stack of them, with the singular vectors of `matrix`, and singular values of about 1."""
    if matrix.shape[-2] > matrix.shape[-1]:
        return ops.swapaxes(orthogonal(ops.swapaxes(matrix, -2, -1)), -2, -1)
    first, third, fifth = QUINTIC
    matrix = matrix / (ops.sqrt(ops.sum(ops.square(matrix), axis=(-2, -1), keepdims=True)) + 1e-7)
    for _ in range(ROUNDS):
        square = ops.matmul(matrix, ops.swapaxes(matrix, -2, -1))
        matrix = first * matrix + ops.matmul(third * square + fifth * ops.matmul(square, square), matrix)
    return matrix
