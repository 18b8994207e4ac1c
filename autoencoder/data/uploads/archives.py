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

from autoencoder.data.uploads.limits import MB, Limits, Reason, UploadError, refused

SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")

_UNPACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # what needs little memory to unpack
_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20  # of zips for more than 65,535 files or 4 GB
_NO_BOMB = 200 * MB  # a zip may unpack to, however small it is
_BYTES_AN_ENTRY = 400  # in the list of contents: 46 and a path

Entry = tuple[str, bytes | UploadError]


def is_zip(content: bytes) -> bool:
    """Return whether the bytes begin as a zip does."""
    return content.startswith(SIGNATURES)


def is_hidden(path: str) -> bool:
    """Return whether a file is one that systems add to folders, which nobody means to upload."""
    parts = re.split(r"[/\\]", path)
    return "__MACOSX" in parts or parts[-1].startswith(".") or parts[-1] in {"Thumbs.db", "desktop.ini"}


def entries(name: str, content: bytes, limits: Limits) -> Iterator[Entry]:
    """Yield each file of a zip: its path within, and its bytes or why it is not used. Hidden files are left out.

    Args:
        name: Of the zip.
        content: The whole zip.
        limits: What is unpacked at most.

    Raises:
        UploadError: If the zip as a whole cannot be used, or unpacks to more than is allowed; what was yielded
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
                raise refused(Reason.ZIP_UNPACKED_TOO_LARGE, name, megabytes=limits.most_unpacked / MB)
            yield info.filename, _read(archive, info)


def _open(name: str, content: bytes, limits: Limits) -> zipfile.ZipFile:
    """Open a zip whose list of contents was measured before it was read."""
    if len(content) > limits.most_archive_bytes:
        raise refused(Reason.ZIP_TOO_LARGE, name, megabytes=limits.most_archive_bytes / MB)
    end = content.rfind(_END, max(0, len(content) - _END_SIZE - _LONGEST_COMMENT))
    if end < 0 or end + _END_SIZE > len(content):
        raise refused(Reason.ZIP_CUT, name)
    if content[max(0, end - _LOCATOR_SIZE) : end].startswith(_LOCATOR):
        raise refused(Reason.ZIP64, name)
    declared, list_size = struct.unpack_from("<HI", content, end + 10)
    if declared > limits.most_entries or list_size > limits.most_entries * _BYTES_AN_ENTRY:
        raise refused(Reason.ZIP_TOO_MANY_FILES, name, files=limits.most_entries)
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except Exception as error:  # a damaged one makes the library raise a dozen kinds
        raise refused(Reason.ZIP_DAMAGED, name) from error
    if len(archive.filelist) > limits.most_entries:
        raise refused(Reason.ZIP_TOO_MANY_FILES, name, files=limits.most_entries)
    if sum(info.file_size for info in archive.filelist) > max(_NO_BOMB, limits.most_total_ratio * len(content)):
        raise refused(Reason.ZIP_BOMB, name, ratio=limits.most_total_ratio)
    return archive


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | UploadError:
    try:
        with archive.open(info) as member:
            return member.read(info.file_size)
    except Exception:  # as above
        return refused(Reason.DAMAGED_WITHIN, info.filename)


def _unacceptable(info: zipfile.ZipInfo, limits: Limits) -> UploadError | None:
    """Return why a file is not used whose own description speaks against it."""
    name = info.filename
    parts = re.split(r"[/\\]", name)
    if parts[0] == "" or re.match(r"[A-Za-z]:", name) or ".." in parts:
        return refused(Reason.PATH_OUTSIDE, name)
    if len(parts) - 1 > limits.most_depth:
        return refused(Reason.TOO_DEEP, name, folders=limits.most_depth)
    if info.flag_bits & 1:
        return refused(Reason.LOCKED, name)
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return refused(Reason.NO_FILE, name)
    if info.compress_type not in _UNPACKED:
        return refused(Reason.RARE_PACKING, name)
    if info.file_size > max(MB, limits.most_ratio * info.compress_size):
        return refused(Reason.BOMB, name, ratio=limits.most_ratio)
    if info.file_size > limits.most_bytes:
        return refused(Reason.TOO_LARGE, name, megabytes=limits.most_bytes / MB)
    return None
