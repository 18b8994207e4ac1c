"""Noise: what a denoising autoencoder learns to remove.

It is shown corrupted pictures and judged by the clean ones: P. Vincent, H. Larochelle, Y. Bengio and P.-A. Manzagol,
"Extracting and composing robust features with denoising autoencoders", ICML 2008, doi:10.1145/1390156.1390294.

Each kind is defined once, for the pages, which use NumPy, and for the training, which does every batch anew in
TensorFlow's graph. A kind first says what it needs to have drawn, then adds noise with what was drawn. The draws do not
depend on the level, so a higher level is more of the same noise.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from autoencoder.data.image_dataset import check_pictures

Array = Any  # a NumPy array, or a tensor in the graph
Shape = tuple[Any, ...]  # the number of pictures may be a tensor in the graph

SHOWN_LEVELS = tuple(number / 10 for number in range(11))  # at which pictures are kept while a network learns
SHOWN_SEED = 0  # of the noise on the pictures that are shown
GRAY = 0.5
STAIN_LAYERS = 2  # which may overlap
STAIN_GRAINS = (5, 12, 30)  # random values along a side of the fields whose peaks are stains: large to small ones
STAIN_SMOOTHNESS = 0.6  # of a value's reach, in values
DARKENING_SHARE = 0.3  # of the stains: they let through what they cover, as a shadow does
STRONGEST_BLUR = 1 / 8  # of the picture's height: the blur's standard deviation at level 1
GENERATOR = "philox"  # what TensorFlow picks by itself is thirty times slower under XLA on a processor


Draw = tuple[Literal["normal", "uniform"], Shape]  # random numbers: standard normal, or uniform in [0, 1)

# Adds noise to pictures float32 (n, height, width, channels) in [0, 1] and returns such; at level 0 the same, to the
# last bit. It is given the pictures, their level float32 (n,) in [0, 1], or (1,) for all, the random numbers that
# `draws` says, float32, and what to calculate with: `numpy`, or `keras.ops` in the graph.
Apply = Callable[[Array, Array, Sequence[Array], Any], Array]


@dataclass(frozen=True)
class Noise:
    """A kind of noise. For a script of `autoencoder.export`, a file of its name in `noise_scripts/` has it in NumPy."""

    title: str  # what a learner reads in the list of kinds
    meaning: str  # one sentence on what the level says
    draws: Callable[[Shape], tuple[Draw, ...]]  # the pictures' shape → the random numbers that are needed
    apply: Apply  # adds the noise with these numbers
    in_parts: bool = False  # whether a script gives it many pictures a part at a time, because it takes much memory


def _salt_pepper(pictures: Array, level: Array, draws: Sequence[Array], ops: Any) -> Array:
    half = level[:, None, None, None] / 2
    return ops.where(draws[0] < half, 0.0, ops.where(draws[0] >= 1 - half, 1.0, pictures))


def _patch(pictures: Array, level: Array, draws: Sequence[Array], ops: Any) -> Array:
    """Hide a patch of the picture's own proportions; a pixel that it covers in part turns gray in part."""
    height, width = pictures.shape[1:3]
    rows = _covered(height, ops.sqrt(level), draws[0][:, 0], ops)  # (n, height)
    columns = _covered(width, ops.sqrt(level), draws[0][:, 1], ops)  # (n, width)
    covered = rows[:, :, None, None] * columns[:, None, :, None]
    return pictures * (1 - covered) + GRAY * covered


def _covered(pixels: int, side: Array, position: Array, ops: Any) -> Array:
    """How much of each pixel lies in an interval that grows about `position` (n,): (n, pixels) in [0, 1]."""
    length = side * pixels
    begin = (position * (pixels - length))[:, None]
    end = begin + length[:, None]
    left = np.arange(pixels, dtype=np.float32)
    return ops.clip(ops.minimum(end, left + 1) - ops.maximum(begin, left), 0, 1)


def _blur(pictures: Array, level: Array, draws: Sequence[Array], ops: Any) -> Array:
    """Make each pixel a weighted mean of those above and below it, then of those beside it."""
    deviation = level * (STRONGEST_BLUR * pictures.shape[1])
    twice_variance = ops.maximum(2 * deviation**2, 1e-6)[:, None, None]  # at 1e-6 no other pixel counts
    for _ in range(2):
        height, width, channels = pictures.shape[1:]
        positions = np.arange(height, dtype=np.float32)
        weights = ops.exp(-((positions[:, None] - positions) ** 2) / twice_variance)  # (n, height, height)
        lines = ops.reshape(pictures, (-1, height, width * channels))
        lines = ops.matmul(weights / ops.sum(weights, axis=-1, keepdims=True), lines)
        pictures = ops.transpose(ops.reshape(lines, (-1, height, width, channels)), (0, 2, 1, 3))
    return ops.clip(pictures, 0, 1)


