"""The weights of a trained network, read from its LiteRT files back into Keras' models.

A LiteRT file keeps weights in an order and with axes of its own. What these are is found out and not known beforehand:
the same models are exported once more with numbers that tell where each came from. Only worker processes call this.
"""

from collections.abc import Sequence
from itertools import permutations
from typing import Any, NamedTuple

import numpy as np


class _Place(NamedTuple):
    """Where a weight of Keras is in a LiteRT file: at which place among the constants, and how its axes are turned."""

    constant: int
    axes: tuple[int, ...]


def read_weights(models: Sequence[Any], files: Sequence[bytes]) -> None:
    """Give Keras' models the weights that are in LiteRT files.

    Args:
        models: Keras models, as they were when the files were exported but for their weights.
        files: For each model what `autoencoder.networks.compiled.export` made of it.

    Raises:
        ValueError: If a file is not of such a model.
    """
    from autoencoder.networks.compiled import export

    for model, file in zip(models, files, strict=True):
        marked = _mark(model)
        ours, theirs = _constants(export(model)), _constants(file)
        if [array.shape for array in ours] != [array.shape for array in theirs]:
            raise ValueError(f"Expected the weights of the network's {model.name}. Received: those of another network.")
        places = [_find(array, ours) for array in marked]
        model.set_weights([_read(theirs, place, array) for place, array in zip(places, marked, strict=True)])


def _mark(model: Any) -> list[np.ndarray]:
    """Give the model weights of which no two are alike, and return them."""
    generator = np.random.default_rng(0)
    marked = [generator.normal(0, 0.1, weight.shape).astype(np.float32) for weight in model.get_weights()]
    model.set_weights(marked)
    return marked


def _constants(file: bytes) -> list[np.ndarray]:
    """All arrays of floats that a LiteRT file holds, in its order."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES  # others may lay weights out anew
    interpreter = Interpreter(model_content=file, experimental_op_resolver_type=plain)
    found = []
    for detail in interpreter.get_tensor_details():
        if detail["dtype"] is np.float32:
            try:
                found.append(interpreter.get_tensor(detail["index"]))
            except ValueError:  # it is calculated, not kept
                continue
    return found


def _find(weight: np.ndarray, constants: Sequence[np.ndarray]) -> _Place:
    for number, constant in enumerate(constants):
        if constant.size == weight.size:
            for axes in permutations(range(weight.ndim)):
                if np.array_equal(weight.transpose(axes).ravel(), constant.ravel()):
                    return _Place(number, axes)
    raise ValueError(f"Expected a weight of shape {weight.shape} in a LiteRT file. Received: one without it.")


def _read(constants: Sequence[np.ndarray], place: _Place, like: np.ndarray) -> np.ndarray:
    turned = constants[place.constant].reshape([like.shape[axis] for axis in place.axes])
    return turned.transpose(np.argsort(place.axes))
