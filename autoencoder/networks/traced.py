"""What happens inside a trained network, layer by layer, read from the two LiteRT files that the pages run anyway.

So nothing else is kept on disk for it, and it is the network shown that is looked into. Layers are found in the graph
of a file: each begins with weights, a pooling or a sum of two ways, and ends behind its activation function. A dense
layer without one, between two others, may lack its bias and its normalization: the converter has the next layer do it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from autoencoder.networks.compiled import CompiledNetwork, Runner
from autoencoder.networks.layers import Shape
from autoencoder.networks.ordered import keep_first

Kind = Literal["dense", "convolution", "transposed", "pooling", "sum"]
KINDS: dict[str, Kind] = {  # operation of a file → what it is
    "FULLY_CONNECTED": "dense",
    "CONV_2D": "convolution",
    "TRANSPOSE_CONV": "transposed",
    "MAX_POOL_2D": "pooling",
    "ADD": "sum",
}
WEIGHTED = ("FULLY_CONNECTED", "CONV_2D", "TRANSPOSE_CONV")
NEXT = {*KINDS, "TRANSPOSE", "PAD", "CONCATENATION", "STRIDED_SLICE"} - {"ADD"}  # no part of an activation
MOVING = ("RESHAPE", "MAX_POOL_2D", "TRANSPOSE", "PAD", "STRIDED_SLICE")  # what is 0 stays 0


MOST_BYTES = 256 * 2**20  # that all tensors of a network may take, for a batch
CODE, RECONSTRUCTION = "code", "reconstruction"


def layer_names(encoder: int, decoder: int) -> list[str]:
    """Return the names of all layers of a network: of as many as the encoder has, then of the decoder's."""
    before, after = (
        [f"{half} {number + 1}" for number in range(count - 1)]
        for half, count in (("encoder", encoder), ("decoder", decoder))
    )
    return [*before, CODE, *after, RECONSTRUCTION]


class TooLargeError(ValueError):
    """A network whose tensors would take more memory than the process that serves pages has to spare."""


@dataclass(frozen=True)
class Layer:
    """A layer of one half of a network, by where the file has it."""

    kind: Kind
    tensor: int  # what it makes, behind its activation function
    shape: Shape  # of that, for one picture: (units,) or (height, width, channels)
    units: int  # how many work differently: of a dense layer that is laid out as maps, each number of these
    rectified: bool  # whether a ReLU makes it, so that a unit can be exactly 0
    weights: int | None = None  # a dense layer's (units, inputs), a convolution's (filters, rows, columns, channels)


@dataclass(frozen=True)
class Operation:
    """A step of a graph, called as LiteRT does, from tensors to one tensor; these are numbered."""

    kind: str
    inputs: list[int]  # made by operations before it, or given to the graph
    output: int
    constants: list[int] = field(default_factory=list)
    rectifies: bool = False  # whether a ReLU is its end


def find_layers(operations: Sequence[Operation], shape_of: Callable[[int], Shape]) -> list[tuple[Operation, int]]:
    """Return the operations with which layers begin, with what each layer makes, as the number of its tensor.

    `shape_of` gives a tensor's shape, for one picture. What is only added to something else is no layer by itself, nor
    are two layers whose product is.
    """
    found = []
    for operation in operations:
        is_sum = operation.kind == "ADD" and len(operation.inputs) > 1
        if not is_sum and KINDS.get(operation.kind, "sum") == "sum":
            continue
        made = _up_to_activation(operation, operations)
        if is_sum or not _only_added(made, operations):
            maps = [tensor for tensor in made if len(shape_of(tensor)) == 3]  # rather than the same in one row
            found.append((operation, (maps or made)[-1]))
    return found


def _only_added(made: list[int], operations: Sequence[Operation]) -> bool:
    """Return whether what a layer makes is added to something else, by itself or by another layer's, and no more."""
    readers = _readers(made, operations)
    if [(one.kind, len(one.inputs)) for one in readers] == [("MUL", 2)]:
        ends = {_up_to_activation(one, operations)[-1] for one in operations if one.kind in WEIGHTED}
        readers = _readers([readers[0].output], operations) if {*readers[0].inputs} <= ends else []
    return [(one.kind, len(one.inputs)) for one in readers] == [("ADD", 2)]


def _readers(made: list[int], operations: Sequence[Operation]) -> list[Operation]:
    return [one for one in operations if {*one.inputs} & {*made} and one.output not in made]


def _up_to_activation(operation: Operation, operations: Sequence[Operation]) -> list[int]:
    """Return the tensors of a layer in order: what an operation makes, and what is made of that alone."""
    made = [operation.output]
    for one in operations:
        if one.kind not in NEXT and one.inputs and {*one.inputs} <= {*made}:
            made.append(one.output)
    return made


def _rectified(operations: Sequence[Operation]) -> set[int]:
    """Return the tensors that a ReLU makes, also where their numbers were laid out anew or pooled behind it."""
    found: set[int] = set()
    for one in operations:
        if one.rectifies or (one.kind in MOVING and {*one.inputs} <= found):
            found.add(one.output)
    return found


