"""Why a file that was uploaded is not used. `ui.uploads.refusals` says it to the learner."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto

from autoencoder.data.image_dataset import PictureError


class Reason(StrEnum):
    """Why; in parentheses the values that belong to it."""

    # a file
    EMPTY = auto()
    HEIC = auto()
    AVIF = auto()
    VIDEO = auto()
    PDF = auto()
    ARCHIVE_WITHIN = auto()
    BIG_TIFF = auto()
    TEXT = auto()
    UNKNOWN_FORMAT = auto()
    HEADER_CUT = auto()
    HEADER_MISSING = auto()
    NO_PIXELS = auto()  # (width, height)
    NO_PICTURE = auto()
    TOO_MANY_PIECES = auto()  # (pieces)
    TOO_MUCH_METADATA = auto()  # (megabytes)
    STRAY_BYTES = auto()
    RARE_JPEG = auto()
    RUN_LENGTHS = auto()  # (megabytes)
    TOO_LARGE = auto()  # (megabytes)
    TOO_MANY_PIXELS = auto()  # (width, height, megapixels)
    TOO_LITTLE_MEMORY = auto()
    CUT = auto()
    COLORS = auto()
    DAMAGED = auto()
    UNREADABLE = auto()
    # a file in a zip
    PATH_OUTSIDE = auto()
    TOO_DEEP = auto()  # (folders)
    LOCKED = auto()
    NO_FILE = auto()
    RARE_PACKING = auto()
    BOMB = auto()  # (ratio)
    DAMAGED_WITHIN = auto()
    # a whole zip
    ZIP_TOO_LARGE = auto()  # (megabytes)
    ZIP_UNPACKED_TOO_LARGE = auto()  # (megabytes)
    ZIP_CUT = auto()
    ZIP64 = auto()
    ZIP_TOO_MANY_FILES = auto()  # (files)
    ZIP_DAMAGED = auto()
    ZIP_BOMB = auto()  # (ratio)
    # what is beyond the limits of all files together
    TOO_MANY_FILES = auto()  # (files)
    TOO_MUCH_IN_ALL = auto()  # (megabytes)
    TOO_SLOW = auto()  # (seconds)
    TOO_MANY_KEPT = auto()  # (files)
    MORE = auto()  # (files): further files, each for a reason of its own


@dataclass(frozen=True)
class Refusal:
    """What is not used, and why.

    Args:
        reason: Why.
        name: Of the file, as it was uploaded; may be hostile. "" for limits of all files together.
        values: Of the reason: sizes, counts and limits.
    """

    reason: Reason
    name: str = ""
    values: Mapping[str, float | str] = field(default_factory=dict)


class UploadError(PictureError):
    """A file is not used.

    Args:
        refusal: Which, and why.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)  # so that it can be pickled
        self.refusal = refusal


def refused(reason: Reason, name: str = "", **values: float | str) -> UploadError:
    """Return the error that says so."""
    return UploadError(Refusal(reason, name, values))
