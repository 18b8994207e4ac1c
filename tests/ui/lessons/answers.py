"""Answers to drawings, as the browser takes them apart."""

import json
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from ui.drawing.answers import Drawing


def unpack(packed: bytes) -> tuple[dict[str, Any], list[np.ndarray]]:
    """The header and the pictures of an answer, the latter as uint8 (height, width) or (height, width, 3)."""
    end = 44 + int.from_bytes(packed[40:44], "big")
    header, pictures = json.loads(packed[44:end]), []
    for size in header["bytes"]:
        pictures.append(np.asarray(Image.open(BytesIO(packed[end : end + size])).convert("RGB")))
        end += size
    assert end == len(packed)
    return header, pictures


def drawn(picture: np.ndarray, painted: np.ndarray | None = None, place: tuple[float, float] | None = None) -> Drawing:
    """A drawing of this picture, float32 (height, width, channels) in [0, 1]."""
    return Drawing(picture, painted, place)
