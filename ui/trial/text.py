"""What the pages say of a learner's own pictures: their error, beside that of the test pictures."""

from collections.abc import Callable, Sequence

from autoencoder.analysis.trying import ErrorComparison
from ui.lessons.common.text import count, number_in_words


def whose(pictures: int) -> str:
    """Return whose they are, for a screen reader."""
    return f"{count(pictures, 'picture')} of your own"


def by_size(sizes: Sequence[int], compared: Sequence[ErrorComparison]) -> list[str]:
    """Return a sentence for every bottleneck size."""
    return [
        f"From {count(size, 'number')}: mean squared error {one.error:.4f}{_beside(one)}"
        for size, one in zip(sizes, compared, strict=True)
    ]


def after_denoising(compared: Sequence[ErrorComparison]) -> list[str]:
    """Return a sentence for every noise level."""
    return [f"Denoised: mean squared error {one.error:.4f}{_beside(one)}" for one in compared]


def by_threshold(alarms: Sequence[Sequence[bool]], compared: ErrorComparison) -> list[str]:
    """Return a sentence for every threshold: how many are called anomalies, and how high they score."""
    score = f"mean score {number_in_words(compared.error)}{_beside(compared, 'normal test pictures', number_in_words)}"
    return [f"{sum(row)} of {len(row)} called anomaly; {score}" for row in alarms]


def _beside(
    compared: ErrorComparison, what: str = "the test pictures", in_words: Callable[[float], str] = "{:.4f}".format
) -> str:
    if compared.baseline_error is None or compared.times is None:
        return ""
    return f", {times_in_words(compared.times)} that of {what} ({in_words(compared.baseline_error)})"


def times_in_words(times: float) -> str:
    """Return a ratio, with as many digits as anybody compares: "0.84 times", "3.2 times", "47 times"."""
    return f"{times:,.{2 if times < 1 else 1 if times < 10 else 0}f} times"
