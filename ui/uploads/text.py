"""What the page says of a learner's own pictures: what there is to train on, and what cannot be concluded from it."""

from autoencoder.data.uploads.datasets import DatasetSummary, HeldOut
from ui.markdown import escape_markdown

FEW_TEST_PHOTOS = 10
FEW_OF_A_CLASS = 5
FEW_TRAIN_PHOTOS = 20


def dataset_in_words(summary: DatasetSummary) -> str:
    """Return how many pictures there are to train on, made from how many photos, and how many are held out."""
    pictures = _counted(summary.train_pictures, "patch" if summary.patches else "picture")
    learned = f"It trains on {pictures}, made from {_counted(summary.train_photos, 'photo')}"
    if summary.held_out is HeldOut.NOTHING:
        return f"{learned}; none is held out."
    whole = summary.held_out is HeldOut.PHOTOS
    from_what = _counted(summary.test_photos, "photo") if whole else "a part that it does not learn from"
    if summary.patches:
        return f"{learned}; {_counted(summary.test_pictures, 'patch')} from {from_what} are held out to judge on."
    return f"{learned}; {from_what} {'is' if summary.test_photos == 1 else 'are'} held out to judge on."


def dataset_warnings(summary: DatasetSummary) -> list[str]:
    """Return what cannot be concluded from so few, in Markdown."""
    found = [_on_test_photos(summary), _on_training_photos(summary)]
    if summary.held_out is HeldOut.PHOTOS:
        found += [_on_class(name, count) for name, count in summary.test_photos_by_class.items()]
    return [warning for warning in found if warning]


def _on_test_photos(summary: DatasetSummary) -> str:
    if summary.held_out is HeldOut.NOTHING:
        return (
            "Nothing can be judged: the pictures that are shown are the ones that it learns from. "
            "Add a second photo, of each class where there are classes."
        )
    if summary.held_out is HeldOut.PARTS:
        return (
            "What is held out are other parts of the same photos. How well it does on another photo cannot be judged."
        )
    if summary.test_photos >= FEW_TEST_PHOTOS:
        return ""
    held_out = "Only 1 photo is" if summary.test_photos == 1 else f"Only {summary.test_photos} photos are"
    return (
        f"{held_out} held out, so every figure is a rough hint, which another draw would change. "
        f"From {FEW_TEST_PHOTOS} on, about {5 * FEW_TEST_PHOTOS} photos in all, it begins to mean something."
    )


def _on_training_photos(summary: DatasetSummary) -> str:
    if summary.train_photos >= FEW_TRAIN_PHOTOS:
        return ""
    return (
        f"It learns from {_counted(summary.train_photos, 'photo')}, so it may know them by heart and fail on others; "
        "variants and patches add practice, and nothing new to see."
    )


def _on_class(name: str, count: int) -> str:
    if count >= FEW_OF_A_CLASS:
        return ""
    amount = "no photo is" if count == 0 else "only 1 photo is" if count == 1 else f"only {count} photos are"
    return f"Of “{escape_markdown(name)}” {amount} held out: how well this class does cannot be judged."


def _counted(count: int, noun: str) -> str:
    plural = f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"
