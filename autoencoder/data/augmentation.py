"""Augmentation: few pictures become many, because each is moved a little whenever it is learned from.

P. Simard, D. Steinkraus and J. Platt, "Best practices for convolutional neural networks applied to visual document
analysis", ICDAR 2003, doi:10.1109/ICDAR.2003.1227801.
"""

from collections.abc import Mapping

import numpy as np

NO_AUGMENTATION = "none"
AUGMENTATIONS: Mapping[str, str] = {"affine": "Small shifts, turns and slants"}
SHIFT = 0.02  # of a side, at most: half a pixel of 28
TURN = 3.0  # degrees, at most
SLANT = 0.06  # pixels sideways for each pixel upwards, at most
SCALE = 0.02  # of the size, larger or smaller, at most


def draw_transforms(generator: np.random.Generator, count: int, height: int, width: int) -> np.ndarray:
    """Draw affine maps about the middle of a picture, each value evenly up to the bounds above, either way.

    Returns float32 (count, 8), as `keras.ops.image.affine_transform` wants them: (a0, a1, a2, b0, b1, b2, 0, 0) takes
    the pixel (x, y) of the new picture from (a0 x + a1 y + a2, b0 x + b1 y + b2) of the old one.
    """
    right, down, angle, slant, scale = generator.uniform(-1, 1, (5, count))
    cos, sin = np.cos(np.radians(TURN) * angle), np.sin(np.radians(TURN) * angle)
    size = 1 + SCALE * scale
    maps = np.zeros((count, 8))
    maps[:, 0], maps[:, 1] = cos / size, (sin + SLANT * slant * cos) / size
    maps[:, 3], maps[:, 4] = -sin / size, (cos - SLANT * slant * sin) / size
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    maps[:, 2] = middle_x * (1 - maps[:, 0]) - middle_y * maps[:, 1] + SHIFT * width * right
    maps[:, 5] = middle_y * (1 - maps[:, 4]) - middle_x * maps[:, 3] + SHIFT * height * down
    return maps.astype(np.float32)
