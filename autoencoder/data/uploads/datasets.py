"""From photos to pictures to train on and pictures to test with, of other photos wherever there are enough."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from autoencoder.data.image_dataset import ImageDataset, PictureError
from autoencoder.data.uploads.augmenting import augment
from autoencoder.data.uploads.collecting import NO_FOLDER
from autoencoder.data.uploads.reading import Photo
from autoencoder.data.uploads.squares import Color, How, check_choices, cut, frame

TEST_SHARE = 0.2
BANDS = 5  # that a single photo is parted into, the last one to judge on
ENLARGED = 2_000  # pictures that small sets are enlarged to
MOST_ENLARGED_BYTES = 128 * 2**20  # that they take then; of large color pictures there are fewer
TEST_PATCHES = 200

Pieces = list[tuple[Photo, int]]  # a photo, or a part of one, and its group


@dataclass(frozen=True)
class UploadChoices:
    """What a learner chooses.

    Args:
        side: Pixels along a side of a picture, 16 to 96.
        color: "gray" or "color".
        how: "crop" or "fit"; without meaning for patches.
        patches: Cut pictures from the photos in place of making each photo one picture.
        augment: Enlarge a small set by variants.
        seed: Of the draw of test photos, and of all variants and patches.

    Raises:
        ValueError: If one is none of these.
    """

    side: int = 48
    color: Color = "color"
    how: How = "crop"
    patches: bool = False
    augment: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        check_choices(self.side, self.color, self.how)


class HeldOut(Enum):
    """What test pictures are made of."""

    PHOTOS = "other photos"
    PARTS = "other parts of the same photos"
    NOTHING = "the training photos"


@dataclass(frozen=True)
class DatasetSummary:
    """How many pictures there are, and what of.

    Args:
        train_pictures: How many to train on.
        test_pictures: How many to test with.
        train_photos: How many photos the training pictures were made from.
        test_photos: How many photos are held out whole.
        held_out: What the test pictures are made of.
        patches: Whether the pictures are patches of photos.
        test_photos_by_class: Class name → how many of its photos are held out; empty where there are no classes.
    """

    train_pictures: int
    test_pictures: int
    train_photos: int
    test_photos: int
    held_out: HeldOut
    patches: bool
    test_photos_by_class: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class UploadDataset:
    """Pictures made of photos.

    Args:
        train: float32 (n, side, side, 1 or 3) in [0, 1].
        test: float32 (m, side, side, 1 or 3) in [0, 1], m ≥ 1; neither enlarged nor varied.
        train_labels: integer (n,), or None where there are no classes.
        test_labels: integer (m,), or None.
        train_groups: integer (n,). Pictures of one group show the same photo, or the same part of it; those of
            different groups share no pixel, so pictures to validate on can be held out by group.
        class_names: The name of each label, for people, not escaped.
        summary: How they were made; None where they are loaded from disk.
    """

    train: np.ndarray = field(repr=False)
    test: np.ndarray = field(repr=False)
    train_labels: np.ndarray | None = field(repr=False)
    test_labels: np.ndarray | None = field(repr=False)
    train_groups: np.ndarray = field(repr=False)
    class_names: tuple[str, ...]
    summary: DatasetSummary | None = None

    def to_image_dataset(self, name: str = "upload", title: str = "Your pictures") -> ImageDataset:
        """Return the same as a source of pictures gives it."""
        return ImageDataset(
            name,
            title,
            self.train,
            self.test,
            self.train_labels,
            self.test_labels,
            self.class_names,
            train_groups=self.train_groups,
        )


def make_set(photos: Sequence[Photo], choices: UploadChoices) -> UploadDataset:
    """Hold some photos out, then enlarge the others alone.

    Where no photo can be held out, because there is one of each class, patches to test with come from a part of each
    photo that is not learned from; without patches the photos themselves are what is shown.

    Args:
        photos: At least one.
        choices: What the learner chose.

    Raises:
        PictureError: If there is no photo.
    """
    if not photos:
        raise PictureError("Expected at least one picture that can be used. Received: none.")
    train, test, held_out = _pieces(photos, choices)
    class_names = _class_names(photos)
    train_pictures, train_origins = _training_pictures(train, choices)
    test_pictures, test_origins = _test_pictures(test, choices)
    train_labels, test_labels = (_labels([piece for piece, _ in pieces], class_names) for pieces in (train, test))
    groups = np.array([group for _, group in train], np.intp)
    train_photos = len(train) if held_out is HeldOut.PHOTOS else len(photos)
    tested = [piece.label or NO_FOLDER for piece, _ in test] if held_out is HeldOut.PHOTOS else []
    return UploadDataset(
        train_pictures,
        test_pictures,
        None if train_labels is None else train_labels[train_origins],
        None if test_labels is None else test_labels[test_origins],
        groups[train_origins],
        class_names,
        DatasetSummary(
            len(train_pictures),
            len(test_pictures),
            train_photos,
            len(photos) - train_photos,
            held_out,
            choices.patches,
            {name: tested.count(name) for name in class_names},
        ),
    )


def _pieces(photos: Sequence[Photo], choices: UploadChoices) -> tuple[Pieces, Pieces, HeldOut]:
    """Return what to make training pictures of, what to make test pictures of, and what that is."""
    train, test = split(photos, choices.seed)
    groups = same_pictures(photos).tolist()
    whole = [(photo, group) for photo, group in zip(photos, groups, strict=True)]
    if len(test):
        return [whole[index] for index in train], [whole[index] for index in test], HeldOut.PHOTOS
    if not choices.patches:
        return whole, whole, HeldOut.NOTHING
    parts = [(bands(photo, choices.side), group * BANDS) for photo, group in whole]
    if any(len(pieces) < 2 for pieces, _ in parts):
        return whole, whole, HeldOut.NOTHING
    learned = [(piece, group + number) for pieces, group in parts for number, piece in enumerate(pieces[:-1])]
    return learned, [(pieces[-1], group) for pieces, group in parts], HeldOut.PARTS


def _training_pictures(pieces: Pieces, choices: UploadChoices) -> tuple[np.ndarray, np.ndarray]:
    """float32 (n, side, side, channels), and integer (n,): which piece each one is from."""
    channels = 1 if choices.color == "gray" else 3
    most = min(ENLARGED, MOST_ENLARGED_BYTES // (choices.side**2 * channels * 4))
    wanted = max(most, len(pieces))
    if choices.patches:
        pictures, origins = _patches(pieces, wanted // 2 if choices.augment else wanted, choices)
    else:
        pictures, origins = _framed(pieces, choices), np.arange(len(pieces))
    if not choices.augment or len(pictures) >= wanted:
        return pictures, origins
    enlarged, variants = augment(pictures, wanted, choices.seed)
    return enlarged, origins[variants]


def _test_pictures(pieces: Pieces, choices: UploadChoices) -> tuple[np.ndarray, np.ndarray]:
    """The same, never varied."""
    if choices.patches:
        return _patches(pieces, TEST_PATCHES, choices)
    return _framed(pieces, choices), np.arange(len(pieces))


def _framed(pieces: Pieces, choices: UploadChoices) -> np.ndarray:
    return np.stack([frame(photo, choices.side, choices.color, choices.how) for photo, _ in pieces])


def _patches(pieces: Pieces, count: int, choices: UploadChoices) -> tuple[np.ndarray, np.ndarray]:
    """As many from each piece, `count` in all or one more of each."""
    each = -(-count // len(pieces))
    seeds = [choices.seed * 100_003 + number for number in range(len(pieces))]
    cuts = [cut(photo, choices.side, choices.color, each, seed) for (photo, _), seed in zip(pieces, seeds, strict=True)]
    return np.concatenate(cuts), np.repeat(np.arange(len(pieces)), each)


def _class_names(photos: Sequence[Photo]) -> tuple[str, ...]:
    """In the order of the alphabet, those without one last; none where there are fewer than two."""
    named = {photo.label or NO_FOLDER for photo in photos}
    return tuple(sorted(named, key=lambda name: (name == NO_FOLDER, name))) if len(named) > 1 else ()


def _labels(photos: Sequence[Photo], class_names: Sequence[str]) -> np.ndarray | None:
    if not class_names:
        return None
    return np.array([class_names.index(photo.label or NO_FOLDER) for photo in photos], np.int64)


def split(photos: Sequence[Photo], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A fifth of each class to test with, at least one where a class has two; equal pictures stay together.

    Args:
        photos: With their labels.
        seed: Another seed, another draw.

    Returns:
        integer (n,) and (m,): the places of those to train on and of those to test with, in their order. n ≥ 1 where
        there is a photo.
    """
    generator = np.random.default_rng([seed, 13])
    test: list[int] = []
    for groups in _by_class(photos):
        wanted = max(1, round(TEST_SHARE * sum(map(len, groups)))) if len(groups) > 1 else 0
        drawn: list[int] = []
        for number in generator.permutation(len(groups))[:-1]:
            if len(drawn) < wanted:
                drawn += groups[number]
        test += drawn
    train = sorted(set(range(len(photos))) - set(test))
    return np.array(train, np.intp), np.array(sorted(test), np.intp)


