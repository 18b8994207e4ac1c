from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.data.uploads.reading import Photo
from autoencoder.data.uploads.splitting import BANDS, bands, same_pictures, split
from tests.data.uploads.examples import make_photo, make_photos


def tiny(number: int, label: str | None) -> Photo:
    return Photo("a", label, np.full((2, 2, 3), number, np.uint8))


PHOTOS = st.lists(st.builds(tiny, st.integers(0, 12), st.sampled_from(["a", "b", None])), min_size=1, max_size=40)


@given(PHOTOS, st.integers(0, 5))
def test_every_photo_is_on_one_side_and_equal_ones_on_the_same(photos: list[Photo], seed: int) -> None:
    train, test = split(photos, seed)
    assert sorted([*train, *test]) == list(range(len(photos)))
    assert len(train) >= 1
    shades = [{int(photos[place].pixels[0, 0, 0]) for place in indices} for indices in (train, test)]
    assert not shades[0] & shades[1]


@pytest.mark.parametrize(
    ("count", "held_out"), [(1, 0), (2, 1), (3, 1), (5, 1), (7, 1), (8, 2), (10, 2), (50, 10), (200, 40)]
)
def test_a_fifth_of_each_class_is_held_out(count: int, held_out: int) -> None:
    photos = [tiny(number, label) for number, label in enumerate(["a"] * min(count, 100) + ["b"] * min(count, 100))]
    expected = {label: held_out if count <= 100 else 20 for label in "ab"} if held_out else {}
    assert Counter(photos[place].label for place in split(photos, 0)[1]) == expected


def test_the_seed_draws() -> None:
    photos = make_photos(10)
    assert split(photos, 1)[1].tolist() == split(photos, 1)[1].tolist()
    assert len({tuple(split(photos, seed)[1]) for seed in range(10)}) > 5


@pytest.mark.parametrize(("size", "count"), [((200, 40), 5), ((40, 200), 5), ((70, 40), 2), ((40, 40), 1), ((9, 9), 1)])
def test_bands_part_a_photo(size: tuple[int, int], count: int) -> None:
    photo = make_photo(*size, label="a")
    parts = bands(photo, 32)
    assert len(parts) == count <= BANDS
    along = 1 if size[0] >= size[1] else 0
    np.testing.assert_array_equal(np.concatenate([part.pixels for part in parts], axis=along), photo.pixels)
    assert all(part.pixels.shape[along] >= 32 or count == 1 for part in parts)
    assert {part.label for part in parts} == {"a"}


def test_equal_pictures_have_one_number() -> None:
    photos = [tiny(1, "a"), tiny(2, "a"), tiny(1, "b"), Photo("x", None, np.full((1, 4, 3), 1, np.uint8))]
    assert same_pictures(photos).tolist() == [0, 1, 0, 2]
