from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from autoencoder.data import mnist
from autoencoder.data.bananas import bananas
from autoencoder.data.image_dataset import PictureError
from autoencoder.data.uploads import datasets
from autoencoder.data.uploads.cropping import to_square
from autoencoder.data.uploads.datasets import (
    BANDS,
    ENLARGED,
    FARTHEST_SHIFT,
    TEST_PATCHES,
    HeldOut,
    UploadChoices,
    augment,
    bands,
    make_dataset,
    near_duplicates,
    split,
)
from autoencoder.data.uploads.reading import Photo
from tests.data.uploads.corpus import encoded
from tests.data.uploads.examples import make_photo, make_photos, read_picture
from tests.examples import make_pictures


def tiny(number: int, label: str | None) -> Photo:
    return Photo("a", label, np.full((2, 2, 3), number, np.uint8))


PHOTOS = st.lists(st.builds(tiny, st.integers(0, 12), st.sampled_from(["a", "b", None])), min_size=1, max_size=40)


@given(PHOTOS, st.integers(0, 5))
def test_every_photo_is_on_one_side_and_those_of_a_group_on_the_same(photos: list[Photo], seed: int) -> None:
    numbers = [int(photo.pixels[0, 0, 0]) for photo in photos]
    train, test = split(photos, numbers, seed)
    assert sorted([*train, *test]) == list(range(len(photos)))
    assert len(train) >= 1
    assert not {numbers[place] for place in train} & {numbers[place] for place in test}


@pytest.mark.parametrize(
    ("count", "held_out"), [(1, 0), (2, 1), (3, 1), (5, 1), (7, 1), (8, 2), (10, 2), (50, 10), (200, 40)]
)
def test_a_fifth_of_each_class_is_held_out(count: int, held_out: int) -> None:
    photos = [tiny(number, label) for number, label in enumerate(["a"] * min(count, 100) + ["b"] * min(count, 100))]
    expected = {label: held_out if count <= 100 else 20 for label in "ab"} if held_out else {}
    assert Counter(photos[place].label for place in split(photos, range(len(photos)), 0)[1]) == expected


def test_the_seed_draws() -> None:
    photos = make_photos(10)
    assert split(photos, range(10), 1) == split(photos, range(10), 1)
    assert len({tuple(split(photos, range(10), seed)[1]) for seed in range(10)}) > 5


@pytest.mark.parametrize(("size", "count"), [((200, 40), 5), ((40, 200), 5), ((70, 40), 2), ((40, 40), 1), ((9, 9), 1)])
def test_bands_part_a_photo(size: tuple[int, int], count: int) -> None:
    photo = make_photo(*size, label="a")
    parts = bands(photo, 32)
    assert len(parts) == count <= BANDS
    along = 1 if size[0] >= size[1] else 0
    np.testing.assert_array_equal(np.concatenate([part.pixels for part in parts], axis=along), photo.pixels)
    assert all(part.pixels.shape[along] >= 32 or count == 1 for part in parts)
    assert {part.label for part in parts} == {"a"}


def again(photo: Photo, scale: float = 1.0, kind: str = "JPEG", **options: int) -> Photo:
    """The photo as it comes out of another file: smaller, or of another quality."""
    image = Image.fromarray(photo.pixels)
    smaller = image.resize((round(scale * image.width), round(scale * image.height)))
    return read_picture("again", encoded(smaller, kind, **options))


def test_one_photo_in_many_files_is_one() -> None:
    originals = make_photos(3)
    copies = [again(photo, quality=quality) for photo in originals for quality in range(10, 100, 8)]
    copies += [again(photo, 0.5, quality=70) for photo in originals]
    copies += [again(photo, 1, kind) for photo in originals for kind in ("WEBP", "GIF", "BMP")]
    groups = near_duplicates([*originals, *copies])
    assert groups[:3] == [0, 1, 2]
    assert groups == [0, 1, 2, *np.repeat([0, 1, 2], 12), 0, 1, 2, *np.repeat([0, 1, 2], 3)]


