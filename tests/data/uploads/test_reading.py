import time
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from autoencoder.data.uploads.limits import Reason, Refusal
from autoencoder.data.uploads.reading import LONGEST_NAME, NAMELESS, Photo, plain_name
from tests.data.uploads.corpus import ACCEPTED, CUT, EXTENSIONS, REFUSED, WHOLE, animated, encoded, scene, turned
from tests.data.uploads.examples import limited, read_picture

SLOWEST = 2.0  # s of the processor
WITH_EXIF = ("PNG", "JPEG", "WEBP", "TIFF", "AVIF", "HEIF")


def check(name: str, content: bytes) -> Photo | Refusal:
    """Read it within the time; a photo that is as promised, or a refusal."""
    begin = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of decoders, about what is damaged
            result: Photo | Refusal = read_picture(name, content, 100)
    except Refusal as error:
        result = error
    assert time.process_time() - begin < SLOWEST
    if isinstance(result, Photo):
        assert result.pixels.dtype == np.uint8
        assert result.pixels.ndim == 3
        assert result.pixels.shape[2] == 3
        assert 1 <= max(result.pixels.shape[:2]) <= 100
    return result


@pytest.mark.parametrize("name", ACCEPTED)
def test_good_pictures_are_read_whatever_they_are_called(name: str) -> None:
    assert isinstance(check(name, ACCEPTED[name]), Photo)


@pytest.mark.parametrize("name", REFUSED)
def test_bad_pictures_are_refused_for_their_reason(name: str) -> None:
    content, reason = REFUSED[name]
    refusal = check(name, content())
    assert isinstance(refusal, Refusal)
    assert refusal.reason is reason


@pytest.mark.parametrize("name", CUT)
def test_cut_files_are_read_or_refused(name: str) -> None:
    check(name, CUT[name])


@pytest.mark.parametrize("kind", WHOLE)
def test_half_a_file_is_refused(kind: str) -> None:
    assert isinstance(check("half", WHOLE[kind][: len(WHOLE[kind]) // 2]), Refusal)


@settings(max_examples=100)
@given(st.binary(max_size=400), st.sampled_from(sorted(WHOLE)))
def test_any_bytes_after_a_signature(junk: bytes, kind: str) -> None:
    check("fuzz", WHOLE[kind][:12] + junk)


@settings(max_examples=100)
@given(st.data(), st.sampled_from(sorted(WHOLE)))
def test_any_changed_bytes(data: st.DataObject, kind: str) -> None:
    content = bytearray(WHOLE[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.one_of(st.integers(0, 60), st.integers(0, len(content) - 1)))
        content[place % len(content)] = data.draw(st.integers(0, 255))
    check("fuzz", bytes(content))


@pytest.mark.parametrize("kind", WHOLE)
def test_colors_are_those_of_the_picture(kind: str) -> None:
    expected = np.asarray(scene()).astype(float)
    off = np.abs(read_picture("a", WHOLE[kind]).pixels - expected).mean()
    assert off < {"JPEG": 6, "WEBP": 6, "GIF": 12, "AVIF": 6, "HEIF": 6}.get(kind, 1e-9)


@pytest.mark.parametrize("kind", WITH_EXIF)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_are_turned_upright(kind: str, orientation: int) -> None:
    """A red corner at the top left; each orientation says where it is stored."""
    upright = np.full((40, 60, 3), 255, np.uint8)
    upright[:20, :30] = (255, 0, 0)
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: upright.transpose(1, 0, 2)[::-1],
        7: upright.transpose(1, 0, 2)[::-1, ::-1],
        8: upright.transpose(1, 0, 2)[:, ::-1],
    }[orientation]
    photo = read_picture("a", turned(kind, orientation, Image.fromarray(np.ascontiguousarray(stored))))
    assert photo.pixels.shape == upright.shape
    assert np.abs(photo.pixels.astype(int) - upright).mean() < 5


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "TIFF"])
def test_of_a_film_the_first_picture_is_read(kind: str) -> None:
    first = read_picture("a", animated(kind)).pixels.astype(float)
    assert np.abs(first - np.asarray(scene())).mean() < 12


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_damaged_exif_does_not_spoil_a_good_photo() -> None:
    damaged = encoded(scene(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    np.testing.assert_array_equal(read_picture("a", damaged).pixels, read_picture("a", WHOLE["JPEG"]).pixels)


@pytest.mark.parametrize("kind", EXTENSIONS)
@pytest.mark.parametrize("size", [(1000, 750), (750, 1000), (1001, 3)])
def test_large_photos_are_kept_small_and_in_proportion(kind: str, size: tuple[int, int]) -> None:
    photo = read_picture("a", encoded(scene(*size), kind), 100)
    assert photo.pixels.shape == (max(1, round(size[1] * 100 / max(size))), max(1, round(size[0] * 100 / max(size))), 3)


def test_bytes_and_pixels_are_bounded_as_asked() -> None:
    with limited(MOST_BYTES=2**20), pytest.raises(Refusal) as refused:
        read_picture("a", WHOLE["PNG"] + bytes(2**20))
    assert refused.value == Refusal(Reason.TOO_LARGE, values={"megabytes": 1})
    with limited(MOST_PIXELS=3071), pytest.raises(Refusal) as refused:
        read_picture("a", WHOLE["PNG"])
    values = {"width": 64, "height": 48, "megapixels": 0.003071}
    assert refused.value == Refusal(Reason.TOO_MANY_PIXELS, values=values)
    with limited(MOST_PIXELS=3072):
        assert read_picture("a", WHOLE["PNG"]).pixels.shape == (48, 64, 3)


@given(st.text(max_size=200))
def test_a_name_is_one_short_visible_line(name: str) -> None:
    text = plain_name(name)
    assert 1 <= len(text) <= LONGEST_NAME
    assert text.isprintable()
    assert not set(text) & set("/\\")
    assert text == plain_name(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\cat.png", "cat.png"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a\0b\x1b[31m.png", "ab[31m.png"),
        ("folder/", "folder"),
        ("", NAMELESS),
        ("/\u200b/", NAMELESS),
        ("süß 猫.png", "süß 猫.png"),
    ],
)
def test_plain_names(name: str, expected: str) -> None:
    assert plain_name(name) == expected


def test_a_long_name_keeps_its_beginning_and_its_end() -> None:
    assert plain_name("begin" + "x" * 200 + "end.jpeg").startswith("beginxxx")
    assert plain_name("begin" + "x" * 200 + "end.jpeg").endswith("xend.jpeg")
