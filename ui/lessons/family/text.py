"""What the page says of each member of the family: what its training minimizes, what that costs and what it buys.

What is said to cost or to buy was measured of the networks that come with the app; `tests/analysis/test_family.py`
compares it with their figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Description:
    """What a learner reads of one kind of autoencoder.

    Args:
        formula: The loss, in LaTeX. x is a picture of n values, z its code, x̂ its reconstruction.
        meaning: The formula in words.
        costs: What it costs, beside the plain one.
        buys: What it buys.
        source: Who described it, in Markdown.
    """

    formula: str
    meaning: str
    costs: str
    buys: str
    source: str


_ERROR = r"\frac{1}{n}\lVert x - \hat x \rVert^2"

DESCRIPTIONS: Mapping[str, Description] = {
    "undercomplete": Description(
        _ERROR,
        "The mean squared error between the picture and what is rebuilt from its code. Nothing else: what makes it "
        "learn is that the code has fewer numbers than the picture.",
        "Where the codes lie is left to chance: a code drawn at random is seldom one that a picture has.",
        "The plainest there is, and the measure for all the others.",
        "[Hinton and Salakhutdinov, 2006](https://doi.org/10.1126/science.1127647)",
    ),
    "sparse": Description(
        _ERROR + r" + \lambda \sum_i \lvert z_i \rvert",
        "The error, and the sum of the code's numbers, none of which is below 0. There are many numbers, but each one "
        "that is not 0 has its price, so every picture uses a few of its own.",
        "The code follows each pixel closely, so noise gets into it, and takes away much of its lead.",
        "A lower error than a small code has, though a picture uses only a part of its 64 numbers.",
        "[Olshausen and Field, 1996](https://doi.org/10.1038/381607a0)",
    ),
    "denoising": Description(
        r"\frac{1}{n}\lVert x - g(f(x + \varepsilon)) \rVert^2",
        "The error between the clean picture and what is rebuilt from a noisy one: the encoder f and the decoder g are "
        "shown noise ε, and are asked for what is behind it.",
        "Somebody has to say beforehand what the noise will be like.",
        "The best repair of noisy pictures, for hardly any error on clean ones.",
        "[Vincent et al., 2008](https://doi.org/10.1145/1390156.1390294)",
    ),
    "contractive": Description(
        _ERROR + r" + \lambda \left\lVert \frac{\partial f(x)}{\partial x} \right\rVert_F^2",
        "The error, and how much the code moves when the pixels move a little: the squared size of the encoder's "
        "Jacobian. A change that tells no two pictures apart shall not move the code.",
        "A higher error: fine differences move the code too little to be rebuilt.",
        "A code that is less sensitive, and repairs noise that it has never seen a little better.",
        "[Rifai et al., 2011](https://icml.cc/2011/papers/455_icmlpaper.pdf)",
    ),
    "variational": Description(
        r"-\mathbb{E}_{z \sim q(z|x)} \log p(x|z) + \beta \, D_{KL}\big(q(z|x) \,\Vert\, \mathcal{N}(0, 1)\big)",
        "The encoder gives not a code but a normal distribution of codes, q. One is drawn from it, and the picture "
        "that is rebuilt shall be likely (binary cross-entropy); and all these distributions shall be close to the "
        "standard normal one. β says how close.",
        "A slightly higher error, because every code is blurred.",
        "Codes without gaps: one that is drawn at random paints a picture like those that were learned.",
        "[Kingma and Welling, 2014](https://arxiv.org/abs/1312.6114); β: "
        "[Higgins et al., 2017](https://openreview.net/forum?id=Sy2fzU9gl)",
    ),
    "linear": Description(
        r"\frac{1}{n}\lVert x - (W_2 (W_1 x + b_1) + b_2) \rVert^2",
        "The error, with nothing but one matrix down and one matrix up. The best that such a network can do is PCA: "
        "its decoder spans the plane of the first principal components.",
        "A higher error than with layers between: only flat planes of pictures can be told.",
        "The answer is known: PCA. So it can be checked that training finds it.",
        "[Baldi and Hornik, 1989](https://doi.org/10.1016/0893-6080(89)90014-2)",
    ),
}