def test_what_is_alike_is_not_one_photo() -> None:
    """Digits, bananas, one picture in two colors of one brightness, pale shades: none is another one again."""
    digits = mnist.load_sample().test[:500].repeat(3, axis=-1)
    drawn = np.zeros((2, 48, 48, 3))
    drawn[0, 9:30, 9:30, 0], drawn[1, 9:30, 9:30, 1] = 0.587, 0.299
    pictures = [*digits, *bananas.ripe(20, seed=8), *drawn]
    photos = [Photo("a", None, np.rint(picture * 255).astype(np.uint8)) for picture in pictures]
    photos += [shade(number) for number in (3, 4, 250)]
    assert near_duplicates(photos) == list(range(len(photos)))


@pytest.mark.parametrize("seed", range(5))
def test_many_copies_of_one_photo_are_learned_from_where_others_can_be_held_out(seed: int) -> None:
    photos = [*(again(make_photo(), quality=quality) for quality in range(30, 90, 5)), *make_photos(4)[1:]]
    made, summary = make_dataset(photos, UploadChoices(side=16, augment=False, seed=seed))
    assert summary.near_duplicates == 11
    assert len(made.test) == 3
    assert len(made.train) == 12


pytestmark = pytest.mark.long

BOTH = [True, False]


def shade(number: int, label: str | None = None) -> Photo:
    """A photo that is told by its brightness, which neither frame nor patch changes."""
    return Photo(f"{number}", label, np.full((40, 60, 3), number, np.uint8))


def shades(pictures: np.ndarray) -> set[int]:
    return set(np.rint(pictures * 255).astype(int).ravel().tolist())


@pytest.mark.parametrize("patches", BOTH)
@pytest.mark.parametrize("augment", BOTH)
@pytest.mark.parametrize(
    ("photos", "side", "color"),
    [(make_photos(1), 16, "gray"), (make_photos(2), 32, "color"), (make_photos(3, "a", "b"), 16, "color")],
    ids=["one", "two", "six"],
)
def test_from_one_photo_upwards_there_is_a_set(patches: bool, augment: bool, photos, side: int, color: str) -> None:
    made, summary = make_dataset(photos, UploadChoices(side, color, patches=patches, augment=augment))
    assert made.shape == (side, side, 1 if color == "gray" else 3)
    assert made.train_groups.shape == (len(made.train),)
    assert summary.train_photos + summary.test_photos == len(photos)
    if augment or patches:
        assert ENLARGED <= len(made.train) < ENLARGED + 10
    else:
        assert len(made.train) == summary.train_photos
    assert summary.train_pictures == len(made.train)


@pytest.mark.parametrize("patches", BOTH)
def test_no_test_photo_is_learned_from(patches: bool) -> None:
    photos = [shade(10 * number) for number in range(1, 21)]
    made, summary = make_dataset(photos, UploadChoices(patches=patches, augment=False))
    learned, evaluated = shades(made.train), shades(made.test)
    assert learned | evaluated == {10 * number for number in range(1, 21)}
    assert not learned & evaluated
    assert len(evaluated) == summary.test_photos == 4


@pytest.mark.parametrize("patches", BOTH)
def test_groups_are_photos(patches: bool) -> None:
    photos = [shade(10 * number) for number in range(1, 11)]
    made, summary = make_dataset(photos, UploadChoices(patches=patches, augment=False))
    for group in np.unique(made.train_groups):
        assert len(shades(made.train[made.train_groups == group])) == 1
    assert len(np.unique(made.train_groups)) == summary.train_photos == 8


def test_variants_are_in_the_group_and_class_of_their_photo() -> None:
    photos = [*make_photos(4, "a"), *(shade(number, "b") for number in (10, 20, 30, 40))]
    made = make_dataset(photos, UploadChoices(side=16))[0]
    plain = make_dataset(photos, UploadChoices(side=16, augment=False))[0]
    n = len(plain.train)
    np.testing.assert_array_equal(made.train[:n], plain.train)
    np.testing.assert_array_equal(made.train_groups, np.resize(plain.train_groups, len(made.train)))
    np.testing.assert_array_equal(made.train_labels, np.resize(plain.train_labels, len(made.train)))
    np.testing.assert_array_equal(made.test, plain.test)


