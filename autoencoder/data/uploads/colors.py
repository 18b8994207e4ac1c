"""The colors of a picture as a browser shows them: sRGB of 8 bits, over white.

Pillow decodes; what it gets wrong, or leaves to whoever calls it, is done here.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import numpy as np
from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from autoencoder.data.uploads.headers import tiff_tags

DEEP = ("I", "F")  # so begin modes of more than 8 bits
STRIP = 2_000_000  # pixels that are converted at once
CLOSENESS = 2.0  # a picture is averaged in whole pixels down to this multiple of the wanted size, then resized
OVERSHOOT = 0.1  # of pictures in real numbers from 0 to 1, as resampling leaves it; what lies further has its own range
SCREENS = 1 / 2.2  # the gamma of numbers that are shown as they are


class _Heif(Image.Image):
    """A HEIC picture, which is cropped where its decoder has left it; in Pillow too, it would take twice the memory."""

    def __init__(self, content: bytes) -> None:
        import pillow_heif  # here, because pages never decode

        super().__init__()
        pillow_heif.options.DECODE_THREADS = 1  # each takes memory
        self._heif = pillow_heif.open_heif(BytesIO(content), remove_stride=False)
        self._mode, self._size = self._heif.mode, self._heif.size
        if profile := self._heif.info.get("icc_profile"):
            self.info["icc_profile"] = profile

    def load(self) -> None:
        """Decode it, upright, whatever else is written in it; its size can change."""
        self._data = self._heif.data
        self._mode, self._size = self._heif.mode, self._heif.size

    def crop(self, box: Any = None) -> Image.Image:
        """Return some of its rows, from the second number of the box up to the fourth."""
        rows = self._data[box[1] * self._heif.stride : box[3] * self._heif.stride]
        size = self.width, box[3] - box[1]
        return Image.frombytes(self.mode, size, rows, "raw", self.mode, self._heif.stride)


def open_first(content: bytes, format: str) -> Image.Image:
    """Return the first picture of a file, of any mode, which need not be decoded yet; raises what decoders raise."""
    if format == "HEIF":
        return _Heif(content)
    if format == "BMP" and (transparent := _transparent_bmp(content)):
        return transparent
    tags = tiff_tags(content) if format == "TIFF" else {}
    is_deep = tags.get(258, 1) > 8
    if is_deep and tags.get(277, 1) > 1 and tags.get(284) == 2:  # one plane a color
        return _deep_tiff(content)
    try:
        image = Image.open(BytesIO(content), formats=[format])
    except UnidentifiedImageError:
        if is_deep:
            return _deep_tiff(content)
        raise
    if image.info.get("default_image"):  # of an animated PNG, for programs that show no film
        image.seek(1)
    if format == "GIF" and image.tile:  # what its first frame leaves free has no color
        image.info["extent"] = image.tile[0][1]
    if format == "PNG" and image.mode in ("1", "L") and isinstance(image.info.get("transparency"), int):
        image.info["transparency"] *= 255 // (2 ** content[24] - 1)  # as the shades of 1, 2 and 4 bits
    return image


def to_small_rgb(image: Image.Image, most_side: int) -> np.ndarray:
    """Return a loaded image's colors in sRGB, uint8 (height, width, 3), over white where it is transparent.

    Its longer side is at most `most_side` pixels. A ValueError if its mode cannot be converted.
    """
    factor = max(1, int(max(image.size) / (most_side * CLOSENESS)))
    ends = _range(image)
    strips = [  # the mean of every factor × factor pixels, one strip after the other
        (top // factor, _over_white(strip, ends, top).reduce(factor)) for top, strip in _strips(image, factor)
    ]
    whole = Image.new(strips[0][1].mode, [-(-side // factor) for side in image.size])
    for top, strip in strips:
        whole.paste(strip, (0, top))
    scale = min(1.0, most_side / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    if whole.size != size:
        box = (0, 0, image.width / factor, image.height / factor)
        whole = whole.resize(size, Image.Resampling.BICUBIC, box=box)
    return np.array(_to_srgb(whole, image.info))


def _strips(image: Image.Image, factor: int = 1) -> Iterator[tuple[int, Image.Image]]:
    """(its first row, a part of the image), as many rows as are a multiple of `factor`."""
    rows = max(1, STRIP // image.width // factor) * factor
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(image.height, top + rows)))


def _over_white(image: Image.Image, ends: tuple[float, float], top: int) -> Image.Image:
    """L, RGB or CMYK of the same size. Numbers of more than 8 bits are scaled, never clipped at 255."""
    info = image.info
    if image.mode.startswith(DEEP):
        numbers = _numbers(image, ends)
        return Image.fromarray(np.where(numbers == info.get("transparency"), np.uint8(255), _shades(numbers, ends)))
    opaque = "L" if image.mode in ("1", "L", "LA") else "CMYK" if image.mode == "CMYK" else "RGB"
    if image.mode in {"LA", "PA", "RGBA", "RGBa"} or "transparency" in info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert(opaque)
    if "extent" in info:
        left, upper, right, lower = info["extent"]
        upper, lower = (min(max(0, row - top), image.height) for row in (upper, lower))
        part = image.crop((left, upper, right, lower))
        image.paste("white", (0, 0, *image.size))
        image.paste(part, (left, upper))
    return image


def _numbers(image: Image.Image, ends: tuple[float, float]) -> np.ndarray:
    """float64 (height, width); numbers of 32 bits without a sign are such with one in Pillow."""
    numbers = np.asarray(image)
    return (numbers.view(np.uint32) if max(ends) == 2**32 - 1 else numbers).astype(np.float64)


def _shades(numbers: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
    """Numbers → uint8 of the same shape: the first end and what is none is 0, the second 255."""
    low, high = ends
    shares = (numbers - low) / (high - low)
    return np.rint(np.nan_to_num(np.clip(shares, 0, 1)) * 255).astype(np.uint8)


def _range(image: Image.Image) -> tuple[float, float]:
    """The numbers that are black and white, where pixels have more than 8 bits."""
    if not image.mode.startswith(DEEP):
        return 0, 255
    tags: Any = getattr(image, "tag_v2", {})
    if image.mode.startswith("I;16") or (image.mode == "I" and tags.get(339, (1,))[0] == 1 and tags):
        low, high = 0.0, 2.0 ** tags.get(258, (16,))[0] - 1
    else:
        low, high = _measured(_numbers(strip, (0, 0)) for _, strip in _strips(image))
    return (high, low) if tags.get(262) == 0 else (low, high)  # white is zero there


def _measured(parts: Iterator[np.ndarray]) -> tuple[float, float]:
    """Return the ends of numbers that have a sign or are real: 0 and 1 where these hold them, else their own."""
    finite = (part[np.isfinite(part)] for part in parts)
    found = np.array([(part.min(), part.max()) for part in finite if part.size] or [(0, 1)], np.float64)
    low, high = float(found[:, 0].min()), float(found[:, 1].max())
    if low >= -OVERSHOOT and high <= 1 + OVERSHOOT:
        return 0.0, 1.0
    return low, high if high > low else low + 1


def _to_srgb(image: Image.Image, info: dict[Any, Any]) -> Image.Image:
    """L, RGB or CMYK → RGB, by its profile or its gamma; a profile for other colors than the picture's is as none.

    Gamma: Portable Network Graphics (PNG) Specification (Third Edition), section 13.13.
    """
    if profile := info.get("icc_profile"):
        with suppress(ImageCms.PyCMSError, OSError):
            into, source = ImageCms.createProfile("sRGB"), ImageCms.ImageCmsProfile(BytesIO(profile))
            way, flags = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION
            return ImageCms.buildTransform(source, into, image.mode, "RGB", way, flags).apply(image)
    image = image.convert("RGB")
    gamma = info.get("gamma", 0)
    if gamma > 0 and not profile and "srgb" not in info and abs(gamma / SCREENS - 1) > 0.01:
        curve = np.rint(255 * np.linspace(0, 1, 256) ** (SCREENS / gamma)).astype(int).tolist()
        image = image.point(curve * 3)
    return image


def _deep_tiff(content: bytes) -> Image.Image:
    """Read a TIFF of more than 8 bits that Pillow cannot, of gray or RGB, with transparency or without."""
    import tifffile  # here, because pages never decode

    with tifffile.TiffFile(BytesIO(content)) as file:
        page = file.pages.first
        if page.photometric not in (0, 1, 2):
            raise ValueError("conversion from its colors is not known")
        samples = np.moveaxis(page.asarray(), 0, -1) if page.planarconfig == 2 else page.asarray()
        samples = samples.reshape(*page.shape[-2:] if page.planarconfig == 2 else page.shape[:2], -1)
        used = 3 if page.photometric == 2 else 1
        ends = (0.0, 2.0**page.bitspersample - 1) if page.sampleformat == 1 else _measured(iter(samples[..., :used]))
        shades = np.empty((*samples.shape[:2], used), np.uint8)
        for row, numbers in zip(shades, samples, strict=True):
            row[...] = _shades(numbers[:, :used].astype(np.float64), ends[::-1] if page.photometric == 0 else ends)
        image = Image.fromarray(shades if used == 3 else shades[..., 0])
        if page.extrasamples[:1] == (2,):
            image.putalpha(Image.fromarray(_shades(samples[..., used].astype(np.float32), ends)))
        if page.iccprofile:
            image.info["icc_profile"] = page.iccprofile
        image.getexif()[ExifTags.Base.Orientation] = tiff_tags(content).get(ExifTags.Base.Orientation, 1)
    return image


def _transparent_bmp(content: bytes) -> Image.Image | None:
    """Read one of 16 bits a pixel with transparency, of which Pillow drops that; else return None."""
    offset, size, width, height, _, depth, packing = struct.unpack_from("<IIiiHHI", content, 10)
    masks = struct.unpack_from("<IIII", content, 54) if size >= 56 and (depth, packing) == (16, 3) else (0,)
    if not all(masks):
        return None
    row = -(-width // 2) * 2  # a row has a multiple of four bytes
    pixels = np.frombuffer(content, "<u2", abs(height) * row, offset).reshape(-1, row)[:, :width]
    numbers = np.arange(2**16)
    table = np.stack([np.rint((numbers & mask) * (255 / mask)).astype(np.uint8) for mask in masks], axis=-1)
    return Image.fromarray(table[pixels if height < 0 else pixels[::-1]])
