"""Add pictures: files, a folder, a zip, or the camera; see what came of them, and sort them into classes."""

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from autoencoder.data.uploads.limits import DEFAULT, MB
from autoencoder.data.uploads.storage import UploadedPhotos
from ui.services.errors import fragment
from ui.uploads.session import add, progress, relabel, remove, take_results, upload_state
from ui.uploads.text import ACCEPTED, counted, refusal_in_words

LOOK_EVERY = 0.5  # s
FILES, FOLDER, CAMERA = "Files or a zip", "A folder", "Camera"
LONGEST_CLASS = 40
ALSO_REMOVED = "The networks that you trained on your pictures are removed too."


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
            add(files, name)
            st.session_state["own fields"] += 1
            st.rerun()
        st.caption(
            f"{ACCEPTED}. Each has at most {DEFAULT.most_bytes // MB} MB and "
            f"{DEFAULT.most_pixels // 10**6} megapixels. At most {DEFAULT.most_files:,} pictures are used."
        )


def _field(how: str) -> Sequence[UploadedFile]:
    """Draw the field that takes files; none while others are being read. Return what it was given."""
    key = f"own files {how} {st.session_state.setdefault('own fields', 0)}"
    busy = upload_state().reading is not None
    if how == CAMERA:
        taken = st.camera_input("Take a picture", key=key, disabled=busy)
        return [taken] if taken else []
    if how == FOLDER:
        return st.file_uploader("Choose a folder", accept_multiple_files="directory", key=key, disabled=busy)
    return st.file_uploader("Drop pictures here, or a zip of them", accept_multiple_files=True, key=key, disabled=busy)


@partial(fragment, run_every=LOOK_EVERY)
def watch() -> None:
    """Draw how the reading or the making goes; the page runs anew when it is done."""
    was_reading = upload_state().reading is not None
    take_results()
    now = progress()
    if now is None or (was_reading and upload_state().reading is None):
        st.rerun()
    share, text = now
    st.progress(share, text=text)


def say_what_came_of_it() -> None:
    """Say how many pictures there are, and what of the last files is not used."""
    if upload_state().trouble:
        st.warning(upload_state().trouble)
    found = upload_state().gathered
    if found is None:
        return
    twice = f"; {counted(found.duplicates, 'picture')} came twice and counted once" if found.duplicates else ""
    there = f"**{counted(len(found.names), 'picture')}**{twice}." if found.names else ""
    st.markdown(there or "There are no pictures of yours here now.")
    if found.refusals:
        with st.expander("What is not used", expanded=True):
            st.markdown("\n".join(f"- {refusal_in_words(refusal)}" for refusal in found.refusals))


def sort_pictures(found: UploadedPhotos) -> None:
    """Draw a list of the pictures, and what can be done with those that are chosen, unless they are being read."""
    busy = upload_state().reading is not None
    with st.expander("Sort them into classes, or remove some"):
        names = [f"{name} · {label}" if label else name for name, label in zip(found.names, found.labels, strict=True)]
        key = f"own chosen {hash((found.names, found.labels))}"  # indices mean other pictures once some are removed
        indices = st.multiselect("Pictures", range(len(names)), format_func=names.__getitem__, key=key, disabled=busy)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            label = st.text_input("Class", key="own other class", max_chars=LONGEST_CLASS, width=200)
            none = busy or not indices
            st.button("Put them into this class", on_click=relabel, args=(indices, label), disabled=none)
            st.button("Remove them", on_click=remove, args=(indices,), disabled=none, help=ALSO_REMOVED)
            st.button("Remove all", on_click=remove, args=(range(len(names)),), disabled=busy, help=ALSO_REMOVED)
