"""The page of a learner's own pictures: add them, sort them, and see what the network will see of them."""

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from autoencoder.data.uploads import limits, storage
from autoencoder.data.uploads.cropping import Color, How
from autoencoder.data.uploads.datasets import UploadChoices
from autoencoder.data.uploads.limits import MB
from autoencoder.data.uploads.storage import DatasetPreview, UploadedPhotos
from ui.markdown import escape_markdown
from ui.services.errors import fragment
from ui.uploads import session
from ui.uploads.arriving import ANY_SIZE, most_of_a_zip
from ui.uploads.session import my_source, upload_state
from ui.uploads.text import ACCEPTED, SIZES, dataset_in_words, dataset_warnings, refusal_in_words
from ui.url.codecs import named
from ui.url.widgets import choose, switch
from ui.words import count

FILES, FOLDER, CAMERA = "Files or a zip", "A folder", "Camera"
LONGEST_CLASS = 40
ALSO_REMOVED = "The networks that you trained on your pictures are removed too."
COLORS: dict[Color, str] = {"color": "Color", "gray": "Gray"}
COLOR_CODEC = named({"colour": "color", "grey": "gray"})  # as links have it
WAYS: dict[How, str] = {"crop": "Crop to a square", "fit": "Fit into a square"}
PIECES = {"whole": "Each photo is a picture", "patches": "Patches, cut from the photos"}
ABOUT_PIECES = "Many patches can be cut from one large photo. The page Denoising puts a whole photo together again."
ABOUT_VARIANTS = (
    "Makes more pictures of few: each is shifted, turned and lit a little differently. Held-out pictures stay "
    "as they are."
)
ABOUT_MIRROR = "Mirrors half of the variants. Off at first where pictures look like writing: a mirrored 3 is none."
NAMED, LIST_HEIGHT = 10, 400  # files that are said not to be used at first; pixels of the list of all
PREVIEW = 72  # pixels on the screen, of one picture


def add_pictures() -> None:
    """Draw the fields for new pictures; one that was given some is replaced by another."""
    with st.container(border=True):
        how, label = st.columns([3, 2], vertical_alignment="bottom")
        chosen = how.segmented_control("From", (FILES, FOLDER, CAMERA), default=FILES, required=True, key="own from")
        name = label.text_input(
            "Their class",
            key="own class",
            max_chars=LONGEST_CLASS,
            placeholder="optional, e.g. normal",
            help="What these pictures show. With two classes or more, the page Anomalies can call some normal. "
            "In a zip or a folder, each sub-folder is a class.",
        )
        if files := _field(chosen or FILES):
            session.add(files, name)
            st.session_state["own fields"] += 1
            st.rerun()
        st.caption(
            f"{ACCEPTED}, each of at most {limits.MOST_BYTES // MB} MB, a zip of {most_of_a_zip() // MB}. {SIZES}. "
            f"At most {limits.MOST_FILES:,} pictures are used, evenly from each class."
        )


def _field(how: str) -> Sequence[UploadedFile]:
    """Draw the field that takes files; none while others are being read. Return what it was given."""
    key = f"own files {how} {st.session_state.setdefault('own fields', 0)}"
    busy = upload_state().reading is not None
    if how == CAMERA:
        taken = st.camera_input("Take a picture", key=key, disabled=busy)
        return [taken] if taken else []
    field = partial(st.file_uploader, key=key, disabled=busy, max_upload_size=ANY_SIZE)
    if how == FOLDER:
        return field("Choose a folder", accept_multiple_files="directory")
    return field("Drop pictures here, or a zip of them", accept_multiple_files=True)


@partial(fragment, run_every=0.5)
def watch() -> None:
    """Draw how the reading or the making goes; the page runs anew when it is done."""
    was_reading = upload_state().reading is not None
    session.take_results()
    now = session.progress()
    if now is None or (was_reading and upload_state().reading is None):
        st.rerun()
    share, text = now
    st.progress(share, text=text)


def say_what_came_of_it() -> None:
    """Say how many pictures there are, and what of the last files is not used."""
    if upload_state().trouble:
        st.warning(upload_state().trouble)
    if not (found := upload_state().gathered):
        return
    twice = f"; {count(found.duplicates, 'picture')} came twice and counted once" if found.duplicates else ""
    there = f"**{count(len(found.names), 'picture')}**{twice}." if found.names else ""
    st.markdown(there or "There are no pictures of yours here now.")
    if refusals := found.refusals:
        with st.expander("What is not used", expanded=True):
            number = len(refusals)
            is_all = number > NAMED and st.toggle(f"Show all {number:,}", key=f"own refusals {hash(found.names)}")
            with st.container(height=LIST_HEIGHT if is_all else "content"):
                said = map(refusal_in_words, refusals if is_all else refusals[:NAMED])
                st.markdown("\n".join(f"- {sentence}" for sentence in said))


