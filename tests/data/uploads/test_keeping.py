import numpy as np
import pytest

from autoencoder.data.uploads.collecting import collect
from autoencoder.data.uploads.keeping import LEAST_SIDE, Kept, shrunk
from autoencoder.data.uploads.limits import Limits
from tests.data.uploads.corpus import encoded, scene
from tests.data.uploads.examples import make_photo


def test_few_photos_keep_their_size() -> None:
    kept, photo = Kept(10**6, 480), make_photo(480, 360)
    kept.add("a", photo)
    assert kept.photos == [("a", photo)]


def test_many_photos_are_halved_and_stay_within_bounds() -> None:
    kept = Kept(2_000_000, 480)
    for number in range(10):
        kept.add(str(number), make_photo(480, 360, seed=number))
    assert [path for path, _ in kept.photos] == [str(number) for number in range(10)]
    assert {photo.pixels.shape for _, photo in kept.photos} == {(180, 240, 3)}
    assert sum(photo.pixels.nbytes for _, photo in kept.photos) <= 2_000_000


def test_they_are_never_smaller_than_pictures_to_train_on_need() -> None:
    kept = Kept(1, 3000)
    for number in range(5):
        kept.add(str(number), make_photo(600, 300, seed=number))
    assert kept.side >= LEAST_SIDE
    assert all(max(photo.pixels.shape) >= LEAST_SIDE for _, photo in kept.photos)


@pytest.mark.parametrize("size", [(300, 200), (200, 301), (900, 1)])
def test_a_photo_is_shrunk_in_proportion(size: tuple[int, int]) -> None:
    photo = make_photo(*size, label="a")
    small = shrunk(photo, 100)
    assert small.label == "a"
    assert max(small.pixels.shape[:2]) == 100
    assert small.pixels.mean() == pytest.approx(photo.pixels.mean(), abs=1.5)
    assert shrunk(small, 100) is small


def test_an_upload_of_many_photos_is_kept_smaller() -> None:
    files = [(f"{number}.png", encoded(scene(480, 360, number), "PNG")) for number in range(8)]
    photos = collect(files, Limits(most_kept=2_000_000)).photos
    assert {photo.pixels.shape for photo in photos} == {(180, 240, 3)}
    expected = np.asarray(scene(240, 180, 7)).astype(float)
    assert np.abs(photos[7].pixels - expected).mean() < 2
