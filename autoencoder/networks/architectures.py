"""The table of networks, each an encoder and a decoder as lists of layers.

A network's function is given the shape of a picture and how many numbers a code has, and returns both lists: from
picture to code, a stack of small pictures where the network is open, and from there to a picture, with values in [0, 1]
where the network is bounded.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from autoencoder.networks import blocks, layers
from autoencoder.networks.composition import Composition
from autoencoder.networks.layers import Layer, Shape
from autoencoder.networks.ordered import FIRST_ORDERING, Ordering

Halves = tuple[tuple[Layer, ...], tuple[Layer, ...]]  # the layers of the encoder, and those of the decoder

# with which all sizes come about equally near to exact networks
DEEP_ORDERING = Ordering(balance=0.8, draws=8)
GATED_ORDERING = Ordering(balance=0.7, draws=8, times=2)


@dataclass(frozen=True)
class Network:
    """A kind of network."""

    title: str  # what a learner reads in the list of networks
    layers: Callable[[Shape, int], Halves]  # of a picture's shape and a code's size
    about: str  # a sentence on it, for scripts
    fused: bool = False  # whether it trains faster through XLA, as few weights in dense layers do
    open: bool = False  # whether its code is a stack of small pictures, no bottleneck; a code size then says nothing
    bounded: bool = True  # whether its pictures are kept within [0, 1]
    ordering: Ordering = FIRST_ORDERING  # where it learns every size


def dense(shape: Shape, size: int) -> Halves:
    """Every number comes from all the numbers before it.

    G. E. Hinton and R. R. Salakhutdinov, "Reducing the dimensionality of data with neural networks", Science 313
    (2006), doi:10.1126/science.1127647.
    """
    encoder = (layers.Flatten(), blocks.Shortcut((layers.Dense(512), layers.Dense(256), layers.Dense(size, "linear"))))
    pixels = layers.Dense(math.prod(shape), "sigmoid")
    return encoder, (layers.Dense(512), layers.Dense(768), pixels, layers.Reshape(shape))


def deep(shape: Shape, size: int) -> Halves:
    """Use more layers, each of which adds a little to what it is given, and curve smoothly.

    One code that is to serve every size is folded more than one that serves a single size, and depth unfolds it. What a
    straight line can do past the layers, in either half, these need not learn. K. He et al., see `blocks.Residual`;
    S. Elfwing, E. Uchibe and K. Doya, "Sigmoid-weighted linear units for neural network function approximation in
    reinforcement learning", Neural Networks 107 (2018), arXiv:1702.03118.
    """
    first, more = layers.Dense(384, "silu"), blocks.ResidualDense(384, "silu")
    down = blocks.Shortcut((first, more, more, layers.Dense(size, "linear")))
    up = blocks.Shortcut((first, more, more, more, more, layers.Dense(math.prod(shape), "linear")))
    return (layers.Flatten(), down), (up, layers.Activate("sigmoid"), layers.Reshape(shape))


def gated(shape: Shape, size: int) -> Halves:
    """Be deep, and have numbers decide how much of others passes.

    What the later numbers of a code mean may then hang on the first ones; the code of one size need be less in the way
    of the next. Straight lines are as in `deep`.
    """
    first, more = layers.Dense(320, "silu"), blocks.ResidualGated(320)
    down = blocks.Shortcut((first, more, more, layers.Dense(size, "linear")))
    up = blocks.Shortcut((first, more, more, more, layers.Dense(math.prod(shape), "linear")))
    return (layers.Flatten(), down), (up, layers.Activate("sigmoid"), layers.Reshape(shape))


def convolutional(shape: Shape, size: int) -> Halves:
    """Use the same small filters everywhere, so that the network knows that pictures have neighbors.

    J. Masci et al., "Stacked convolutional auto-encoders for hierarchical feature extraction", ICANN 2011,
    doi:10.1007/978-3-642-21735-7_7.
    """
    patches = blocks.PatchConvolution(64, 4)
    small = patches.output_shape(shape)
    encoder = (patches, blocks.Residual(32), layers.Flatten(), layers.Dense(size, "linear"))
    up = blocks.TransposedPatchConvolution(4, shape, "sigmoid")
    return encoder, (layers.Dense(math.prod(small)), layers.Reshape(small), blocks.Residual(32), up)


def shallow(shape: Shape, size: int) -> Halves:
    """Use one hidden layer each way: so few weights that six networks are soon trained and compared.

    H. Bourlard and Y. Kamp, "Auto-association by multilayer perceptrons and singular value decomposition", Biological
    Cybernetics 59 (1988), doi:10.1007/BF00332918, say why the hidden layers: without them it could do no more than PCA.
    """
    encoder = (layers.Flatten(), layers.Dense(64), layers.Dense(size, "linear"))
    return encoder, (layers.Dense(64), layers.Dense(math.prod(shape), "sigmoid"), layers.Reshape(shape))


def linear(shape: Shape, size: int) -> Halves:
    """Use no curve anywhere.

    Trained on the squared error it finds the plane that principal component analysis finds, though not PCA's axes in
    it: P. Baldi and K. Hornik, "Neural networks and principal component analysis: learning from examples without local
    minima", Neural Networks 2 (1989), doi:10.1016/0893-6080(89)90014-2.
    """
    decoder = (layers.Dense(math.prod(shape), "linear"), layers.Reshape(shape))
    return (layers.Flatten(), layers.Dense(size, "linear")), decoder


def inpainter(shape: Shape, size: int) -> Halves:
    """Hand on what is known; the decoder paints over what is not.

    Shown pictures with stains and asked for the clean ones, the network learns to tell what belongs to a picture from
    what does not. Beside what it has worked out about its surroundings, every place keeps the picture's own pixels, and
    a gate in the decoder decides whether they stay. V. Zavrtanik, M. Kristan and D. Skočaj, "DRAEM: a discriminatively
    trained reconstruction embedding for surface anomaly detection", ICCV 2021, arXiv:2108.07610, learn from painted
    damage too.
    """
    coarser = blocks.Coarser(64, (blocks.Residual(64), blocks.Residual(64)))
    look = (blocks.PatchConvolution(32, 2), blocks.Residual(32), coarser)
    return (blocks.Keep(look, 2),), (blocks.Gate(2, shape, (blocks.Residual(32),)),)


def denoiser(shape: Shape, size: int) -> Halves:
    """Look at the neighbors of small patches again and again, in a code half as wide and as high as the picture."""
    look = (blocks.Residual(32),) * 3
    return (blocks.PatchConvolution(32, 2), *look), (*look, blocks.TransposedPatchConvolution(2, shape, "sigmoid"))


def keras_example(shape: Shape, size: int) -> Halves:
    """Do as "Convolutional autoencoder for image denoising" by S. L. Valdarrama does.

    https://keras.io/examples/vision/autoencoder/. Its code is a stack of 32 small pictures, a quarter as wide and as
    high as the picture. The example's pictures are 28 × 28; of other sizes, what the upsampling makes too much is cut
    off.
    """
    up = (layers.TransposedConvolution(32), layers.TransposedConvolution(32))
    decoder = (*up, layers.Convolution(shape[2], "sigmoid"), layers.Crop(*shape[:2]))
    return (layers.Convolution(32), layers.MaxPooling(), layers.Convolution(32), layers.MaxPooling()), decoder


def own(shape: Shape, size: int) -> Halves:
    """Do as `FIRST_COMPOSITION` says, until a learner composes another; see `find_network`."""
    return Composition.parse(FIRST_COMPOSITION).halves(shape, size)


OWN, FIRST_COMPOSITION = "own", "dense-256.128"
NETWORKS: Mapping[str, Network] = {
    "dense": Network("Dense", dense, "Every number comes from all the numbers before it."),
    "deep": Network(
        "Deep", deep, "Each of many layers adds a little, and a straight line leads past them.", ordering=DEEP_ORDERING
    ),
    "gated": Network(
        "Gated",
        gated,
        "Deep too, and in each layer some numbers decide how much of others passes.",
        ordering=GATED_ORDERING,
    ),
    "convolutional": Network(
        "Convolutional", convolutional, "The same small filters look at every place of the picture."
    ),
    "shallow": Network("Shallow", shallow, "One hidden layer each way.", fused=True),
    "linear": Network(
        "Linear",
        linear,
        "One matrix down and one matrix up: the best that it can become is PCA.",
        fused=True,
        bounded=False,
    ),
    "repairer": Network(  # which links and saved trainings call it
        "Inpainter",
        inpainter,
        "Where something looks wrong it paints, and a gate decides for every pixel whether the painting is seen or the "
        "picture itself.",
        open=True,
    ),
    "denoiser": Network(
        "Denoiser",
        denoiser,
        "Its code is a stack of small pictures, so nothing is squeezed; what it learns is due to the noise.",
        open=True,
    ),
    "keras_example": Network(
        "The Keras example's",
        keras_example,
        'The network of the example "Convolutional autoencoder for image denoising" on keras.io.',
        open=True,
    ),
    OWN: Network("Your own", own, "Its layers were composed by hand."),
}


def find_network(name: str, composition: str = "") -> Network:
    """Return a network of `NETWORKS`; of a learner's own, the one that a text means, see `Composition`.

    Raises:
        ValueError: If the text means none.
    """
    if name != OWN:
        return NETWORKS[name]
    composed = Composition.parse(composition or FIRST_COMPOSITION)
    about = f"Its layers were composed by hand: {composed}."
    return replace(NETWORKS[OWN], layers=composed.halves, about=about)
