"""What the page Latent space says of what it shows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from autoencoder.analysis.latent import Averages
from autoencoder.analysis.planes import NEIGHBORS, STAGE_STEPS, STAGES, NeighborPlane, Plane
from ui.lessons.common.text import count

STRANGE = 1.25  # from so many times the usual distance on, new codes are said to lie elsewhere

DIGITS = ("mnist", "mnist_sample")  # sources whose pictures are digits
MAP_IN_WORDS = (
    "Each picture here is decoded from one place of the plot above, in the same order. "
    "Every row and column covers equally many test pictures. "
    "**Find the border between two classes.** How does one class turn into the other?"
)
AVERAGES_IN_WORDS = (
    "The average of many codes is a code too, so the decoder can draw it. "
    "The average of many pictures is a picture too. "
    "**Which of the two looks more like one example of its class?**"
)
KNOBS_IN_WORDS = (
    "Each slider moves one number of the code of A ({name}). The other numbers stay as they are. "
    "The sliders cover the values of 98 % of the test pictures. "
    "The number that changes this picture most comes first. **What does each number do?**"
)

TRY_THIS = """
- **Nowhere.** Move the pointer to a corner without points. What does the decoder draw there?
- **The same walk with more numbers.** Walk from A to B with 2 numbers, then with all (*View*). What changes at both
  ends? What changes in the middle?
- **Two maps of the same codes.** Choose more than 2 numbers under *View*. Compare PCA with t-SNE: which classes
  separate? Which points lie inside another class? Look at their pictures.
- **What does a number mean?** Under *Number by number*, say what the first slider does. Then choose another picture
  as A. Does the slider still do that?
- **Averages.** Compare the averages at 2 numbers and at 8. Which average codes look like their class?
"""


def walk_in_words(source: str) -> str:
    """Return what the two rows of a walk are, and what to look for."""
    question = " **Which row shows one digit on the way, and which shows two at once?**" if source in DIGITS else ""
    return (
        "Above, the code moves in a straight line from A's code to B's. The decoder draws each step. "
        f"Below, the two reconstructions fade into each other, pixel by pixel.{question}"
    )


def averages_answer(found: Averages, names: Sequence[str]) -> str:
    """Return which average codes look like their class, by what was measured."""
    if found.pixels is None:
        return "These pictures have no classes, so there is nothing to compare the averages with."
    parts = []
    for size, like in found.decoded.items():
        opening = f"**With {count(size, 'number')}"
        if like.holds:
            parts.append(f"{opening}**, every average code is decoded to a picture of its own class.")
            continue
        wrong = ", ".join(f"{names[own]} looks like {names[other]}" for own, other in like.mistaken)
        parts.append(
            f"{opening}, this does not hold for every class:** {wrong}. "
            "These average codes lie where the decoder draws another class."
        )
    if like.holds:
        nearer = "closer to a real picture than" if like.distance < found.pixels.distance else "no closer to one than"
        parts.append(
            f"To its nearest test picture, a decoded average differs by {like.distance:.2f} on average (root mean "
            f"square). An average picture differs by {found.pixels.distance:.2f}. "
            f"So with {count(size, 'number')}, a decoded average is {nearer} an average picture."
        )
    parts.append("We measured this with the nearest test pictures: the class of most of them counts.")
    return "\n\n".join(parts)


@dataclass(frozen=True)
class PlaneText:
    """What the page says of a plane."""

    drawn: str  # how the codes are drawn on it
    axes: str  # what its two directions are
    labels: tuple[str, str]  # how a figure calls them
    decoded: str  # what a picture between the points is
    place: str  # what code a place stands for

    def spot(self, across: float, up: float) -> str:
        """Return what stands below the picture of a place."""
        return f"{self.decoded}: ({across:g}, {up:g})".replace("-", "−")

    def plot(self, pictures: int, size: int) -> str:
        """Return what a screen reader says of the plot of so many codes of `size` numbers."""
        return (
            f"The codes of {pictures:,} test pictures, of {count(size, 'number')} each, drawn {self.drawn}, one mark "
            "for each, by class. Under View, numbers and sliders choose pictures and a place without a pointer."
        )


def plane_in_words(plane: Plane, size: int, stages: int) -> PlaneText:
    """Return what the page says of the plane of codes of `size` numbers, after so many stages of t-SNE."""
    if isinstance(plane, NeighborPlane):
        done, every = stages * STAGE_STEPS, STAGES * STAGE_STEPS
        state = "" if stages == STAGES else f" You see it after {done:,} of {every:,} iterations."
        return PlaneText(
            "by t-SNE",
            f"t-SNE draws similar codes close together. Directions and distances between groups mean nothing.{state}",
            ("t-SNE, left to right", "t-SNE, upwards"),
            f"decoded from the {NEIGHBORS} codes around",
            "t-SNE has no way back from a place to a code. "
            f"So a place stands for a mixture of the {NEIGHBORS} nearest codes. Nearer codes count more.",
        )
    if size > 2:
        first, second = plane.explained
        return PlaneText(
            "by PCA",
            f"PCA: the two directions in which the {size} numbers vary most. They hold {first:.0%} and {second:.0%} of "
            "the variance.",
            ("First principal component", "Second principal component"),
            "decoded from here",
            "Every place is a code on this plane. Most pictures have codes beside the plane. "
            "In those other directions, a place has the average code.",
        )
    axes, labels = "Left to right: the code's only number. Upwards: nothing.", ("The code's only number", "")
    if size == 2:
        axes = "Left to right: the first number of the code. Upwards: the second."
        labels = ("First number of the code", "Second number of the code")
    place = "Every place is a code, and the decoder makes a picture of every code."
    return PlaneText("as they are", axes, labels, "decoded from here", place)


def samples_in_words(times: float, of: str) -> tuple[str, str]:
    """Return how new codes are drawn with a question, and how they lie: "" where that could not be measured.

    Args:
        times: See `strangeness`.
        of: Which codes they are to be like.
    """
    opening = f"Each code is drawn at random from a normal distribution with the mean and the covariance of {of}."
    if math.isnan(times):
        return opening, ""
    measured = f"A new code lies {times:.1f} times as far from the nearest real code as real codes do from each other."
    if times < STRANGE:
        answer = f"{measured} So new codes lie about where real codes lie."
    else:
        answer = (
            f"{measured} **So many new codes lie where hardly any picture has one.** "
            "The decoder has hardly learned what to draw there. "
            "A plain autoencoder does not arrange its codes in a normal distribution. "
            "The training of a variational one does (see *The family*)."
        )
    return f"{opening} **Which of these pictures could be real ones?**", answer