def test_labels_name_the_folders() -> None:
    photos = [shade(10 * number, "rotten" if number % 2 else "normal") for number in range(1, 21)]
    made = make_dataset(photos, UploadChoices(augment=False))[0]
    assert made.class_names == ("normal", "rotten")
    for pictures, labels in ((made.train, made.train_labels), (made.test, made.test_labels)):
        odd = np.rint(pictures[:, 0, 0, 0] * 25.5).astype(int) % 2
        np.testing.assert_array_equal(labels, odd)
    assert np.bincount(made.test_labels).tolist() == [2, 2]


def test_photos_beside_folders_are_a_class_of_their_own() -> None:
    made = make_dataset([shade(1, "a"), shade(2, "b"), shade(3), shade(4)], UploadChoices(augment=False))[0]
    assert made.class_names == ("a", "b", "without a folder")


def test_of_one_photo_patches_to_judge_on_come_from_another_part() -> None:
    columns = np.broadcast_to(np.arange(250, dtype=np.uint8)[np.newaxis, :, np.newaxis], (60, 250, 3)).copy()
    made, summary = make_dataset([Photo("a", None, columns)], UploadChoices(side=16, patches=True, augment=False))
    learned, evaluated = shades(made.train), shades(made.test)
    assert max(learned) < 200 <= min(evaluated)
    bands = [shades(made.train[made.train_groups == group]) for group in np.unique(made.train_groups)]
    assert len(bands) == 4
    assert all(not one & other for number, one in enumerate(bands) for other in bands[:number])
    assert summary.test_photos == 0
    assert len(made.test) == TEST_PATCHES
    assert summary.held_out is HeldOut.PARTS


@pytest.mark.parametrize("patches", BOTH)
def test_where_nothing_can_be_held_out_the_summary_says_so(patches: bool) -> None:
    photo = make_photo(20, 20)
    made, summary = make_dataset([photo], UploadChoices(side=16, patches=patches))
    assert summary.held_out is HeldOut.NOTHING
    if not patches:
        np.testing.assert_array_equal(made.test[0], to_square(photo, 16, "color", "crop"))


def test_large_color_pictures_are_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "MOST_ENLARGED_BYTES", 10_000_000)
    made = make_dataset(make_photos(3), UploadChoices(side=96))[0]
    assert 9_800_000 < made.train.nbytes <= 10_000_000


def test_many_photos_are_not_enlarged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "ENLARGED", 12)
    photos = [shade(number) for number in range(1, 31)]
    assert len(make_dataset(photos, UploadChoices())[0].train) == 24


def test_nothing_is_an_error() -> None:
    with pytest.raises(PictureError, match="no_photos"):
        make_dataset([], UploadChoices())[0]


@pytest.mark.parametrize(
    ("choices", "named"),
    [
        ((15, "gray", "crop"), r"`side` from 16 to 96\. Received: 15"),
        ((97, "gray", "crop"), r"`side` from 16 to 96\. Received: 97"),
        ((32, "red", "crop"), r"`color` to be 'gray' or 'color'\. Received: 'red'"),
        ((32, "gray", "stretch"), r"`how` to be 'crop' or 'fit'\. Received: 'stretch'"),
    ],
)
def test_other_choices_are_errors(choices: tuple, named: str) -> None:
    with pytest.raises(ValueError, match=f"Expected {named}"):
        UploadChoices(*choices)


