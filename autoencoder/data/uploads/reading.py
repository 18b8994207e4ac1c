"""One uploaded picture: checked, decoded, turned upright and made small; or refused, with a sentence that says why."""

from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
from PIL import Image

from autoencoder.data.image_dataset import PictureError
from autoencoder.data.uploads import names
from autoencoder.data.uploads.headers import ACCEPTED, Header, HeaderError, read_header
from autoencoder.data.uploads.limits import DEFAULT, MB, Limits
from autoencoder.data.uploads.pixels import to_small_rgb

MOST_SIDE = 480  # pixels that are kept of a photo's longer side: enough to cut patches from

_ORIENTATION = 0x0112
_UPRIGHT = {  # EXIF's orientation → what turns the picture upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, eq=False)
class Photo:
    """A picture that was uploaded.

    Args:
        name: Of its file, as `names.plain` has it.
        label: Its class, or None where it has none.
        pixels: uint8 (height, width, 3), upright, over white; gray ones in three equal channels.
    """

    name: str
    label: str | None
    pixels: np.ndarray = field(repr=False)


def read_picture(name: str, content: bytes, most_side: int = MOST_SIDE, limits: Limits = DEFAULT) -> Photo:
    """Decode one picture, of a film the first.

    Color profiles are left aside: that makes vivid colors of a phone slightly paler, and needs no second decoder.

    Args:
        name: Of the file, for the sentences and the photo.
        content: The whole file.
        most_side: The longest side of what is kept, pixels.
        limits: What is decoded at most.

    Raises:
        PictureError: If it cannot be used. The message is a sentence in Markdown that names the file harmlessly.
    """
    return decode(name, content, check_picture(name, content, limits), most_side)


def check_picture(name: str, content: bytes, limits: Limits = DEFAULT) -> Header:
    """Return what the picture declares, where that is within the limits; nothing is decoded.

    Raises:
        PictureError: If it is not.
    """
    if len(content) > limits.most_bytes:
        raise too_large(name, limits)
    try:
        header = read_header(content)
    except HeaderError as error:
        raise refusal(name, str(error)) from None
    if header.pixels > limits.most_pixels or header.memory > limits.most_memory:
        raise _too_many_pixels(name, header, limits)
    return header


def decode(name: str, content: bytes, header: Header, most_side: int = MOST_SIDE) -> Photo:
    """The picture that `check_picture` has passed.

    Raises:
        PictureError: If it is damaged, or of a rare kind that cannot be converted.
    """
    try:
        pixels = _decode(content, header, most_side)
    except Exception as error:  # a damaged picture makes the decoders raise a dozen kinds
        raise refusal(name, _why(error)) from error
    return Photo(names.plain(name), None, pixels)


def refusal(name: str, why: str, accepted: str = f"Accepted are {ACCEPTED} pictures.") -> PictureError:
    """The sentence about a file that is not used: its name, what is wrong, what is accepted."""
    return PictureError(f"“{names.markdown(name)}” is not used: {why}. {accepted}")


def too_large(name: str, limits: Limits) -> PictureError:
    """The sentence about a picture of too many bytes."""
    return refusal(
        name,
        f"it is larger than {limits.most_bytes / MB:,.0f} MB",
        f"Accepted are {ACCEPTED} pictures of up to {limits.most_bytes / MB:,.0f} MB.",
    )


def _too_many_pixels(name: str, header: Header, limits: Limits) -> PictureError:
    most = min(limits.most_pixels, limits.most_memory * header.pixels // header.memory)
    return refusal(
        name,
        f"it declares {header.width:,} × {header.height:,} pixels",
        f"Accepted are pictures of this kind of up to {most / 1e6:,.3g} million pixels; make it smaller first.",
    )


def _decode(content: bytes, header: Header, most_side: int) -> np.ndarray:
    with Image.open(BytesIO(content), formats=[header.format]) as image:
        if image.width * image.height > header.pixels:
            raise ValueError("it declares two sizes")
        scale = min(1.0, most_side / max(image.size))
        image.draft(None, (max(1, int(image.width * scale)), max(1, int(image.height * scale))))
        image.load()
        upright = _UPRIGHT.get(_orientation(image))
        pixels = to_small_rgb(image, most_side)
    return pixels if upright is None else np.array(Image.fromarray(pixels).transpose(upright))


def _orientation(image: Image.Image) -> int:
    """As EXIF says it; 1, upright, where that is missing or damaged."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # what a camera wrote beside a good picture is no reason to refuse it
        return 1
    return value if isinstance(value, int) else 1


def _why(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory to decode it"
    said = str(error).lower()
    if "truncated" in said or "not processed" in said:
        return "it ends too early, so a part of the file is missing"
    if "conversion from" in said:
        return "its colors are stored in a way that cannot be converted here"
    return "its content is damaged or of a rare kind, and cannot be decoded"
