"""A learner's own pictures: which there are, and the process that reads them.

They belong to one browser session, see `autoencoder.training.owners`. What is known of them stands in the session; the
pictures themselves stand in a temporary folder.
"""

import atexit
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Protocol

import streamlit as st

from autoencoder.images import own
from autoencoder.images.picture_set import PictureError
from autoencoder.images.sources import SOURCES, get_source
from autoencoder.images.uploads import gathering
from autoencoder.images.uploads.gathering import Gathered, SetMade
from autoencoder.images.uploads.making_sets import UploadChoices
from autoencoder.training.aside import aside_executor
from autoencoder.training.owners import Owners
from autoencoder.training.renewed import Renewed
from pages.parts.shared import forget_pictures, get_jobs, is_alive, watcher

OWN = "own"  # what a field says where it means them: their source's name is a secret, and stays out of the address
READING, GATHERED, MAKING, MADE, TROUBLE = (f"own {what}" for what in ("reading", "gathered", "making", "made", "no"))
LOST = "Reading the pictures ended suddenly: one of them may be too much for this computer. Those from before are kept."


class File(Protocol):
    """What Streamlit gives for an uploaded file."""

    name: str

    def getvalue(self) -> bytes:
        """Its content."""


@st.cache_resource(show_spinner=False)
def get_owners() -> Owners:
    """Who has pictures of their own, of all learners."""
    owners = Owners(get_jobs(), is_alive=is_alive, forget=forget_pictures)
    atexit.register(owners.close)
    return owners


@st.cache_resource(show_spinner=False)
def get_reader() -> Renewed:
    """The process that reads what is uploaded, which may be hostile; one for all learners."""
    return Renewed(aside_executor)


# What a field means


def source_titles(names: Mapping[str, object] = SOURCES) -> dict[str, str]:
    """What a field for the source of pictures offers: those of these names, and the session's own if it has any."""
    titles = {name: SOURCES[name].title for name in names}
    return titles | ({OWN: own.TITLE} if my_source() else {})


def source_of(choice: str) -> str:
    """The name of the source that such a field says."""
    return my_source() or next(iter(SOURCES)) if choice == OWN else choice


def choice_of(source: str) -> str:
    """What such a field says for a source."""
    return OWN if own.token_of(source) else source


def my_source() -> str | None:
    """The name of the session's own source of pictures; None where there are none."""
    made: SetMade | None = st.session_state.get(MADE)
    return None if made is None else own.name_of(_token(), made.number)


def my_classes() -> tuple[str, ...]:
    """The names of the classes of the session's own pictures."""
    source = my_source()
    return get_source(source).class_names if source else ()


def may_see(name: str) -> bool:
    """Whether the run of this key, or the source of this name, is everybody's or this session's."""
    return not own.is_somebodys(name) or get_owners().owns(watcher(), name)


# What is done with them


def add(files: Sequence[File], label: str | None) -> None:
    """Begin to read these files."""
    gathering.arrive(my_folder(), [(file.name, file.getvalue) for file in files])
    st.session_state[READING] = get_reader().submit(gathering.gather, my_folder(), label)


def remove(places: Sequence[int]) -> None:
    """Keep the pictures at these places no longer."""
    _change_by(gathering.remove, places)
    own.forget()
    forget_pictures()


def relabel(places: Sequence[int], label: str | None) -> None:
    """Put the pictures at these places into a class."""
    _change_by(gathering.relabel, places, label)


def make(choices: UploadChoices) -> None:
    """Begin to make a set of the pictures that there are, unless that is under way."""
    st.session_state[MAKING] = (choices, get_reader().submit(gathering.make, my_folder(), choices))


def take_results() -> bool:
    """Take note of what is done by now; return whether something is still under way."""
    reading: Future | None = st.session_state.get(READING)
    if reading is not None and reading.done():
        del st.session_state[READING]
        gathered = _result(reading)
        if isinstance(gathered, Gathered):
            _change(gathered)
    making = st.session_state.get(MAKING)
    if making is not None and making[1].done():
        del st.session_state[MAKING]
        st.session_state[MADE] = _result(making[1])
    return READING in st.session_state or MAKING in st.session_state


def gathered() -> Gathered | None:
    """The pictures that there are; None where there are none."""
    found: Gathered | None = st.session_state.get(GATHERED)
    return found if found is not None and found.names else None


def trouble() -> str | None:
    """Why the last thing that was begun did not come about, if so."""
    return st.session_state.get(TROUBLE)


def my_folder() -> Path:
    """Where the session's pictures are."""
    return own.session_folder(_token())


def _token() -> str:
    return get_owners().token(watcher())


def _change_by(function: Callable[..., Gathered], *arguments: object) -> None:
    """Have the process that reads do something short to the pictures, and wait for it."""
    found = _result(get_reader().submit(function, my_folder(), *arguments))
    if isinstance(found, Gathered):
        _change(found)


def _change(found: Gathered) -> None:
    """Other pictures: the set that was made of them before is out of date."""
    st.session_state[GATHERED] = found
    for key in (MAKING, MADE, TROUBLE):
        st.session_state.pop(key, None)


def _result(future: Future) -> object:
    """What a future gave; None where it failed, with a sentence on why."""
    st.session_state.pop(TROUBLE, None)
    try:
        return future.result()
    except PictureError as error:
        st.session_state[TROUBLE] = str(error)
    except Exception:  # the process was lost
        st.session_state[TROUBLE] = LOST
    return None
