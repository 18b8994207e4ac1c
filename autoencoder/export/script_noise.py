"""The kinds of noise as functions of NumPy, the same as `autoencoder.data.noise` has them.

Each takes `pictures` float32 (n, height, width, channels) in [0, 1] and `levels` (n,) in [0, 1], and draws from `rng`.
"""

from collections.abc import Mapping

from autoencoder.data.noise import (
    DARKENING_SHARE,
    GRAY,
    STAIN_GRAINS,
    STAIN_LAYERS,
    STAIN_SMOOTHNESS,
    STRONGEST_BLUR,
)

_BEGIN = "def add_noise(pictures, levels):"
_BESIDE = "levels[:, None, None, None].astype(np.float32)"

GAUSSIAN = f'''{_BEGIN}
    """Adds to every value a normal random number with a standard deviation of the level."""
    noise = rng.standard_normal(pictures.shape, np.float32)
    return np.clip(pictures + {_BESIDE} * noise, 0, 1)'''

SPECKLE = f'''{_BEGIN}
    """Multiplies every value by a normal random number around 1, whose deviation is the level."""
    noise = rng.standard_normal(pictures.shape, np.float32)
    return np.clip(pictures * (1 + {_BESIDE} * noise), 0, 1)'''

SALT_PEPPER = f'''{_BEGIN}
    """Replaces a share of the pixels, half of them by black and half by white."""
    dice = rng.random((*pictures.shape[:3], 1), np.float32)
    half = {_BESIDE} / 2
    noisy = np.where(dice < half, 0, np.where(dice >= 1 - half, 1, pictures))
    return noisy.astype(np.float32)'''

MASKED = f'''{_BEGIN}
    """Turns a share of the pixels black."""
    dice = rng.random((*pictures.shape[:3], 1), np.float32)
    return np.where(dice < {_BESIDE}, np.float32(0), pictures)'''

PATCH = f'''def covered(pixels, sides, places):
    """How much of each pixel of a line lies in an interval, in [0, 1]: (n, pixels)."""
    length = sides * pixels
    begin = (places * (pixels - length))[:, None]
    left = np.arange(pixels)
    return np.clip(np.minimum(begin + length[:, None], left + 1) - np.maximum(begin, left), 0, 1)


{_BEGIN}
    """Hides a share of the picture behind a gray patch, which may lie anywhere."""
    height, width = pictures.shape[1:3]
    places = rng.random((len(pictures), 2), np.float32)
    rows = covered(height, np.sqrt(levels), places[:, 0])[:, :, None, None]
    columns = covered(width, np.sqrt(levels), places[:, 1])[:, None, :, None]
    return (pictures * (1 - rows * columns) + {GRAY} * rows * columns).astype(np.float32)'''

BLUR = f'''def weights_of(pixels, deviations):
    """How much each pixel of a line counts for each, in rows of a sum of 1: (n, pixels, pixels)."""
    places = np.arange(pixels)
    squares = (places[:, None] - places) ** 2
    weights = np.exp(-squares / np.maximum(2 * deviations**2, 1e-6)[:, None, None])
    return weights / weights.sum(axis=-1, keepdims=True)


{_BEGIN}
    """Spreads every pixel over its neighbors, by a normal curve: first up and down, then sideways."""
    height, width = pictures.shape[1:3]
    deviations = levels * {STRONGEST_BLUR} * height
    blurred = np.einsum("nij,njkc->nikc", weights_of(height, deviations), pictures)
    blurred = np.einsum("nij,nkjc->nkic", weights_of(width, deviations), blurred)
    return np.clip(blurred, 0, 1).astype(np.float32)'''

STAINS = f'''LAYERS, GRAINS = {STAIN_LAYERS}, {STAIN_GRAINS}  # random values along a side, for large to small stains


def enlarging(grain, side):
    """Weights that make `side` smooth values of `grain` rough ones: (side, grain)."""
    places = (np.arange(side) + 0.5) / side * grain - 0.5
    weights = np.exp(-(((places[:, None] - np.arange(grain)) / {STAIN_SMOOTHNESS}) ** 2) / 2)
    return weights / np.sqrt((weights**2).sum(axis=1, keepdims=True))


def exceeded(share):
    """What a normal number exceeds with a probability of `share`, nearly (Abramowitz and Stegun, 26.2.22)."""
    t = np.sqrt(-2 * np.log(np.clip(np.minimum(share, 1 - share), 1e-6, 0.5)))
    quantile = t - (2.30753 + 0.27061 * t) / (1 + 0.99229 * t + 0.04481 * t * t)
    return np.where(share <= 0.5, quantile, -quantile)[:, None, None]


{_BEGIN}
    """Paints stains of any color, size and softness where a random field is high; levels are their share."""
    count, height, width, channels = pictures.shape
    fields = [rng.standard_normal((count, grain, grain), np.float32) for _ in range(LAYERS) for grain in GRAINS]
    dice = rng.random((count, LAYERS, 3 + 2 * channels + len(GRAINS)), np.float32)
    share = 1 - (1 - levels) ** (1 / LAYERS)  # of each layer, as they may overlap
    for layer in range(LAYERS):
        looks, field = dice[:, layer], 0
        mix = looks[:, -len(GRAINS) :] ** 3 + 0.001  # mostly one of the grains
        mix = mix / np.sqrt((mix**2).sum(axis=1, keepdims=True))
        for number, grain in enumerate(GRAINS):
            smooth = enlarging(grain, height) @ fields[layer * len(GRAINS) + number] @ enlarging(grain, width).T
            field = field + mix[:, number, None, None] * smooth
        above = (field - exceeded(share))[..., None]
        depth = np.tanh(2 * np.maximum(above, 0))  # 0 where there is no stain
        hardness, strength, darkens = (looks[:, number, None, None, None] for number in range(3))
        opacity = np.where(above > 0, hardness + (1 - hardness) * depth, 0) * (1 + strength) / 2
        color, shade = looks[:, None, None, 3 : 3 + channels], looks[:, None, None, 3 + channels : 3 + 2 * channels]
        color = np.clip(color + 0.6 * (shade - 0.5) * depth, 0, 1)
        stain = np.where(darkens < {DARKENING_SHARE}, pictures * color, color)  # some only darken, as shadows do
        corrupted = np.clip(pictures * (1 - opacity) + stain * opacity, 0, 1)
        pictures = np.where(levels[:, None, None, None] > 0, corrupted, pictures).astype(np.float32)
    return pictures'''

FUNCTIONS: Mapping[str, str] = {
    "gaussian": GAUSSIAN,
    "salt_pepper": SALT_PEPPER,
    "masked": MASKED,
    "patch": PATCH,
    "speckle": SPECKLE,
    "stains": STAINS,
    "blur": BLUR,
}
