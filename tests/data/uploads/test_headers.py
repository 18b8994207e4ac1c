import numpy as np
import pytest
from PIL import Image

from autoencoder.data.uploads.headers import FORMATS, MOST_SCANS, Header, kind_of, read_header
from autoencoder.data.uploads.limits import Reason, Refusal
from tests.data.uploads.corpus import ACCEPTED, CUT, animated, encoded, more_scans, scene, turned


def size_of(content: bytes) -> tuple[int, int]:
    width, height, _ = FORMATS[kind_of(content)][1](content)
    assert read_header(content).pixels == width * height
    return width, height


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("size", [(1, 1), (17, 300), (300, 17), (256, 255)])
def test_format_and_size_are_those_that_pillow_reads(kind: str, size: tuple[int, int]) -> None:
    content = encoded(scene(*size), kind)
    if kind == "HEIF":  # which is made of blocks of up to 64 pixels, and cut to size
        size = tuple(max(64, side + side % 2) for side in size)
    assert (read_header(content).format, *size_of(content)) == (kind, *size)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "TIFF"])
def test_a_film_is_as_large_as_its_first_picture(kind: str) -> None:
    assert size_of(animated(kind)) == (64, 48)


@pytest.mark.parametrize("options", [{"lossless": True}, {"exif": b"Exif\0\0"}, {}], ids=str)
def test_every_kind_of_webp(options: dict) -> None:
    assert size_of(encoded(scene(33, 44), "WEBP", **options)) == (33, 44)


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits"])
def test_every_kind_of_tiff(compression: str | None) -> None:
    assert size_of(encoded(scene(33, 44), "TIFF", compression=compression)) == (33, 44)


@pytest.mark.parametrize(
    ("content", "bytes_a_pixel"),
    [
        (encoded(scene(), "PNG"), 4),
        (encoded(scene().convert("L"), "PNG"), 1),
        (encoded(Image.fromarray(np.zeros((4, 4), np.uint16)), "PNG"), 2),
        (encoded(scene(), "JPEG", subsampling=0), 0.5),  # in strips
        (encoded(scene(), "JPEG", subsampling=0, progressive=True), 6.5),  # three coefficients of two bytes
        (encoded(scene(), "JPEG", subsampling=2, progressive=True), 3.5),  # color at half the resolution each way
        (encoded(scene().convert("L"), "JPEG", progressive=True), 2.5),
        (encoded(scene(), "TIFF"), 7.2),
        (turned("TIFF", 6), 11.2),
    ],
)
def test_memory_is_what_the_decoder_holds(content: bytes, bytes_a_pixel: float) -> None:
    assert FORMATS[kind_of(content)][1](content)[2] == bytes_a_pixel


def test_as_many_scans_as_are_allowed_and_one_more() -> None:
    scans = more_scans(1).count(b"\xff\xda") - 1  # before the last one
    assert read_header(more_scans(MOST_SCANS - scans)).pixels == 2000**2
    with pytest.raises(Refusal, match="too_many_pieces"):
        read_header(more_scans(MOST_SCANS - scans + 1))


@pytest.mark.parametrize("content", [*CUT.values(), *(content[:20] for content in ACCEPTED.values())])
def test_a_cut_header_is_refused_or_a_header(content: bytes) -> None:
    try:
        found: Header | Reason = read_header(content)
    except Refusal as error:
        found = error.reason
    assert found in Reason if isinstance(found, str) else found.pixels > 0


@pytest.mark.parametrize(
    ("begin", "reason"),
    [
        (b"\0\0\0\x18ftypisom", Reason.VIDEO),
        (b"\0\0\0\x18ftypM4V ", Reason.VIDEO),
        (b"\0\0\0\x18ftypcrx ", Reason.RAW),
        (b"\xff\x0a\xfa\x1f", Reason.JPEG_XL),
        (b"\0\0\0\x0cjP  \r\n\x87\n", Reason.JPEG_2000),
        (b"\0\0\0\x18ftypnew!", Reason.UNKNOWN_FORMAT),
        (b"RIFF\0\0\0\0WAVE", Reason.UNKNOWN_FORMAT),
        (b"", Reason.EMPTY),
    ],
)
def test_other_formats_are_named(begin: bytes, reason: Reason) -> None:
    with pytest.raises(Refusal) as refused:
        read_header(begin)
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    ("kind", "options", "plain"), [("HEIF", {}, True), ("HEIF", {"chroma": 444}, False), ("AVIF", {}, False)]
)
def test_heic_as_phones_write_it_takes_half_the_memory(kind: str, options: dict, plain: bool) -> None:
    *_, bytes_a_pixel = FORMATS[kind][1](encoded(scene(64, 64), kind, **options))
    assert (bytes_a_pixel < 6) is plain
