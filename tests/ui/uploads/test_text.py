import numpy as np
import pytest
from PIL import Image

from autoencoder.data.uploads import limits
from autoencoder.data.uploads.datasets import UploadChoices, make_dataset
from autoencoder.data.uploads.headers import FORMATS, STRIPS
from autoencoder.data.uploads.limits import MB, Reason, Refusal
from autoencoder.data.uploads.reading import Photo
from tests.data.uploads.corpus import encoded, scene
from tests.data.uploads.examples import make_photo, make_photos
from ui.uploads.text import ACCEPTED, REFUSALS, SIZES, dataset_in_words, dataset_warnings, refusal_in_words

MEGAPIXELS = {"JPEG": 64, "PNG": 50, "BMP": 50, "GIF": 50, "HEIF": 25, "AVIF": 25, "TIFF": 25, "WEBP": 16}


def said(photos, **choices) -> tuple[str, str]:
    summary = make_dataset(photos, UploadChoices(side=16, color="gray", **choices))[1]
    return dataset_in_words(summary), " ".join(dataset_warnings(summary))


@pytest.mark.parametrize(
    ("count", "patches", "sentence"),
    [
        (1, False, "It trains on 2,000 pictures, made from 1 photo. None is held out."),
        (2, False, "It trains on 2,000 pictures, made from 1 photo. 1 photo is held out to test it."),
        (10, False, "It trains on 2,000 pictures, made from 8 photos. 2 photos are held out to test it."),
        (
            10,
            True,
            "It trains on 2,000 patches, made from 8 photos. 200 patches from 2 photos are held out to test it.",
        ),
        (
            1,
            True,
            "It trains on 2,000 patches, made from 1 photo. 200 patches from other parts are held out to test it.",
        ),
    ],
)
def test_what_there_is_to_train_on_and_to_judge_on(count: int, patches: bool, sentence: str) -> None:
    assert said(make_photos(count), patches=patches)[0] == sentence


def test_near_duplicates_are_counted() -> None:
    photo = make_photo(96, 72)
    smaller = Photo("b", None, np.asarray(Image.fromarray(photo.pixels).resize((64, 48))))
    assert "1 near-duplicate (" in said([*make_photos(3)[1:], photo, smaller])[0]
    assert "near-duplicate" not in said(make_photos(3))[0]


@pytest.mark.parametrize(
    ("count", "warning"),
    [(2, "Only 1 photo is held out"), (20, "Only 4 photos are held out"), (45, "Only 9 photos are held out")],
)
def test_few_test_photos_are_warned_of(count: int, warning: str) -> None:
    assert warning in said(make_photos(count))[1]


def test_enough_photos_are_not_warned_of() -> None:
    assert said(make_photos(50))[1] == ""
    assert said(make_photos(25, "a", "b"))[1] == ""


def test_classes_with_few_are_named_harmlessly() -> None:
    few = [make_photo(seed=seed, label="*few*") for seed in (501, 502, 503)]
    warning = said([*make_photos(30, "many"), *few, make_photo(seed=504, label="one")])[1]
    assert "Of “&#42;few&#42;” only 1 photo is held out. How well this class does is not known." in warning
    assert "Of “one” no photo is held out" in warning
    assert "many" not in warning


def test_few_training_photos_are_warned_of() -> None:
    assert "It learns from 8 photos, so it may know them by heart" in said(make_photos(10))[1]
    assert "by heart" not in said(make_photos(25))[1]


def test_every_reason_has_one_sentence() -> None:
    files, zips, uploads, remedies = (REFUSALS[part] for part in ("files", "zips", "uploads", "remedies"))
    assert sorted([*files, *zips, *uploads]) == sorted(Reason)
    assert set(remedies) <= {*files, *zips}


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (Refusal(Reason.EMPTY, "a.png"), f"“a.png” is not used: it is empty. Accepted are {ACCEPTED} pictures."),
        (
            Refusal(Reason.TOO_MANY_PIXELS, "a", {"width": 30_000, "height": 9, "megapixels": 0.003071}),
            "“a” is not used: it declares 30,000 × 9 pixels. Accepted are pictures of this kind of up to 0.00307 "
            "million pixels; make it smaller first.",
        ),
        (
            Refusal(Reason.TOO_LARGE, "a", {"megabytes": 40.0}),
            f"“a” is not used: it is larger than 40 MB. Accepted are {ACCEPTED} pictures of up to 40 MB.",
        ),
        (
            Refusal(Reason.ZIP_BOMB, "x.zip", {"ratio": 50}),
            "The zip “x.zip” is not used: it would unpack to more than 50 times its size, as a zip bomb does. "
            f"Accepted are zips of {ACCEPTED}.",
        ),
    ],
)
def test_a_refusal_says_the_name_the_reason_and_the_remedy(refusal: Refusal, words: str) -> None:
    assert refusal_in_words(refusal) == words


@pytest.mark.parametrize(("kind", "most"), [*MEGAPIXELS.items()])
def test_pictures_of_the_size_that_is_promised_are_read(kind: str, most: int) -> None:
    assert str(most) in SIZES
    bytes_a_pixel = FORMATS[kind][1](encoded(scene(), kind))[2]
    assert most * 1e6 <= (limits.MOST_JPEG_PIXELS if kind == "JPEG" else limits.MOST_PIXELS)
    assert most * 1e6 * bytes_a_pixel + STRIPS + 10 * MB <= limits.MOST_MEMORY


def test_names_are_shown_harmlessly() -> None:
    words = refusal_in_words(Refusal(Reason.EMPTY, "c:/x/{name}**a**<b>"))
    assert words.startswith("“&#123;name&#125;&#42;&#42;a&#42;&#42;&#60;b&#62;” is not used")
