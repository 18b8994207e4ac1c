"""What the page says of the family: of each member in `descriptions.toml`, of all of them here."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autoencoder.analysis.family import Figures


@dataclass(frozen=True)
class Description:
    """What a learner reads of one kind of autoencoder."""

    caption: str  # beside the slider
    formula: str  # the loss, in LaTeX
    symbols: Mapping[str, str]  # of the formula, in LaTeX → what each is
    meaning: str  # the formula in words
    costs: str  # beside the plain one
    buys: str
    source: str  # who described it, in Markdown


_ABOUT = tomllib.loads(Path(__file__).with_name("descriptions.toml").read_text("utf-8"))
DESCRIPTIONS = {member: Description(**about) for member, about in _ABOUT.items()}

RANDOM_IN_WORDS = (
    "Each number of a code is drawn at random, with the mean and the variance that it has for test pictures. "
    "**Which of these pictures could be real ones?** Compare each with the nearest test picture below it."
)
PLANE_IN_WORDS = "Move the pointer over the points, then between them. **Are there gaps between the classes?**"
ALL_IN_WORDS = "You see the latest network of each kind on these pictures. The noise is that of the slider above."
SHIPPED_IN_WORDS = " Where you have trained none, you see the one that came with the app."
COLUMNS_IN_WORDS = """
- **Active**: numbers of the code that are not close to 0.
- **Error**: the mean squared error on all test pictures. **Noisy**: the same at noise level 0.3.
- **Sensitivity**: how far the code moves with the pixels, compared with how far codes lie apart.
- **Random codes**: mean squared difference between pictures from random codes and their nearest test picture. A
  blurred picture scores well too, and variety is not measured.
"""
TRY_THIS = """
- **Noise.** Move the slider to 0.3 and look at every member in turn. Which one repairs the noise best?
- **New pictures.** Open *Random codes*. Which member draws the best digits from random codes?
- **Codes.** Open *Its code* for *Undercomplete*, then for *Sparse*. What is different about the bars?
- **Weights.** Train *Contractive* with a weight ten times as large. What happens to the error and the sensitivity?
- **PCA.** Choose *Linear* and open *All members*. How close did training come to PCA?
"""


def code_in_words(member: str, figures: Figures | None) -> str:
    """Return what the bars of a code are."""
    parts = ["The code of the chosen picture, without noise. **Choose another picture above: which numbers change?**"]
    if member == "variational":
        parts.append("The bars are the means of its normal distribution of codes.")
    if figures is not None:
        parts.append(f"On average, {figures.active:.1f} of the {figures.numbers} numbers are active (not close to 0).")
    return " ".join(parts)


def random_answer(figures: Figures) -> str:
    """Return how far pictures from random codes are from real ones, as it was measured."""
    return (
        f"The mean squared difference to the nearest test picture is **{figures.sample_error:.4f}** on average. "
        "A smaller value means more like a real picture. But blurred pictures score well too. "
        "*All members* has the same figure for the others."
    )
