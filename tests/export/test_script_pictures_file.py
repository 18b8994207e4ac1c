from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest

from autoencoder.data import own
from autoencoder.data.image_dataset import ImageDataset, PictureError
from autoencoder.data.uploads import storage
from autoencoder.data.uploads.datasets import UploadChoices, make_dataset
from autoencoder.export.script import pictures_file
from autoencoder.training.settings import TrainingSettings
from tests.data.uploads.examples import make_photos

NAME = own.name_of("a" * 32, "b" * 12)


@pytest.fixture
def own_pictures() -> ImageDataset:
    own.describe.cache_clear()
    made = make_dataset(make_photos(12, "cats", "dogs"), UploadChoices(side=16, augment=True))[0]
    storage.save_dataset(own.set_folder(NAME), made)
    return made


def read(settings: TrainingSettings) -> dict[str, np.ndarray]:
    with np.load(BytesIO(pictures_file(settings.to_json())), allow_pickle=False) as file:
        return dict(file)


def _groups(pictures: np.ndarray, own_pictures: ImageDataset) -> set[int]:
    """The photos that these pictures were made from."""
    indices = {
        np.rint(picture * 255).astype(np.uint8).tobytes(): index for index, picture in enumerate(own_pictures.train)
    }
    assert own_pictures.train_groups is not None
    return {int(own_pictures.train_groups[indices[picture.tobytes()]]) for picture in pictures}


def test_what_is_held_out_shares_no_photo_with_what_is_learned(own_pictures: ImageDataset) -> None:
    found = read(TrainingSettings(NAME, seed=2))
    assert {name: array.dtype for name, array in found.items() if name != "y_test"} == {
        name: np.dtype(np.uint8) for name in ("x_train", "x_val", "x_test")
    }
    assert len(found["x_train"]) + len(found["x_val"]) == len(own_pictures.train)
    assert _groups(found["x_train"], own_pictures).isdisjoint(_groups(found["x_val"], own_pictures))
    np.testing.assert_array_equal(found["y_test"], own_pictures.test_labels)
    np.testing.assert_allclose(found["x_test"] / 255, own_pictures.test, atol=0.51 / 255)


def test_the_normal_ones_alone_are_learned_from(own_pictures: ImageDataset) -> None:
    settings = TrainingSettings(NAME)
    every, normal = (read(each) for each in (settings, replace(settings, normal_classes=(1,))))
    assert own_pictures.train_labels is not None
    assert len(normal["x_train"]) + len(normal["x_val"]) == (own_pictures.train_labels == 1).sum()
    np.testing.assert_array_equal(normal["x_test"], every["x_test"])


def test_pictures_that_are_gone_are_an_error(own_pictures: ImageDataset) -> None:
    text = TrainingSettings(NAME).to_json()
    (own.set_folder(NAME) / storage.ARRAYS).unlink()
    with pytest.raises(PictureError):
        pictures_file(text)
