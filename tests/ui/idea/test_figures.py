import re
from base64 import b64decode
from io import BytesIO

import numpy as np
from PIL import Image

from ui.idea.figures import figure


def test_each_row_is_a_picture_of_exactly_its_pixels_beside_its_label() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (3, 4, 5, 3)).astype(np.float32) / 255
    html = figure({"Input": pictures, "A & B": 1 - pictures}, "Random pixels", ["1", "2", "3"], "Number")
    shown = [np.asarray(Image.open(BytesIO(b64decode(data)))) for data in re.findall(r"base64,([^\"]+)", html)]
    assert len(shown) == 2
    np.testing.assert_array_equal(shown[0], np.rint(np.concatenate(pictures, axis=1) * 255))
    assert "<span>A &amp; B</span>" in html
    assert 'role="img" aria-label="Random pixels"' in html
