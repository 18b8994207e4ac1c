from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from autoencoder.analysis.codecs import CODECS, WEBP_CONTAINER, body_bytes, code_alone, code_sheets, decode, encode
from autoencoder.rendering.sprites import tile_up

every_codec = pytest.mark.parametrize("name", CODECS)
every_shape = pytest.mark.parametrize("shape", [(28, 28, 1), (20, 36, 3)], ids=["gray", "color"])


def pictures(count: int, shape: tuple[int, ...] = (28, 28, 1)) -> np.ndarray:
    """Smooth blobs: uint8 (count, *shape)"""
    small = np.random.default_rng(0).integers(0, 256, (count, 4, 5, 3), np.uint8)
    images = (Image.fromarray(one).resize((shape[1], shape[0]), Image.Resampling.BICUBIC) for one in small)
    return np.stack([np.asarray(image)[..., : shape[2]] for image in images])


@every_shape
@every_codec
def test_a_file_is_what_pillow_reads_back_to_the_picture_that_is_judged(name: str, shape: tuple[int, ...]) -> None:
    (picture,) = pictures(1, shape)
    file = encode(name, picture, 50)
    opened = Image.open(BytesIO(file))
    assert opened.format == name.upper()
    expected = np.asarray(opened.convert("L" if shape[2] == 1 else "RGB")).reshape(shape)
    np.testing.assert_array_equal(decode(file, shape), expected)
    assert 0 < np.abs(expected.astype(int) - picture).mean() < 12


@every_shape
@every_codec
def test_a_smaller_picture_comes_back_in_its_size(name: str, shape: tuple[int, ...]) -> None:
    (picture,) = pictures(1, shape)
    small, whole = (encode(name, picture, 50, scale) for scale in (4, 1))
    assert Image.open(BytesIO(small)).size == (round(shape[1] / 4), round(shape[0] / 4))
    assert len(small) < len(whole)
    assert decode(small, shape).shape == shape


@every_codec
def test_rates_are_the_lengths_of_the_files(name: str) -> None:
    some, codec = pictures(5), name
    whole, body, decoded = code_alone(codec, some, 30, 1)
    files = [encode(codec, picture, 30) for picture in some]
    assert whole == np.mean([len(file) for file in files])
    assert 0 < body < whole - 19
    np.testing.assert_array_equal(decoded, [decode(file, some.shape[1:]) for file in files])


def test_jpegs_pixels_are_the_same_with_the_standards_tables() -> None:
    for picture in pictures(5):
        one, other = (encode("jpeg", picture, 30, shared=shared) for shared in (False, True))
        np.testing.assert_array_equal(decode(one, picture.shape), decode(other, picture.shape))


def test_what_is_not_counted_of_a_jpeg_is_the_same_for_all_pictures() -> None:
    files = [encode("jpeg", picture, 30, shared=True) for picture in pictures(5)]
    heads = {file[: len(file) - 2 - body_bytes(file)] for file in files}
    assert len(heads) == 1
    assert {file[-2:] for file in files} == {b"\xff\xd9"}
    assert len({body_bytes(file) for file in files}) > 1


def test_what_is_not_counted_of_a_webp_is_its_container() -> None:
    file = encode("webp", pictures(1)[0], 30)
    assert (file[:4], file[8:16]) == (b"RIFF", b"WEBPVP8 ")
    assert body_bytes(file) == int.from_bytes(file[16:20], "little") == len(file) - WEBP_CONTAINER


def test_another_file_has_no_body() -> None:
    file = BytesIO()
    Image.new("L", (8, 8)).save(file, "PNG")
    with pytest.raises(ValueError, match="Expected a JPEG or WebP"):
        body_bytes(file.getvalue())


@every_codec
def test_a_sheet_is_one_file_for_100_pictures(name: str) -> None:
    some, codec = pictures(200), name
    rate, decoded = code_sheets(codec, some, 30, 1)
    files = [encode(codec, tile_up(part, 10), 30) for part in (some[:100], some[100:])]
    assert rate == sum(map(len, files)) / 200
    second = decode(files[1], (280, 280, 1))
    np.testing.assert_array_equal(decoded[100], second[:28, :28])
    np.testing.assert_array_equal(decoded[112], second[28:56, 56:84])
    assert rate < code_alone(codec, some, 30, 1)[0]


def test_too_few_pictures_for_a_sheet_are_repeated() -> None:
    some = pictures(7)
    rate, decoded = code_sheets("jpeg", some, 30, 1)
    assert decoded.shape == some.shape
    assert rate == len(encode("jpeg", tile_up(np.resize(some, (100, 28, 28, 1)), 10), 30)) / 100
