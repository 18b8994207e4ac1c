"""What happens inside a trained network, layer by layer, read from the two LiteRT files that the pages run anyway.

So nothing else is kept on disk for it, and it is the network shown that is looked into. Layers are found in the graph
of a file: each begins with weights, a pooling or a sum of two ways, and ends behind its activation function. A dense
layer without one, between two others, may lack its bias and its normalization: the converter has the next layer do it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from autoencoder.networks.compiled import CompiledNetwork, Runner
from autoencoder.networks.ordered import keep_first

Kind = Literal["dense", "convolution", "transposed", "pooling", "sum"]
KINDS: dict[str, Kind] = {  # operation of a file → what it is
    "FULLY_CONNECTED": "dense",
    "CONV_2D": "convolution",
    "TRANSPOSE_CONV": "transposed",
    "MAX_POOL_2D": "pooling",
    "ADD": "sum",
}
NEXT = {*KINDS, "TRANSPOSE", "PAD", "CONCATENATION", "STRIDED_SLICE"} - {"ADD"}  # no part of an activation


@dataclass(frozen=True)
class Layer:
    """A layer of one half of a network, by where the file has it."""

    kind: Kind
    tensor: int  # what it makes, behind its activation function
    shape: tuple[int, ...]  # of that, for one picture: (units,) or (height, width, channels)
    weights: int | None = None  # a dense layer's (units, inputs), a convolution's (filters, rows, columns, channels)


@dataclass(frozen=True)
class _Operation:
    kind: str
    inputs: list[int]  # made by operations before it, or the file's input
    constants: list[int]
    output: int


class TracedHalf:
    """An encoder or a decoder as a LiteRT file. The last layer gives what the half gives."""

    def __init__(self, content: bytes) -> None:
        self._runner = Runner(content, threads=1, keeps_all=True)
        self.input_shape = self._runner.input_shape
        self._operations = _operations(content)
        found = [layer for layer in map(self._layer, self._operations) if layer]
        self.layers = [*found[:-1], replace(found[-1], tensor=self._runner.output, shape=self._runner.output_shape)]

    def weights(self, layer: Layer) -> np.ndarray | None:
        """Return the weights of a layer, float32; None where it has none."""
        return None if layer.weights is None else self._runner.constant(layer.weights)

    def run(self, *arrays: np.ndarray) -> Iterator[list[np.ndarray]]:
        """Yield what every layer makes, float32 (n, *shape) each, for one batch of examples after the other."""
        for made in self._runner.batches([layer.tensor for layer in self.layers], *arrays):
            yield [array.reshape(-1, *layer.shape) for array, layer in zip(made, self.layers, strict=True)]

    def _layer(self, operation: _Operation) -> Layer | None:
        """Return the layer that begins with an operation; None where none does, or what it makes is only added."""
        kind = KINDS.get(operation.kind)
        if kind is None or (kind == "sum" and len(operation.inputs) < 2):
            return None
        made = self._up_to_activation(operation)
        readers = [one for one in self._operations if {*one.inputs} & {*made} and one.output not in made]
        if kind != "sum" and [(one.kind, len(one.inputs)) for one in readers] == [("ADD", 2)]:
            return None
        shapes = {tensor: self._runner.constant(tensor).shape[1:] for tensor in made}
        maps = [tensor for tensor in made if len(shapes[tensor]) == 3]  # rather than the same in one row
        tensor = (maps or made)[-1]
        with_weights = kind in ("dense", "convolution", "transposed")
        weights = max(operation.constants, key=lambda one: self._runner.constant(one).ndim) if with_weights else None
        return Layer(kind, tensor, tuple(map(int, shapes[tensor])), weights)

    def _up_to_activation(self, operation: _Operation) -> list[int]:
        """Return the tensors of a layer in order: what an operation makes, and what is made of that alone."""
        made = [operation.output]
        for one in self._operations:
            if one.kind not in NEXT and one.inputs and {*one.inputs} <= {*made}:
                made.append(one.output)
        return made


def _operations(content: bytes) -> list[_Operation]:
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
        found.append(_Operation(kind, [one for one in inputs if one in made], constants, output[0]))
        made |= {*output}
    return found


class TracedNetwork:
    """A trained network whose layers can be looked at one by one."""

    def __init__(self, network: CompiledNetwork) -> None:
        self.encoder, self.decoder = (TracedHalf(content) for content in network.files)
        self._network = network
        if network.gaussian:  # of its codes the means are looked at
            *before, code = self.encoder.layers
            self.encoder.layers = [*before, replace(code, shape=(2, code.shape[0] // 2))]

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
