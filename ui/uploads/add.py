"""Add pictures: files, a folder, a zip, or the camera; and see what came of them."""

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from autoencoder.data.uploads.limits import DEFAULT, MB
from autoencoder.data.uploads.storage import UploadedPhotos
from ui.services.errors import fragment
from ui.uploads.session import upload_state
from ui.uploads.tasks import add, share_done, take_results, under_way
from ui.uploads.text import ACCEPTED, refusal_in_words

LOOK_EVERY = 0.5  # s
FILES, FOLDER, CAMERA = "Files or a zip", "A folder", "Camera"
LONGEST_CLASS = 40


def add_pictures() -> None:
    """The fields for new pictures; one that was given some is replaced by another."""
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
    """The field that takes files, and what it was given; none are taken while others are being read."""
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
    """How the reading or the making goes; the page runs anew when it is done."""
    before = under_way()
    take_results()
    if not under_way() or (upload_state().reading is None and before.startswith("Reading")):
        st.rerun()
    st.progress(share_done(), text=under_way())


def say_what_came_of_it() -> None:
    """How many pictures there are, and what of the last files is not used."""
    if upload_state().trouble:
        st.warning(upload_state().trouble)
    found = upload_state().gathered
    if found is None:
        return
    st.markdown(_what_there_is(found))
    if found.refusals:
        with st.expander("What is not used", expanded=True):
            st.markdown("\n".join(f"- {refusal_in_words(refusal)}" for refusal in found.refusals))


def _what_there_is(found: UploadedPhotos) -> str:
    if not found.names:
        return "There are no pictures of yours here now."
    parts = [f"**{_counted(len(found.names))}**"]
    if found.duplicates:
        parts.append(f"{_counted(found.duplicates)} came twice and counted once")
    return "; ".join(parts) + "."


def _counted(pictures: int) -> str:
    return f"{pictures:,} picture{'' if pictures == 1 else 's'}"
