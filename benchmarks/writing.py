"""Own pictures that are told apart: a photo that is there again, writing, and photographed digits made like MNIST's.

What is judged here, test digits, bananas of another seed and halves of photos, no threshold was chosen on.
"""

from collections.abc import Iterator
from io import BytesIO

import numpy as np
from PIL import Image, ImageFilter
from skimage import data
from sklearn.neighbors import KNeighborsClassifier

from autoencoder.data.bananas import bananas
from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.mnist import load_sample
from autoencoder.data.uploads.cropping import to_square
from autoencoder.data.uploads.datasets import near_duplicates
from autoencoder.data.uploads.reading import Photo
from autoencoder.data.uploads.writing import like_mnist, looks_like_writing
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import RunFolder
from benchmarks.options import ROOT, Options
from benchmarks.table import Cell, Table

PHOTOS = ("astronaut", "camera", "chelsea", "coffee", "coins", "hubble_deep_field", "moon", "rocket", "retina")
QUALITIES = (10, 20, 30, 50, 75, 95)
NUMBERS = 16  # of the bottleneck, that digits are rebuilt from


def measure(options: Options) -> Iterator[Table]:
    """Copies found, pictures that are wrongly called copies; writing missed and found; digits right."""
    count = options.count(150, 20)
    digits = load_sample()
    photographs = [photographed(digit, seed) for seed, digit in enumerate(digits.test[:count])]
    fruit = [*bananas.ripe(count, seed=88), *bananas.rotten(count, seed=89).pictures]
    sets = {
        "photos, halves of them": photos(),
        "MNIST's digits": [to_photo(digit) for digit in digits.test[:count]],
        "photographed digits": photographs,
        "bananas": [to_photo(picture) for picture in fruit],
        "faces and other pieces, 25 × 25": [to_photo(picture[..., np.newaxis]) for picture in data.lfw_subset()],
    }
    rows: list[tuple[Cell, ...]] = []
    for name, found in sets.items():
        alone = len(found) - len(set(near_duplicates(found)))
        some = found[:: -(-len(found) // 25)]
        shares = [
            np.mean([len(set(near_duplicates([one, _again(one, scale, q)]))) == 1 for one in some for q in qualities])
            for scale, qualities in ((1.0, QUALITIES), (0.5, (75,)))
        ]
        writing = np.mean(list(map(looks_like_writing, found)))
        rows.append((name, len(found), alone, *map(float, [*shares, writing])))
    columns = ("pictures", "there are", "called copies", "JPEGs found", "smaller found", "called writing")
    yield Table("A photo again, and writing", columns, rows, [f"JPEG of quality {QUALITIES}; half as large, 75."])
    yield _digits(digits, photographs)


def _digits(digits: ImageDataset, found: list[Photo]) -> Table:
    """How often the training digit that is nearest to the reconstruction is of the right class, and the error."""
    network = CompiledNetwork(*RunFolder(ROOT / "assets" / "pretrained" / "bottleneck").network())
    assert digits.test_labels is not None
    nearest = KNeighborsClassifier(1).fit(digits.train.reshape(-1, 784), digits.train_labels)
    squares = np.stack([to_square(one, 28, "gray", "fit") for one in found])
    rows = []
    for name, pictures in {
        "the test digits themselves": digits.test[: len(found)],
        "photographed": squares,
        "photographed, inverted": 1 - squares,
        "photographed, prepared like MNIST": np.stack([like_mnist(one, 28) for one in found]),
    }.items():
        rebuilt = network.decode(network.encode(pictures), NUMBERS)
        hits = nearest.predict(rebuilt.reshape(-1, 784)) == digits.test_labels[: len(found)]
        rows.append((name, float(hits.mean()), float(np.square(rebuilt - pictures).mean())))
    return Table("Photographed digits, from 16 numbers", ("pictures", "right class", "mean squared error"), rows)


def photos() -> list[Photo]:
    """Return the left and the right half of each of some photos, at most 480 pixels along a side."""
    found = []
    for name in PHOTOS:
        image = Image.fromarray(getattr(data, name)()).convert("RGB")
        image.thumbnail((480, 480))
        middle = image.width // 2
        found += [image.crop((0, 0, middle, image.height)), image.crop((middle, 0, image.width, image.height))]
    return [Photo("a", None, np.asarray(image)) for image in found]


def to_photo(pixels: np.ndarray) -> Photo:
    """float (height, width, 1 or 3) in [0, 1] → a photo"""
    return Photo("a", None, np.rint(np.repeat(pixels, 3 // pixels.shape[2], axis=2) * 255).astype(np.uint8))


def photographed(digit: np.ndarray, seed: int) -> Photo:
    """Return a digit of ink on paper in uneven, yellowish light: larger, anywhere on it, out of focus and noisy."""
    generator = np.random.default_rng(seed)
    side = int(generator.integers(60, 140))
    page = Image.new("L", (180, 240))
    corner = int(generator.integers(0, 181 - side)), int(generator.integers(0, 241 - side))
    page.paste(Image.fromarray((digit[..., 0] * 255).astype(np.uint8)).resize((side, side)), corner)
    ink = np.asarray(page.filter(ImageFilter.GaussianBlur(1)), np.float64)[..., np.newaxis] / 255
    down, right = np.mgrid[-0.5:0.5:240j, -0.5:0.5:180j]
    slope_down, slope_right = generator.uniform(-0.4, 0.4, 2)
    light = (0.65 * (1 + slope_down * down + slope_right * right - 0.3 * (down**2 + right**2)))[..., np.newaxis]
    colors = light * (1 - 0.8 * ink) * [1, 0.96, 0.88] + generator.normal(0, 0.02, (240, 180, 3))
    return to_photo(colors.clip(0, 1))


def _again(photo: Photo, scale: float, quality: int) -> Photo:
    image = Image.fromarray(photo.pixels)
    buffer = BytesIO()
    image.resize([round(scale * length) for length in image.size]).save(buffer, "JPEG", quality=quality)
    return Photo("again", None, np.asarray(Image.open(buffer)))
