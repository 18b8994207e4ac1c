"""The first page below its pictures: the story of autoencoders in ten steps, which stands in `story.toml`."""

import streamlit as st

from autoencoder.analysis.compression import CompressionReport
from autoencoder.rendering.hourglass import hourglass_svg
from ui.components.bridge import read_assets
from ui.components.drawing import drawing
from ui.components.player.player import Player, details
from ui.idea.figures import FEW, SIZE, banana_figures, digit_figures, noise_figures
from ui.services.trained_run import TrainedRun
from ui.words import read_texts

ICONS = ("compress", "bubble_chart", "search", "blur_on", "family_history")  # of these pages, in the order of the story
LESSONS = dict(zip(("bottleneck", "latent", "anomalies", "denoising", "family"), ICONS, strict=True))
STEPS = read_texts("idea/story.toml")["steps"]


def lessons() -> None:
    """Draw links to all lessons in one line."""
    with st.container(key="lessons", horizontal=True, gap="small"):
        for page in LESSONS:
            st.page_link(f"pages/{page}.py", icon=f":material/{LESSONS[page]}:")


def story(run: TrainedRun, player: Player, key: str) -> None:
    """Tell what autoencoders do; the code beside the hourglass follows the slider of the player with this key."""
    st.html(f"<style>{read_assets('idea/story.css')}</style>")
    pictures = digit_figures(run) | banana_figures() | noise_figures(run)
    errors, pixels = "", run.settings.plan.pixel_values
    if measured := CompressionReport.of(run.folder):
        errors = (
            f" Then its mean squared error over all test pictures is {dict(measured.points)[SIZE]:.4f}. "
            f"**PCA**, the best linear compression, has {dict(measured.pca_points)[SIZE]:.4f}."
        )
    known = {"pixels": pixels, "size": SIZE, "few": FEW, "ratio": pixels / SIZE, "errors": errors}
    for number, step in enumerate(STEPS, 1):
        left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
        with left:
            st.header(f"{number} · {step['title']}", anchor=f"step-{number}")
            st.markdown(step["text"].format(**known))
            for page in step["lessons"]:
                st.page_link(f"pages/{page}.py", icon=f":material/{LESSONS[page]}:")
        with right:
            if "picture" in step:
                st.html(pictures[step["picture"]])
            else:
                drawing(hourglass_svg(run.settings.plan, SIZE), key="idea hourglass")
                details(player, key, charts=False, table=False)
