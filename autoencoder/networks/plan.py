"""The plan of an autoencoder: its layers, its sizes and what they cost."""

import math
from dataclasses import dataclass
from typing import Literal

from autoencoder.networks.architectures import NETWORKS, OWN, find_network
from autoencoder.networks.blocks import Shortcut
from autoencoder.networks.composition import MOST_PARAMETERS
from autoencoder.networks.layers import Crop, Layer, Rectify, Sequential, Shape, Weighted

Code = Literal["plain", "rectified", "gaussian"]
VECTOR_NETWORKS = tuple(name for name, network in NETWORKS.items() if not network.open)


class TooManyParameters(ValueError):
    """A learner's own network is larger than it may be; it has its `plan`."""

    def __init__(self, plan: "Plan") -> None:
        self.plan, self.count = plan, plan.encoder_parameters + plan.decoder_parameters
        expected = f"Expected `composition` to have at most {MOST_PARAMETERS:,} parameters."
        super().__init__(f"{expected} Received: {self.count:,}.")


@dataclass(frozen=True)
class Plan:
    """An autoencoder on paper.

    The numbers of its code are "plain"; "rectified", never below 0; or "gaussian", drawn around a mean, so that the
    encoder gives twice as many numbers, the means and the logarithms of the variances.
    """

    shape: Shape  # (height, width, channels) of a picture
    code_shape: Shape  # of what the encoder gives: (numbers,), or (height, width, channels) where the network is open
    ordered: bool  # whether the decoder is also told which of these numbers it was given
    encoder: Sequential  # from picture to code
    decoder: Sequential  # from code to picture
    code: Code = "plain"

    @property
    def code_size(self) -> int:
        """Return how many numbers the decoder is given."""
        return math.prod(self.code_shape)

    @property
    def decoder_input(self) -> Shape:
        """Return what the decoder's first layer reads: the code, and where ordered a 0 or 1 for each number of it."""
        return (2 * self.code_size,) if self.ordered else self.code_shape

    @property
    def pixel_values(self) -> int:
        """Return how many numbers a picture is."""
        return math.prod(self.shape)

    @property
    def encoder_parameters(self) -> int:
        """Return how many numbers the encoder learns."""
        return self.encoder.parameters(self.shape)

    @property
    def decoder_parameters(self) -> int:
        """Return how many numbers the decoder learns."""
        return self.decoder.parameters(self.decoder_input)

    def steps(self) -> list[tuple[Layer, Shape, Shape]]:
        """Return each layer of both, with the shape that it reads and the one that it makes."""
        return [*self.encoder.steps(self.shape), *self.decoder.steps(self.decoder_input)]

    @property
    def shortcut(self) -> bool:
        """Return whether a linear map leads from the picture straight to the code, beside the other layers."""
        return any(isinstance(layer, Shortcut) for layer in self.encoder.layers)

    @property
    def widths(self) -> list[tuple[str, int]]:
        """Return the hourglass: names and how many numbers, picture to picture, without what is only laid out anew."""
        encoder = _bars(self.encoder, self.shape, self.pixel_values)
        decoder = _bars(self.decoder, self.decoder_input)
        inner, outer = [("encoder", width) for width in encoder[:-1]], [("decoder", width) for width in decoder[:-1]]
        ends = ("picture", self.pixel_values), ("picture", decoder[-1])
        return [ends[0], *inner, ("code", self.code_size), *outer, ends[1]]


def _bars(half: Sequential, shape: Shape, before: int = 0) -> list[int]:
    """Return how many numbers each layer makes that has weights, or makes another number of them than are `before`.

    What is cropped counts as it is then: the margin was never to be seen.
    """
    bars: list[int] = []
    for layer, read, cropped in half.steps(shape):
        if isinstance(layer, Crop):
            bars[-1] = before = math.prod(cropped)
        for made in map(math.prod, layer.inner_shapes(read)):
            if made != before or isinstance(layer, Weighted | Shortcut):
                bars.append(made)
            before = made
    return bars


def make_plan(
    network: str, shape: Shape, code_size: int, *, ordered: bool, code: Code = "plain", composition: str = ""
) -> Plan:
    """Return the plan of a network of `NETWORKS` for pictures of shape (height, width, channels).

    Args:
        code_size: How many numbers pass the bottleneck; says nothing where the network is open.
        ordered: Whether the network shall answer for every size up to that; not where it is open.
        code: What the numbers of the code shall be, see `Plan`; plain where the network is open or ordered.
        composition: What a learner's own network is, see `Composition`; "" for the one that learners begin with.

    Raises:
        ValueError: If a composition means none, or does not fit the pictures.
        TooManyParameters: If it has more than it may, which is a ValueError too.
    """
    layers = find_network(network, composition).layers
    down, up = layers(shape, 2 * code_size if code == "gaussian" else code_size)
    encoder = Sequential((*down, Rectify()) if code == "rectified" else down)
    code_shape = (code_size,) if code == "gaussian" else encoder.output_shape(shape)
    plan = Plan(shape, code_shape, ordered, encoder, Sequential(up), code)
    if network == OWN and plan.encoder_parameters + plan.decoder_parameters > MOST_PARAMETERS:
        raise TooManyParameters(plan)
    return plan
