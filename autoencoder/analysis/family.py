"""The family of autoencoders: what each member makes small, what that costs and what it buys.

All are the same small network with one hidden layer each way, but for the linear one; so what differs between them is
what they were asked for. What is said to cost or to buy was measured of the networks that come with the app, and a test
compares it with their figures.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from autoencoder.training.run_folder import DamagedRun, RunFolder
from autoencoder.training.settings import NO_PENALTY, TrainingSettings

NETWORKS = ("shallow", "linear")
EPOCHS: Mapping[str, int] = {"mnist": 10, "mnist_sample": 30, "bananas": 15}
MORE_EPOCHS = 20  # of a session's own pictures
BATCHES: Mapping[str, int] = {"mnist": 128, "bananas": 64}
FEW_BATCH = 32  # for sources with few pictures


@dataclass(frozen=True)
class Member:
    """One kind of autoencoder.

    Args:
        title: What a learner reads.
        formula: What the training makes small, in LaTeX. x is a picture of n values, z its code, x̂ what is rebuilt.
        meaning: The formula in words.
        costs: What it costs, beside the plain one.
        buys: What it buys.
        source: Who described it, in Markdown.
        changes: The settings in which it differs from the plain one.
    """

    title: str
    formula: str
    meaning: str
    costs: str
    buys: str
    source: str
    changes: Mapping[str, object]


_ERROR = r"\frac{1}{n}\lVert x - \hat x \rVert^2"

MEMBERS: Mapping[str, Member] = {
    "undercomplete": Member(
        "Undercomplete",
        _ERROR,
        "The mean squared error between the picture and what is rebuilt from its code. Nothing else: what makes it "
        "learn is that the code has fewer numbers than the picture.",
        "Where the codes lie is left to chance: a code drawn at random is seldom one that a picture has.",
        "The plainest there is, and the measure for all the others.",
        "[Hinton and Salakhutdinov, 2006](https://doi.org/10.1126/science.1127647)",
        {},
    ),
    "sparse": Member(
        "Sparse",
        _ERROR + r" + \lambda \sum_i \lvert z_i \rvert",
        "The error, and the sum of the code's numbers, none of which is below 0. There are many numbers, but each one "
        "that is not 0 has its price, so every picture uses a few of its own.",
        "The code follows each pixel closely, so noise gets into it, and takes away much of its lead.",
        "A lower error than a small code has, though a picture uses only a part of its 64 numbers.",
        "[Olshausen and Field, 1996](https://doi.org/10.1038/381607a0)",
        {"bottleneck_size": 64, "penalty": "sparse", "penalty_weight": 1e-4},
    ),
    "denoising": Member(
        "Denoising",
        r"\frac{1}{n}\lVert x - g(f(x + \varepsilon)) \rVert^2",
        "The error between the clean picture and what is rebuilt from a noisy one: the encoder f and the decoder g are "
        "shown noise ε, and are asked for what is behind it.",
        "Somebody has to say beforehand what the noise will be like.",
        "The best repair of noisy pictures, for hardly any error on clean ones.",
        "[Vincent et al., 2008](https://doi.org/10.1145/1390156.1390294)",
        {"noise": "gaussian", "noise_low": 0.0, "noise_high": 0.5},
    ),
    "contractive": Member(
        "Contractive",
        _ERROR + r" + \lambda \left\lVert \frac{\partial f(x)}{\partial x} \right\rVert_F^2",
        "The error, and how much the code moves when the pixels move a little: the squared size of the encoder's "
        "Jacobian. A change that tells no two pictures apart shall not move the code.",
        "A higher error: fine differences move the code too little to be rebuilt.",
        "A code that is less sensitive, and repairs noise that it has never seen a little better.",
        "[Rifai et al., 2011](https://icml.cc/2011/papers/455_icmlpaper.pdf)",
        {"penalty": "contractive", "penalty_weight": 1e-3},
    ),
    "variational": Member(
        "Variational",
        r"-\mathbb{E}_{z \sim q(z|x)} \log p(x|z) + \beta \, D_{KL}\big(q(z|x) \,\Vert\, \mathcal{N}(0, 1)\big)",
        "The encoder gives not a code but a normal distribution of codes, q. One is drawn from it, and the picture "
        "that is rebuilt shall be likely (binary cross-entropy); and all these distributions shall be close to the "
        "standard normal one. β says how close.",
        "A slightly higher error, because every code is blurred.",
        "Codes without gaps: one that is drawn at random paints a picture like those that were learned.",
        "[Kingma and Welling, 2014](https://arxiv.org/abs/1312.6114); β: "
        "[Higgins et al., 2017](https://openreview.net/forum?id=Sy2fzU9gl)",
        {"loss": "binary_crossentropy", "penalty": "variational", "penalty_weight": 1.0},
    ),
    "linear": Member(
        "Linear",
        r"\frac{1}{n}\lVert x - (W_2 (W_1 x + b_1) + b_2) \rVert^2",
        "The error, with nothing but one matrix down and one matrix up. The best that such a network can do is PCA: "
        "its decoder spans the plane of the first principal components.",
        "A higher error than with layers between: only flat planes of pictures can be told.",
        "The answer is known: PCA. So it can be checked that training finds it.",
        "[Baldi and Hornik, 1989](https://doi.org/10.1016/0893-6080(89)90014-2)",
        {"network": "linear", "learning_rate": 0.01, "batch_size": 16},
    ),
}
LINEAR_EPOCHS = 100  # where there are few pictures: it creeps into PCA's plane at last


def settings_of(member: str, source: str) -> TrainingSettings:
    """Return how a member is trained on a source at first.

    Args:
        member: A key of MEMBERS.
        source: Where the pictures come from.
    """
    epochs = LINEAR_EPOCHS if (member, source) == ("linear", "mnist_sample") else EPOCHS.get(source, MORE_EPOCHS)
    plain = TrainingSettings(source, "shallow", "exact", 8, epochs, BATCHES.get(source, FEW_BATCH), learning_rate=0.003)
    return replace(plain, **MEMBERS[member].changes)  # type: ignore[arg-type]


def member_of(settings: TrainingSettings) -> str | None:
    """Return which member was trained with these settings, a key of MEMBERS; None for networks of other pages."""
    if settings.network not in NETWORKS or settings.bottleneck != "exact" or settings.normal_classes:
        return None
    if settings.network == "linear":
        return "linear"
    if settings.penalty != NO_PENALTY:
        return settings.penalty
    return "denoising" if settings.noisy else "undercomplete"


def latest(source: str, runs: Iterable[RunFolder]) -> dict[str, RunFolder]:
    """Of each member that was trained on a source, the run that was used last: member → run, in the order of MEMBERS.

    Args:
        source: Where the pictures come from.
        runs: Finished ones.
    """
    found: dict[str, RunFolder] = {}
    for run in sorted(runs, key=_last_used):
        with suppress(DamagedRun):  # it is reported when somebody looks at it
            settings = run.settings()
            member = member_of(settings)
            if member is not None and settings.source == source:
                found[member] = run
    return {member: found[member] for member in MEMBERS if member in found}


def _last_used(run: RunFolder) -> float:
    try:
        return run.path.stat().st_mtime
    except OSError:
        return 0.0
