"""Things to try on the Bottleneck page. Whatever they claim is read from what was measured of the network shown."""

import math
from collections.abc import Sequence

from autoencoder.analysis.compression import CompressionReport
from autoencoder.training.settings import TrainingSettings
from ui.lessons.common.prompts import Prompt, draw_prompts
from ui.markdown import escape_markdown
from ui.services.services import test_pictures

ONE_NUMBER = Prompt(
    "**Slide to 1.** With one number, the decoder has a single dial. Which pictures can you tell apart?"
)


def try_this(measured: CompressionReport | None, settings: TrainingSettings) -> None:
    """Draw what to try; what rests on the measured errors only where these are known."""
    prompts = [ONE_NUMBER]
    if measured is not None and settings.ordered:
        class_names = test_pictures(settings.source).class_names
        found = (beat_pca(measured), easy_and_hard(measured, class_names), where_pca_wins(measured))
        prompts += [prompt for prompt in found if prompt is not None]
        prompts.append(train_exactly(measured.class_size))
    draw_prompts(prompts)


def beat_pca(measured: CompressionReport) -> Prompt | None:
    """Ask how far the network is ahead of PCA; None where it is not."""
    size = measured.class_size
    own, pca, needed = measured.error_at(size), measured.pca_at(size), measured.pca_needs(size)
    if own is None or pca is None or own >= pca:
        return None
    more = ""
    if needed:
        fewest = 1 + max((count for count in measured.pca_sizes if count < needed), default=0)
        more = f" PCA needs {needed if fewest == needed else f'{fewest} to {needed}'} numbers to do as well."
    return Prompt(
        "**Beat PCA.** PCA is the best linear compression. In the chart of the error, where are the two far apart?",
        f"With {size} numbers, this network's error is {own:.4f} and PCA's is {pca:.4f}.{more}",
    )


def easy_and_hard(measured: CompressionReport, class_names: Sequence[str]) -> Prompt | None:
    """Ask which class is rebuilt best; None where that is not known."""
    known = [(error, label) for label, error in enumerate(measured.class_errors) if not math.isnan(error)]
    if len(known) < 2:
        return None
    (low, first), (high, last) = min(known), max(known)
    easy, hard = escape_markdown(class_names[first]), escape_markdown(class_names[last])
    return Prompt(
        "**Easy and hard.** Look at one class at a time: *View*, *Test pictures*. Which one is rebuilt best? Why?",
        f"With {measured.class_size} numbers, class {easy} is rebuilt best (error {low:.4f}). Class {hard} is rebuilt "
        f"worst ({high:.4f}). The more alike the pictures of a class are, the fewer numbers tell them apart.",
    )


def where_pca_wins(measured: CompressionReport) -> Prompt | None:
    """Ask where PCA is ahead; None where it never is."""
    first = measured.pca_ahead_from
    if first is None:
        return None
    if first == measured.sizes[0]:
        where = "PCA is ahead at every size."
    else:
        where = f"PCA is ahead {'at' if first == measured.sizes[-1] else 'from'} {first} numbers."
    return Prompt(
        "**Where PCA wins.** Is there a size at which PCA is better? Why could that be?",
        f"{where} PCA keeps whatever its components can hold. The network does so only after a longer training.",
    )


def train_exactly(size: int) -> Prompt:
    """Ask what a network for every size pays for that."""
    return Prompt(
        f"**Train exactly {size}.** Choose *Exact size* and *Size* {size}, and train as many epochs. Both networks' "
        "pictures then stand one below the other. What does one network for every size cost?"
    )
