"""The table of networks, and the plan of one: its layers, its sizes and what they cost."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from autoencoder.networks import convolutional, denoiser, dense, inpainter, keras_example, linear, shallow
from autoencoder.networks.layers import Layer, Rectify, Shape, count_parameters, shapes_through

Code = Literal["plain", "rectified", "gaussian"]


@dataclass(frozen=True)
class Network:
    """A kind of network.

    Args:
        title: What a learner reads in the list of networks.
        encoder: (picture shape, code size) → the encoder's layers.
        decoder: picture shape → the decoder's layers.
        about: A sentence on it, for scripts.
        fused: Whether it trains faster through XLA, measured in `benchmarks/`: dense layers do, convolutions do not.
        open: Whether its code is as large as its layers make it, a stack of small pictures. It is then no bottleneck,
            and a code size says nothing.
        bounded: Whether its pictures are kept within [0, 1].
    """

    title: str
    encoder: Callable[[Shape, int], tuple[Layer, ...]]
    decoder: Callable[[Shape], tuple[Layer, ...]]
    about: str
    fused: bool
    open: bool = False
    bounded: bool = True


NETWORKS: Mapping[str, Network] = {
    "dense": Network(
        "Dense", dense.encoder, dense.decoder, "Every number comes from all the numbers before it.", fused=True
    ),
    "convolutional": Network(
        "Convolutional",
        convolutional.encoder,
        convolutional.decoder,
        "The same small filters look at every place of the picture.",
        fused=False,
    ),
    "shallow": Network("Shallow", shallow.encoder, shallow.decoder, "One hidden layer each way.", fused=True),
    "linear": Network(
        "Linear",
        linear.encoder,
        linear.decoder,
        "One matrix down and one matrix up: the best that it can become is PCA.",
        fused=True,
        bounded=False,
    ),
    "repairer": Network(  # which links and saved trainings call it
        "Inpainter",
        inpainter.encoder,
        inpainter.decoder,
        "Where something looks wrong it paints, and a gate decides for every pixel whether the painting is seen or the "
        "picture itself.",
        fused=False,
        open=True,
    ),
    "denoiser": Network(
        "Denoiser",
        denoiser.encoder,
        denoiser.decoder,
        "Its code is a stack of small pictures, so nothing is squeezed; what it learns is due to the noise.",
        fused=False,
        open=True,
    ),
    "keras_example": Network(
        "The Keras example's",
        keras_example.encoder,
        keras_example.decoder,
        'The network of the example "Convolutional autoencoder for image denoising" on keras.io.',
        fused=False,
        open=True,
    ),
}
VECTOR_NETWORKS = tuple(name for name, network in NETWORKS.items() if not network.open)


@dataclass(frozen=True)
class Plan:
    """An autoencoder on paper.

    Args:
        shape: (height, width, channels) of a picture.
        code_shape: Of what the encoder gives: (numbers,), or (height, width, channels) where the network is open.
        ordered: Whether the decoder is also told which of these numbers it was given.
        encoder: The layers from picture to code.
        decoder: The layers from code to picture.
        code: What the numbers of the code are: "plain"; "rectified", never below 0; "gaussian", drawn around a mean, so
            that the encoder gives twice as many numbers, the means and the logarithms of the variances.
    """

    shape: Shape
    code_shape: Shape
    ordered: bool
    encoder: tuple[Layer, ...]
    decoder: tuple[Layer, ...]
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
        return count_parameters(self.encoder, self.shape)

    @property
    def decoder_parameters(self) -> int:
        """Return how many numbers the decoder learns."""
        return count_parameters(self.decoder, self.decoder_input)

    @property
    def widths(self) -> list[tuple[str, int]]:
        """Return what is drawn as the hourglass: a name and how many numbers there are, from picture to picture."""
        encoder = [math.prod(shape) for shape in shapes_through(self.encoder, self.shape)]
        decoder = [math.prod(shape) for shape in shapes_through(self.decoder, self.decoder_input)]
        inner = [("encoder", width) for width in _without_repeats(encoder)[1:-1]]
        outer = [("decoder", width) for width in _without_repeats(decoder[1:])[:-1]]
        return [("picture", encoder[0]), *inner, ("code", self.code_size), *outer, ("picture", decoder[-1])]

    def compression_ratio(self, size: int) -> float:
        """Return how many numbers of the picture stand for one of the `size` numbers that pass the bottleneck."""
        return self.pixel_values / size


def _without_repeats(widths: list[int]) -> list[int]:
    """Leave out a layer that only lays the same numbers out anew."""
    return [width for number, width in enumerate(widths) if number == 0 or width != widths[number - 1]]


def make_plan(network: str, shape: Shape, code_size: int, *, ordered: bool, code: Code = "plain") -> Plan:
    """The plan of the network of this name for pictures of `shape`.

    Args:
        network: A key of `NETWORKS`.
        shape: (height, width, channels) of a picture.
        code_size: How many numbers pass the bottleneck; says nothing where the network is open.
        ordered: Whether the network shall answer for every size up to that.
        code: What the numbers of the code shall be, see `Plan`.

    Raises:
        ValueError: If there is no such network, or an open one shall be ordered, or the code of an open or an ordered
            one shall be other than plain.
    """
    if network not in NETWORKS:
        raise ValueError(f"Expected `network` to be one of {', '.join(NETWORKS)}. Received: {network!r}.")
    kind = NETWORKS[network]
    if kind.open and ordered:
        raise ValueError(f"Expected a network with a bottleneck where it is ordered. Received: {network!r}.")
    if code != "plain" and (kind.open or ordered):
        raise ValueError(f"Expected `code` to be plain where a network is open or ordered. Received: {code!r}.")
    encoder = kind.encoder(shape, 2 * code_size if code == "gaussian" else code_size)
    encoder = (*encoder, Rectify()) if code == "rectified" else encoder
    code_shape = (code_size,) if code == "gaussian" else shapes_through(encoder, shape)[-1]
    return Plan(shape, code_shape, ordered, encoder, kind.decoder(shape), code)
