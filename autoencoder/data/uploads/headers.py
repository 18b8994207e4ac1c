"""What a picture's first bytes declare, read here before any decoder sees them.

Decoders trust what they are given: a file of a hundred bytes may declare a billion pixels, or be cut into millions of
pieces that each take a moment, and Pillow's own `open` goes through some of these. So the format is told by its
signature, never by the name, and size and pieces are read by the few lines below, which stop early.
"""

import math
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from operator import mul
from typing import NamedTuple

from autoencoder.data.uploads import limits
from autoencoder.data.uploads.limits import MB, Reason, Refusal

START = 80  # bytes that tell a format
MOST_PIECES = 5_000  # segments, blocks or tags before the pixels of a picture
MOST_OTHER_CHUNKS = 500  # chunks of a PNG that are no pixels
MOST_CHUNKS = 100_000  # of a PNG; large ones are stored in chunks of 8 kB
USUAL_SCANS, MOST_SCANS = 12, 100  # of a progressive JPEG; programs write ten
MOST_SCANNED = 400_000_000  # pixels in all scans of a progressive JPEG together: each goes through all of them
MOST_STRIPS = 20_000  # of a TIFF
MOST_METADATA = 16 * MB  # bytes before the pixels of a JPEG: previews, depth maps, color profiles
STRIPS = 20 * MB  # bytes that converting a picture takes, a strip at a time
ODD = 100  # bytes a pixel, where no size that is accepted is worth saying: a tile may be larger than its picture
MOST_RUN_LENGTHS = 2 * MB  # bytes of a BMP that is packed by run lengths, which Python unpacks one by one

