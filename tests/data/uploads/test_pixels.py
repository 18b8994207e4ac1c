import numpy as np
import pytest
from PIL import Image

from autoencoder.data.uploads import pixels as module
from autoencoder.data.uploads.pixels import to_small_rgb
from tests.data.uploads.corpus import scene


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr"])
def test_colors_are_those_that_pillow_converts_to(mode: str) -> None:
    image = scene().convert(mode)
    np.testing.assert_array_equal(to_small_rgb(image, 64), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("alpha", [0, 51, 255])
def test_transparency_is_over_white(alpha: int) -> None:
    image = Image.new("RGBA", (4, 3), (200, 100, 0, alpha))
    expected = [round(255 + (value - 255) * alpha / 255) for value in (200, 100, 0)]
    assert np.abs(to_small_rgb(image, 9).astype(int) - expected).max() <= 1


def test_a_transparent_color_of_a_palette_is_white() -> None:
    image = Image.new("P", (4, 3), 1)
    image.putpalette([0, 0, 0, 9, 9, 9])
    image.info["transparency"] = 1
    assert to_small_rgb(image, 9).min() == 255


@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
def test_16_bits_are_scaled_and_never_clipped(mode: str) -> None:
    numbers = np.arange(0, 65_536, 257, np.uint16).reshape(16, 16)
    image = Image.fromarray(numbers if mode == "I;16" else numbers.astype(">u2"))
    assert image.mode == mode
    np.testing.assert_array_equal(to_small_rgb(image, 16)[..., 0], numbers // 257)


def test_a_transparent_shade_of_16_bits_is_white() -> None:
    image = Image.fromarray(np.full((3, 3), 1234, np.uint16))
    image.info["transparency"] = 1234
    assert to_small_rgb(image, 9).min() == 255


@pytest.mark.parametrize("top", [1.0, 255.0, 65_535.0, 1e6])
def test_floats_fill_the_range_that_they_are_in(top: float) -> None:
    image = Image.fromarray(np.linspace(0, top, 256, dtype=np.float32).reshape(16, 16))
    assert np.abs(to_small_rgb(image, 16)[..., 0].ravel().astype(int) - np.arange(256)).max() <= 1


def test_numbers_that_are_none_are_black_or_white() -> None:
    image = Image.fromarray(np.array([[np.nan, np.inf, -np.inf, -3.0, 0.5]], np.float32))
    assert to_small_rgb(image, 9)[0, :, 0].tolist() == [0, 255, 0, 0, 128]


@pytest.mark.parametrize("mode", ["RGB", "P", "RGBA", "I;16"])
@pytest.mark.parametrize("size", [(700, 523), (523, 700), (1000, 1)])
def test_strips_leave_no_trace(mode: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = (np.asarray(scene(*size).convert("L")).astype(np.uint16) * 257).copy()
    image = Image.fromarray(numbers) if mode == "I;16" else scene(*size).convert(mode)
    at_once = to_small_rgb(image, 50)
    monkeypatch.setattr(module, "STRIP", 3000)
    np.testing.assert_array_equal(to_small_rgb(image, 50), at_once)


def test_made_small_it_is_nearly_as_pillow_makes_it() -> None:
    image = scene(1003, 777)
    expected = np.asarray(image.resize((100, 77), Image.Resampling.BICUBIC)).astype(float)
    assert np.abs(to_small_rgb(image, 100) - expected).max() <= 4
