"""What the page Latent space says of what it shows."""

import math

from autoencoder.analysis.planes import NEIGHBORS, FlatPlane, Plane
from autoencoder.analysis.tsne import STAGE_STEPS, STAGES
from ui.lessons.common.text import count

STRANGE = 1.25  # from so many times the usual distance on, new codes are said to lie elsewhere

DIGITS = ("mnist", "mnist_sample")  # sources whose pictures are digits
MAP_IN_WORDS = (
    "Decoded places of the plot above, left to right and upwards as there, but closer together where there are more "
    "codes: each column and each row stands for as many pictures. Find the border between two classes: does one turn "
    "into the other, or is there nothing in between?"
)
AVERAGES_IN_WORDS = (
    "The average of many codes is a code too, and the decoder makes one picture of it. The average of many pictures is "
    "all of them at once. Which of the two looks more like one example?"
)

TRY_THIS = """
- **Nowhere.** Move the pointer to a corner without points. Does the decoder draw something there all the same?
- **The same walk with more numbers.** Walk from A to B with 2 numbers, then with all of them. What changes at both
  ends, and what in the middle?
- **Two maps of the same codes.** Choose more than 2 numbers and compare PCA with t-SNE: which classes part, and which
  points lie among another class? Look at their pictures.
- **What does a number mean?** Under *Number by number*, name what the first slider does. Then choose another picture as
  A: does it still do that?
"""


def walk_in_words(source: str) -> str:
    """Return what the two rows of a walk are, and what to look for."""
    rows = (
        "Above, the code moves in a straight line from A's to B's, and the decoder draws what is on the way. Below, "
        "the two reconstructions fade into each other, pixel by pixel. At both ends the two rows are the same: A's and "
        "B's own reconstructions."
    )
    return (
        f"{rows} Which of them shows one digit on the way, and which shows two at once?" if source in DIGITS else rows
    )


def knobs_in_words(name: str) -> str:
    """Return what the sliders of the numbers do; `name` says which picture is A."""
    return (
        f"One slider for each number of the code of A ({name}). It moves over the values that 98 % of the test "
        "pictures have, while the other numbers stay as they are in A's code. Those that change the picture most come "
        "first."
    )


def axes_in_words(plane: Plane, size: int, stages: int) -> str:
    """Return what the two directions of a plane are."""
    if not isinstance(plane, FlatPlane):
        done, all_steps = stages * STAGE_STEPS, STAGES * STAGE_STEPS
        state = "" if stages == STAGES else f" This is how it looks after {done:,} of {all_steps:,} iterations."
        return (
            "t-SNE: pictures with similar codes are drawn close together. The directions, and how far groups lie "
            f"apart, mean nothing.{state}"
        )
    if size == 1:
        return "Left to right: the code's only number. Upwards: nothing."
    if size == 2:
        return "Left to right: the first number of the code. Upwards: the second."
    first, second = plane.explained
    return (
        f"PCA: the two directions in which the {size} numbers differ most, which hold {first:.0%} and {second:.0%} of "
        "all their variance."
    )


def decoded_in_words(plane: Plane) -> str:
    """Return what a picture between the points is."""
    return "decoded from here" if isinstance(plane, FlatPlane) else f"decoded from the {NEIGHBORS} codes around"


def spot_in_words(plane: Plane, across: float, up: float) -> str:
    """Return what stands below the picture of a place."""
    return f"{decoded_in_words(plane)}: ({across:g}, {up:g})".replace("-", "−")


def place_in_words(plane: Plane, size: int) -> str:
    """Return what code a place stands for, in a sentence."""
    if not isinstance(plane, FlatPlane):
        return (
            f"t-SNE has no way back from a place to a code. So a place stands for a mixture of the {NEIGHBORS} codes "
            "that are drawn nearest to it; the nearer, the more it counts."
        )
    if size <= 2:
        return "Every place is a code, and the decoder makes a picture of any code, whether a picture has it or not."
    return (
        "Every place is a code on the plane, and the decoder makes a picture of it. The codes of the pictures lie "
        "before and behind that plane, so a place is decoded as if it were average in all other directions."
    )


def plot_in_words(pictures: int, plane: Plane, size: int) -> str:
    """Return what a screen reader says of the plot."""
    how = "by t-SNE" if not isinstance(plane, FlatPlane) else "as they are" if size <= 2 else "by PCA"
    return (
        f"The codes of {pictures:,} test pictures, of {count(size, 'number')} each, drawn {how}, one mark for each, "
        "by class. The fields below choose pictures and a place without a pointer."
    )


def samples_in_words(times: float, of: str) -> str:
    """Return how new codes lie, compared with those of the test pictures; `of` says of which of them."""
    opening = f"Each code was drawn from the normal distribution that has the mean and the covariance of {of}. "
    if math.isnan(times):
        return opening
    measured = f"From a new code to the nearest of them it is {times:.1f} times as far as it usually is between these. "
    if times < STRANGE:
        return opening + measured + "So here the new codes lie about where pictures have theirs."
    return (
        f"{opening}{measured}**So many new codes lie where hardly any picture has one, and the decoder has hardly "
        "learned what belongs there.** A plain autoencoder does nothing to make its codes fill a normal distribution; "
        "the training of a variational one draws every picture's codes towards one."
    )