_MARKER = re.compile(rb"\xff[^\x00\xff]")
_SCAN_ENDS = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_RARE_JPEGS = {0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
_MAIN, _SIZE = re.compile(rb"meta\0{4}"), re.compile(rb"ispe\0{4}(.{4})(.{4})", re.S)  # of HEIC and AVIF
_PLAIN = re.compile(rb"hvcC.{16}[\xfc\xfd]\xf8\xf8", re.S)  # HEVC of 8 bits, with the colors of phones
_HDR = re.compile(rb"colrnclx..\0[\x10\x12]", re.S)  # brighter than white, which nothing here tells how to show
_OTHERS: Mapping[Reason, re.Pattern[bytes]] = {
    Reason.RAW: re.compile(rb".{4}ftypcrx |II\*\0.{4}CR|FUJIFILM|II(U\0|R[OS])", re.S),
    Reason.JPEG_XL: re.compile(rb"\xff\x0a|\0\0\0\x0cJXL "),
    Reason.JPEG_2000: re.compile(rb"\xff\x4f\xff\x51|\0\0\0\x0cjP  "),
    Reason.VIDEO: re.compile(rb".{4}ftyp(iso|mp4|avc|qt|M4V|3g|dash|MSNV|f4v)|\x1aE\xdf\xa3|RIFF.{4}AVI ", re.S),
    Reason.PDF: re.compile(rb"%PDF"),
    Reason.ARCHIVE_WITHIN: re.compile(rb"PK\x03\x04|PK\x05\x06|Rar!|7z\xbc\xaf|\x1f\x8b|BZh|\xfd7zXZ"),
    Reason.BIG_TIFF: re.compile(rb"II\x2b\x00|MM\x00\x2b"),
    Reason.TEXT: re.compile(rb"(\xef\xbb\xbf)?\s{0,60}<"),
}


class Header(NamedTuple):
    """What a picture declares of itself."""

    format: str  # a key of `FORMATS`
    pixels: int


def kind_of(start: bytes) -> str:
    """Return the format, a key of `FORMATS`, of a file with these first bytes; a Refusal if it is none of these."""
    for kind, (signature, _) in FORMATS.items():
        if signature.match(start):
            return kind
    others = (reason for reason, signature in _OTHERS.items() if signature.match(start))
    raise Refusal(next(others, Reason.UNKNOWN_FORMAT) if start else Reason.EMPTY)


def read_header(content: bytes) -> Header:
    """Return what a whole file declares; of its content only a header, and what counts the pieces, is looked at.

    A Refusal if it is no picture of an accepted format, is stored in too many pieces, or is beyond the limits.
    """
    if len(content) > limits.MOST_BYTES:
        raise Refusal(Reason.TOO_LARGE, values={"megabytes": limits.MOST_BYTES / MB})
    kind = kind_of(content)
    try:
        width, height, bytes_a_pixel = FORMATS[kind][1](content)
    except (struct.error, IndexError):
        raise Refusal(Reason.HEADER_CUT) from None
    size = {"width": width, "height": height}
    if width < 1 or height < 1:
        raise Refusal(Reason.NO_PIXELS, values=size)
    most = limits.MOST_JPEG_PIXELS if kind == "JPEG" else limits.MOST_PIXELS
    most = min(most, int((limits.MOST_MEMORY - len(content) - STRIPS) / bytes_a_pixel))
    if width * height > most:
        if bytes_a_pixel > ODD:
            raise Refusal(Reason.TOO_LITTLE_MEMORY)
        raise Refusal(Reason.TOO_MANY_PIXELS, values={**size, "megapixels": most / 1e6})
    if max(width, height) > limits.LONGEST_SIDE:
        raise Refusal(Reason.TOO_LONG, values={**size, "side": limits.LONGEST_SIDE})
    return Header(kind, width * height)


# Each format: content → width, height, bytes of memory for each pixel, as measured; no other is ever decoded


def _png(content: bytes) -> tuple[int, int, float]:
    width, height, depth, kind = struct.unpack_from(">IIBB", content, 16)
    if content[12:16] != b"IHDR":
        raise Refusal(Reason.HEADER_MISSING)
    place, chunks, others, pictures = 8, 0, 0, 1
    while place + 8 <= len(content):
        length, name = struct.unpack_from(">I4s", content, place)
        chunks, others = chunks + 1, others + (name not in (b"IDAT", b"fdAT", b"fcTL"))
        pictures = 3 if name == b"acTL" else pictures  # a film's second one is laid over the first
        if chunks > MOST_CHUNKS or others > MOST_OTHER_CHUNKS:
            raise Refusal(Reason.TOO_MANY_PIECES, values={"pieces": "chunks"})
        place += length + 12
    samples = {2: 3, 4: 2, 6: 4}.get(kind, 1)
    return width, height, pictures * max(samples * depth / 8, 4 if samples > 1 else 1)  # 16 bits take long to unpack


def _jpeg(content: bytes) -> tuple[int, int, float]:
    """One that comes in several scans is held as its coefficients, two bytes each; others are scaled down in strips."""
    width = height = scans = metadata = 0
    coefficients, colors = 0.0, 1
    is_whole = False
    for marker, start, length in _jpeg_segments(content):
        scans += marker == 0xDA
        is_whole |= marker == 0xDA and content[start + 2] < colors
        metadata += length if scans == 0 else 0
        if scans > MOST_SCANS:
            raise Refusal(Reason.TOO_MANY_PIECES, values={"pieces": "scans"})
        if metadata > MOST_METADATA:
            raise Refusal(Reason.TOO_MUCH_METADATA, values={"megabytes": MOST_METADATA / MB})
        if marker in _RARE_JPEGS:
            raise Refusal(Reason.RARE_JPEG)
        if 0xC0 <= marker <= 0xC2:
            tall, wide, layers = struct.unpack_from(">HHB", content, start + 3)
            width, height, colors = max(width, wide), max(height, tall), max(colors, layers)
            is_whole |= marker == 0xC2
            coefficients = max(coefficients, _jpeg_samples(content[start + 8 : start + 8 + 3 * layers]))
    if scans > USUAL_SCANS and scans * width * height > MOST_SCANNED:
        raise Refusal(Reason.TOO_MANY_PIECES, values={"pieces": "scans"})
    return width, height, 2 * coefficients * is_whole + 0.5


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, place of its length, length) of each segment up to the picture's end."""
    place, within_scan = 2, False
    for _ in range(MOST_PIECES):
        found = (_SCAN_ENDS if within_scan else _MARKER).search(content, place)
        if found is None:
            return
        if not within_scan and found.start() - place > MOST_PIECES:
            raise Refusal(Reason.STRAY_BYTES)
        marker = content[found.end() - 1]
        if marker == 0xD9:
            return
        place = found.end()
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            continue
        if place + 2 > len(content):
            return
        (length,) = struct.unpack_from(">H", content, place)
        yield marker, place, length
        within_scan = within_scan or marker == 0xDA
        place += max(2, length)
    raise Refusal(Reason.TOO_MANY_PIECES, values={"pieces": "segments"})


def _jpeg_samples(layers: bytes) -> float:
    """Samples for each pixel: 3 for full color, 1.5 where color is stored at half the resolution each way."""
    across, down = [layer >> 4 for layer in layers[1::3]], [layer & 15 for layer in layers[1::3]]
    return sum(map(mul, across, down)) / max(1, max(across, default=0) * max(down, default=0))


def _gif(content: bytes) -> tuple[int, int, float]:
    """The screen, or the first picture on it where that reaches further."""
    width, height = struct.unpack_from("<HH", content, 6)
    place = 13 + (3 << (content[10] & 7) + 1 if content[10] & 128 else 0)
    for _ in range(MOST_PIECES):
        if content[place] == 0x2C:
            left, top, across, down = struct.unpack_from("<HHHH", content, place + 1)
            return max(width, left + across), max(height, top + down), 2.5
        if content[place] == 0x21:
            place += 2
            while content[place]:
                place += 1 + content[place]
                if place > MOST_PIECES * 256:
                    raise Refusal(Reason.TOO_MANY_PIECES, values={"pieces": "blocks"})
        elif content[place] == 0x3B:
            raise Refusal(Reason.NO_PICTURE)
        place += 1
    raise Refusal(Reason.TOO_MANY_PIECES, values={"pieces": "blocks"})


