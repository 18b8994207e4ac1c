from pathlib import Path

import numpy as np
import pytest

from autoencoder.analysis.trying import as_seen, between, some_kept
from autoencoder.data.uploads import storage
from autoencoder.data.uploads.cropping import to_square
from autoencoder.data.uploads.reading import Photo
from autoencoder.data.uploads.writing import like_mnist
from tests.data.uploads.examples import make_photos


@pytest.mark.parametrize(("channels", "color"), [(1, "gray"), (3, "color")])
@pytest.mark.parametrize("how", ["crop", "fit"])
def test_a_photo_is_framed_as_the_networks_pictures_are(channels: int, color: str, how: str) -> None:
    photos = make_photos(3)
    pictures = as_seen(photos, (28, 28, channels), how)
    assert pictures.dtype == np.float32
    for picture, photo in zip(pictures, photos, strict=True):
        np.testing.assert_array_equal(picture, to_square(photo, 28, color, how))


@pytest.mark.parametrize("channels", [1, 3])
def test_writing_is_prepared_like_mnist(channels: int) -> None:
    photos = make_photos(2)
    pictures = as_seen(photos, (28, 28, channels), "fit", writing=True)
    for picture, photo in zip(pictures, photos, strict=True):
        np.testing.assert_array_equal(picture, like_mnist(photo, 28).repeat(channels, axis=-1))


def test_what_is_no_writing_can_be_inverted() -> None:
    photos = make_photos(2)
    np.testing.assert_array_equal(as_seen(photos, (16, 16, 3), inverted=True), 1 - as_seen(photos, (16, 16, 3)))


def test_between_two_sizes_the_error_falls_by_equal_ratios() -> None:
    assert between([(4, 0.01), (2, 0.04)], [1, 2, 3, 4, 9]) == pytest.approx([0.04, 0.04, 0.02, 0.01, 0.01])


def test_some_of_the_photos_that_are_kept(tmp_path: Path) -> None:
    assert some_kept(tmp_path, 3) == []
    photos = [Photo(f"{number}.png", None, np.full((2, 2, 3), number, np.uint8)) for number in range(9)]
    storage.save_photos(tmp_path, photos)
    assert [photo.name for photo in some_kept(tmp_path, 3)] == ["0.png", "4.png", "8.png"]
    assert len(some_kept(tmp_path, 20)) == 9