def _stain_draws(shape: Shape) -> tuple[Draw, ...]:
    """For each layer fields of every grain; and for all together what their stains look like."""
    fields: tuple[Draw, ...] = tuple(("normal", (shape[0], grain, grain)) for grain in STAIN_GRAINS * STAIN_LAYERS)
    return (*fields, ("uniform", (shape[0], STAIN_LAYERS, 3 + 2 * shape[3] + len(STAIN_GRAINS))))


def _stains(pictures: Array, level: Array, draws: Sequence[Array], ops: Any) -> Array:
    """Layer upon layer: where a smooth random field is high there is a stain, and it is deepest where it is highest."""
    channels = pictures.shape[3]
    share = 1 - (1 - level) ** (1 / STAIN_LAYERS)  # of each layer, as they may overlap
    for layer in range(STAIN_LAYERS):
        looks = draws[-1][:, layer]  # (n, …) uniform
        fields = draws[layer * len(STAIN_GRAINS) : (layer + 1) * len(STAIN_GRAINS)]
        above = _field(pictures.shape[1:3], fields, looks[:, -len(STAIN_GRAINS) :], ops) - _upper_quantile(share, ops)
        depth = ops.tanh(2 * ops.maximum(above, 0.0))[..., None]  # (n, height, width, 1), 0 where there is no stain
        hardness, strength, darkens = (looks[:, number, None, None, None] for number in range(3))
        opacity = ops.where(above[..., None] > 0, hardness + (1 - hardness) * depth, 0.0) * (1 + strength) / 2
        color = looks[:, None, None, 3 : 3 + channels]
        color = ops.clip(color + 0.6 * (looks[:, None, None, 3 + channels : 3 + 2 * channels] - 0.5) * depth, 0, 1)
        stain = ops.where(darkens < DARKENING_SHARE, pictures * color, color)
        corrupted = ops.clip(pictures * (1 - opacity) + stain * opacity, 0, 1)
        pictures = ops.where(level[:, None, None, None] > 0, corrupted, pictures)
    return pictures


def _field(sides: Shape, fields: Sequence[Array], weights: Array, ops: Any) -> Array:
    """Return a smooth random field, standard normal, with grains of several sizes mixed: (n, height, width)."""
    weights = weights**3 + 0.001  # mostly one of the grains
    weights = weights / ops.sqrt(ops.sum(weights**2, axis=-1, keepdims=True))
    total = 0.0
    for number, (grain, field) in enumerate(zip(STAIN_GRAINS, fields, strict=True)):
        rows, columns = (enlarging(grain, side) for side in sides)
        total = total + weights[:, number, None, None] * ops.matmul(ops.matmul(rows, field), columns.T)
    return total


def enlarging(grain: int, side: int) -> np.ndarray:
    """Return weights that make `side` standard normal values of `grain` ones, smoothly: (side, grain)."""
    positions = (np.arange(side) + 0.5) / side * grain - 0.5
    weights = np.exp(-(((positions[:, None] - np.arange(grain)) / STAIN_SMOOTHNESS) ** 2) / 2)
    return (weights / np.sqrt((weights**2).sum(axis=1, keepdims=True))).astype(np.float32)


def _upper_quantile(share: Array, ops: Any) -> Array:
    """Return what a standard normal number exceeds with probability `share` (n,): (n, 1, 1), off by less than 0.003.

    M. Abramowitz and I. Stegun, "Handbook of mathematical functions", 1964, formula 26.2.22.
    """
    tail = ops.clip(ops.minimum(share, 1 - share), 1e-6, 0.5)
    t = ops.sqrt(-2 * ops.log(tail))
    quantile = t - (2.30753 + 0.27061 * t) / (1 + 0.99229 * t + 0.04481 * t * t)
    return ops.where(share <= 0.5, quantile, -quantile)[:, None, None]


