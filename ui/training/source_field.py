"""The field for the source of pictures, and the download of the full MNIST where that is chosen and missing."""

import os
import re
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

import streamlit as st

from autoencoder.data import mnist
from autoencoder.data.download import DownloadStep
from autoencoder.data.image_dataset import PictureError
from autoencoder.data.sources import SOURCES
from autoencoder.data.uploads.datasets import TITLE
from ui.services.errors import download_failure, error_text, fragment
from ui.services.services import get_download, test_pictures
from ui.uploads.session import OWN, my_source
from ui.url.codecs import UrlCodec, one_of
from ui.url.state import complain
from ui.url.widgets import choose, widget_value

FULL, SAMPLE = "mnist", "mnist_sample"
FORMER = {"digits": SAMPLE}  # a source of older versions → what takes its place in a link
OFFLINE = "HOURGLASS_OFFLINE"  # set to 1, no download is offered


def choose_source(
    key: str = "source", names: Mapping[str, object] = SOURCES, first: str | None = None, *, own: bool = True
) -> None:
    """Draw the field for the source of pictures.

    Args:
        key: Of the field.
        names: The sources that it offers; the full MNIST only where it is or may be downloaded.
        first: What it says at first; by default the full MNIST where that is, else the sample.
        own: Whether it offers the learner's own pictures too.
    """
    default, titles = first or _first_source(), {name: SOURCES[name].title for name in names}
    if own and my_source():
        titles[OWN] = TITLE
    offline = os.environ.get(OFFLINE) == "1"
    if FULL in titles and st.session_state.get(key) != FULL and offline and missing_pictures(FULL):
        del titles[FULL]
    about = [f"**{source.title}**: {source.about}" for name, source in SOURCES.items() if name in titles]
    help = "  \n".join([*about, "**Your pictures**: add them on the page of that name."])
    choice = choose("Pictures", key, titles, default, help, "source", codec=_codec(titles))
    if choice == FULL and missing_pictures(FULL):
        _fetch_full()


def chosen_source(key: str, first: str | None) -> str:
    """Return what the field says, a key of `SOURCES` or `OWN`; for the full MNIST the sample while that is missing."""
    choice: str = widget_value(key, first or _first_source())
    return SAMPLE if choice == FULL and missing_pictures(FULL) else choice


def missing_pictures(source: str) -> str | None:
    """Return a sentence where the pictures of a source cannot be had, else None."""
    try:
        test_pictures(source)
    except PictureError as error:
        return error_text(error)
    return None


def _codec(names: Collection[str]) -> UrlCodec:
    """One of some sources; one of an older version stands for what has taken its place."""
    known = one_of(names)

    def read(text: str) -> Any:
        if FORMER.get(text) not in names:
            return known.read(text)
        complain(f"This link means the small digits of an older version ({text}). The MNIST sample takes their place.")
        return FORMER[text]

    return UrlCodec(known.write, read, known.expected)


def _first_source() -> str:
    """Return the source of a tab that has chosen none: the same as long as the tab is open."""
    return st.session_state.setdefault("first_source", SAMPLE if missing_pictures(FULL) else FULL)


def _fetch_full() -> None:
    """Download the full MNIST, and say in one line below the field how that goes."""
    download, may_download = get_download(), os.environ.get(OFFLINE) != "1" and not os.environ.get(mnist.VARIABLE)
    if download.state.step is DownloadStep.NOT_STARTED and may_download:
        download.start()
    if download.state.step is DownloadStep.RUNNING:
        _watch_download()
        return
    why = download_failure(download.state) or missing_pictures(FULL) or ""
    sentence, *more = re.split(r"(?<=\.) ", why, maxsplit=1)
    st.caption(f"{sentence} Until it is here, the sample is used.", help=" ".join(more) or None)
    if may_download:
        st.button("Try again", on_click=download.start, icon=":material/refresh:")


@partial(fragment, run_every=0.5)
def _watch_download() -> None:
    state = get_download().state
    if state.step is not DownloadStep.RUNNING:
        st.rerun()
    st.progress(state.fraction, text=f"Downloading: {state.fraction:.0%} of 11 MB. Until then, the sample is used.")