def sort_pictures(found: UploadedPhotos) -> None:
    """Draw a list of the pictures, and what can be done with those that are chosen, unless they are being read."""
    busy = upload_state().reading is not None
    with st.expander("Sort them into classes, or remove some"):
        names = [f"{name} · {label}" if label else name for name, label in zip(found.names, found.labels, strict=True)]
        every = range(len(names))
        key = f"own chosen {hash((found.names, found.labels))}"  # indices mean other pictures once some are removed
        indices = st.multiselect("Pictures", every, format_func=names.__getitem__, key=key, disabled=busy)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            label = st.text_input("Class", key="own other class", max_chars=LONGEST_CLASS, width=200)
            none, put = busy or not indices, (storage.relabel_photos, indices, label)
            st.button("Put them into this class", on_click=session.change, args=put, disabled=none)
            st.button("Remove them", on_click=session.remove, args=(indices,), disabled=none, help=ALSO_REMOVED)
            st.button("Remove all", on_click=session.remove, args=(every,), disabled=busy, help=ALSO_REMOVED)


def choose_and_show(found: UploadedPhotos) -> None:
    """Draw the choices; the set is made anew where they or the pictures are others, and on request where it failed."""
    with st.sidebar:
        st.markdown("**What the network sees**")
        pixels = choose("Pixels a side", "own side", (16, 24, 28, 32, 48, 64, 96), 48, name="side")
        shade = choose("Colors", "own color", COLORS, "color", name="colour", codec=COLOR_CODEC)
        cut = choose("Pictures", "own pieces", PIECES, "whole", help=ABOUT_PIECES, name="pieces")
        square = choose("Shape", "own shape", WAYS, "crop", name="shape") if cut == "whole" else "crop"
        varied = switch("Variants", "own variants", True, help=ABOUT_VARIANTS, name="variants")
        key = f"own mirrored {found.writing}"
        mirror = not varied or switch("Mirror them too", key, not found.writing, help=ABOUT_MIRROR, name="mirrored")
    choices, known = UploadChoices(pixels, shade, square, cut == "patches", varied, mirror), upload_state()
    if known.reading is None and known.choices != choices:
        session.make(choices)
    if known.reading is not None or known.making is not None:
        return
    if known.made is not None and my_source():
        _show(known.made)
    else:
        st.button("Try again", on_click=session.make, args=(choices,))


def _show(dataset: DatasetPreview) -> None:
    st.success(dataset_in_words(dataset.summary))
    ways = [("Compress them", "bottleneck", "source"), ("Denoise them", "denoising", "source")]
    if dataset.class_names:
        ways.append(("Find the odd one out", "anomalies", "anomaly_source"))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Now use them:**", width="content")
        for label, page, field in ways:
            if st.button(label):
                st.session_state[field] = session.OWN
                st.switch_page(f"pages/{page}.py")
    if warnings := dataset_warnings(dataset.summary):
        st.warning("  \n".join(warnings))
    if dataset.class_names:
        st.caption(f"Classes: {', '.join(map(escape_markdown, dataset.class_names))}")
    left, right = st.columns(2)
    _grid(left, "The network learns from pictures like these", dataset.train, "A picture to learn from")
    _grid(right, "It is tested on these", dataset.test, "A picture to judge on")


def _grid(column: DeltaGenerator, title: str, pictures: Sequence[str], text: str) -> None:
    """Draw pictures side by side, enlarged without blurring their pixels."""
    column.markdown(f"**{title}**")
    style = f"width:{PREVIEW}px;image-rendering:pixelated;border-radius:4px"
    images = (
        f'<img src="data:image/png;base64,{picture}" alt="{text}, {number} of {len(pictures)}" style="{style}">'
        for number, picture in enumerate(pictures, 1)
    )
    box = f"display:flex;flex-wrap:wrap;gap:4px;max-height:{4 * (PREVIEW + 4)}px;overflow-y:auto"  # on a phone too
    column.html(f'<div style="{box}">{"".join(images)}</div>')
