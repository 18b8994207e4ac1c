"""Files to read, good, broken and hostile; all of them made here."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO

import numpy as np
import pillow_heif
from PIL import Image

from autoencoder.data.uploads.limits import Reason

EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "BMP": "bmp", "GIF": "gif", "TIFF": "tif"}
EXTENSIONS |= {"AVIF": "avif", "HEIF": "heic"}
FAST = {"AVIF": {"speed": 10}, "HEIF": {"enc_params": {"preset": "ultrafast"}}}
MB = 2**20
pillow_heif.register_heif_opener()


def scene(width: int = 64, height: int = 48, seed: int = 0) -> Image.Image:
    """Smooth blobs of color, so that every format keeps it nearly as it is."""
    grains = np.random.default_rng(seed).integers(0, 256, (5, 6, 3), np.uint8)
    return Image.fromarray(grains).resize((width, height), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **FAST.get(kind, {}), **options)
    return buffer.getvalue()


def turned(kind: str, orientation: int, image: Image.Image | None = None) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image or scene(), kind, exif=exif.tobytes())


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, pixels: bytes, *before: bytes, depth: int = 8, kind: int = 2, interlaced: int = 0):
    """A PNG whose header says what it likes."""
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced)
    parts = [chunk(b"IHDR", header), *before, chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def zeros(count: int) -> bytes:
    """So many zero bytes, packed, without ever having them all."""
    packer = zlib.compressobj(1)
    block = bytes(MB)
    whole = [packer.compress(block) for _ in range(count // MB)]
    return b"".join([*whole, packer.compress(bytes(count % MB)), packer.flush()])


def bmp(width: int, height: int, packing: int, pixels: bytes) -> bytes:
    palette = bytes(1024)
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, packing, len(pixels), 0, 0, 256, 0)
    start = 14 + len(header) + len(palette)
    return struct.pack("<2sIHHI", b"BM", start + len(pixels), 0, 0, start) + header + palette + pixels


def tiff(tags: Mapping[int, tuple[int, int, int]], rest: bytes = b"") -> bytes:
    """Little-endian, one directory: tag → (type, count, value or place)."""
    entries = b"".join(struct.pack("<HHII", tag, *value) for tag, value in sorted(tags.items()))
    return b"II*\x00" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + rest


def gray_tiff(width: int, height: int, **changes: tuple[int, int, int]) -> bytes:
    tags = {256: (4, 1, width), 257: (4, 1, height), 258: (3, 1, 8), 259: (3, 1, 1), 262: (3, 1, 1)}
    tags |= {273: (4, 1, 200), 277: (3, 1, 1), 278: (4, 1, height), 279: (4, 1, 64)}
    return tiff(tags | {int(tag[1:]): value for tag, value in changes.items()}, bytes(20_000))


def more_scans(count: int, side: int = 2000) -> bytes:
    """A progressive JPEG whose last scan comes `count` times."""
    whole = encoded(scene(side, side), "JPEG", progressive=True)
    last = whole.rfind(b"\xff\xda")
    return whole[:last] + whole[last:-2] * count + b"\xff\xd9"


def webp_of_chunks(count: int) -> bytes:
    body = (
        b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + b"\x3f\x00\x00\x2f\x00\x00" + b"junk\x00\x00\x00\x00" * count
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def animated(kind: str, frames: int = 3) -> bytes:
    """Its first picture is `scene()`."""
    rest = [scene(seed=number) for number in range(1, frames)]
    return encoded(scene(), kind, save_all=True, append_images=rest, duration=50)


def locked(content: bytes) -> bytes:
    """A zip whose first file says that it is locked with a password."""
    changed = bytearray(content)
    changed[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


def linked() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def lying(content: bytes, claimed: int) -> bytes:
    """A zip whose first file claims another unpacked size."""
    changed = bytearray(content)
    place = content.index(b"PK\x01\x02")
    struct.pack_into("<I", changed, place + 24, claimed)
    struct.pack_into("<I", changed, 22, claimed)
    return bytes(changed)


def of_64_bits(content: bytes) -> bytes:
    """A zip as programs write it that do not know how much will come."""
    end = content.rindex(b"PK\x05\x06")
    listed, size, start = struct.unpack_from("<HII", content, end + 10)
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, listed, listed, size, start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    return content[:end] + record + locator + b"PK\x05\x06" + bytes(4) + b"\xff" * 12 + bytes(2)


def overlapping(entries: int) -> bytes:
    """A zip whose list names one damaged file over and over, 30 MB each time it is unpacked."""
    noise = np.random.default_rng(0).bytes(MB // 4)
    whole = zipped({"1.png": PNG + noise + bytes(30 * MB)})
    start, end = whole.index(b"PK\x01\x02"), whole.index(b"PK\x05\x06")
    record = bytearray(whole[start:end])
    record[16] ^= 1  # the checksum
    listed = bytes(record) * entries
    return whole[:start] + listed + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, entries, entries, len(listed), start, 0)


PNG, JPEG = encoded(scene(), "PNG"), encoded(scene(), "JPEG")
WHOLE = {kind: encoded(scene(), kind) for kind in EXTENSIONS}
JPEG_SEGMENT = b"\xff\xfe\x00\x02"

ACCEPTED: Mapping[str, bytes] = {
    **{f"plain.{EXTENSIONS[kind]}": content for kind, content in WHOLE.items()},
    **{f"really {kind}.txt": content for kind, content in WHOLE.items()},
    "one pixel.png": encoded(scene(1, 1), "PNG"),
    "a line.png": encoded(scene(3000, 1), "PNG"),
    "16 bits.png": encoded(Image.fromarray(np.arange(0, 65_536, 16, np.uint16).reshape(64, 64)), "PNG"),
    "16 bits.tif": encoded(Image.fromarray(np.arange(0, 65_536, 16, np.uint16).reshape(64, 64)), "TIFF"),
    "floats.tif": encoded(Image.fromarray(np.linspace(-1, 1, 4096, dtype=np.float32).reshape(64, 64)), "TIFF"),
    "palette.png": encoded(scene().convert("P"), "PNG"),
    "palette.bmp": encoded(scene().convert("P"), "BMP"),
    "one bit.tif": encoded(scene().convert("1"), "TIFF", compression="group4"),
    "cmyk.jpg": encoded(scene().convert("CMYK"), "JPEG"),
    "cmyk.tif": encoded(scene().convert("CMYK"), "TIFF"),
    "progressive.jpg": encoded(scene(), "JPEG", progressive=True),
    "tiled.tif": encoded(scene(), "TIFF", compression="tiff_lzw"),
    **{f"animated.{EXTENSIONS[kind]}": animated(kind) for kind in ("PNG", "GIF", "WEBP", "TIFF")},
    **{f"turned.{EXTENSIONS[kind]}": turned(kind, 6) for kind in ("PNG", "JPEG", "WEBP", "TIFF")},
    "transparent.png": encoded(Image.new("RGBA", (20, 20), (255, 0, 0, 0)), "PNG"),
    "run lengths.bmp": bmp(4, 2, 1, b"\x04\x01\x00\x00\x04\x02\x00\x01"),
    "two in one, as phones write.jpg": encoded(scene(), "MPO", save_all=True, append_images=[scene(20, 20)]),
    "fifty scans.jpg": more_scans(50),
}

CUT = {  # every tenth of every format: some are whole enough, the others are refused
    f"{tenth} tenths.{EXTENSIONS[kind]}": content[: len(content) * tenth // 10]
    for kind, content in WHOLE.items()
    for tenth in range(1, 10)
}

REFUSED: Mapping[str, tuple[Callable[[], bytes], Reason]] = {
    "zero.png": (lambda: b"", Reason.EMPTY),
    "noise.jpg": (lambda: np.random.default_rng(0).bytes(5000), Reason.UNKNOWN_FORMAT),
    "drawing.svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", Reason.TEXT),
    "page.png": (lambda: b"<!doctype html><script>alert(1)</script>", Reason.TEXT),
    "phone.heic": (lambda: b"\0\0\0\x18ftypheic" + bytes(50), Reason.NO_PIXELS),
    "camera.cr3": (lambda: b"\0\0\0\x18ftypcrx " + bytes(50), Reason.RAW),
    "camera.cr2": (lambda: b"II*\0\x10\0\0\0CR" + bytes(50), Reason.RAW),
    "camera.dng": (lambda: gray_tiff(16, 16, t50706=(1, 4, 1)), Reason.RAW),
    "new.jxl": (lambda: b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl " + bytes(50), Reason.JPEG_XL),
    "paper.jpg": (lambda: b"%PDF-1.7" + bytes(50), Reason.PDF),
    "script.eps": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", Reason.UNKNOWN_FORMAT),
    "portable.ppm": (lambda: b"P6 2 2 255 " + bytes(12), Reason.UNKNOWN_FORMAT),
    "nested.7z": (lambda: b"7z\xbc\xaf\x27\x1c" + bytes(50), Reason.ARCHIVE_WITHIN),
    "big.tif": (lambda: b"II\x2b\x00\x08\x00\x00\x00" + bytes(60), Reason.BIG_TIFF),
    "no pixels.png": (lambda: png(0, 5, zeros(10)), Reason.NO_PIXELS),
    "bomb.png": (lambda: png(30_000, 30_000, zeros(1000)), Reason.TOO_MANY_PIXELS),
    "a thread.png": (lambda: png(1, 50_000_000, zeros(100_000_000), kind=0), Reason.TOO_LONG),
    "a long line.png": (lambda: png(50_000_000, 1, zeros(50_000_001), kind=0), Reason.TOO_LONG),
    "scans over many pixels.jpg": (lambda: more_scans(90, 3000), Reason.TOO_MANY_PIECES),
    "bomb.gif": (lambda: b"GIF89a" + struct.pack("<HHBBB", 30_000, 30_000, 0, 0, 0) + bytes(9), Reason.HEADER_CUT),
    "wide frame.gif": (
        lambda: b"GIF89a\1\0\1\0\0\0\0," + struct.pack("<HHHHB", 0, 0, 30_000, 30_000, 0) + b"\x02\x00;",
        Reason.TOO_MANY_PIXELS,
    ),
    "bomb.webp": (
        lambda: b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (29_999).to_bytes(3, "little") * 2 + bytes(8),
        Reason.TOO_MANY_PIXELS,
    ),
    "bomb.bmp": (lambda: bmp(30_000, 30_000, 0, bytes(100)), Reason.TOO_MANY_PIXELS),
    "bomb.tif": (lambda: gray_tiff(30_000, 30_000), Reason.TOO_MANY_PIXELS),
    "bomb.jpg": (
        lambda: JPEG.replace(struct.pack(">HH", 48, 64), struct.pack(">HH", 30_000, 30_000), 1),
        Reason.TOO_MANY_PIXELS,
    ),
    "huge tile.tif": (
        lambda: gray_tiff(16, 16, t322=(4, 1, 60_000), t323=(4, 1, 60_000), t324=(4, 1, 200)),
        Reason.TOO_LITTLE_MEMORY,
    ),
    "strips.tif": (lambda: gray_tiff(64, 64, t273=(4, 9_000_000, 200)), Reason.TOO_MANY_PIECES),
    "tags.tif": (lambda: b"II*\x00\x08\x00\x00\x00\xff\xff" + bytes(12 * 65_535), Reason.TOO_MANY_PIECES),
    "chunks.png": (lambda: png(8, 8, zeros(200), chunk(b"juNk", b"") * 600_000), Reason.TOO_MANY_PIECES),
    "profiles.png": (
        lambda: png(8, 8, zeros(200), chunk(b"iCCP", b"a\0\0" + zeros(900_000)) * 2000),
        Reason.TOO_MANY_PIECES,
    ),
    "pixel chunks.png": (lambda: png(8, 8, b"", chunk(b"IDAT", b"") * 600_000), Reason.TOO_MANY_PIECES),
    "filled.jpg": (lambda: b"\xff\xd8" + b"\xff" * (30 * MB), Reason.NO_PIXELS),
    "junk.jpg": (lambda: b"\xff\xd8\xff\xe0\x00\x02" + bytes(30 * MB) + JPEG[2:], Reason.STRAY_BYTES),
    "segments.jpg": (lambda: b"\xff\xd8" + JPEG_SEGMENT * 3_000_000, Reason.TOO_MANY_PIECES),
    "aside.jpg": (
        lambda: b"\xff\xd8" + (b"\xff\xe1\xff\xff" + bytes(65_533)) * 300 + JPEG[2:],
        Reason.TOO_MUCH_METADATA,
    ),
    "scans.jpg": (lambda: more_scans(1000), Reason.TOO_MANY_PIECES),
    "hidden scans.jpg": (
        lambda: more_scans(1000).replace(b"\xff\xda", b"\xff\xfe\x00\x04\xff\xd9\xff\xda", 11),
        Reason.TOO_MANY_PIECES,
    ),
    "arithmetic.jpg": (lambda: JPEG.replace(b"\xff\xc0", b"\xff\xc9"), Reason.RARE_JPEG),
    "blocks.gif": (lambda: PNG[:0] + b"GIF89a\1\0\1\0\0\0\0!\xfe" + b"\x01a" * (10 * MB), Reason.TOO_MANY_PIECES),
    "chunks.webp": (lambda: webp_of_chunks(1_000_000), Reason.TOO_MANY_PIECES),
    "run lengths.bmp": (lambda: bmp(2000, 2000, 1, b"\x01\x01" * (4 * MB)), Reason.RUN_LENGTHS),
    "long lines.bmp": (lambda: bmp(7000, 7000, 1, b"\x01\x01\x00\x00" * 8000), Reason.TOO_MANY_PIXELS),
    "too long.bmp": (lambda: bmp(4, 4, 0, bytes(41 * MB)), Reason.TOO_LARGE),
}

ARCHIVES: Mapping[str, tuple[Callable[[], bytes], int, Reason | None]] = {  # → photos, why not the rest
    "good.zip": (lambda: zipped({"a/1.png": PNG, "b/2.jpg": JPEG}), 2, None),
    "stored.zip": (lambda: zipped({"1.png": PNG}, zipfile.ZIP_STORED), 1, None),
    "litter.zip": (lambda: zipped({"1.png": PNG, "__MACOSX/._1.png": b"x", ".DS_Store": b"x", "d/": b""}), 1, None),
    "mixed.zip": (lambda: zipped({"1.png": PNG, "notes.txt": b"hello"}), 1, Reason.UNKNOWN_FORMAT),
    "paths.zip": (lambda: zipped({"../evil.png": PNG, "2.jpg": JPEG}), 1, Reason.PATH_OUTSIDE),
    "absolute.zip": (lambda: zipped({"/etc/evil.png": PNG}), 0, Reason.PATH_OUTSIDE),
    "drive.zip": (lambda: zipped({"C:\\evil.png": PNG}), 0, Reason.PATH_OUTSIDE),
    "deep.zip": (lambda: zipped({"a/" * 9 + "1.png": PNG}), 0, Reason.TOO_DEEP),
    "nested.zip": (lambda: zipped({"inner.zip": zipped({"1.png": PNG}), "1.png": PNG}), 1, Reason.ARCHIVE_WITHIN),
    "locked.zip": (lambda: locked(zipped({"1.png": PNG})), 0, Reason.LOCKED),
    "link.zip": (linked, 0, Reason.NO_FILE),
    "rare.zip": (lambda: zipped({"1.png": PNG}, zipfile.ZIP_LZMA), 0, Reason.RARE_PACKING),
    "bomb.zip": (lambda: zipped({"1.png": bytes(30 * MB), "2.png": PNG}), 1, Reason.BOMB),
    "lying.zip": (lambda: lying(zipped({"1.png": PNG + bytes(100 * MB)}), 1000), 0, Reason.DAMAGED_WITHIN),
    "cut.zip": (lambda: zipped({"1.png": PNG})[:-30], 0, Reason.ZIP_CUT),
    "garbled.zip": (lambda: zipped({"1.png": PNG}).replace(b"PK\x01\x02", b"PKxx"), 0, Reason.ZIP_DAMAGED),
    "overlapping.zip": (lambda: overlapping(9000), 0, Reason.ZIP_BOMB),
    "overlapping a little.zip": (lambda: overlapping(6), 0, Reason.DAMAGED_WITHIN),
    "empty.zip": (lambda: zipped({}), 0, Reason.ZIP_EMPTY),
    "hidden.zip": (lambda: zipped({"__MACOSX/._1.png": PNG, ".DS_Store": b"x"}), 0, Reason.ZIP_EMPTY),
    "letter.docx": (
        lambda: zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>", "word/media/1.png": PNG}),
        1,
        Reason.DOCUMENT,
    ),
    "of 64 bits.zip": (lambda: of_64_bits(zipped({"1.png": PNG, "2.jpg": JPEG})), 2, None),
    "of 64 bits, too many.zip": (
        lambda: of_64_bits(zipped(dict.fromkeys(map(str, range(10_001)), b""))),
        0,
        Reason.ZIP_TOO_MANY_FILES,
    ),
    "ten thousand.zip": (
        lambda: zipped({f"{number}.png": b"no picture %d" % number for number in range(10_000)}),
        0,
        Reason.UNKNOWN_FORMAT,
    ),
    "too many.zip": (lambda: zipped(dict.fromkeys(map(str, range(10_001)), b"")), 0, Reason.ZIP_TOO_MANY_FILES),
}


def heavy() -> Mapping[str, Callable[[], bytes]]:
    """Good pictures near the bounds."""
    return {
        "48 megapixels.png": lambda: png(8000, 6000, zeros(6000 * (8000 * 3 + 1))),
        "48 megapixels, transparent.png": lambda: png(8000, 6000, zeros(6000 * (8000 * 4 + 1)), kind=6),
        "30 megapixels of 16 bits.png": lambda: png(6000, 5000, zeros(5000 * (6000 * 8 + 1)), depth=16, kind=6),
        "50 megapixels of palette.gif": lambda: encoded(Image.new("P", (8000, 6200)), "GIF"),
        "38 megapixels, progressive.jpg": lambda: encoded(
            scene(6200, 6200), "JPEG", progressive=True, subsampling=0, quality=90
        ),
        "64 megapixels.jpg": lambda: encoded(scene(9248, 6936), "JPEG", subsampling=0, quality=90),
        "16 megapixels.webp": lambda: encoded(scene(4608, 3456), "WEBP", lossless=True, quality=0, method=0),
        "24 megapixels.avif": lambda: encoded(scene(5712, 4284), "AVIF"),
        "48 megapixels in tiles.heic": lambda: encoded(scene(8064, 6048), "HEIF", tile_size=512),
        "24 megapixels of JPEG.tif": lambda: encoded(scene(5712, 4284), "TIFF", compression="jpeg"),
        "20 megapixels, turned.tif": lambda: encoded(scene(5000, 4000), "TIFF", compression="tiff_lzw", exif=_turn()),
        "4 megapixels of run lengths.bmp": lambda: bmp(2000, 2000, 1, b"\x01\x01\x00\x00" * 2000),
    }


def _turn() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif
