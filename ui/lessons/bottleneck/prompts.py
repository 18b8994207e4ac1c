"""Things to try on the Bottleneck page. Whatever they claim is read from what was measured of the network shown."""

import math
from collections.abc import Iterator, Sequence

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
        prompts += measured_prompts(measured, test_pictures(settings.source).class_names)
    draw_prompts(prompts)


def measured_prompts(measured: CompressionReport, class_names: Sequence[str]) -> Iterator[Prompt]:
    """Yield what to try with a network for every size, as far as its errors have an answer."""
    size = measured.class_size
    own, pca, needed = measured.error_at(size), measured.pca_at(size), measured.pca_needs(size)
    if own is not None and pca is not None and own < pca:
        more = ""
        if needed:
            fewest = 1 + max((count for count in measured.pca_sizes if count < needed), default=0)
            more = f" PCA needs {needed if fewest == needed else f'{fewest} to {needed}'} numbers to do as well."
        yield Prompt(
            "**Beat PCA.** PCA is the best linear compression. In the chart of the error, where are the two far apart?",
            f"With {size} numbers, this network's error is {own:.4f} and PCA's is {pca:.4f}.{more}",
        )
    known = [(error, label) for label, error in enumerate(measured.class_errors) if not math.isnan(error)]
    if len(known) >= 2:
        (low, first), (high, last) = min(known), max(known)
        easy, hard = escape_markdown(class_names[first]), escape_markdown(class_names[last])
        yield Prompt(
            "**Easy and hard.** Look at one class at a time: *View*, *Test pictures*. Which one is rebuilt best? Why?",
            f"With {size} numbers, class {easy} is rebuilt best (error {low:.4f}). Class {hard} is rebuilt worst "
            f"({high:.4f}). The more alike the pictures of a class are, the fewer numbers tell them apart.",
        )
    if ahead := measured.pca_ahead_from:
        where = f"{'at' if ahead == measured.sizes[-1] else 'from'} {ahead} numbers"
        yield Prompt(
            "**Where PCA wins.** Is there a size at which PCA is better? Why could that be?",
            f"PCA is ahead {'at every size' if ahead == measured.sizes[0] else where}. PCA keeps whatever its "
            "components can hold. The network does so only after a longer training.",
        )
    yield Prompt(
        f"**Train exactly {size}.** Choose *Exact size* and *Size* {size}, and train as many epochs. Both networks' "
        "pictures then stand one below the other. What does one network for every size cost?"
    )
