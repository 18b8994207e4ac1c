"""What the network will see of a learner's own pictures: choices, a preview, and the way to the lessons."""

from collections.abc import Sequence

import streamlit as st

from autoencoder.data.uploads.cropping import Color, How
from autoencoder.data.uploads.datasets import UploadChoices
from autoencoder.data.uploads.storage import DatasetPreview
from ui.markdown import escape_markdown
from ui.uploads.session import OWN, make, my_source, upload_state
from ui.uploads.text import dataset_in_words, dataset_warnings
from ui.url.codecs import named
from ui.url.widgets import choose, pick, switch

SIDES = (16, 24, 28, 32, 48, 64, 96)
COLORS: dict[Color, str] = {"color": "Color", "gray": "Gray"}
COLOR_CODEC = named({"colour": "color", "grey": "gray"})  # as links have it
WAYS: dict[How, str] = {"crop": "Crop to a square", "fit": "Fit into a square"}
PIECES = {"whole": "Each photo is a picture", "patches": "Patches, cut from the photos"}
ABOUT_PIECES = "Many patches can be cut from one large photo. The page Denoising puts a whole photo together again."
ABOUT_VARIANTS = (
    "Makes more pictures of few: each is shifted, mirrored, turned and lit a little differently. Held-out pictures "
    "stay as they are."
)
PREVIEW = 72  # pixels on the screen, of one picture


def choose_and_show() -> None:
    """Draw the choices; the set is made anew where they or the pictures are others, and on request where it failed."""
    choices, known = _choose(), upload_state()
    if known.reading is None and known.choices != choices:
        make(choices)
    if known.reading is not None or known.making is not None:
        return
    if known.made is not None and my_source():
        _show(known.made)
    else:
        st.button("Try again", on_click=make, args=(choices,))


def _choose() -> UploadChoices:
    with st.sidebar:
        st.markdown("**What the network sees**")
        pixels = pick("Pixels a side", "own side", SIDES, 48, name="side")
        shade = choose("Colors", "own color", COLORS, "color", name="colour", codec=COLOR_CODEC)
        cut = choose("Pictures", "own pieces", PIECES, "whole", help=ABOUT_PIECES, name="pieces")
        square = choose("Shape", "own shape", WAYS, "crop", name="shape") if cut == "whole" else "crop"
        varied = switch("Variants", "own variants", True, help=ABOUT_VARIANTS, name="variants")
    return UploadChoices(pixels, shade, square, cut == "patches", varied)


def _show(dataset: DatasetPreview) -> None:
    st.success(dataset_in_words(dataset.summary))
    _ways_to_lessons(bool(dataset.class_names))
    if warnings := dataset_warnings(dataset.summary):
        st.warning("  \n".join(warnings))
    if dataset.class_names:
        st.caption(f"Classes: {', '.join(map(escape_markdown, dataset.class_names))}")
    learned, held_out = st.columns(2)
    with learned:
        st.markdown("**The network learns from pictures like these**")
        _grid(dataset.train, "A picture to learn from")
    with held_out:
        st.markdown("**It is tested on these**")
        _grid(dataset.test, "A picture to judge on")


def _ways_to_lessons(classes: bool) -> None:
    """Draw buttons to the lessons, which are shown with these pictures."""
    ways = [("Compress them", "bottleneck", "source"), ("Denoise them", "denoising", "source")]
    if classes:
        ways.append(("Find the odd one out", "anomalies", "anomaly_source"))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Now use them:**", width="content")
        for label, page, field in ways:
            if st.button(label):
                st.session_state[field] = OWN
                st.switch_page(f"pages/{page}.py")


def _grid(pictures: Sequence[str], text: str) -> None:
    """Draw pictures side by side, enlarged without blurring their pixels."""
    style = f"width:{PREVIEW}px;image-rendering:pixelated;border-radius:4px"
    images = (
        f'<img src="data:image/png;base64,{picture}" alt="{text}, {number} of {len(pictures)}" style="{style}">'
        for number, picture in enumerate(pictures, 1)
    )
    box = f"display:flex;flex-wrap:wrap;gap:4px;max-height:{4 * (PREVIEW + 4)}px;overflow-y:auto"  # on a phone too
    st.html(f'<div style="{box}">{"".join(images)}</div>')
