"""What the page says of each member of the family: what its training minimizes, what that costs and what it buys.

What is said to cost or to buy was measured of the networks that come with the app; `tests/analysis/test_family.py`
compares it with their figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass

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


_ERROR = r"\frac{1}{n}\lVert x - \hat x \rVert^2"
_PICTURE = {"x": "a picture", "n": "how many pixel values it has"}
_REBUILT = {**_PICTURE, r"\hat x": "its reconstruction", r"\lVert\cdot\rVert^2": "the sum of the squared values"}

DESCRIPTIONS: Mapping[str, Description] = {
    "undercomplete": Description(
        "Asked for one thing only: a small error from a small code.",
        _ERROR,
        _REBUILT,
        "The mean squared error between a picture and its reconstruction, and nothing else. "
        "The network must learn because its code has fewer numbers than the picture.",
        "Nothing decides where the codes lie. A random code is seldom like the code of a picture.",
        "It is the simplest autoencoder, and the baseline for the others.",
        "[Hinton and Salakhutdinov, 2006](https://doi.org/10.1126/science.1127647)",
    ),
    "sparse": Description(
        "Asked for codes in which most numbers are 0.",
        _ERROR + r" + \lambda \sum_i \lvert z_i \rvert",
        {
            **_REBUILT,
            "z_i": "number $i$ of the code",
            r"\sum_i": "the sum over all numbers of the code",
            r"\lambda": "the weight: how much these numbers count beside the error",
        },
        "The error, plus the sum of the code's numbers, which are never below 0. "
        "The code is large, but every number that is not 0 has a price. So each picture uses a few of its own.",
        "The code follows every pixel closely. So noise gets into it, and much of its lead is lost.",
        "A lower error than a small code, though a picture uses only some of the 64 numbers.",
        "[Olshausen and Field, 1996](https://doi.org/10.1038/381607a0)",
    ),
    "denoising": Description(
        "Asked to rebuild the clean picture from a noisy one.",
        r"\frac{1}{n}\lVert x - g(f(x + \varepsilon)) \rVert^2",
        {
            **_PICTURE,
            r"\varepsilon": "the noise",
            "f": "the encoder",
            "g": "the decoder",
            r"\lVert\cdot\rVert^2": "the sum of the squared values",
        },
        "The error between the clean picture and what the network rebuilds from a noisy one.",
        "Somebody must decide before the training what the noise is like.",
        "The best repair of noisy pictures. On clean pictures, the error grows little.",
        "[Vincent et al., 2008](https://doi.org/10.1145/1390156.1390294)",
    ),
    "contractive": Description(
        "Asked for codes that hardly move when the pixels change a little.",
        _ERROR + r" + \lambda \left\lVert \frac{\partial f(x)}{\partial x} \right\rVert_F^2",
        {
            **_REBUILT,
            "f(x)": "the code of the picture: $f$ is the encoder",
            r"\frac{\partial f(x)}{\partial x}": "the Jacobian: how each number of the code moves with each pixel",
            r"\lVert\cdot\rVert_F^2": "the sum of the squares of all its entries (squared Frobenius norm)",
            r"\lambda": "the weight: how much this counts beside the error",
        },
        "The error, plus how much the code moves when the pixels change a little. "
        "Irrelevant changes should not move the code.",
        "A higher error. Fine differences move the code too little to be rebuilt.",
        "A less sensitive code. It repairs noise a little better, though it never saw any.",
        "[Rifai et al., 2011](https://icml.cc/2011/papers/455_icmlpaper.pdf)",
    ),
    "variational": Description(
        "Asked for a cloud of codes for each picture. You see the center of the cloud decoded.",
        r"-\mathbb{E}_{z \sim q(z|x)} \log p(x|z) + \beta \, D_{KL}\big(q(z|x) \,\Vert\, \mathcal{N}(0, 1)\big)",
        {
            "x": "a picture",
            "z": "a code, drawn at random from $q$",
            "q(z|x)": "the normal distribution of codes that the encoder gives for the picture: the cloud",
            "p(x|z)": "how likely the decoder finds the picture, given the code",
            r"\mathbb{E}": "the mean over the codes that are drawn",
            r"\log": "the logarithm",
            r"\mathcal{N}(0, 1)": "the standard normal distribution: mean 0, variance 1",
            "D_{KL}": "the Kullback-Leibler divergence: how far one distribution is from another",
            r"\beta": "the weight: how much this counts beside the error",
        },
        "The encoder gives a normal distribution of codes instead of one code. "
        "A code is drawn from it, and the decoder rebuilds the picture (error: binary cross-entropy). "
        "All these distributions should be close to the standard normal one.",
        "A slightly higher error, because every code is blurred.",
        "Codes without gaps: a random code is decoded to a picture like the ones it learned.",
        "[Kingma and Welling, 2014](https://arxiv.org/abs/1312.6114); β: "
        "[Higgins et al., 2017](https://openreview.net/forum?id=Sy2fzU9gl)",
    ),
    "linear": Description(
        "One matrix down, one matrix up, and no other layer.",
        r"\frac{1}{n}\lVert x - (W_2 (W_1 x + b_1) + b_2) \rVert^2",
        {
            **_PICTURE,
            "W_1, b_1": "the encoder: a matrix and a vector",
            "W_2, b_2": "the decoder: a matrix and a vector",
            r"\lVert\cdot\rVert^2": "the sum of the squared values",
        },
        "The error, with one matrix down and one matrix up. The best such network is PCA: "
        "its decoder spans the plane of the first principal components.",
        "A higher error than with more layers, because it can only draw pictures of one flat plane.",
        "The best answer is known: PCA. So we can check whether training finds it.",
        "[Baldi and Hornik, 1989](https://doi.org/10.1016/0893-6080(89)90014-2)",
    ),
}

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
