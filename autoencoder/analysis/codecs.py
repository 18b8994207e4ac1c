"""JPEG and WebP by Pillow, at many qualities and sizes; every rate is the length of bytes that Pillow reads back.

On a picture of 28 × 28 pixels most of a file is its header. So there are three ways to count, from strict to kind:
"alone" is a file for each picture, whole. "body" leaves out what all such files could share: of a JPEG everything up
to the pixels' own bits (with the standard's tables, so that they need not be sent) and the two bytes that end it, of a
WebP the 20 bytes of its container. "sheet" is one file of 100 pictures side by side, divided by 100.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from autoencoder.rendering.sprites import tile_up, to_image

SCALES = (1, 2, 4)  # how many times smaller a picture is made before, and larger again after
QUALITIES = (0, 1, 3, 5, 8, 12, 16, 22, 30, 40, 50, 60, 70, 80)
SHEET_SIDE = 10  # pictures along a side of a sheet
WEBP_CONTAINER = 20  # bytes: RIFF, the file's length, WEBP; VP8, the chunk's length
JPEG_SCAN = b"\xff\xda"  # after it comes the scan's own header, then the pixels' bits
JPEG_END = 2  # bytes

WAYS: Mapping[str, str] = {
    "sheet": "100 pictures in one file",
    "body": "A file each, without its header",
    "alone": "A file each, all of it",
}
CODECS: Mapping[str, str] = {"webp": "WebP", "jpeg": "JPEG"}  # Pillow's format → its title
OPTIONS: dict[str, dict[str, Any]] = {"webp": {"method": 4}, "jpeg": {"optimize": True}}
SHARED_OPTIONS = OPTIONS | {"jpeg": {}}  # where the header is not counted: the standard's tables need not be sent


def encode(codec: str, picture: np.ndarray, quality: int, scale: int = 1, *, shared: bool = False) -> bytes:
    """Return a file of a picture, uint8 (height, width, 1 or 3), `scale` times smaller, at a quality from 0 to 100."""
    image = to_image(picture)
    if scale > 1:
        width, height = (max(1, round(side / scale)) for side in image.size)
        image = image.resize((width, height), Image.Resampling.BOX)
    file = BytesIO()
    image.save(file, codec, quality=quality, **(SHARED_OPTIONS if shared else OPTIONS)[codec])
    return file.getvalue()


def decode(file: bytes, shape: tuple[int, ...]) -> np.ndarray:
    """Return the picture in a file, as large as (height, width, channels) says: uint8 of that shape."""
    height, width, channels = shape
    with Image.open(BytesIO(file)) as opened:
        image = opened.convert("L" if channels == 1 else "RGB")
    if image.size != (width, height):
        image = image.resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(image).reshape(shape)


def body_bytes(file: bytes) -> int:
    """Return how many bytes of a JPEG or WebP file are left without what all such files could share: see the module."""
    if file[:4] == b"RIFF" and file[8:12] == b"WEBP":
        return len(file) - WEBP_CONTAINER
    place = file.find(JPEG_SCAN)
    if file[:2] != b"\xff\xd8" or place < 0:
        raise ValueError(f"Expected a JPEG or WebP file. Received: {file[:12]!r}.")
    begin = place + 2 + int.from_bytes(file[place + 2 : place + 4], "big")
    return len(file) - begin - JPEG_END


def code_alone(codec: str, pictures: np.ndarray, quality: int, scale: int) -> tuple[float, float, np.ndarray]:
    """Return the mean bytes of a file for each picture, uint8 (n, …), whole and without headers, and its pixels."""
    whole = [encode(codec, picture, quality, scale) for picture in pictures]
    same = OPTIONS[codec] == SHARED_OPTIONS[codec]
    shared = whole if same else [encode(codec, picture, quality, scale, shared=True) for picture in pictures]
    decoded = np.stack([decode(file, pictures.shape[1:]) for file in whole])
    return float(np.mean([len(file) for file in whole])), float(np.mean([*map(body_bytes, shared)])), decoded


def code_sheets(codec: str, pictures: np.ndarray, quality: int, scale: int) -> tuple[float, np.ndarray]:
    """Return the bytes for a picture with 100 in a file, the last filled up by repeating, and the decoded pictures."""
    count, (height, width, channels) = SHEET_SIDE**2, pictures.shape[1:]
    lengths, parts = [], []
    for begin in range(0, len(pictures), count):
        sheet = tile_up(np.resize(pictures[begin : begin + count], (count, height, width, channels)), SHEET_SIDE)
        file = encode(codec, sheet, quality, scale)
        lengths.append(len(file))
        grid = decode(file, sheet.shape).reshape(SHEET_SIDE, height, SHEET_SIDE, width, channels)
        parts.append(grid.swapaxes(1, 2).reshape(count, height, width, channels))
    return sum(lengths) / (count * len(parts)), np.concatenate(parts)[: len(pictures)]
