"""From photos to pictures to train on and pictures to test with, of other photos wherever there are enough.

Small sets are enlarged by variants of their pictures: C. Shorten and T. M. Khoshgoftaar, "A survey on image data
augmentation for deep learning", Journal of Big Data 6 (2019), doi:10.1186/s40537-019-0197-0.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain
from typing import get_args

import numpy as np
from PIL import Image

from autoencoder.data.image_dataset import ImageDataset, PictureError, PictureProblem
from autoencoder.data.uploads.cropping import Color, How, random_patches, to_square
from autoencoder.data.uploads.reading import Photo

TITLE = "Your pictures"
NO_FOLDER = "without a folder"  # the class of photos beside others that have one
SMALLEST, LARGEST = 16, 96  # pixels along a side
TEST_SHARE = 0.2
THUMBNAIL = 16  # pixels a side, in which the errors of JPEG have nearly averaged out
MOST_APART = 4.0  # of 255 levels of gray, root mean square, between near-duplicates
LEAST_CORRELATION = 0.9  # of their colors
BANDS = 5  # that a single photo is parted into, the last one to judge on
ENLARGED = 2_000  # pictures that small sets are enlarged to
MOST_ENLARGED_BYTES = 128 * 2**20  # that they take then; of large color pictures there are fewer
TEST_PATCHES = 200
FARTHEST_SHIFT = 0.08  # of the side
LARGEST_TURN = 12.0  # degrees
BRIGHTNESS, CONTRAST = 0.1, 0.2  # added at most, multiplied at most by 1 ± this

Pieces = list[tuple[Photo, int]]  # a photo, or a part of one, and its group


@dataclass(frozen=True)
class UploadChoices:
    """What a learner chooses; a ValueError where that is none of the choices."""

    side: int = 48  # pixels along a side of a picture, 16 to 96
    color: Color = "color"
    how: How = "crop"  # without meaning for patches
    patches: bool = False  # cut pictures from the photos in place of making each photo one picture
    augment: bool = True  # enlarge a small set by variants
    mirror: bool = True  # half of them
    seed: int = 0  # of the draw of test photos, and of all variants and patches

    def __post_init__(self) -> None:
        if not SMALLEST <= self.side <= LARGEST:
            raise ValueError(f"Expected `side` from {SMALLEST} to {LARGEST}. Received: {self.side!r}.")
        for argument, value, choices in (("color", self.color, get_args(Color)), ("how", self.how, get_args(How))):
            if value not in choices:
                raise ValueError(f"Expected `{argument}` to be {' or '.join(map(repr, choices))}. Received: {value!r}.")


# What test pictures are made of: other photos, other parts of the same photos, or the training photos themselves
HeldOut = Enum("HeldOut", "PHOTOS PARTS NOTHING")


@dataclass(frozen=True)
class DatasetSummary:
    """How many pictures there are, and what of."""

    train_pictures: int
    test_pictures: int
    train_photos: int  # that the training pictures were made from
    test_photos: int  # that are held out whole
    held_out: HeldOut
    patches: bool  # whether the pictures are patches of photos
    near_duplicates: int  # photos that are another one in another format, size or quality
    test_photos_by_class: Mapping[str, int] = field(default_factory=dict)  # empty where there are no classes


def make_dataset(photos: Sequence[Photo], choices: UploadChoices) -> tuple[ImageDataset, DatasetSummary]:
    """Hold some photos out, then enlarge the others alone; test pictures are neither enlarged nor varied.

    Where no photo can be held out, because there is one of each class, patches to test with come from a part of each
    photo that is not learned from; without patches the photos themselves are what is shown. A PictureError if there is
    no photo.
    """
    if not photos:
        raise PictureError(PictureProblem.NO_PHOTOS)
    groups = near_duplicates(photos)
    train, test, held_out = _hold_out(photos, groups, choices)
    train_pictures, train_origins = _training_pictures([photo for photo, _ in train], choices)
    test_pictures, test_origins = _pictures([photo for photo, _ in test], TEST_PATCHES, choices)
    found = {photo.label or NO_FOLDER for photo in photos}
    class_names = sorted(found, key=lambda name: (name == NO_FOLDER, name)) if len(found) > 1 else []
    train_classes, test_classes = ([photo.label or NO_FOLDER for photo, _ in pieces] for pieces in (train, test))
    held_out_photos = len(test) if held_out is HeldOut.PHOTOS else 0

    def labels(classes: list[str], origins: np.ndarray) -> np.ndarray | None:
        return np.array([class_names.index(name) for name in classes], np.int64)[origins] if class_names else None

    dataset = ImageDataset(
        train_pictures,
        test_pictures,
        labels(train_classes, train_origins),
        labels(test_classes, test_origins),
        tuple(class_names),
        np.array([group for _, group in train], np.intp)[train_origins],
    )
    return dataset, DatasetSummary(
        train_pictures=len(train_pictures),
        test_pictures=len(test_pictures),
        train_photos=len(photos) - held_out_photos,
        test_photos=held_out_photos,
        held_out=held_out,
        patches=choices.patches,
        near_duplicates=len(photos) - len(set(groups)),
        test_photos_by_class={name: test_classes.count(name) if held_out_photos else 0 for name in class_names},
    )


def _hold_out(photos: Sequence[Photo], groups: Sequence[int], choices: UploadChoices) -> tuple[Pieces, Pieces, HeldOut]:
    """Return what to make training pictures of, what to make test pictures of, and what the latter are."""
    train, test = split(photos, groups, choices.seed)
    whole = list(zip(photos, groups, strict=True))
    if test:
        return [whole[index] for index in train], [whole[index] for index in test], HeldOut.PHOTOS
    parts = [(bands(photo, choices.side), group * BANDS) for photo, group in whole]
    if not choices.patches or any(len(pieces) < 2 for pieces, _ in parts):
        return whole, whole, HeldOut.NOTHING
    learned = [(piece, group + number) for pieces, group in parts for number, piece in enumerate(pieces[:-1])]
    return learned, [(pieces[-1], group) for pieces, group in parts], HeldOut.PARTS


def _training_pictures(photos: Sequence[Photo], choices: UploadChoices) -> tuple[np.ndarray, np.ndarray]:
    """Return float32 (n, side, side, channels), and integer (n,): which photo each one is from."""
    channels = 1 if choices.color == "gray" else 3
    most = min(ENLARGED, MOST_ENLARGED_BYTES // (choices.side**2 * channels * 4))
    wanted = max(most, len(photos))
    pictures, origins = _pictures(photos, wanted // 2 if choices.augment else wanted, choices)
    if not choices.augment or len(pictures) >= wanted:
        return pictures, origins
    enlarged, variants = augment(pictures, wanted, choices.seed, choices.mirror)
    return enlarged, origins[variants]


def _pictures(photos: Sequence[Photo], patches: int, choices: UploadChoices) -> tuple[np.ndarray, np.ndarray]:
    """Return a picture of each photo, or about `patches` patches in all; and which photo each one is of."""
    side, color = choices.side, choices.color
    if not choices.patches:
        squares = (to_square(photo, side, color, choices.how) for photo in photos)
        return _stacked(squares, len(photos)), np.arange(len(photos))
    each = -(-patches // len(photos))
    numbered = enumerate(photos, choices.seed * 100_003)
    cut = (random_patches(photo, side, color, each, number) for number, photo in numbered)
    return _stacked(chain.from_iterable(cut), each * len(photos)), np.repeat(np.arange(len(photos)), each)


def _stacked(pictures: Iterator[np.ndarray], count: int) -> np.ndarray:
    """Stack float32 arrays of one shape, of which no two are ever in memory besides."""
    first = next(pictures)
    return np.fromiter(chain([first], pictures), np.dtype((np.float32, first.shape)), count)


def split(photos: Sequence[Photo], groups: Sequence[int], seed: int) -> tuple[list[int], list[int]]:
    """Draw a fifth of each class to test with, at least one where a class has two; a group of photos stays together.

    A group that is in two classes counts to its first; one that is more than a fifth is drawn only where all are.
    Returns the sorted indices of those to train on, at least one, and of those to test with.
    """
    classes: dict[str | None, dict[int, list[int]]] = {}  # class → group → the indices of its photos
    first_class: dict[int, str | None] = {}
    for index, (photo, group) in enumerate(zip(photos, groups, strict=True)):
        label = first_class.setdefault(group, photo.label)
        classes.setdefault(label, {}).setdefault(group, []).append(index)
    generator = np.random.default_rng([seed, 13])
    test: list[int] = []
    for members in ([*groups.values()] for groups in classes.values()):
        wanted = max(1, round(TEST_SHARE * sum(map(len, members)))) if len(members) > 1 else 0
        drawn: list[int] = []
        for number in generator.permutation(len(members)):
            if len(drawn) + len(members[number]) <= wanted:
                drawn += members[number]
        if wanted and not drawn:
            drawn = min(members, key=len)
        test += drawn
    return sorted(set(range(len(photos))) - set(test)), sorted(test)


def bands(photo: Photo, side: int) -> list[Photo]:
    """Part a photo along its longer side into up to five, each at least `side` pixels long, that share no pixel."""
    along = 0 if photo.pixels.shape[0] > photo.pixels.shape[1] else 1
    count = int(np.clip(photo.pixels.shape[along] // side, 1, BANDS))
    return [Photo(photo.name, photo.label, part) for part in np.array_split(photo.pixels, count, axis=along)]


def near_duplicates(photos: Sequence[Photo]) -> list[int]:
    """Return a number for each photo, the same for those that are one photo in other formats, sizes or qualities.

    Two are, if their thumbnails differ by little of the range of grays and by little of their own contrast. The first
    tells apart what is alike and has its own details, as things before a fixed camera; the second, pale pictures.
    """
    from scipy.sparse.csgraph import connected_components  # here, because pages need the rest of this module alone

    size = (THUMBNAIL, THUMBNAIL)
    images = (Image.fromarray(photo.pixels) for photo in photos)
    colors = np.stack([np.asarray(image.resize(size, reducing_gap=2), np.float64) for image in images])
    gray = colors @ (0.299, 0.587, 0.114)  # ITU-R BT.601, which JPEG keeps best
    variances = colors.var(axis=(1, 2, 3))
    alike = _mean_squares(gray) <= MOST_APART**2
    alike &= _mean_squares(colors) <= (1 - LEAST_CORRELATION) * np.add.outer(variances, variances)
    return connected_components(alike)[1].tolist()


def _mean_squares(pictures: np.ndarray) -> np.ndarray:
    """Return the mean squared difference of any two, float64 (n, …) → (n, n); exact where all are whole numbers."""
    flat = pictures.reshape(len(pictures), -1)
    lengths = (flat**2).sum(axis=1)
    return (np.add.outer(lengths, lengths) - 2 * flat @ flat.T) / flat.shape[1]


def augment(pictures: np.ndarray, count: int, seed: int, mirror: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Add variants of each picture in turn until there are `count`: shifted, turned, lit differently, half mirrored.

    Pictures are float32 (n, height, width, channels) in [0, 1], 1 ≤ n ≤ count, and come first. Returns as many as
    `count` of such, and integer (count,): which picture each one is made from.
    """
    if not 1 <= len(pictures) <= count:
        raise ValueError(f"Expected 1 to `count` pictures. Received: {len(pictures)}, and {count}.")
    origins = np.arange(count) % len(pictures)
    numbers = np.random.default_rng([seed, 11]).uniform(-1, 1, (count - len(pictures), 6))
    numbers[:, 3] *= mirror
    variants = (_variant(pictures[number % len(pictures)], drawn) for number, drawn in enumerate(numbers))
    return _stacked(chain(pictures, variants), count), origins


def _variant(picture: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Return a variant by six numbers in [-1, 1]. Beyond an edge lies the mirrored picture, nothing black."""
    from scipy.ndimage import affine_transform  # here, because pages need the rest of this module alone

    turn, down, right, flip, brightness, contrast = drawn
    angle = np.deg2rad(LARGEST_TURN) * turn
    sides = np.array(picture.shape[:2])
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    rotation[1] *= -1 if flip > 0 else 1
    middle, shift = (sides - 1) / 2, np.rint(FARTHEST_SHIFT * sides * [down, right])
    offset = middle - rotation @ (middle + shift)  # output pixel → input pixel, as SciPy has it
    layers = np.moveaxis(picture, -1, 0)
    moved = np.stack([affine_transform(layer, rotation, offset, order=1, mode="mirror") for layer in layers], axis=-1)
    mean = moved.mean()
    lit = mean + np.float32(1 + CONTRAST * contrast) * (moved - mean) + np.float32(BRIGHTNESS * brightness)
    return lit.clip(0, 1)
