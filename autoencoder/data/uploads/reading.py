"""One uploaded picture: checked, decoded, turned upright and made small; or refused, with the reason."""

import hashlib
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps

from autoencoder.data.image_dataset import PictureError, PictureProblem
from autoencoder.data.uploads.headers import Header, read_header
from autoencoder.data.uploads.limits import DEFAULT, MB, Limits, Reason, Refusal

MOST_SIDE = 480  # pixels that are kept of a photo's longer side: enough to cut patches from
STRIP = 2_000_000  # pixels that are converted at once
CLOSENESS = 2.0  # a picture is averaged in whole pixels down to this multiple of the wanted size, then resized
LONGEST_NAME = 60  # characters that are shown
NAMELESS = "(no name)"

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}  # control, bidi and zero-width, surrogates, private, unassigned
_RANGES = (1.0, 255.0, 65_535.0)  # of numbers that are no bytes: the smallest range that holds them


@dataclass(frozen=True, eq=False)
class Photo:
    """A picture that was uploaded."""

    name: str  # of its file, as `plain_name` has it
    label: str | None  # its class
    source: np.ndarray | Path = field(repr=False)  # its pixels, or the file that has them, read whenever asked for

    @property
    def pixels(self) -> np.ndarray:
        """uint8 (height, width, 3), upright, over white; a PictureError if their file cannot be read."""
        if isinstance(self.source, np.ndarray):
            return self.source
        try:
            pixels: np.ndarray = np.load(self.source, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise PictureError(PictureProblem.DAMAGED_PHOTOS) from error
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
            raise PictureError(PictureProblem.DAMAGED_PHOTOS)
        return pixels

    @property
    def digest(self) -> str:
        """Return a checksum of the pixels and their size, 32 hexadecimal digits; a file of pixels is named by it."""
        if isinstance(self.source, Path):
            return self.source.stem
        size = repr(self.source.shape).encode()
        return hashlib.blake2b(size + self.source.tobytes(), digest_size=16).hexdigest()


def check_picture(name: str, content: bytes, limits: Limits = DEFAULT) -> Header:
    """Return what the picture declares; a Refusal if that is beyond the limits. Nothing is decoded."""
    if len(content) > limits.most_bytes:
        raise Refusal(Reason.TOO_LARGE, name, {"megabytes": limits.most_bytes / MB})
    try:
        header = read_header(content)
    except Refusal as refusal:
        refusal.name = name
        raise
    size = {"width": header.width, "height": header.height}
    if header.pixels > limits.most_pixels or header.memory > limits.most_memory:
        most = min(limits.most_pixels, limits.most_memory * header.pixels // header.memory)
        raise Refusal(Reason.TOO_MANY_PIXELS, name, {**size, "megapixels": most / 1e6})
    if max(size.values()) > limits.most_side:
        raise Refusal(Reason.TOO_LONG, name, {**size, "side": limits.most_side})
    return header


def decode(name: str, content: bytes, header: Header, most_side: int = MOST_SIDE) -> Photo:
    """Return the picture that `check_picture` has passed, of a film the first, its longer side at most `most_side`.

    Color profiles are left aside: that makes vivid colors of a phone slightly paler, and needs no second decoder.

    Raises:
        Refusal: If it is damaged, or of a rare kind that cannot be converted.
    """
    try:
        with Image.open(BytesIO(content), formats=[header.format]) as image:
            if image.width * image.height > header.pixels:
                raise ValueError("it declares two sizes")
            scale = min(1.0, most_side / max(image.size))
            image.draft(None, (max(1, int(image.width * scale)), max(1, int(image.height * scale))))
            image.load()
            small = Image.fromarray(to_small_rgb(image, most_side))
            with suppress(Exception):  # what a camera wrote beside a good picture is no reason to refuse it
                small.getexif()[ExifTags.Base.Orientation] = int(image.getexif().get(ExifTags.Base.Orientation, 1))
            pixels = np.array(ImageOps.exif_transpose(small))
    except MemoryError as error:
        raise Refusal(Reason.TOO_LITTLE_MEMORY, name) from error
    except Exception as error:  # a damaged picture makes the decoders raise a dozen kinds
        said = str(error).lower()
        is_cut = "truncated" in said or "not processed" in said
        why = Reason.CUT if is_cut else Reason.COLORS if "conversion from" in said else Reason.DAMAGED
        raise Refusal(why, name) from error
    return Photo(plain_name(name), None, pixels)


def plain_name(name: str) -> str:
    """Return the last part of a path, without what cannot be seen: one line of 1 to 60 characters, not escaped."""
    parts = [part for part in re.split(r"[/\\]", name) if part.strip()] or [""]
    visible = (
        " " if character.isspace() else "" if unicodedata.category(character) in _INVISIBLE else character
        for character in parts[-1]
    )
    text = " ".join("".join(visible).split())
    if len(text) > LONGEST_NAME:  # the end says the kind of file
        end = LONGEST_NAME // 3
        text = f"{text[: LONGEST_NAME - end - 1].rstrip()}…{text[-end:].lstrip()}"
    return text or NAMELESS


def to_small_rgb(image: Image.Image, most_side: int) -> np.ndarray:
    """Return a loaded image's colors, uint8 (height, width, 3), over white where it is transparent.

    Its longer side is at most `most_side` pixels. A ValueError if its mode cannot be converted.
    """
    factor = max(1, int(max(image.size) / (most_side * CLOSENESS)))
    whole = Image.new("RGB", [-(-side // factor) for side in image.size])
    top_value = _top_value(image)
    rows = max(1, STRIP // image.width // factor) * factor
    for top in range(0, image.height, rows):  # the mean of every factor × factor pixels, one strip after the other
        strip = image.crop((0, top, image.width, min(image.height, top + rows)))
        whole.paste(_over_white(strip, top_value).reduce(factor), (0, top // factor))
    scale = min(1.0, most_side / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    if whole.size != size:
        box = (0, 0, image.width / factor, image.height / factor)
        whole = whole.resize(size, Image.Resampling.BICUBIC, box=box)
    return np.array(whole)


def _over_white(image: Image.Image, top_value: float) -> Image.Image:
    """RGB of the same size. Numbers of 16 or 32 bits are scaled, never clipped at 255."""
    if image.mode == "F" or image.mode.startswith("I"):
        numbers = np.asarray(image).astype(np.float32)
        transparent = image.info.get("transparency")
        if isinstance(transparent, int):
            numbers[numbers == transparent] = top_value
        scaled = np.clip(np.nan_to_num(numbers / np.float32(top_value), nan=0.0, posinf=1.0, neginf=0.0), 0, 1)
        return Image.fromarray(np.rint(scaled * 255).astype(np.uint8)).convert("RGB")
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
