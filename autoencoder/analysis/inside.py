"""What the units of a trained network do: what they look for, what they paint, which fire, and how often.

All is worked out from the network itself, see `autoencoder.networks.traced`. A unit is a number of a dense layer, or a
map of a convolution. A. Ng, "Sparse autoencoder", CS294A lecture notes, 2011, section 4, shows units so.
"""

from dataclasses import dataclass, field

import numpy as np

from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.networks.tiles import looked_for, painted, stacked
from autoencoder.networks.traced import Layer, trace

MOST_PICTURES = 1000  # that the use of units is counted over
BEYOND = 0.005  # of the weights in a figure have the full color, so that a few large ones do not darken the others


@dataclass(frozen=True, eq=False)
class Activation:
    """What one layer makes of a picture, or of several."""

    name: str  # "encoder 1", "encoder 2", …, "code", "decoder 1", …, "reconstruction"
    layer: Layer
    values: np.ndarray = field(repr=False)  # float32 (n, units) or (n, height, width, maps)

    @property
    def firing(self) -> np.ndarray:
        """Return which units are not 0, a map of a convolution where it is so at any place: bool (n, units)."""
        return np.asarray((self.values != 0).reshape(len(self.values), -1, self.layer.units).any(axis=1))


@dataclass(frozen=True, eq=False)
class Use:
    """How much the units of a layer are used over some pictures."""

    name: str  # of the layer, as `Activation` has it
    pictures: int
    rectified: bool  # whether these are units that a ReLU makes, which can be dead; what pools them has none of its own
    mean: np.ndarray = field(repr=False)  # float64 (units,): how far each is from 0, on average
    share: np.ndarray = field(repr=False)  # float64 (units,) in [0, 1]: of the pictures for which it fires

    @property
    def order(self) -> np.ndarray:
        """Return the units, the most used first."""
        return self.order_of(len(self.mean))

    def order_of(self, maps: int) -> np.ndarray:
        """Return the maps, the most used first, of a layer that is laid out as so many."""
        return np.argsort(-self.mean.reshape(-1, maps).mean(axis=0), kind="stable")

    @property
    def dead(self) -> np.ndarray:
        """Return the units that fire for none of the pictures; of units without a ReLU that says nothing."""
        return np.flatnonzero(self.share == 0)


def activations_of(
    network: CompiledNetwork, pictures: np.ndarray, sizes: np.ndarray | int | None = None
) -> list[Activation]:
    """Return what every layer makes of pictures, float32 (n, height, width, channels) in [0, 1].

    So many numbers of a code pass an ordered bottleneck, by default all; `sizes` may be one or integers (n,).

    Raises:
        ValueError: If the network is for pictures of another shape.
    """
    traced = trace(network)
    if pictures.shape[1:] != traced.encoder.input_shape or not len(pictures):
        raise ValueError(f"Expected pictures of shape {traced.encoder.input_shape}. Received: {pictures.shape}.")
    made = [np.concatenate(parts) for parts in zip(*traced.run(pictures, sizes), strict=True)]
    return [Activation(*of) for of in zip(traced.names, traced.layers, made, strict=True)]


def use_of(network: CompiledNetwork, pictures: np.ndarray) -> list[Use]:
    """Return how much the units of every layer are used over pictures, float32 (n, …) in [0, 1], n > 0.

    More than MOST_PICTURES are not looked at. An ordered bottleneck has each of its sizes in turn.
    """
    pictures, traced = pictures[:MOST_PICTURES], trace(network)
    sizes = np.arange(len(pictures)) % traced.encoder.layers[-1].shape[0] + 1
    units = [layer.units for layer in traced.layers]
    batches = [list(map(_sums, made, units)) for made in traced.run(pictures, sizes)]
    totals = [np.sum(of_layer, axis=0) / len(pictures) for of_layer in zip(*batches, strict=True)]
    return [
        Use(name, len(pictures), layer.rectified and layer.kind != "pooling", mean, share)
        for name, layer, (mean, share) in zip(traced.names, traced.layers, totals, strict=True)
    ]


def _sums(values: np.ndarray, units: int) -> np.ndarray:
    """Return how far units (n, …) are from 0, and whether they fire, each summed over n: float64 (2, units)."""
    far = np.abs(values).reshape(len(values), -1, units)
    total = far.sum(axis=1)  # over all places
    return np.stack([total.sum(axis=0, dtype=np.float64) / far.shape[1], (total > 0).sum(axis=0)])


def first_tiles(network: CompiledNetwork) -> np.ndarray | None:
    """Return what each unit of the first layer looks for, (units, height, width, channels), see `looked_for`."""
    encoder = trace(network).encoder
    weights = encoder.weights(encoder.layers[0])
    return None if weights is None else looked_for(weights, encoder.input_shape)


def last_tiles(network: CompiledNetwork) -> np.ndarray | None:
    """Return what each unit before the last layer paints, (units, height, width, channels), see `painted`.

    None where the last layer is no sum of what units paint.
    """
    traced = trace(network)
    last = traced.decoder.layers[-1]
    weights = traced.decoder.weights(last)
    shape = traced.encoder.input_shape
    return None if weights is None else painted(weights, shape, transposed=last.kind == "transposed")


def painters(network: CompiledNetwork) -> str:
    """Return the name of the layer whose units `last_tiles` are: the one before the reconstruction."""
    return trace(network).names[-2]


def inner_filters(network: CompiledNetwork) -> dict[str, np.ndarray]:
    """Return the filters of the convolutions between the first layer and the last, by layer, see `stacked`."""
    traced, found = trace(network), {}
    halves = [traced.encoder] * len(traced.encoder.layers) + [traced.decoder] * len(traced.decoder.layers)
    for name, half, layer in list(zip(traced.names, halves, traced.layers, strict=True))[1:-1]:
        weights = half.weights(layer)
        if weights is not None and weights.ndim == 4:
            found[name] = stacked(weights)
    return found


def scale_of(*tiles: np.ndarray) -> float:
    """Return a weight that all but the share BEYOND of these are within, either way; above 0."""
    far = np.abs(np.concatenate([each.ravel() for each in tiles]))
    return float(np.quantile(far, 1 - BEYOND)) or float(far.max()) or 1.0
