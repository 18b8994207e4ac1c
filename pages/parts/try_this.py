"""Things to try on the Bottleneck page. Whatever they claim is read from what was measured of the network shown."""

import math

import streamlit as st

from autoencoder.lessons.compression import Measured
from autoencoder.training.settings import TrainingSettings


def try_this(measured: Measured, settings: TrainingSettings) -> None:
    """A few prompts, as a list."""
    prompts = [
        "**Slide to 1.** One number is one knob for all pictures. Which digits can still be told apart?",
        _beat_pca(measured),
        _easy_and_hard(measured),
        _look_at_the_end(measured),
        f"**Train exactly {measured.class_size}.** Choose *Exact size* above and train. Its mark appears on the chart: "
        f"how much does the network above pay for serving every size at once?",
    ]
    st.subheader("Try this")
    st.markdown("\n".join(f"- {prompt}" for prompt in prompts if prompt))


def _beat_pca(measured: Measured) -> str:
    size = measured.class_size
    own, pca, needed = measured.error_at(size), measured.pca_at(size), measured.pca_needs(size)
    if own is None or pca is None or own >= pca:
        return ""
    more = f" PCA needs {needed} numbers to do as well." if needed else ""
    return (
        f"**Beat PCA.** At {size} numbers this network's error is {own:.4f}, that of PCA, the best linear compression, "
        f"{pca:.4f}.{more} Follow the two lines: where do they come closest?"
    )


def _easy_and_hard(measured: Measured) -> str:
    known = [(error, label) for label, error in enumerate(measured.class_errors) if not math.isnan(error)]
    if len(known) < 2:
        return ""
    (low, easy), (high, hard) = min(known), max(known)
    return (
        f"**Easy and hard.** With {measured.class_size} numbers, the {easy}s are rebuilt best (error {low:.4f}) and "
        f"the {hard}s worst ({high:.4f}). Choose *Only {easy}* and *Only {hard}* under *Test pictures*: why is that?"
    )


def _look_at_the_end(measured: Measured) -> str:
    crossing = next((size for size, error in measured.points if error > (measured.pca_at(size) or math.inf)), None)
    if crossing is None:
        return ""
    return (
        f"**Where PCA wins.** From {crossing} numbers on, PCA is ahead here. It loses nothing that its components can "
        "hold, while the network, after this training, still does. Would more epochs help?"
    )
