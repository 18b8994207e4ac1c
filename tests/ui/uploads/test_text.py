import pytest

from autoencoder.data.uploads.datasets import UploadChoices, make_dataset
from tests.data.uploads.examples import make_photo, make_photos
from ui.uploads.text import dataset_in_words, dataset_warnings


def said(photos, **choices) -> tuple[str, str]:
    summary = make_dataset(photos, UploadChoices(side=16, color="gray", **choices)).summary
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
