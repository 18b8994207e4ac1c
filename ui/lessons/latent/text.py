"""What the page Latent space says of what it shows."""

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autoencoder.analysis.latent import Averages
from autoencoder.analysis.planes import NEIGHBORS, STAGE_STEPS, STAGES, FlatPlane, Plane
from ui.lessons.common.text import count

STRANGE = 1.25  # from so many times the usual distance on, new codes are said to lie elsewhere
DIGITS = ("mnist", "mnist_sample")  # sources whose pictures are digits
TEXTS = tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8"))


def walk_in_words(source: str) -> str:
    """Return what the two rows of a walk are, and what to look for."""
    return f"{TEXTS['walk']} {TEXTS['walk_of_digits']}" if source in DIGITS else str(TEXTS["walk"])


def averages_answer(found: Averages, names: Sequence[str]) -> str:
    """Return which average codes look like their class, by what was measured."""
    texts = TEXTS["answer"]
    if found.pixels is None:
        return str(texts["none"])
    parts = []
    for size, like in found.decoded.items():
        numbers = count(size, "number")
        wrong = ", ".join(f"{names[own]} looks like {names[other]}" for own, other in like.mistaken)
        parts.append(texts["holds" if like.holds else "fails"].format(numbers=numbers, wrong=wrong))
    if like.holds:
        nearer = "closer to a real picture than" if like.distance < found.pixels.distance else "no closer to one than"
        parts.append(texts["distance"].format(code=like, pixels=found.pixels, numbers=numbers, nearer=nearer))
    return "\n\n".join([*parts, texts["measured"]])


@dataclass(frozen=True)
class PlaneText:
    """What the page says of a plane; `texts.toml` says what each text is."""

    drawn: str
    axes: str
    across: str
    up: str
    decoded: str
    place: str

    def spot(self, across: float, up: float) -> str:
        """Return what stands below the picture of a place."""
        return f"{self.decoded}: ({across:g}, {up:g})".replace("-", "−")

    def plot(self, pictures: int, size: int) -> str:
        """Return what a screen reader says of the plot of so many codes of `size` numbers."""
        return str(TEXTS["plot"]).format(pictures=pictures, numbers=count(size, "number"), drawn=self.drawn)


def plane_in_words(plane: Plane, size: int, stages: int) -> PlaneText:
    """Return what the page says of the plane of codes of `size` numbers, after so many stages of t-SNE."""
    kind, explained, state = "tsne", (0.0, 0.0), ""
    if isinstance(plane, FlatPlane):
        kind, explained = {1: "one", 2: "two"}.get(size, "pca"), plane.explained
    elif stages != STAGES:
        state = f" You see it after {stages * STAGE_STEPS:,} of {STAGES * STAGE_STEPS:,} iterations."
    values = {"size": size, "explained": explained, "neighbors": NEIGHBORS, "state": state}
    return PlaneText(**{part: text.format(**values) for part, text in TEXTS["plane"][kind].items()})


def samples_in_words(times: float, of: str) -> tuple[str, str]:
    """Return how codes like others are drawn, and how they lie by `strangeness`: "" where that was not measured."""
    texts = TEXTS["new"]
    opening = texts["opening"].format(of=of)
    if math.isnan(times):
        return opening, ""
    answer = f"{texts['measured'].format(times=times)} {texts['alike' if times < STRANGE else 'strange']}"
    return f"{opening} {texts['question']}", answer
