"""What is read at most. Every bound is checked before the bytes that it is about are decoded or unpacked."""

from dataclasses import dataclass, fields

MB = 2**20


@dataclass(frozen=True)
class Limits:
    """Bounds on what learners upload.

    No decoder can be interrupted, so the time for one file is bounded by what drives it, before it begins: its bytes,
    its pixels, the memory that its decoding needs, and (see `headers.MOST_PIECES`) the pieces that it is stored in.

    Args:
        most_files: Pictures that are used.
        most_bytes: Of one picture as it is stored.
        most_archive_bytes: Of one zip as it is stored.
        most_total_bytes: Of everything that is read, zips unpacked.
        most_pixels: That a picture declares.
        most_memory: Bytes that decoding one picture may take; photos decoded at once share it.
        most_kept: Bytes of all photos as they are kept; where they are many, they are kept smaller.
        most_entries: Files and folders in one zip.
        most_unpacked: Bytes that one zip may unpack to.
        most_ratio: How many times larger than it is stored a file of a zip may be, where it is larger than 1 MB.
        most_total_ratio: How many times larger than it is stored a whole zip may be, where that is more than 200 MB.
        most_depth: Folders within folders.
        seconds: After which no further file is begun.
        most_refusals: Single files that are named as refused; more are counted.

    Raises:
        ValueError: If a bound is not positive.
    """

    most_files: int = 2_000
    most_bytes: int = 40 * MB
    most_archive_bytes: int = 1_000 * MB
    most_total_bytes: int = 2_000 * MB
    most_pixels: int = 50_000_000
    most_memory: int = 240 * MB
    most_kept: int = 256 * MB
    most_entries: int = 10_000
    most_unpacked: int = 2_000 * MB
    most_ratio: int = 200
    most_total_ratio: int = 50
    most_depth: int = 8
    seconds: float = 120.0
    most_refusals: int = 10

    def __post_init__(self) -> None:
        for field in fields(self):
            if not getattr(self, field.name) > 0:
                raise ValueError(f"Expected `{field.name}` > 0. Received: {getattr(self, field.name)!r}.")


DEFAULT = Limits()