def bands(photo: Photo, side: int) -> list[Photo]:
    """A photo in up to five parts along its longer side, each at least `side` long, that share no pixel.

    Args:
        photo: Of any size.
        side: Of the patches that will be cut, pixels.

    Returns:
        1 to 5 photos, from left to right or from top to bottom; one where the photo is shorter than two patches.
    """
    along = 0 if photo.pixels.shape[0] > photo.pixels.shape[1] else 1
    count = int(np.clip(photo.pixels.shape[along] // side, 1, BANDS))
    return [Photo(photo.name, photo.label, part) for part in np.array_split(photo.pixels, count, axis=along)]


def same_pictures(photos: Sequence[Photo]) -> np.ndarray:
    """A number for each photo, the same for those that are equal in every pixel: integer (n,)."""
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(_fingerprint(photo.pixels), len(numbers)) for photo in photos], np.intp)


def _by_class(photos: Sequence[Photo]) -> list[list[list[int]]]:
    """For each class, the groups of equal pictures; a picture that is in two classes counts to its first."""
    classes: dict[str | None, dict[int, list[int]]] = {}
    home: dict[int, str | None] = {}
    for index, (photo, number) in enumerate(zip(photos, same_pictures(photos).tolist(), strict=True)):
        label = home.setdefault(number, photo.label)
        classes.setdefault(label, {}).setdefault(number, []).append(index)
    return [list(groups.values()) for groups in classes.values()]


def _fingerprint(pixels: np.ndarray) -> bytes:
    return hashlib.blake2b(repr(pixels.shape).encode() + pixels.tobytes(), digest_size=16).digest()
