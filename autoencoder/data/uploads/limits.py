"""What is read at most, and why a file is refused: every bound is checked before anything is decoded or unpacked."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MB = 2**20
OF_A_TAB, OF_ALL = "HOURGLASS_UPLOADS_TAB_MB", "HOURGLASS_UPLOADS_MB"  # variables


@dataclass(frozen=True)
class Limits:
    """Bounds on what learners upload, beside Streamlit's `server.maxUploadSize` for one file, also for a zip.

    No decoder can be interrupted, so the time for one file is bounded by what drives it, before it begins: its bytes,
    its pixels, the memory that its decoding needs, and (see `headers.MOST_PIECES`) the pieces that it is stored in.
    What gets past that is ended with its process, see `autoencoder.training.reader`.
    """

    most_files: int = 2_000  # pictures that are used
    most_bytes: int = 40 * MB  # of one picture as it is stored
    most_total_bytes: int = 2_000 * MB  # of everything that is read, zips unpacked
    most_pixels: int = 50_000_000  # that a picture declares
    most_jpeg_pixels: int = 64_500_000  # the same of a JPEG, which is decoded at an eighth of its size: phones' largest
    most_side: int = 65_535  # pixels
    most_memory: int = 290 * MB  # that decoding one picture may take
    most_kept: int = 256 * MB  # of all photos as they are kept; where they are many, they are kept smaller
    most_entries: int = 10_000  # files and folders in one zip
    most_ratio: int = 200  # of a zip's file, unpacked to stored, where it is larger than 1 MB
    most_total_ratio: int = 50  # of a whole zip, unpacked to stored, where it unpacks to more than 200 MB
    most_depth: int = 8  # folders within folders
    seconds: float = 120.0  # of the processor, after which no further file is begun


DEFAULT = Limits()


def most_of_a_tab() -> int:
    """Return how many bytes on the disk one browser tab may take: pictures, sets and the networks trained on them."""
    return _megabytes(OF_A_TAB, 512)


def most_of_all() -> int:
    """Return the same of all tabs together, where the disk has room for that."""
    return _megabytes(OF_ALL, 2048)


def _megabytes(variable: str, default: int) -> int:
    named = os.environ.get(variable, "")
    return MB * (int(named) if named.isdecimal() and int(named) else default)


Reason = StrEnum(  # why a file is not used; `ui/uploads/refusals.toml` has a sentence for each, with its values
    "Reason",
    # a file
    "EMPTY RAW JPEG_XL JPEG_2000 VIDEO PDF ARCHIVE_WITHIN BIG_TIFF TEXT UNKNOWN_FORMAT HEADER_CUT HEADER_MISSING "
    "NO_PIXELS NO_PICTURE TOO_MANY_PIECES TOO_MUCH_METADATA STRAY_BYTES RARE_JPEG RUN_LENGTHS TOO_LARGE "
    "TOO_MANY_PIXELS TOO_LONG TOO_LITTLE_MEMORY TOO_MUCH_WORK CUT COLORS DAMAGED UNREADABLE "
    # a file in a zip
    "PATH_OUTSIDE TOO_DEEP LOCKED NO_FILE RARE_PACKING BOMB DAMAGED_WITHIN "
    # a whole zip
    "ZIP_CUT ZIP_EMPTY ZIP_TOO_LARGE ZIP_TOO_MANY_FILES ZIP_DAMAGED ZIP_BOMB "
    # of which only some files are used
    "DOCUMENT "
    # what is beyond the limits of all files together
    "TOO_MANY_FILES TOO_MUCH_IN_ALL TOO_SLOW TAB_FULL ALL_FULL DISK",
)


@dataclass
class Refusal(ValueError):
    """Raised, and kept, where a file is not used. `ui.uploads.text` says why to the learner."""

    reason: Reason
    name: str = ""  # of the file, as it was uploaded; may be hostile. Empty for limits of all files together
    values: Mapping[str, float | str] = field(default_factory=dict)  # of the reason: sizes, counts and limits
