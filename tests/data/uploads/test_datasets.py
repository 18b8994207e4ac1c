from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.data.image_dataset import PictureError
from autoencoder.data.uploads import datasets
from autoencoder.data.uploads.datasets import (
    BANDS,
    ENLARGED,
    TEST_PATCHES,
    HeldOut,
    UploadChoices,
    UploadDataset,
    bands,
    make_set,
    same_pictures,
    split,
)
from autoencoder.data.uploads.reading import Photo
from autoencoder.data.uploads.squares import frame
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


pytestmark = pytest.mark.long

BOTH = [True, False]


def shade(number: int, label: str | None = None) -> Photo:
    """A photo that is told by its brightness, which neither frame nor patch changes."""
    return Photo(f"{number}", label, np.full((40, 60, 3), number, np.uint8))


def shades(pictures: np.ndarray) -> set[int]:
    return set(np.rint(pictures * 255).astype(int).ravel().tolist())


@pytest.mark.parametrize("patches", BOTH)
@pytest.mark.parametrize("augment", BOTH)
@pytest.mark.parametrize("photos", [make_photos(1), make_photos(2), make_photos(7), make_photos(3, "a", "b")], ids=len)
@pytest.mark.parametrize(("side", "color"), [(16, "gray"), (32, "color")])
def test_from_one_photo_upwards_there_is_a_set(patches: bool, augment: bool, photos, side: int, color: str) -> None:
    made = make_set(photos, UploadChoices(side, color, patches=patches, augment=augment))
    pictures = made.to_image_dataset()  # checks shapes, ranges and labels
    assert pictures.shape == (side, side, 1 if color == "gray" else 3)
    assert made.train_groups.shape == (len(made.train),)
    assert made.summary.train_photos + made.summary.test_photos == len(photos)
    if augment or patches:
        assert ENLARGED <= len(made.train) < ENLARGED + 10
    else:
        assert len(made.train) == made.summary.train_photos
    assert made.summary.train_pictures == len(made.train)


@pytest.mark.parametrize("patches", BOTH)
def test_no_test_photo_is_learned_from(patches: bool) -> None:
    photos = [shade(10 * number) for number in range(1, 21)]
    made = make_set(photos, UploadChoices(patches=patches, augment=False))
    learned, evaluated = shades(made.train), shades(made.test)
    assert learned | evaluated == {10 * number for number in range(1, 21)}
    assert not learned & evaluated
    assert len(evaluated) == made.summary.test_photos == 4


@pytest.mark.parametrize("patches", BOTH)
def test_groups_are_photos(patches: bool) -> None:
    photos = [shade(10 * number) for number in range(1, 11)]
    made = make_set(photos, UploadChoices(patches=patches, augment=False))
    for group in np.unique(made.train_groups):
        assert len(shades(made.train[made.train_groups == group])) == 1
    assert len(np.unique(made.train_groups)) == made.summary.train_photos == 8


def test_variants_are_in_the_group_and_class_of_their_photo() -> None:
    photos = [*make_photos(4, "a"), *(shade(number, "b") for number in (10, 20, 30, 40))]
    made = make_set(photos, UploadChoices(side=16))
    plain = make_set(photos, UploadChoices(side=16, augment=False))
    n = len(plain.train)
    np.testing.assert_array_equal(made.train[:n], plain.train)
    np.testing.assert_array_equal(made.train_groups, np.resize(plain.train_groups, len(made.train)))
    np.testing.assert_array_equal(made.train_labels, np.resize(plain.train_labels, len(made.train)))
    np.testing.assert_array_equal(made.test, plain.test)


def test_equal_photos_are_one_group() -> None:
    made = make_set([shade(9), shade(9), shade(50), shade(80), shade(99)], UploadChoices(augment=False))
    nines = made.train_groups[(made.train == np.float32(9 / 255)).all(axis=(1, 2, 3))]
    assert len(set(nines.tolist())) <= 1


def test_labels_name_the_folders() -> None:
    photos = [shade(10 * number, "rotten" if number % 2 else "normal") for number in range(1, 21)]
    made = make_set(photos, UploadChoices(augment=False))
    assert made.class_names == ("normal", "rotten")
    for pictures, labels in ((made.train, made.train_labels), (made.test, made.test_labels)):
        odd = np.rint(pictures[:, 0, 0, 0] * 25.5).astype(int) % 2
        np.testing.assert_array_equal(labels, odd)
    assert np.bincount(made.test_labels).tolist() == [2, 2]


def test_photos_beside_folders_are_a_class_of_their_own() -> None:
    made = make_set([shade(1, "a"), shade(2, "b"), shade(3), shade(4)], UploadChoices(augment=False))
    assert made.class_names == ("a", "b", "without a folder")


def test_of_one_photo_patches_to_judge_on_come_from_another_part() -> None:
    columns = np.broadcast_to(np.arange(250, dtype=np.uint8)[np.newaxis, :, np.newaxis], (60, 250, 3)).copy()
    made = make_set([Photo("a", None, columns)], UploadChoices(side=16, patches=True, augment=False))
    learned, evaluated = shades(made.train), shades(made.test)
    assert max(learned) < 200 <= min(evaluated)
    bands = [shades(made.train[made.train_groups == group]) for group in np.unique(made.train_groups)]
    assert len(bands) == 4
    assert all(not one & other for number, one in enumerate(bands) for other in bands[:number])
    assert made.summary.test_photos == 0
    assert len(made.test) == TEST_PATCHES
    assert made.summary.held_out is HeldOut.PARTS


@pytest.mark.parametrize("patches", BOTH)
def test_where_nothing_can_be_held_out_the_summary_says_so(patches: bool) -> None:
    photo = make_photo(20, 20)
    made = make_set([photo], UploadChoices(side=16, patches=patches))
    assert made.summary.held_out is HeldOut.NOTHING
    if not patches:
        np.testing.assert_array_equal(made.test[0], frame(photo, 16, "color", "crop"))


def test_large_color_pictures_are_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "MOST_ENLARGED_BYTES", 10_000_000)
    made = make_set(make_photos(3), UploadChoices(side=96))
    assert 9_800_000 < made.train.nbytes <= 10_000_000


def test_many_photos_are_not_enlarged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "ENLARGED", 12)
    photos = [shade(number) for number in range(1, 31)]
    assert len(make_set(photos, UploadChoices()).train) == 24


def test_the_seed_decides() -> None:
    def made(seed: int) -> UploadDataset:
        return make_set(make_photos(10), UploadChoices(side=16, seed=seed))

    np.testing.assert_array_equal(made(1).train, made(1).train)
    assert not np.array_equal(made(1).train, made(2).train)


def test_nothing_is_an_error() -> None:
    with pytest.raises(PictureError, match=r"Expected at least one picture that can be used\. Received: none\."):
        make_set([], UploadChoices())


def test_other_choices_are_errors() -> None:
    with pytest.raises(ValueError, match=r"Expected `side` from 16 to 96\. Received: 8\."):
        UploadChoices(side=8)
