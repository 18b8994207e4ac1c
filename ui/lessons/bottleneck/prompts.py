"""Things to try on the Bottleneck page. Whatever they claim is read from what was measured of the network shown."""

import math
from collections.abc import Sequence

import streamlit as st

from autoencoder.analysis.compression import CompressionReport
from autoencoder.training.settings import TrainingSettings
from ui.markdown import escape_markdown
from ui.services.services import test_pictures


def try_this(measured: CompressionReport | None, settings: TrainingSettings) -> None:
    """Draw a few prompts, as a list; those that rest on the measured errors where these are known."""
    prompts = [
        "**Slide to 1.** With one number, the decoder has a single dial. Which pictures can you still tell apart?"
    ]
    if measured is not None and settings.ordered:
        prompts += _measured_prompts(measured, settings)
    st.markdown("\n".join(f"- {prompt}" for prompt in prompts if prompt))


def _measured_prompts(measured: CompressionReport, settings: TrainingSettings) -> list[str]:
    return [
        _beat_pca(measured),
        _easy_and_hard(measured, test_pictures(settings.source).class_names),
        _where_pca_wins(measured),
        f"**Train exactly {measured.class_size}.** Choose *Exact size*, set *Size* to {measured.class_size}, take as "
        "many epochs as this network had, and train. Both networks' pictures then stand one below the other: how much "
        "does this one pay for serving every size at once?",
    ]


def _beat_pca(measured: CompressionReport) -> str:
    size = measured.class_size
    own, pca, needed = measured.error_at(size), measured.pca_at(size), measured.pca_needs(size)
    if own is None or pca is None or own >= pca:
        return ""
    more = ""
    if needed:
        fewest = 1 + max((count for count in measured.pca_sizes if count < needed), default=0)
        many = f"{needed}" if fewest == needed else f"{fewest} to {needed}"
        more = f" PCA needs {many} numbers to do as well."
    return (
        f"**Beat PCA.** At {size} numbers this network's error is {own:.4f}, that of PCA, the best linear compression, "
        f"{pca:.4f}.{more} Follow the two lines: where are they far apart, and where close?"
    )


def _easy_and_hard(measured: CompressionReport, class_names: Sequence[str]) -> str:
    known = [(error, label) for label, error in enumerate(measured.class_errors) if not math.isnan(error)]
    if len(known) < 2:
        return ""
    (low, first), (high, last) = min(known), max(known)
    easy, hard = escape_markdown(class_names[first]), escape_markdown(class_names[last])
    return (
        f"**Easy and hard.** With {measured.class_size} numbers, those of class {easy} are rebuilt best (error "
        f"{low:.4f}) and those of class {hard} worst ({high:.4f}). Look at each class alone, under *Test pictures*: "
        "why is that?"
    )


def _where_pca_wins(measured: CompressionReport) -> str:
    first = measured.pca_ahead_from
    if first is None:
        return ""
    where = f"At {first} numbers" if first == measured.sizes[-1] else f"From {first} numbers on"
    why = "A linear map passes on whatever its components can hold; the network, after this training, does not yet."
    return f"**Where PCA wins.** {where}, PCA is ahead. {why}"
