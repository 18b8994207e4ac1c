"""What a set of uploaded pictures is good for, in words that a learner reads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from autoencoder.data.uploads import names
from autoencoder.data.uploads.classes import NO_FOLDER
from autoencoder.data.uploads.reading import Photo

FEW_TEST_PHOTOS = 10
FEW_OF_A_CLASS = 5
FEW_TRAIN_PHOTOS = 20


class Apart(Enum):
    """How training pictures and test pictures are kept apart."""

    PHOTOS = "other photos"
    PARTS = "other parts of the same photos"
    NOT = "not at all"


@dataclass(frozen=True)
class Told:
    """What the words are about.

    Args:
        photos: All of them.
        train_photos: How many of them are learned from.
        train_pictures: How many pictures were made of those.
        apart: How the test pictures are kept apart.
        class_names: Of the labels; none where there are no classes.
    """

    photos: Sequence[Photo] = field(repr=False)
    train_photos: int
    train_pictures: int
    apart: Apart
    class_names: Sequence[str]

    @property
    def test_photos(self) -> int:
        """Return how many photos are held out whole."""
        return len(self.photos) - self.train_photos


def sentence(summary: Told, test_pictures: int, patches: bool) -> str:
    """Return how many pictures there are to train on, made from how many photos, and how many are held out."""
    pictures = _counted(summary.train_pictures, "patch" if patches else "picture")
    learned = f"It trains on {pictures}, made from {_counted(summary.train_photos, 'photo')}"
    if summary.apart is Apart.NOT:
        return f"{learned}; none is held out."
    from_what = (
        _counted(summary.test_photos, "photo")
        if summary.apart is Apart.PHOTOS
        else "a part that it does not learn from"
    )
    if patches:
        return f"{learned}; {_counted(test_pictures, 'patch')} from {from_what} are held out to judge on."
    return f"{learned}; {from_what} {'is' if summary.test_photos == 1 else 'are'} held out to judge on."


def warnings(summary: Told, tested: Sequence[Photo]) -> tuple[str, ...]:
    """Return what cannot be concluded from so few.

    Args:
        summary: What there is.
        tested: The photos that test pictures are made of.
    """
    found = [_on_test_photos(summary), _on_training_photos(summary)]
    held_out = tested if summary.apart is Apart.PHOTOS else ()
    found += [_on_class(name, summary, held_out) for name in summary.class_names]
    return tuple(warning for warning in found if warning is not None)


def _on_test_photos(summary: Told) -> str | None:
    if summary.apart is Apart.NOT:
        return (
            "Nothing can be judged: the pictures that are shown are the ones that it learns from. "
            "Add a second photo, of each class where there are classes."
        )
    if summary.apart is Apart.PARTS:
        return (
            "What is held out are other parts of the same photos. How well it does on another photo cannot be judged."
        )
    if summary.test_photos >= FEW_TEST_PHOTOS:
        return None
    held_out = "Only 1 photo is" if summary.test_photos == 1 else f"Only {summary.test_photos} photos are"
    return (
        f"{held_out} held out, so every figure is a rough hint, which another draw would change. "
        f"From {FEW_TEST_PHOTOS} on, about {5 * FEW_TEST_PHOTOS} photos in all, it begins to mean something."
    )


def _on_training_photos(summary: Told) -> str | None:
    if summary.train_photos >= FEW_TRAIN_PHOTOS:
        return None
    return (
        f"It learns from {_counted(summary.train_photos, 'photo')}, so it may know them by heart and fail on others; "
        "variants and patches add practice, and nothing new to see."
    )


def _on_class(name: str, summary: Told, held_out: Sequence[Photo]) -> str | None:
    count = sum((photo.label or NO_FOLDER) == name for photo in held_out)
    if summary.apart is not Apart.PHOTOS or count >= FEW_OF_A_CLASS:
        return None
    amount = "no photo is" if count == 0 else "only 1 photo is" if count == 1 else f"only {count} photos are"
    return f"Of “{names.markdown(name)}” {amount} held out: how well this class does cannot be judged."


def _counted(count: int, noun: str) -> str:
    plural = f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"
