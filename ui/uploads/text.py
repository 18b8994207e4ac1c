"""What the pages say of a learner's own pictures: what is not used, what there is to train on, what that can show."""

from autoencoder.data.uploads.datasets import DatasetSummary, HeldOut
from autoencoder.data.uploads.limits import Refusal
from autoencoder.data.uploads.reading import plain_name
from ui.markdown import escape_markdown
from ui.words import count, read_texts

ACCEPTED = "PNG, JPEG, HEIC, AVIF, WebP, BMP, GIF and TIFF"
SIZES = (
    "A JPEG photo may have 64 megapixels, PNG, HEIC, BMP and GIF 50, AVIF and TIFF 25, WebP 16; "
    "rare kinds, such as 16 bits a color, fewer"
)
REFUSALS: dict[str, dict[str, str]] = read_texts("uploads/refusals.toml")
WARNINGS = REFUSALS["warnings"]
TWINS = "{} (a photo again in another format, size or quality) found: no photo is on both sides."
FEW_TEST_PHOTOS = 10  # the sentence about them names it
FEW_OF_A_CLASS = 5
FEW_TRAIN_PHOTOS = 20


def refusal_in_words(refusal: Refusal) -> str:
    """Return the sentences on what is not used, in Markdown, with the file's name made harmless."""
    why, remedy = refusal.reason, REFUSALS["remedies"].get(refusal.reason)
    if why in REFUSALS["uploads"]:
        text = REFUSALS["uploads"][why]
    elif why in REFUSALS["zips"]:
        text = f"The zip “{{name}}” is not used: {REFUSALS['zips'][why]}. "
        text += remedy or "Accepted are zips of {accepted}."
    else:
        text = f"“{{name}}” is not used: {REFUSALS['files'][why]}. "
        text += remedy or "Accepted are {accepted} pictures."
    return text.format(name=escape_markdown(plain_name(refusal.name)), accepted=ACCEPTED, **refusal.values)


def dataset_in_words(summary: DatasetSummary) -> str:
    """Return how many pictures there are to train on, made from how many photos, how many are held out, and twins."""
    pictures = count(summary.train_pictures, "patch" if summary.patches else "picture")
    said = [f"It trains on {pictures}, made from {count(summary.train_photos, 'photo')}."]
    if summary.held_out is HeldOut.NOTHING:
        said.append("None is held out.")
    elif not summary.patches:
        said.append(f"{_photos_are(summary.test_photos)} held out to test it.")
    else:
        source = count(summary.test_photos, "photo") if summary.held_out is HeldOut.PHOTOS else "other parts"
        said.append(f"{count(summary.test_pictures, 'patch')} from {source} are held out to test it.")
    if summary.near_duplicates:
        said.append(TWINS.format(count(summary.near_duplicates, "near-duplicate")))
    return " ".join(said)


def dataset_warnings(summary: DatasetSummary) -> list[str]:
    """Return what cannot be concluded from so few, in Markdown."""
    found = []
    if summary.held_out is HeldOut.NOTHING:
        found.append(WARNINGS["untested"])
    elif summary.held_out is HeldOut.PARTS:
        found.append(WARNINGS["parts"])
    elif summary.test_photos < FEW_TEST_PHOTOS:
        found.append(WARNINGS["few_held_out"].format(photos_are=_photos_are(summary.test_photos)))
    if summary.train_photos < FEW_TRAIN_PHOTOS:
        found.append(WARNINGS["few_learned"].format(photos=count(summary.train_photos, "photo")))
    for name, photos in summary.test_photos_by_class.items() if summary.held_out is HeldOut.PHOTOS else ():
        if photos < FEW_OF_A_CLASS:
            amount = f"only {_photos_are(photos)}" if photos else "no photo is"
            found.append(WARNINGS["few_of_a_class"].format(name=escape_markdown(name), amount=amount))
    return found


def _photos_are(number: int) -> str:
    return f"{count(number, 'photo')} {'is' if number == 1 else 'are'}"