@given(st.integers(1, 5), st.integers(0, 80), st.sampled_from([(8, 8, 1), (9, 16, 3)]), st.integers(0, 9))
@settings(max_examples=30)
def test_the_pictures_come_first_and_variants_of_each_in_turn(
    n: int, more: int, shape: tuple[int, int, int], seed: int
) -> None:
    pictures = make_pictures(n, shape)
    enlarged, origins = augment(pictures, n + more, seed)
    assert enlarged.dtype == np.float32
    assert enlarged.shape == (n + more, *shape)
    np.testing.assert_array_equal(enlarged[:n], pictures)
    np.testing.assert_array_equal(origins, np.arange(n + more) % n)
    assert enlarged.min() >= 0
    assert enlarged.max() <= 1


def test_the_same_seed_gives_the_same_and_another_other_variants() -> None:
    pictures = make_pictures(3, (16, 16, 3))
    one, again, other = (augment(pictures, 99, seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one[3:], other[3:])


def vary_only(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Nothing but this, and mirroring."""
    for name in {"FARTHEST_SHIFT", "LARGEST_TURN", "BRIGHTNESS", "CONTRAST"} - set(names):
        monkeypatch.setattr(datasets, name, 0.0)


def test_flips_mirror_about_half_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    vary_only(monkeypatch)
    pictures = make_pictures(2, (15, 16, 3))
    enlarged, origins = augment(pictures, 402, 0)
    same, mirrored = (
        np.isclose(enlarged, one, atol=1e-6).all(axis=(1, 2, 3))
        for one in (pictures[origins], pictures[origins][:, :, ::-1])
    )
    assert (same ^ mirrored).all()
    assert 150 < mirrored.sum() < 250
    plain, _ = augment(pictures, 402, 0, mirror=False)
    np.testing.assert_allclose(plain, pictures[origins], atol=1e-6)


def test_shifts_are_by_whole_pixels_within_reach_and_mirror_at_the_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    vary_only(monkeypatch, "FARTHEST_SHIFT")
    picture = make_pictures(1, (32, 32, 1))
    enlarged, _ = augment(picture, 200, 0)
    reach = round(FARTHEST_SHIFT * 32)
    around = np.pad(picture[0], [(reach, reach), (reach, reach), (0, 0)], mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(around[..., 0], (32, 32)).reshape(-1, 1024)
    possible = {
        np.rint(window * 1e5).tobytes() for one in (windows.reshape(-1, 32, 32),) for window in (*one, *one[..., ::-1])
    }
    found = {np.rint(variant[..., 0] * 1e5).tobytes() for variant in enlarged}
    assert found <= possible
    assert len(found) > len(possible) / 4


def test_turns_have_no_black_corners_and_keep_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    vary_only(monkeypatch, "LARGEST_TURN")
    enlarged, _ = augment(np.ones((1, 33, 33, 1), np.float32), 50, 0)
    np.testing.assert_allclose(enlarged, 1, atol=1e-6)
    picture = make_pictures(1, (33, 33, 1))
    turned, _ = augment(picture, 50, 0)
    np.testing.assert_allclose(turned[:, 16, 16, 0], picture[0, 16, 16, 0], atol=1e-6)
    assert np.abs(turned[1:] - picture).max() > 0.05


def test_light_is_a_line_through_the_shades(monkeypatch: pytest.MonkeyPatch) -> None:
    vary_only(monkeypatch, "BRIGHTNESS", "CONTRAST")
    half = make_pictures(1, (16, 8, 1))
    picture = 0.4 + 0.2 * np.concatenate(
        [half, half[:, :, ::-1]], axis=2
    )  # its own mirror, far from where it is clipped
    for variant in augment(picture, 20, 0)[0][1:]:
        slope, offset = np.polyfit(picture.ravel(), variant.ravel(), 1)
        np.testing.assert_allclose(slope * picture[0] + offset, variant, atol=1e-5)
        assert 0.79 < slope < 1.21
        assert abs(variant.mean() - picture.mean()) <= 0.1001


@pytest.mark.parametrize(("pictures", "count"), [(0, 5), (5, 4)])
def test_too_few_are_errors(pictures: int, count: int) -> None:
    with pytest.raises(ValueError, match=f"Expected 1 to `count` pictures. Received: {pictures}, and {count}."):
        augment(make_pictures(pictures, (8, 8, 1)), count, 0)
