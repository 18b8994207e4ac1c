"""The files in a zip, one after the other, never written to disk.

What a zip declares is believed where that refuses it, never where it lets it pass: reading stops at the bounds. Zips
that overlap themselves, or hold a thousand times what they weigh: D. Fifield, "A better zip bomb", WOOT 2019.
"""

import re
import stat
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from autoencoder.data.uploads import limits
from autoencoder.data.uploads.headers import START, kind_of
from autoencoder.data.uploads.limits import MB, Reason, Refusal

SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")

_DAMAGE = (OSError, ValueError, struct.error, zlib.error)
_DOCUMENT = {"[Content_Types].xml", "META-INF/manifest.xml"}  # files in those of an office
_PICTURES = re.compile(r"(^|/)(media|Pictures)/")  # and their folders of pictures
_NO_BOMB = 200 * MB  # a zip may unpack to, however small it is


def is_zip(content: bytes) -> bool:
    """Return whether the bytes begin as a zip does."""
    return content.startswith(SIGNATURES)


def is_hidden(path: str) -> bool:
    """Return whether a file is one that systems add to folders, which nobody means to upload."""
    parts = re.split(r"[/\\]", path)
    return "__MACOSX" in parts or parts[-1].startswith(".") or parts[-1] in {"Thumbs.db", "desktop.ini"}


def entries(zipped: Path) -> list[zipfile.ZipInfo | Refusal]:
    """Return each file that somebody meant to be in a zip, or why it is not used; a Refusal if the whole is not."""
    with zipped.open("rb") as file:
        try:
            listed = zipfile.ZipFile(file).filelist
        except Exception as error:  # a damaged one makes the library raise a dozen kinds
            is_cut = str(error) == "File is not a zip file"  # its last part is not there
            raise Refusal(Reason.ZIP_CUT if is_cut else Reason.ZIP_DAMAGED) from error
        if len(listed) > limits.MOST_ENTRIES:
            raise Refusal(Reason.ZIP_TOO_MANY_FILES, values={"files": limits.MOST_ENTRIES})
        if sum(info.file_size for info in listed) > max(_NO_BOMB, limits.MOST_TOTAL_RATIO * zipped.stat().st_size):
            raise Refusal(Reason.ZIP_BOMB, values={"ratio": limits.MOST_TOTAL_RATIO})
        meant = [info for info in listed if not info.filename.endswith("/") and not is_hidden(info.filename)]
        if not meant:
            raise Refusal(Reason.ZIP_EMPTY)
        is_document = not _DOCUMENT.isdisjoint(info.filename for info in meant)
        used = [info for info in meant if not is_document or _PICTURES.search(info.filename)]
        found = [_unacceptable(info) or _no_picture(info, file) or info for info in used]
        return [Refusal(Reason.DOCUMENT), *found] if is_document else found


def unpack(zipped: Path, entry: zipfile.ZipInfo) -> bytes:
    """Return a file's bytes, never more than it declares; a Refusal if it is damaged."""
    try:
        with zipped.open("rb") as file:
            most = min(entry.compress_size, entry.file_size + entry.file_size // 1000 + 64)  # packing adds no more
            content = _unpacked(file, entry, most, entry.file_size + 1)
    except _DAMAGE as error:
        raise Refusal(Reason.DAMAGED_WITHIN) from error
    if (len(content), zlib.crc32(content)) != (entry.file_size, entry.CRC):
        raise Refusal(Reason.DAMAGED_WITHIN)
    return content


def _unpacked(file: BinaryIO, entry: zipfile.ZipInfo, packed: int, size: int) -> bytes:
    """Read so many packed bytes of a file; unpack at most `size`, where it is packed at all."""
    file.seek(entry.header_offset)
    start = file.read(30)  # the bytes before its name
    if not start.startswith(SIGNATURES[0]):
        raise ValueError("no file begins there")
    file.seek(sum(struct.unpack_from("<HH", start, 26)), 1)  # the name and what else is said of it
    content = file.read(packed)
    is_deflated = entry.compress_type == zipfile.ZIP_DEFLATED
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, size) if is_deflated else content


def _no_picture(info: zipfile.ZipInfo, file: BinaryIO) -> Refusal | None:
    """Return why a file is none by its first bytes, so that thousands of others take no time."""
    try:
        kind_of(_unpacked(file, info, min(info.compress_size, 4 * START), START)[:START])
    except Refusal as refusal:
        return replace(refusal, name=info.filename)
    except _DAMAGE:  # as will be said of the whole
        pass
    return None


def _unacceptable(info: zipfile.ZipInfo) -> Refusal | None:
    """Return why a file is not used whose own description speaks against it."""
    name = info.filename
    parts = re.split(r"[/\\]", name)
    outside = (parts[0] == "" and len(parts) > 1) or re.match(r"[A-Za-z]:", name) or ".." in parts
    is_usual = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what needs little memory to unpack
    checks: tuple[tuple[object, Reason, dict[str, float]], ...] = (
        (outside, Reason.PATH_OUTSIDE, {}),
        (len(parts) - 1 > limits.MOST_DEPTH, Reason.TOO_DEEP, {"folders": limits.MOST_DEPTH}),
        (info.flag_bits & 1, Reason.LOCKED, {}),
        (stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG), Reason.NO_FILE, {}),
        (not is_usual, Reason.RARE_PACKING, {}),
        (info.file_size > max(MB, limits.MOST_RATIO * info.compress_size), Reason.BOMB, {"ratio": limits.MOST_RATIO}),
        (info.file_size > limits.MOST_BYTES, Reason.TOO_LARGE, {"megabytes": limits.MOST_BYTES / MB}),
    )
    return next((Refusal(reason, name, values) for holds, reason, values in checks if holds), None)
