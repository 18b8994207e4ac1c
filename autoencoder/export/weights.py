"""The weights of a trained network, read from its LiteRT files back into Keras' models.

A LiteRT file keeps weights in an order and with axes of its own. What these are is found out and not known beforehand:
the same models are exported once more with numbers that tell where each came from. Only worker processes call this.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import permutations
from typing import Any, NamedTuple

import numpy as np

from autoencoder.networks.layers import Shape

Constants = Mapping[Shape, list[np.ndarray]]


class _Place(NamedTuple):
    """Where a weight of Keras is in a LiteRT file: which of the constants of a shape it is, and how its axes lie."""

    shape: Shape
    number: int
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
        if _count(ours) != _count(theirs):
            raise ValueError(f"Expected the weights of the network's {model.name}. Received: those of another network.")
        indices = [_find(array, ours) for array in marked]
        model.set_weights([_read(theirs, place, array) for place, array in zip(indices, marked, strict=True)])


def _mark(model: Any) -> list[np.ndarray]:
    """Give the model weights of which no two are alike, and return them."""
    generator = np.random.default_rng(0)
    marked = [generator.normal(0, 0.1, weight.shape).astype(np.float32) for weight in model.get_weights()]
    model.set_weights(marked)
    return marked


def _constants(file: bytes) -> Constants:
    """All arrays of floats that a LiteRT file holds, by their shapes.

    Those of one shape stand in the file's order. The order of those of different shapes is left to chance: where a
    network has branches, it depends on the layers' names.
    """
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES  # others may lay weights out anew
    interpreter = Interpreter(model_content=file, experimental_op_resolver_type=plain)
    found: dict[Shape, list[np.ndarray]] = {}
    for detail in interpreter.get_tensor_details():
        if detail["dtype"] is np.float32:
            with suppress(ValueError):  # it is calculated, not kept
                array = interpreter.get_tensor(detail["index"])
                found.setdefault(array.shape, []).append(array)
    return found


def _count(constants: Constants) -> dict[Shape, int]:
    return {shape: len(arrays) for shape, arrays in constants.items()}


def _find(weight: np.ndarray, constants: Constants) -> _Place:
    for shape, arrays in constants.items():
        for number, constant in enumerate(arrays):
            if constant.size == weight.size:
                for axes in permutations(range(weight.ndim)):
                    if np.array_equal(weight.transpose(axes).ravel(), constant.ravel()):
                        return _Place(shape, number, axes)
    raise ValueError(f"Expected a weight of shape {weight.shape} in a LiteRT file. Received: one without it.")


def _read(constants: Constants, place: _Place, like: np.ndarray) -> np.ndarray:
    constant = constants[place.shape][place.number]
    turned = constant.reshape([like.shape[axis] for axis in place.axes])
    return turned.transpose(np.argsort(place.axes))
