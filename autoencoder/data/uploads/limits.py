"""What is read at most, and why a file is refused: every bound is checked before anything is decoded or unpacked."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MB = 2**20
OF_A_TAB, OF_ALL = "HOURGLASS_UPLOADS_TAB_MB", "HOURGLASS_UPLOADS_MB"  # variables

# Bounds on what learners upload, beside Streamlit's `server.maxUploadSize` for one file, also for a zip. No decoder can
# be interrupted, so the time for one file is bounded by what drives it, before it begins: its bytes, its pixels, the
# memory that its decoding needs, and (see `headers.MOST_PIECES`) the pieces that it is stored in. What gets past is
# ended with its process, see `autoencoder.training.reader`.
MOST_FILES = 2_000  # pictures that are used
MOST_BYTES = 40 * MB  # of one picture as it is stored
MOST_TOTAL_BYTES = 2_000 * MB  # of everything that is read, zips unpacked
MOST_PIXELS = 50_000_000  # that a picture declares
MOST_JPEG_PIXELS = 64_500_000  # the same of a JPEG, which is decoded at an eighth of its size: phones' largest
LONGEST_SIDE = 65_535  # pixels
MOST_MEMORY = 290 * MB  # that decoding one picture may take
MOST_KEPT = 256 * MB  # of all photos as they are kept; where they are many, they are kept smaller
MOST_ENTRIES = 10_000  # files and folders in one zip
MOST_RATIO = 200  # of a zip's file, unpacked to stored, where it is larger than 1 MB
MOST_TOTAL_RATIO = 50  # of a whole zip, unpacked to stored, where it unpacks to more than 200 MB
MOST_DEPTH = 8  # folders within folders
MOST_SECONDS = 120.0  # of the processor, after which no further file is begun


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
