"""The files in a zip, one after the other, never written to disk.

What a zip declares is believed where that refuses it, never where it lets it pass: reading stops at the bounds. Zips
that overlap themselves, or hold a thousand times what they weigh: D. Fifield, "A better zip bomb", WOOT 2019.
"""

import re
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, NamedTuple

from autoencoder.data.uploads.headers import START, kind_of
from autoencoder.data.uploads.limits import MB, Limits, Reason, Refusal

SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")

_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20  # of zips that may have more than 65,535 files or 4 GB
_LOCAL_SIZE = 30  # bytes before a file's name, as they stand before the file itself
_DAMAGE = (OSError, ValueError, struct.error, zlib.error)
_DOCUMENT = {"[Content_Types].xml", "META-INF/manifest.xml"}  # files in those of an office
_PICTURES = re.compile(r"(^|/)(media|Pictures)/")  # and their folders of pictures
_NO_BOMB = 200 * MB  # a zip may unpack to, however small it is
_BYTES_AN_ENTRY = 400  # in the list of contents: 46 and a path


class Entry(NamedTuple):
    """A file in a zip, as the list of contents has it."""

    path: str  # its name, folders and all; may be hostile
    offset: int  # where it begins in the zip
    packed: int  # its bytes there
    size: int  # its bytes, unpacked
    checksum: int  # of these
    deflated: bool  # whether it is packed at all
    refusal: Refusal | None  # why it is not used, if so


def is_zip(content: bytes) -> bool:
    """Return whether the bytes begin as a zip does."""
    return content.startswith(SIGNATURES)


def is_hidden(path: str) -> bool:
    """Return whether a file is one that systems add to folders, which nobody means to upload."""
    parts = re.split(r"[/\\]", path)
    return "__MACOSX" in parts or parts[-1].startswith(".") or parts[-1] in {"Thumbs.db", "desktop.ini"}


def entries(name: str, zipped: Path, limits: Limits) -> list[Entry]:
    """Return the files of a zip that somebody meant to be in it; its list of contents is measured before it is read.

    Raises:
        Refusal: If the zip as a whole cannot be used.
    """
    size = zipped.stat().st_size
    with zipped.open("rb") as file:
        file.seek(max(0, size - _LOCATOR_SIZE - _END_SIZE - _LONGEST_COMMENT))
        tail = file.read()
        end = tail.rfind(_END)
        if end < 0 or end + _END_SIZE > len(tail):
            raise Refusal(Reason.ZIP_CUT, name)
        declared, list_size = struct.unpack_from("<HI", tail, end + 10)
        if tail[max(0, end - _LOCATOR_SIZE) : end].startswith(_LOCATOR):
            declared = list_size = 0  # they stand elsewhere; until all are listed, only the process' bounds hold
        too_many = Refusal(Reason.ZIP_TOO_MANY_FILES, name, {"files": limits.most_entries})
        if declared > limits.most_entries or list_size > limits.most_entries * _BYTES_AN_ENTRY:
            raise too_many
        try:
            listed = zipfile.ZipFile(file).filelist
        except Exception as error:  # a damaged one makes the library raise a dozen kinds
            raise Refusal(Reason.ZIP_DAMAGED, name) from error
    if len(listed) > limits.most_entries:
        raise too_many
    if sum(info.file_size for info in listed) > max(_NO_BOMB, limits.most_total_ratio * size):
        raise Refusal(Reason.ZIP_BOMB, name, {"ratio": limits.most_total_ratio})
    meant = [info for info in listed if not info.filename.endswith("/") and not is_hidden(info.filename)]
    if not meant:
        raise Refusal(Reason.ZIP_EMPTY, name)
    is_document = _DOCUMENT & {info.filename for info in meant}
    if is_document:
        meant = [info for info in meant if _PICTURES.search(info.filename)]
    with zipped.open("rb") as file:
        found = [
            Entry(
                info.filename,
                info.header_offset,
                info.compress_size,
                info.file_size,
                info.CRC,
                info.compress_type == zipfile.ZIP_DEFLATED,
                _unacceptable(info, limits) or _no_picture(info, file),
            )
            for info in meant
        ]
    return [Entry(name, 0, 0, 0, 0, False, Refusal(Reason.DOCUMENT, name)), *found] if is_document else found


def unpack(zipped: Path, entry: Entry) -> bytes:
    """Return a file's bytes, never more than it declares; a Refusal if it is damaged."""
    try:
        with zipped.open("rb") as file:
            most = min(entry.packed, entry.size + entry.size // 1000 + 64)  # packing adds no more
            content = _unpacked(file, entry.offset, most, entry.size + 1 if entry.deflated else 0)
    except _DAMAGE as error:
        raise Refusal(Reason.DAMAGED_WITHIN, entry.path) from error
    if (len(content), zlib.crc32(content)) != (entry.size, entry.checksum):
        raise Refusal(Reason.DAMAGED_WITHIN, entry.path)
    return content


def _unpacked(file: BinaryIO, offset: int, packed: int, size: int) -> bytes:
    """Read so many packed bytes of a file; unpack at most `size`, or none where that is 0."""
    file.seek(offset)
    start = file.read(_LOCAL_SIZE)
    if not start.startswith(SIGNATURES[0]):
        raise ValueError("no file begins there")
    file.seek(sum(struct.unpack_from("<HH", start, 26)), 1)  # its name and what else is said of it
    content = file.read(packed)
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, size) if size else content


def _no_picture(info: zipfile.ZipInfo, file: BinaryIO) -> Refusal | None:
    """Return why a file is none by its first bytes, so that thousands of others take no time."""
    is_deflated = info.compress_type == zipfile.ZIP_DEFLATED
    try:
        kind_of(_unpacked(file, info.header_offset, min(info.compress_size, 4 * START), START * is_deflated)[:START])
    except Refusal as refusal:
        return refusal
    except _DAMAGE:  # as will be said of the whole
        pass
    return None


def _unacceptable(info: zipfile.ZipInfo, limits: Limits) -> Refusal | None:
    """Return why a file is not used whose own description speaks against it."""
    name = info.filename
    parts = re.split(r"[/\\]", name)
    if (parts[0] == "" and len(parts) > 1) or re.match(r"[A-Za-z]:", name) or ".." in parts:
        return Refusal(Reason.PATH_OUTSIDE, name)
    if len(parts) - 1 > limits.most_depth:
        return Refusal(Reason.TOO_DEEP, name, {"folders": limits.most_depth})
    if info.flag_bits & 1:
        return Refusal(Reason.LOCKED, name)
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return Refusal(Reason.NO_FILE, name)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # what needs little memory to unpack
        return Refusal(Reason.RARE_PACKING, name)
    if info.file_size > max(MB, limits.most_ratio * info.compress_size):
        return Refusal(Reason.BOMB, name, {"ratio": limits.most_ratio})
    if info.file_size > limits.most_bytes:
        return Refusal(Reason.TOO_LARGE, name, {"megabytes": limits.most_bytes / MB})
    return None
