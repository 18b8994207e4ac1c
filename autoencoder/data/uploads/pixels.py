"""Pixels of any kind as colors of 8 bits over white, made small strip by strip so that little memory is needed."""

import numpy as np
from PIL import Image

STRIP = 2_000_000  # pixels that are converted at once
CLOSENESS = 2.0  # a picture is averaged in whole pixels down to this multiple of the wanted size, then resized

_RANGES = (1.0, 255.0, 65_535.0)  # of numbers that are no bytes: the smallest range that holds them


def to_small_rgb(image: Image.Image, most_side: int) -> np.ndarray:
    """A picture's colors, over white where it is transparent, made small where it is large.

    Args:
        image: Loaded, of any mode that Pillow decodes the accepted formats to.
        most_side: The longest side of what is returned, pixels.

    Returns:
        uint8 (height, width, 3); a picture that is small enough keeps its size.

    Raises:
        ValueError: If the mode cannot be converted.
    """
    factor = max(1, int(max(image.size) / (most_side * CLOSENESS)))
    whole = _averaged(image, factor)
    scale = min(1.0, most_side / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    if whole.size != size:
        box = (0, 0, image.width / factor, image.height / factor)
        whole = whole.resize(size, Image.Resampling.BICUBIC, box=box)
    return np.array(whole)


def _averaged(image: Image.Image, factor: int) -> Image.Image:
    """Squares of factor × factor pixels averaged, one strip of rows after the other."""
    width, height = (-(-side // factor) for side in image.size)
    small = Image.new("RGB", (width, height))
    top_value = _top_value(image)
    rows = max(1, STRIP // image.width // factor) * factor
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(image.height, top + rows)))
        small.paste(_over_white(strip, top_value).reduce(factor), (0, top // factor))
    return small


def _over_white(image: Image.Image, top_value: float) -> Image.Image:
    """RGB of the same size."""
    if image.mode == "F" or image.mode.startswith("I"):
        return _from_numbers(image, top_value)
    if image.mode in {"LA", "La", "PA", "RGBA", "RGBa"} or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB")


def _top_value(image: Image.Image) -> float:
    """The number that is white, where pixels are no bytes: 65,535 for 16 bits, else what the numbers fit into."""
    if image.mode.startswith("I;16"):
        return _RANGES[-1]
    if image.mode not in ("I", "F"):
        return _RANGES[1]
    largest = image.getextrema()[1]
    largest = float(largest) if isinstance(largest, int | float) and np.isfinite(largest) else 1.0
    ranges = _RANGES if image.mode == "F" else _RANGES[1:]
    return next((top for top in ranges if largest <= top), largest)


def _from_numbers(image: Image.Image, top_value: float) -> Image.Image:
    """Gray of 16 or 32 bits, scaled, never clipped at 255; what is named as transparent becomes white."""
    numbers = np.asarray(image).astype(np.float32)
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):
        numbers[numbers == transparent] = top_value
    scaled = np.clip(np.nan_to_num(numbers / np.float32(top_value), nan=0.0, posinf=1.0, neginf=0.0), 0, 1)
    return Image.fromarray(np.rint(scaled * 255).astype(np.uint8)).convert("RGB")
