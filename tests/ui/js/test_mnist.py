"""Digits of MNIST, drawn large, come back from the pad as MNIST has them."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage
from scipy.interpolate import interp1d

from autoencoder.data import mnist
from ui.components.bridge import UI

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="The pad's JavaScript needs Node.js.")

COUNT, HEIGHT, WIDTH = 200, 300, 320  # of pictures; pixels that they are drawn on
PEN = 2.2  # px, the least width of strokes
INK = 0.1  # less is none
SHADE = 0.5 / 255
SCRIPT = """
import { readFileSync, writeFileSync } from "node:fs";
import { likeMnist } from "%s";
const bytes = readFileSync(0);
const size = %d * %d;
for (let at = 0; at < bytes.length; at += size) {
  const made = likeMnist(Float32Array.from(bytes.subarray(at, at + size), (value) => value / 255), %d, %d);
  writeFileSync(1, new Uint8Array(made.buffer));
}
"""


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return mnist.load_sample(test_only=True).test[:COUNT, ..., 0]  # float32 (n, 28, 28) in [0, 1]


def drawn(digits: np.ndarray, how: Image.Resampling) -> np.ndarray:
    """Return the digits ten times as large, each at another place: uint8 (n, HEIGHT, WIDTH)."""
    generator = np.random.default_rng(seed=3)
    pages = np.zeros((len(digits), HEIGHT, WIDTH), np.uint8)
    for page, digit in zip(pages, digits, strict=True):
        top, left = generator.integers(0, (HEIGHT - 280 + 1, WIDTH - 280 + 1))
        image = Image.fromarray(np.rint(255 * digit).astype(np.uint8)).resize((280, 280), how)
        page[top : top + 280, left : left + 280] = np.asarray(image)
    return pages


def read_by_pad(pages: np.ndarray) -> np.ndarray:
    module = Path(UI, "components/pad/mnist.js").as_uri()
    script = SCRIPT % (module, HEIGHT, WIDTH, WIDTH, HEIGHT)
    command = ["node", "--input-type=module", "--eval", script]
    done = subprocess.run(command, input=pages.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.float32).reshape(-1, 28, 28)


def cropped(ink: np.ndarray) -> np.ndarray:
    [box] = ndimage.find_objects((ink > INK).astype(int))
    return ink[box]


def averaged(ink: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return means over equal areas: differences of the integral, which is linear within a pixel."""
    for axis, count in enumerate(shape):
        length = ink.shape[axis]
        integral = np.insert(np.cumsum(ink, axis), 0, 0, axis)
        at_edges = interp1d(np.arange(length + 1), integral, axis=axis)(np.linspace(0, length, count + 1))
        ink = np.diff(at_edges, axis=axis) * count / length
    return ink


def fitted(ink: np.ndarray, times: int = 1) -> np.ndarray:
    shape = (np.floor(np.array(ink.shape) * 20 / max(ink.shape) + 0.5)).clip(1).astype(int) * times
    return averaged(ink.astype(np.float64), tuple(shape))


def stroke_width(ink: np.ndarray) -> float:
    padded = np.pad(ink, 1)
    one, other = padded[1:, 1:] - padded[:-1, :-1], padded[:-1, 1:] - padded[1:, :-1]
    return float(2 * ink.sum() / np.sqrt((one**2 + other**2) / 2).sum())


def thickened(ink: np.ndarray, radius: float) -> np.ndarray:
    """Return the ink with a round pen's radius around it. Logarithms make a sum of the product with the pen's edge."""
    room = int(np.ceil(radius))
    y, x = np.mgrid[-room : room + 1, -room : room + 1]
    pen = np.clip(radius + 1 - np.hypot(x, y), 0, 1)
    logarithm = np.log(np.maximum(np.pad(ink, room), 1e-30))
    weights = np.log(np.maximum(pen, 1e-30))
    return np.exp(ndimage.grey_dilation(logarithm, footprint=pen > 0, structure=weights, mode="constant", cval=-69))


def read_otherwise(page: np.ndarray) -> np.ndarray:
    ink = cropped(page / 255)
    small = fitted(ink)
    radius = 0.0
    turns = 2 if stroke_width(small) < PEN else 0
    for _ in range(turns):  # made thicker by so much more as it shrinks when it is fitted again
        radius += 5 * max(0, PEN - stroke_width(small)) / 2 / (1 - PEN / 20)
        small = fitted(cropped(thickened(fitted(ink, 5), radius)))
    center = np.array(ndimage.center_of_mass(small))
    top, left = np.clip(np.floor(14 - center + 0.5), 0, 28 - np.array(small.shape)).astype(int)
    picture = np.zeros((28, 28))
    picture[top : top + small.shape[0], left : left + small.shape[1]] = small
    return picture


def test_the_pad_reads_digits_as_numpy_does(digits: np.ndarray) -> None:
    """Sums of at most 280 numbers in float32, four times: errors below 4 · 280 · 2⁻²⁴, thickened below half a shade."""
    pages = drawn(digits, Image.Resampling.BICUBIC)
    expected = np.stack([read_otherwise(page) for page in pages])
    np.testing.assert_allclose(read_by_pad(pages), expected, atol=SHADE)


def test_digits_that_are_no_thinner_than_most_come_back_as_they_were(digits: np.ndarray) -> None:
    """Except for margins paler than ink, which the pad does not see."""
    plain = [stroke_width(cropped(digit)) >= PEN and (digit > INK).any(1).sum() == 20 for digit in digits]
    assert np.mean(plain) > 0.5
    made = read_by_pad(drawn(digits[plain], Image.Resampling.NEAREST))
    apart = np.abs(made - digits[plain]).max(axis=(1, 2))
    assert np.mean(apart <= INK) > 0.95


def test_digits_are_in_the_middle_and_within_their_margins(digits: np.ndarray) -> None:
    made = read_by_pad(drawn(digits, Image.Resampling.BILINEAR))
    centers = np.array([ndimage.center_of_mass(picture) for picture in made])
    assert np.abs(centers - 14).max() <= 0.5 + 1e-4
    for picture in made:
        assert max(cropped(picture).shape) in (19, 20)
