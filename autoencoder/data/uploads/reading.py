"""One uploaded picture: checked, decoded, turned upright and made small; or refused, with the reason."""

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps

from autoencoder.data.image_dataset import PictureError, PictureProblem
from autoencoder.data.uploads.colors import open_first, to_small_rgb
from autoencoder.data.uploads.headers import Header
from autoencoder.data.uploads.limits import Reason, Refusal

MOST_SIDE = 480  # pixels that are kept of a photo's longer side: enough to cut patches from
LONGEST_NAME = 60  # characters that are shown
NAMELESS = "(no name)"


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


def decode(content: bytes, header: Header, most_side: int = MOST_SIDE) -> np.ndarray:
    """Return the pixels of a picture that `read_header` has passed, of a film the first: uint8 (height, width, 3).

    The longer side is at most `most_side`. A Refusal if it is damaged, or of a rare kind that cannot be converted.
    """
    try:
        with open_first(content, header.format) as image:
            if image.width * image.height > header.pixels:
                raise ValueError("it declares two sizes")
            scale = min(1.0, most_side / max(image.size))
            image.draft(None, (max(1, int(image.width * scale)), max(1, int(image.height * scale))))
            image.load()
            small = Image.fromarray(to_small_rgb(image, most_side))
            with suppress(Exception):  # what a camera wrote beside a good picture is no reason to refuse it
                small.getexif()[ExifTags.Base.Orientation] = int(image.getexif().get(ExifTags.Base.Orientation, 1))
            return np.array(ImageOps.exif_transpose(small))
    except MemoryError as error:
        raise Refusal(Reason.TOO_LITTLE_MEMORY) from error
    except Exception as error:  # a damaged picture makes the decoders raise a dozen kinds
        said = str(error).lower()
        is_cut = "truncated" in said or "not processed" in said
        why = Reason.CUT if is_cut else Reason.COLORS if "conversion from" in said else Reason.DAMAGED
        raise Refusal(why) from error


def plain_name(name: str) -> str:
    """Return the last part of a path, without what cannot be seen: one line of 1 to 60 characters, not escaped."""
    return one_line(next((part for part in reversed(re.split(r"[/\\]", name)) if part.strip()), ""))


def one_line(text: str) -> str:
    """Return a text without what cannot be seen: one line of 1 to 60 characters, not escaped."""
    text = " ".join("".join(letter for letter in text if letter.isprintable() or letter.isspace()).split())
    if len(text) > LONGEST_NAME:  # the end says the kind of file
        end = LONGEST_NAME // 3
        text = f"{text[: LONGEST_NAME - end - 1].rstrip()}…{text[-end:].lstrip()}"
    return text or NAMELESS
