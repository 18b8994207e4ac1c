"""Add pictures: files, a folder, a zip, or the camera; and see how their reading goes."""

from collections.abc import Sequence

import streamlit as st

from autoencoder.images.uploads import saved
from autoencoder.images.uploads.headers import ACCEPTED
from autoencoder.images.uploads.limits import DEFAULT, MB
from pages.parts.own_pictures import File, add, gathered, my_folder, relabel, remove, take_results, trouble

LOOK_EVERY = 0.5  # s
FILES, FOLDER, CAMERA = "Files or a zip", "A folder", "Camera"
LONGEST_CLASS = 40


def add_pictures() -> None:
    """The fields for new pictures, what came of the last ones, and what is done with those that are there."""
    with st.container(border=True):
        how, label = st.columns([3, 2], vertical_alignment="bottom")
        chosen = how.segmented_control("From", (FILES, FOLDER, CAMERA), default=FILES, required=True, key="own from")
        name = label.text_input(
            "Their class",
            key="own class",
            max_chars=LONGEST_CLASS,
            placeholder="optional, e.g. normal",
            help="What these pictures show. With two classes or more, the page Anomalies can call some normal. "
            "In a zip or a folder, sub-folders are classes.",
        )
        _drop(chosen or FILES, name)
        st.caption(
            f"{ACCEPTED}; each at most {DEFAULT.most_bytes // MB} MB and {DEFAULT.most_pixels // 10**6} megapixels. "
            f"At most {DEFAULT.most_files:,} pictures are used."
        )
    _say_what_came_of_it()


def _drop(how: str, label: str) -> None:
    """The field that takes the files. What it was given is read at once, and another field takes its place."""
    key = f"own files {how} {st.session_state.setdefault('own fields', 0)}"
    files: Sequence[File]
    if how == CAMERA:
        taken = st.camera_input("Take a picture", key=key)
        files = [taken] if taken else []
    elif how == FOLDER:
        files = st.file_uploader("Choose a folder", accept_multiple_files="directory", key=key)
    else:
        files = st.file_uploader("Drop pictures here, or a zip of them", accept_multiple_files=True, key=key)
    if files:
        add(files, label)
        st.session_state["own fields"] += 1
        st.rerun()


@st.fragment(run_every=LOOK_EVERY)
def watch_reading() -> None:
    """How the reading goes; the page runs anew when it is done."""
    if not take_results():
        st.rerun()
    done, of, _ = saved.read_progress(my_folder()) or (0, 0, "")
    if 0 < done < of:
        st.progress(done / of, text=f"Reading your pictures: {done} of {of}")
    else:
        st.progress(1.0 if done else 0.0, text="Making pictures to train on …" if done else "Reading your pictures …")


def _say_what_came_of_it() -> None:
    found = gathered()
    if sentence := trouble():
        st.warning(sentence)
    if found is None:
        return
    parts = [f"**{_counted(len(found.names))}**"]
    if found.duplicates:
        parts.append(f"{_counted(found.duplicates)} came twice, and counted once")
    st.markdown("; ".join(parts) + ".")
    if found.refusals:
        with st.expander(f"Not used: {len(found.refusals)}", expanded=True):
            st.markdown("\n".join(f"- {sentence}" for sentence in found.refusals))
    with st.expander("Sort them into classes, or remove some"):
        _sort_out()


def _sort_out() -> None:
    found = gathered()
    assert found is not None
    names = [f"{name} · {label}" if label else name for name, label in zip(found.names, found.labels, strict=True)]
    places = st.multiselect("Pictures", range(len(names)), format_func=names.__getitem__, key="own chosen")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.text_input("Class", key="own other class", max_chars=LONGEST_CLASS, width=200)
        st.button("Put them into this class", on_click=relabel, args=(places, label), disabled=not places)
        st.button("Remove them", on_click=remove, args=(places,), disabled=not places)
        st.button("Remove all", on_click=remove, args=(range(len(names)),))


def _counted(pictures: int) -> str:
    return f"{pictures:,} picture{'' if pictures == 1 else 's'}"
