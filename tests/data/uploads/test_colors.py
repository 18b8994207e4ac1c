"""Colors as a browser shows them: of files whose right colors are known, without a decoder's help."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
import tifffile
from PIL import Image

from autoencoder.data.uploads import colors as module
from autoencoder.data.uploads.colors import to_small_rgb
from autoencoder.data.uploads.limits import Reason, Refusal
from tests.data.uploads.corpus import chunk, encoded, png, scene, tiff, zeros
from tests.data.uploads.examples import read_picture

SHADES = np.arange(256, dtype=np.uint8).reshape(16, 16)
COLORS = np.asarray(scene(16, 16))


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
    image = Image.fromarray(np.array([[np.nan, np.inf, -np.inf, -0.05, 0.5]], np.float32))
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


# Files of more than 8 bits


def deep(pixels: np.ndarray, **options) -> bytes:
    buffer = BytesIO()
    tifffile.imwrite(buffer, pixels, metadata=None, **options)
    return buffer.getvalue()


def of_12_bits() -> bytes:
    high, low = SHADES.ravel()[::2].astype(int) * 4095 // 255, SHADES.ravel()[1::2].astype(int) * 4095 // 255
    packed = np.stack([high >> 4, (high & 15) << 4 | low >> 8, low & 255], axis=-1).astype(np.uint8).tobytes()
    tags = {256: 16, 257: 16, 258: 12, 259: 1, 262: 1, 273: 200, 277: 1, 278: 16, 279: len(packed)}
    whole = tiff({tag: (4, 1, value) for tag, value in tags.items()})
    return whole.ljust(200, b"\0") + packed


WIDE, LONG, REAL = SHADES.astype(np.uint16) * 257, SHADES.astype(np.uint32) * 16_843_009, SHADES / np.float32(255)
DEEP: dict[str, tuple[Callable[[], bytes], np.ndarray]] = {
    "12 bits": (of_12_bits, SHADES),
    "white is zero": (lambda: deep(65_535 - WIDE, photometric="miniswhite"), SHADES),
    "white is zero, big-endian": (lambda: deep(65_535 - WIDE, photometric="miniswhite", byteorder=">"), SHADES),
    "32 bits": (lambda: deep(LONG), SHADES),
    "32 bits, big-endian": (lambda: deep(LONG, byteorder=">"), SHADES),
    "with a sign": (lambda: deep(SHADES.astype(np.int16) - 100), SHADES),
    "real, a little over": (lambda: deep(REAL * np.float32(1.0001)), SHADES),
    "real, of its own range": (lambda: deep(REAL * 9000 - 4000), SHADES),
    "real, double": (lambda: deep(REAL.astype(np.float64)), SHADES),
    "real, colors": (lambda: deep(COLORS / np.float32(255), photometric="rgb"), COLORS),
    "colors": (lambda: deep(COLORS.astype(np.uint16) * 257, photometric="rgb"), COLORS),
    "a plane a color": (
        lambda: deep(COLORS.astype(np.uint16).transpose(2, 0, 1) * 257, photometric="rgb", planarconfig="separate"),
        COLORS,
    ),
    "shades and transparency": (
        lambda: deep(np.stack([WIDE, np.full_like(WIDE, 65_535)], -1), extrasamples=["unassalpha"]),
        SHADES,
    ),
}


@pytest.mark.parametrize("name", DEEP)
def test_tiffs_of_more_than_8_bits(name: str) -> None:
    content, expected = DEEP[name]
    pixels = read_picture(name, content()).pixels
    assert np.abs(pixels.astype(int) - (expected if expected.ndim == 3 else expected[..., np.newaxis])).max() <= 1


# Profiles and gamma


def profile(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """An ICC profile of version 2."""
    start, table, data = 132 + 12 * len(tags), b"", b""
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(data), len(content))
        data += content.ljust(-(-len(content) // 4) * 4, b"\0")
    white = struct.pack(">iii", 63190, 65536, 54061)
    device, between = (b"prtr", b"Lab ") if space == b"CMYK" else (b"mntr", b"XYZ ")
    head = struct.pack(">I4sI4s4s4s", start + len(data), bytes(4), 0x02400000, device, space, between) + bytes(12)
    return (head + b"acsp").ljust(68, b"\0") + white + bytes(48) + struct.pack(">I", len(tags)) + table + data


def matrix_profile(columns: list[list[float]]) -> bytes:
    """Of a screen: the colors of its red, green and blue, and 2.2 as gamma."""
    tags = {
        name: b"XYZ " + bytes(4) + struct.pack(">iii", *(round(value * 65536) for value in column))
        for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)
    }
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256))
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    return profile(b"RGB ", tags | {b"wtpt": b"XYZ " + bytes(4) + struct.pack(">iii", 63190, 65536, 54061)})


# of D50, as their profiles have them: http://www.brucelindbloom.com, Display P3 from ICC.1:2010's adaptation
ADOBE = [[0.60974, 0.31111, 0.01947], [0.20528, 0.62567, 0.06087], [0.14919, 0.06322, 0.74457]]
DISPLAY_P3 = [[0.51512, 0.24120, -0.00105], [0.29198, 0.69225, 0.04189], [0.15710, 0.06657, 0.78407]]
SRGB = [[0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.71410]]


@pytest.mark.parametrize("columns", [ADOBE, DISPLAY_P3], ids=["Adobe RGB", "Display P3"])
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG", "WEBP", "AVIF", "HEIF"])
def test_colors_of_a_profile_become_those_of_screens(columns: list[list[float]], kind: str) -> None:
    image = Image.new("RGB", (64, 64), (120, 160, 90))
    stored = read_picture("a", encoded(image, kind)).pixels.mean(axis=(0, 1))  # some formats keep it nearly as it is
    linear = np.linalg.inv(np.array(SRGB).T) @ np.array(columns).T @ (stored / 255) ** 2.2
    expected = 255 * np.where(linear > 0.0031308, 1.055 * np.abs(linear) ** (1 / 2.4) - 0.055, 12.92 * linear)
    pixels = read_picture("a", encoded(image, kind, icc_profile=matrix_profile(columns))).pixels
    assert np.abs(pixels.mean(axis=(0, 1)) - expected).max() < 1.5


def test_inks_are_those_of_their_profile() -> None:
    """In this one cyan prints red, and nothing else prints at all."""
    corners = [(138, 209, 198) if number & 8 else (255, 128, 128) for number in range(16)]
    straight = bytes(range(256))
    table = struct.pack(">BBBB9i", 4, 3, 2, 0, *(65536, 0, 0, 0, 65536, 0, 0, 0, 65536)) + straight * 4
    table += bytes(value for corner in corners for value in corner) + straight * 3
    inks = profile(b"CMYK", {b"A2B0": b"mft1" + bytes(4) + table})
    image = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    pixels = read_picture("a", encoded(image, "TIFF", icc_profile=inks)).pixels
    assert np.abs(pixels[8, 8].astype(int) - (255, 0, 0)).max() < 12


def test_a_profile_for_other_colors_is_as_none() -> None:
    content = encoded(scene(), "PNG", icc_profile=profile(b"CMYK", {}))
    np.testing.assert_array_equal(read_picture("a", content).pixels, np.asarray(scene()))


@pytest.mark.parametrize(("gamma", "more", "expected"), [(1, [], 186), (1 / 2.2, [], 128), (1, [b"sRGB"], 128)])
def test_the_gamma_of_a_png(gamma: float, more: list[bytes], expected: int) -> None:
    before = [chunk(b"gAMA", struct.pack(">I", round(gamma * 100_000))), *(chunk(name, b"\0") for name in more)]
    content = png(1, 1, zlib.compress(b"\0\x80\x80\x80"), *before)
    assert np.abs(read_picture("a", content).pixels.astype(int) - expected).max() <= 1


# What is left free is white


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_a_transparent_shade_of_few_bits_is_white(depth: int) -> None:
    content = png(8, 8, zeros(8 * (depth + 1)), chunk(b"tRNS", b"\0\0"), depth=depth, kind=0)
    assert read_picture("a", content).pixels.min() == 255
    last = png(8, 8, zeros(8 * (depth + 1)), chunk(b"tRNS", struct.pack(">H", 2**depth - 1)), depth=depth, kind=0)
    assert read_picture("a", last).pixels.max() == 0


def test_what_the_first_picture_of_a_gif_leaves_free_is_white() -> None:
    content = bytearray(encoded(Image.new("P", (2, 2), 1), "GIF"))
    frame = content.index(b",\0\0\0\0\2\0\2\0")
    struct.pack_into("<HH", content, 6, 5, 4)
    struct.pack_into("<HH", content, frame + 1, 2, 1)
    expected = np.full((4, 5, 3), 255)
    expected[1:3, 2:4] = read_picture("a", encoded(Image.new("P", (2, 2), 1), "GIF")).pixels
    np.testing.assert_array_equal(read_picture("a", bytes(content)).pixels, expected)


def test_of_an_animated_png_the_film_is_read_and_not_what_stands_for_it() -> None:
    content = encoded(scene(seed=1), "PNG", save_all=True, default_image=True, append_images=[scene(), scene(seed=2)])
    np.testing.assert_array_equal(read_picture("a", content).pixels, np.asarray(scene()))


@pytest.mark.parametrize("height", [2, -2])
def test_the_transparency_of_a_bitmap_of_16_bits(height: int) -> None:
    masks = 0x7C00, 0x3E0, 0x1F, 0x8000
    header = struct.pack("<IiiHHIIiiII4I", 56, 3, height, 1, 16, 3, 0, 0, 0, 0, 0, *masks)
    rows = [[0xFC00, 0x83E0, 0x001F, 0], [0xFFFF, 0x8000, 0x7FFF, 0]]
    content = struct.pack("<2sIHHI", b"BM", 0, 0, 0, 14 + len(header)) + header + struct.pack("<8H", *rows[0], *rows[1])
    white = [255, 255, 255]
    expected = [[[255, 0, 0], [0, 255, 0], white], [white, [0, 0, 0], white]]
    np.testing.assert_array_equal(read_picture("a", content).pixels, expected[:: 1 if height < 0 else -1])


@pytest.mark.parametrize("transfer", [16, 18])
def test_what_is_brighter_than_white_is_refused(transfer: int) -> None:
    content = bytearray(encoded(scene(), "AVIF"))
    content[content.index(b"colrnclx") + 11] = transfer
    with pytest.raises(Refusal) as refused:
        read_picture("a", bytes(content))
    assert refused.value.reason is Reason.COLORS
