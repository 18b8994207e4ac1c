"""The files in a zip, one after the other, never written to disk.

What a zip declares is believed where that refuses it, never where it lets it pass: reading stops at the bounds. Zips
that overlap themselves, or hold a thousand times what they weigh: D. Fifield, "A better zip bomb", WOOT 2019.
"""

import re
import stat
import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO

from autoencoder.data.image_dataset import PictureError
from autoencoder.data.uploads import names
from autoencoder.data.uploads.headers import ACCEPTED
from autoencoder.data.uploads.limits import MB, Limits
from autoencoder.data.uploads.reading import refusal, too_large

SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")

_UNPACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # what needs little memory to unpack
_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20  # of zips for more than 65,535 files or 4 GB
_NO_BOMB = 200 * MB  # a zip may unpack to, however small it is
_BYTES_AN_ENTRY = 400  # in the list of contents: 46 and a path

Entry = tuple[str, bytes | PictureError]


def is_archive(content: bytes) -> bool:
    """Return whether the bytes begin as a zip does."""
    return content.startswith(SIGNATURES)


def is_hidden(path: str) -> bool:
    """Return whether a file is one that systems add to folders, which nobody means to upload."""
    parts = re.split(r"[/\\]", path)
    return "__MACOSX" in parts or parts[-1].startswith(".") or parts[-1] in {"Thumbs.db", "desktop.ini"}


def entries(name: str, content: bytes, limits: Limits) -> Iterator[Entry]:
    """Each file of a zip: its path within, and its bytes or why it is not used.

    Folders, files that begin with a dot, and what macOS adds (`__MACOSX`) are passed over in silence.

    Args:
        name: Of the zip.
        content: The whole zip.
        limits: What is unpacked at most.

    Raises:
        PictureError: If the zip as a whole cannot be used, or unpacks to more than is allowed; what was yielded
            before holds.
    """
    archive = _open(name, content, limits)
    left = limits.most_unpacked
    with archive:
        for info in archive.infolist():
            if info.is_dir() or is_hidden(info.filename):
                continue
            error = _unacceptable(info, limits)
            if error is not None:
                yield info.filename, error
                continue
            left -= info.file_size  # zipfile reads no further; a file that turns out to be damaged counts as well
            if left < 0:
                raise _refused(name, f"it unpacks to more than {limits.most_unpacked / MB:,.0f} MB")
            yield info.filename, _read(archive, info)


def _open(name: str, content: bytes, limits: Limits) -> zipfile.ZipFile:
    """The zip, whose list of contents was measured before it was read."""
    if len(content) > limits.most_archive_bytes:
        raise _refused(name, f"it is larger than {limits.most_archive_bytes / MB:,.0f} MB")
    end = content.rfind(_END, max(0, len(content) - _END_SIZE - _LONGEST_COMMENT))
    if end < 0 or end + _END_SIZE > len(content):
        raise _refused(name, "its end is missing, so only a part of it has arrived")
    if content[max(0, end - _LOCATOR_SIZE) : end].startswith(_LOCATOR):
        raise _refused(name, "it is of the kind that is meant for more than 65,535 files or 4 GB")
    declared, list_size = struct.unpack_from("<HI", content, end + 10)
    if declared > limits.most_entries or list_size > limits.most_entries * _BYTES_AN_ENTRY:
        raise _too_many(name, limits)
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except Exception as error:  # a damaged one makes the library raise a dozen kinds
        raise _refused(name, "its list of contents is damaged") from error
    if len(archive.filelist) > limits.most_entries:
        raise _too_many(name, limits)
    if sum(info.file_size for info in archive.filelist) > max(_NO_BOMB, limits.most_total_ratio * len(content)):
        raise _refused(
            name, f"it would unpack to more than {limits.most_total_ratio} times its size, as a zip bomb does"
        )
    return archive


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | PictureError:
    try:
        with archive.open(info) as member:
            return member.read(info.file_size)
    except Exception:  # as above
        return refusal(info.filename, "it is damaged within the zip and cannot be unpacked")


def _unacceptable(info: zipfile.ZipInfo, limits: Limits) -> PictureError | None:
    """The sentence about a file whose own description speaks against it."""
    why = _why(info, limits)
    if why is not None:
        return refusal(info.filename, why)
    return too_large(info.filename, limits) if info.file_size > limits.most_bytes else None


def _why(info: zipfile.ZipInfo, limits: Limits) -> str | None:
    parts = re.split(r"[/\\]", info.filename)
    if parts[0] == "" or re.match(r"[A-Za-z]:", info.filename) or ".." in parts:
        return "its path leads out of the zip"
    if len(parts) - 1 > limits.most_depth:
        return f"it lies more than {limits.most_depth} folders deep"
    if info.flag_bits & 1:
        return "it is locked with a password"
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return "it is a link or a device and no file"
    if info.compress_type not in _UNPACKED:
        return "it is packed in a way that is rare in zips"
    if info.file_size > max(MB, limits.most_ratio * info.compress_size):
        return f"it would unpack to more than {limits.most_ratio} times its size, as a zip bomb does"
    return None


def _refused(name: str, why: str) -> PictureError:
    return PictureError(
        f"The zip “{names.markdown(name)}” is not used further: {why}. Accepted are zips of {ACCEPTED}."
    )


def _too_many(name: str, limits: Limits) -> PictureError:
    return PictureError(
        f"The zip “{names.markdown(name)}” is not used: it holds more than {limits.most_entries:,} files. "
        f"Accepted are zips of up to {limits.most_entries:,}; put fewer in it."
    )
