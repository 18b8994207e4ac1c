"""Sort a learner's own pictures into classes, or remove some."""

import streamlit as st

from autoencoder.data.uploads.storage import UploadedPhotos
from ui.uploads.add import LONGEST_CLASS
from ui.uploads.tasks import relabel, remove


def sort_pictures(found: UploadedPhotos, busy: bool) -> None:
    """Draw a list of the pictures, and what can be done with those that are chosen.

    Args:
        found: The pictures that there are.
        busy: Whether something is being done to them.
    """
    with st.expander("Sort them into classes, or remove some"):
        names = [f"{name} · {label}" if label else name for name, label in zip(found.names, found.labels, strict=True)]
        key = f"own chosen {hash((found.names, found.labels))}"  # places mean other pictures once some are removed
        indices = st.multiselect("Pictures", range(len(names)), format_func=names.__getitem__, key=key, disabled=busy)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            label = st.text_input("Class", key="own other class", max_chars=LONGEST_CLASS, width=200)
            none = busy or not indices
            st.button("Put them into this class", on_click=relabel, args=(indices, label), disabled=none)
            st.button("Remove them", on_click=remove, args=(indices,), disabled=none, help=_ALSO)
            st.button("Remove all", on_click=remove, args=(range(len(names)),), disabled=busy, help=_ALSO)


_ALSO = "The networks that you trained on your pictures are removed too."