def _bmp(content: bytes) -> tuple[int, int, float]:
    layout = "<HHHH" if struct.unpack_from("<I", content, 14) == (12,) else "<IiHHI"
    width, height, _, depth, packing = (*struct.unpack_from(layout, content, 18), 0)[:5]  # old ones are never packed
    run_lengths = packing in (1, 2)  # slow, so only small ones pass
    if run_lengths and len(content) > MOST_RUN_LENGTHS:
        raise Refusal(Reason.RUN_LENGTHS, values={"megabytes": MOST_RUN_LENGTHS / MB})
    return width, abs(height), 60 if run_lengths else 4 if depth > 8 else 1


def _webp(content: bytes) -> tuple[int, int, float]:
    """The decoder holds two canvases, and Pillow two copies."""
    place = 12
    for _ in range(MOST_PIECES):
        if place + 8 > len(content):
            break
        (length,) = struct.unpack_from("<I", content, place + 4)
        place += 8 + length + length % 2
    else:
        raise Refusal(Reason.TOO_MANY_PIECES, values={"pieces": "chunks"})
    if content[12:16] == b"VP8X":
        width, height = (int.from_bytes(content[place : place + 3], "little") for place in (24, 27))
        return (width + 1, height + 1, 16.3) if len(content) >= 30 else (0, 0, 16.3)
    if content[12:16] == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, 16.3
    width, height = struct.unpack_from("<HH", content, 26)
    return width & 0x3FFF, height & 0x3FFF, 16.3


def _tiff(content: bytes) -> tuple[int, int, float]:
    """Only the first picture's tags. The strips or tiles that are unpacked at once count beside the picture."""
    tags = tiff_tags(content)
    if 50706 in tags:
        raise Refusal(Reason.RAW)
    width, height = tags.get(256, 0), tags.get(257, 0)
    depth = tags.get(258, 1) * tags.get(277, 1) / 8
    if not (width and height):
        return width, height, 0
    tile = tags.get(322, width) * tags.get(323, 0) or width * min(height, tags.get(278, height))
    turned = tags.get(274, 1) > 1
    return width, height, 4.2 + 4 * turned + depth * (tile / (width * height) + (tags.get(258, 1) > 8) * 2)


def tiff_tags(content: bytes) -> dict[int, int]:
    """Return the first picture's tags: tag → its first value, where that is a whole number."""
    order = "<" if content.startswith(b"II") else ">"
    (place,) = struct.unpack_from(f"{order}I", content, 4)
    (count,) = struct.unpack_from(f"{order}H", content, place)
    if count > MOST_PIECES:
        raise Refusal(Reason.TOO_MANY_PIECES, values={"pieces": "tags"})
    tags = {}
    for number in range(count):
        at = place + 2 + 12 * number
        tag, kind, values = struct.unpack_from(f"{order}HHI", content, at)
        if values > MOST_STRIPS and kind not in (1, 2, 6, 7):
            raise Refusal(Reason.TOO_MANY_PIECES, values={"pieces": "strips"})
        letter = {1: "B", 3: "H", 4: "I"}.get(kind)
        if letter and values:
            inside = values * struct.calcsize(f"={letter}") <= 4
            where = at + 8 if inside else struct.unpack_from(f"{order}I", content, at + 8)[0]
            (tags[tag],) = struct.unpack_from(f"{order}{letter}", content, where)
    return tags


def _heif(content: bytes) -> tuple[int, int, float]:
    """The largest of the pictures within: the others are its tiles and previews. 10 bits, and AVIF, take as much."""
    found = _MAIN.search(content)
    (length,) = struct.unpack_from(">I", content, found.start() - 4) if found else (0,)
    main = content[found.start() : found.start() + length] if found else b""
    if main.count(b"infe") > MOST_PIECES:
        raise Refusal(Reason.TOO_MANY_PIECES, values={"pieces": "tiles"})
    if _HDR.search(main) and b"colrprof" not in main and b"tmap" not in main:  # else that is of another rendition
        raise Refusal(Reason.COLORS)
    sizes = [(int.from_bytes(width, "big"), int.from_bytes(height, "big")) for width, height in _SIZE.findall(main)]
    is_plain = len(_PLAIN.findall(main)) == main.count(b"hvcC") > 0
    return *max(sizes, key=math.prod, default=(0, 0)), 5.3 if is_plain else 10.5


FORMATS: Mapping[str, tuple[re.Pattern[bytes], Callable[[bytes], tuple[int, int, float]]]] = {
    "PNG": (re.compile(rb"\x89PNG\r\n\x1a\n"), _png),
    "JPEG": (re.compile(rb"\xff\xd8\xff"), _jpeg),
    "WEBP": (re.compile(rb"RIFF.{4}WEBP", re.S), _webp),
    "BMP": (re.compile(rb"BM"), _bmp),
    "GIF": (re.compile(rb"GIF8[79]a"), _gif),
    "TIFF": (re.compile(rb"II\*\x00(?!.{4}CR)|MM\x00\*", re.S), _tiff),
    "AVIF": (re.compile(rb".{4}ftyp(avi[fs]|(mif1|msf1).{4}(.{4}){0,9}avi[fs])", re.S), _heif),
    "HEIF": (re.compile(rb".{4}ftyp(hei[cxms]|hev[cxms]|mif1|msf1)", re.S), _heif),
}