class TracedHalf:
    """An encoder or a decoder as a LiteRT file. The last layer gives what the half gives."""

    def __init__(self, content: bytes) -> None:
        self._runner = Runner(content, threads=1, keeps_all=True)
        self.input_shape = self._runner.input_shape
        operations = _operations(content)
        self._rectified = _rectified(operations)
        *before, last = [self._layer(*of) for of in find_layers(operations, self._shape_of)]
        output, shape = self._runner.output, self._runner.output_shape
        self.layers = [*before, replace(last, tensor=output, shape=shape, units=shape[-1])]

    def weights(self, layer: Layer) -> np.ndarray | None:
        """Return the weights of a layer, float32; None where it has none."""
        return None if layer.weights is None else self._runner.constant(layer.weights)

    def run(self, *arrays: np.ndarray) -> Iterator[list[np.ndarray]]:
        """Yield what every layer makes, float32 (n, *shape) each, for one batch of examples after the other."""
        for made in self._runner.batches([layer.tensor for layer in self.layers], *arrays):
            yield [array.reshape(-1, *layer.shape) for array, layer in zip(made, self.layers, strict=True)]

    def _shape_of(self, tensor: int) -> Shape:
        return tuple(map(int, self._runner.constant(tensor).shape[1:]))

    def _layer(self, operation: Operation, tensor: int) -> Layer:
        weights = None  # the largest of a layer's constants
        if operation.kind in WEIGHTED:
            weights = max(operation.constants, key=lambda one: self._runner.constant(one).ndim)
        units = self._shape_of(operation.output)[-1]
        return Layer(KINDS[operation.kind], tensor, self._shape_of(tensor), units, tensor in self._rectified, weights)


def _operations(content: bytes) -> list[Operation]:
    """Return the graph of a LiteRT file, in the order in which it runs."""
    from ai_edge_litert import schema_py_generated as schema

    model: Any = schema.Model.GetRootAs(content)
    graph = model.Subgraphs(0)
    names = {number: name for name, number in vars(schema.BuiltinOperator).items() if not name.startswith("_")}
    made, found = {*graph.InputsAsNumpy().tolist()}, []
    for operator in map(graph.Operators, range(graph.OperatorsLength())):
        inputs, output = (array().tolist() for array in (operator.InputsAsNumpy, operator.OutputsAsNumpy))
        kind = names[model.OperatorCodes(operator.OpcodeIndex()).BuiltinCode()]
        constants = [one for one in inputs if one >= 0 and one not in made]
        rectifies = kind == "RELU" or _fused(operator) == schema.ActivationFunctionType.RELU
        found.append(Operation(kind, [one for one in inputs if one in made], output[0], constants, rectifies))
        made |= {*output}
    return found


def _fused(operator: Any) -> int:
    """Return the activation function that an operation of a LiteRT file ends in, as a number of the file's format."""
    from ai_edge_litert import schema_py_generated as schema

    names = {number: name for name, number in vars(schema.BuiltinOptions).items() if not name.startswith("_")}
    options: Any = getattr(schema, names[operator.BuiltinOptionsType()], object)()
    if not hasattr(options, "FusedActivationFunction"):
        return schema.ActivationFunctionType.NONE
    options.Init(operator.BuiltinOptions().Bytes, operator.BuiltinOptions().Pos)
    return int(options.FusedActivationFunction())


def _bytes(content: bytes) -> int:
    """Return how much all tensors of a LiteRT file take that are no weights, and once more its weights."""
    from ai_edge_litert import schema_py_generated as schema

    graph: Any = schema.Model.GetRootAs(content).Subgraphs(0)
    shapes = [graph.Tensors(number).ShapeAsNumpy() for number in range(graph.TensorsLength())]
    return sum(4 * int(np.prod(shape, dtype=np.int64)) for shape in shapes)


class TracedNetwork:
    """A trained network whose layers can be looked at one by one; a TooLargeError where that takes too much memory."""

    def __init__(self, network: CompiledNetwork) -> None:
        if (needed := sum(map(_bytes, network.files))) > MOST_BYTES:
            raise TooLargeError(f"Expected tensors of at most {MOST_BYTES:,} bytes. Received: {needed:,}.")
        self.encoder, self.decoder = (TracedHalf(content) for content in network.files)
        self._network = network
        if network.gaussian:  # of its codes the means are looked at
            *before, code = self.encoder.layers
            size = code.shape[0] // 2
            self.encoder.layers = [*before, replace(code, shape=(2, size), units=size)]

    @property
    def names(self) -> list[str]:
        """Return the names of `layers`."""
        return layer_names(len(self.encoder.layers), len(self.decoder.layers))

    @property
    def layers(self) -> list[Layer]:
        """Return the layers of both halves; the last of the encoder gives the code, that of the decoder the picture."""
        return [*self.encoder.layers, *self.decoder.layers]

    def run(self, pictures: np.ndarray, sizes: np.ndarray | int | None = None) -> Iterator[list[np.ndarray]]:
        """Yield what every layer makes of pictures, float32 (n, …) in [0, 1], batch by batch: the encoder's first.

        Where the bottleneck is ordered `sizes` says how many numbers of each code pass, as one integer or as (n,).
        """
        begin = 0
        for encoded in self.encoder.run(pictures):
            if self._network.gaussian:
                encoded[-1] = encoded[-1][:, 0]
            codes, kept = encoded[-1], []
            if self._network.ordered:
                every = np.broadcast_to(codes.shape[1] if sizes is None else sizes, len(pictures))
                kept = [keep_first(every[begin : begin + len(codes)], codes.shape[1])]
            (decoded,) = self.decoder.run(codes, *kept)
            begin += len(codes)
            yield [*encoded, *decoded]


@lru_cache(1)
def trace(network: CompiledNetwork) -> TracedNetwork:
    """Return a network as one that can be looked into; the latest is still in memory."""
    return TracedNetwork(network)
