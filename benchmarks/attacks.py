"""Uploads that are made to take much memory or time, or to lose what comes with them."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO

import numpy as np

MB = 2**20


def photo(width: int = 4032, height: int = 3024, seed: int = 0, **options: bool | int) -> bytes:
    """A JPEG of smooth blobs, by default of 12 megapixels."""
    from PIL import Image

    blobs = np.random.default_rng(seed).integers(0, 256, (24, 32, 3), np.uint8)
    buffer = BytesIO()
    Image.fromarray(blobs).resize((width, height), Image.Resampling.BICUBIC).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def thin_png(number: int) -> bytes:
    """A PNG of 1 × 50,000,000 pixels in 100 kB."""
    packer = zlib.compressobj(9)
    rows = [packer.compress(bytes(MB)) for _ in range(95)]
    pixels = b"".join([*rows, packer.compress(bytes(100_000_000 - 95 * MB)), packer.flush()])
    header = struct.pack(">IIBBBBB", 1, 50_000_000 - number, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def scans(number: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again, 99 in all."""
    whole = photo(7000, 7000, number, progressive=True, quality=10)
    last = whole.rfind(b"\xff\xda")
    return whole[:last] + whole[last:-2] * (100 - whole.count(b"\xff\xda")) + b"\xff\xd9"


def large_jpeg(number: int) -> bytes:
    """A progressive JPEG of 49 megapixels."""
    return photo(7000, 7000, number, progressive=True, quality=10)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _zip_of(make: Callable[[int], bytes], count: int, different: int, kind: str) -> bytes:
    """A zip of so many files, of which so many are made and the others have a few bytes more."""
    made = [make(number) for number in range(different)]
    return zipped({f"{number}.{kind}": made[number % different] + bytes(number) for number in range(count)})


ATTACKS: Mapping[str, Callable[[], bytes]] = {
    "8 PNGs of 1 × 50,000,000": lambda: _zip_of(thin_png, 8, 1, "png"),
    "100 JPEGs of 99 scans": lambda: _zip_of(scans, 100, 1, "jpg"),
    "40 JPEGs of 49 megapixels": lambda: _zip_of(large_jpeg, 40, 1, "jpg"),
}
