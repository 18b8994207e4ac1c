"""Rows of small pictures, one below the other, as a picture of the story."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from autoencoder.rendering.sprites import picture_sheet


def figure(rows: Mapping[str, np.ndarray], description: str, names: Sequence[str] = (), heading: str = "") -> str:
    """Return rows of pictures as HTML.

    Args:
        rows: A label for each row → its pictures, float (n, height, width, channels) in [0, 1]; n is the same in all.
        description: What is seen, for screen readers.
        names: A word above each column, or nothing.
        heading: What these words are, in their own line's label.
    """
    cells = "".join(f"<span>{escape(name)}</span>" for name in names)
    parts = [f"<span>{escape(heading)}</span><div>{cells}</div>"] if names else []
    for label, pictures in rows.items():
        image = b64encode(picture_sheet(pictures[np.newaxis])).decode()
        parts.append(f'<span>{escape(label)}</span><img src="data:image/png;base64,{image}" alt="">')
    return f'<div class="story-figure" role="img" aria-label="{escape(description)}">{"".join(parts)}</div>'
