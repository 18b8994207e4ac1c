"""Try a picture of your own: what the network that is shown makes of pictures that it was not made for."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from autoencoder.analysis.trying import as_seen, invites_inverting
from autoencoder.data.sources import get_source
from autoencoder.data.uploads.cropping import How
from autoencoder.data.uploads.limits import DEFAULT, MB
from autoencoder.training.settings import TrainingSettings
from ui.components.linked_player import Position
from ui.components.player.player import Player, begin_anew, details, frames, move_to
from ui.export.figures import subject_of
from ui.export.save_box import save_pictures
from ui.services.polling import wait_for
from ui.services.services import test_pictures
from ui.trial import state as trial_state
from ui.uploads.refusals import ACCEPTED
from ui.uploads.session import gathered

WAYS: dict[How, str] = {"crop": "Cropped", "fit": "Whole"}
LOOKED_AT = 100  # test pictures, to tell whether they are dark
INVERT = (
    "**This network has learned light on dark, and a picture of yours is mostly light.** To it that is a large blot; "
    "*Invert* makes the light dark and the dark light."
)


@dataclass(frozen=True)
class Trial:
    """How a page shows a learner's own pictures.

    Args:
        of: The key of the page's own player, with which theirs goes.
        basis: What their player depends on besides the pictures.
        make: The pictures, float32 (n, height, width, channels) in [0, 1], and their names → the player.
        position: Where both players stand.
    """

    of: str
    basis: Hashable
    make: Callable[[np.ndarray, Sequence[str]], Player]
    position: Position

    @property
    def key(self) -> str:
        """Return the key of their player."""
        return f"own {self.of}"


def try_picture(settings: TrainingSettings, trial: Trial) -> None:
    """Draw a field that takes pictures, and what the network makes of them.

    Args:
        settings: What the network was trained with.
        trial: How they are shown.
    """
    st.markdown(_question(settings))
    under_way = trial_state.take_results()
    _drop()
    for sentence in trial_state.refusals():
        st.warning(sentence)
    if under_way:
        wait_for([trial_state.is_read], "Reading your pictures")
    if trial_state.photos():
        _show(settings, trial)
    else:
        begin_anew(trial.key)


def _question(settings: TrainingSettings) -> str:
    source = get_source(settings.source)
    return (
        f"This network has learned from “{source.title}” alone. **What does it make of your cat, your face, your own "
        "handwriting?** It has no other way to draw than what it has learned."
    )


def _drop() -> None:
    """Draw the field that takes files. What it was given is read at once, and another field takes its place."""
    key = f"try files {st.session_state.setdefault('try fields', 0)}"
    st.file_uploader(
        f"Drop one to {trial_state.MOST} pictures here",
        accept_multiple_files=True,
        max_upload_size=DEFAULT.most_bytes // MB,
        key=key,
        on_change=_take,
        args=(key,),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if gathered() is not None:
            st.button(
                "Use my pictures", icon=":material/photo_library:", on_click=trial_state.read_uploads, key="try mine"
            )
        if trial_state.photos():
            st.button("Remove them", icon=":material/delete:", on_click=trial_state.forget, key="try none")
        st.caption(
            f"{ACCEPTED}. :material/lock: They stay in the memory of the computer that runs this app, for this tab "
            "alone, and are gone when you close it."
        )


def _take(key: str) -> None:
    if files := st.session_state.get(key):
        trial_state.read(files)
        st.session_state["try fields"] += 1


def _show(settings: TrainingSettings, trial: Trial) -> None:
    how, inverted = _choose()
    photos = trial_state.photos()
    pictures = as_seen(photos, settings.plan.shape, how, inverted=inverted)
    if not inverted and invites_inverting(pictures, test_pictures(settings.source).test[:LOOKED_AT]):
        st.info(INVERT)
    basis = (trial.key, trial.basis, photos, how, inverted)
    if st.session_state.get(trial_state.PLAYER, (None,))[0] != basis:
        st.session_state[trial_state.PLAYER] = (basis, trial.make(pictures, [photo.name for photo in photos]))
    player = st.session_state[trial_state.PLAYER][1]
    start = trial.position.index
    index = frames(player, key=trial.key, start=start, on_release=partial(trial.position.take, trial.key))
    details(player, trial.key)
    save_pictures(player, index, subject_of("own-pictures", settings), key=trial.key)


def follow(of: str, index: int) -> None:
    """Have a learner's own pictures move with those of the page, where there are any.

    Args:
        of: The key of the page's player.
        index: Where it stands.
    """
    if trial_state.photos():
        move_to(f"own {of}", index)


def _choose() -> tuple[How, bool]:
    """Return how much of a photo is seen, and whether its light is dark."""
    help = "Networks see squares: the middle of a picture, or all of it with a border."
    with st.container(horizontal=True, vertical_alignment="bottom"):
        how = st.segmented_control(
            "Of each picture",
            list(WAYS),
            default="crop",
            format_func=WAYS.__getitem__,
            key="try shape",
            required=True,
            persist_state="session",
            help=help,
        )
        help = "Light on dark, or dark on light."
        inverted = st.toggle("Invert", key="try inverted", persist_state="session", help=help)
    return how or "crop", inverted