NOISES: Mapping[str, Noise] = {
    "gaussian": Noise(
        "Grain (Gaussian noise)",
        "The level is the standard deviation of what is added to every value, where black is 0 and white is 1; what "
        "goes beyond black or white is cut off.",
        lambda shape: (("normal", shape),),
        lambda pictures, level, draws, ops: ops.clip(pictures + level[:, None, None, None] * draws[0], 0, 1),
    ),
    "salt_pepper": Noise(
        "Salt and pepper",
        "The level is the share of the pixels that are replaced, half of them by black and half by white.",
        lambda shape: (("uniform", (*shape[:3], 1)),),
        _salt_pepper,
    ),
    "masked": Noise(
        "Missing pixels",
        "The level is the share of the pixels that turn black.",
        lambda shape: (("uniform", (*shape[:3], 1)),),
        lambda pictures, level, draws, ops: ops.where(draws[0] < level[:, None, None, None], 0.0, pictures),
    ),
    "patch": Noise(
        "Gray patch",
        "The level is the share of the picture that a gray patch hides.",
        lambda shape: (("uniform", (shape[0], 2)),),
        _patch,
    ),
    "speckle": Noise(
        "Speckle",
        "Every value is multiplied by a random number around 1; the level is that number's standard deviation.",
        lambda shape: (("normal", shape),),
        lambda pictures, level, draws, ops: ops.clip(pictures * (1 + level[:, None, None, None] * draws[0]), 0, 1),
    ),
    "stains": Noise(
        "Stains",
        "The level is the share of the picture that stains of any color, size and softness cover.",
        _stain_draws,
        _stains,
        in_parts=True,
    ),
    "blur": Noise(
        "Blur",
        "The level says how far a pixel spreads: at 1, with a standard deviation of an eighth of the picture's height.",
        lambda shape: (),
        _blur,
        in_parts=True,
    ),
}


def get_noise(kind: str) -> Noise:
    """Return the noise of this name; a ValueError if there is none."""
    if not isinstance(kind, str) or kind not in NOISES:
        raise ValueError(f"Expected `kind` to be one of {', '.join(NOISES)}. Received: {kind!r}.")
    return NOISES[kind]


def add_noise(pictures: np.ndarray, kind: str, level: float | np.ndarray, seed: int) -> np.ndarray:
    """Add a noise of `NOISES` with NumPy to pictures, float32 (n, height, width, channels) in [0, 1], and return such.

    The level is in [0, 1]: one for all pictures, or (n,). The same seed is the same noise at the same index, at every
    level and whatever pictures come after it. A ValueError if one of these is not as it should be.
    """
    noise = get_noise(kind)
    check_pictures("pictures", pictures)
    levels = np.asarray(level)
    if levels.dtype.kind not in "fiu" or not ((levels >= 0) & (levels <= 1)).all():
        raise ValueError(f"Expected `level` in [0, 1]. Received: {level!r}.")
    if levels.shape not in ((), (len(pictures),)):
        raise ValueError(f"Expected `level` to be a number or ({len(pictures)},). Received: {levels.shape}.")
    wanted = noise.draws(pictures.shape)
    first = np.random.default_rng(seed)
    generators = [first, *first.spawn(max(0, len(wanted) - 1))]  # else what comes after would change the later arrays
    draws = [
        (generator.standard_normal if distribution == "normal" else generator.random)(shape, np.float32)
        for generator, (distribution, shape) in zip(generators, wanted, strict=False)
    ]
    return noise.apply(pictures, np.atleast_1d(levels).astype(np.float32), draws, np)


def draw_in_graph(kind: str, shape: Shape, seed: Array) -> list[Array]:
    """Draw the random numbers that a noise needs with TensorFlow: of the same seed the same, if compiled in one way."""
    import tensorflow as tf

    draw = {"normal": tf.random.stateless_normal, "uniform": tf.random.stateless_uniform}
    fold_in = tf.random.experimental.stateless_fold_in
    return [
        draw[distribution](size, fold_in(seed, number, alg=GENERATOR), alg=GENERATOR)
        for number, (distribution, size) in enumerate(get_noise(kind).draws(shape))
    ]


def add_noise_in_graph(pictures: Array, kind: str, level: Array, seed: Array) -> Array:
    """Add noise in TensorFlow's graph, with XLA or without, in worker processes only; see `add_noise`.

    Here the number of pictures may be unknown, `level` is float32 (n,) or (1,), not checked, and `seed` int32 (2,).
    """
    import keras

    draws = draw_in_graph(kind, keras.ops.shape(pictures), seed)
    return get_noise(kind).apply(pictures, level, draws, keras.ops)
