import pytest

from autoencoder.data.uploads.limits import Reason, Refusal
from ui.uploads.refusals import ACCEPTED, FILES, REMEDIES, UPLOADS, ZIPS, refusal_in_words


def test_every_reason_has_one_sentence() -> None:
    assert sorted([*FILES, *ZIPS, *UPLOADS]) == sorted(Reason)
    assert set(REMEDIES) <= {*FILES, *ZIPS}


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
            "The zip “x.zip” is not used further: it would unpack to more than 50 times its size, as a zip bomb does. "
            f"Accepted are zips of {ACCEPTED}.",
        ),
        (Refusal(Reason.MORE, values={"files": 1990}), "And 1,990 more files are not used."),
    ],
)
def test_a_refusal_says_the_name_the_reason_and_the_remedy(refusal: Refusal, words: str) -> None:
    assert refusal_in_words(refusal) == words


def test_names_are_shown_harmlessly() -> None:
    words = refusal_in_words(Refusal(Reason.EMPTY, "c:/x/{name}**a**<b>"))
    assert words.startswith("“&#123;name&#125;&#42;&#42;a&#42;&#42;&#60;b&#62;” is not used")
