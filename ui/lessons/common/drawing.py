"""The pad beside the pictures of a lesson, and what every answer to a drawing holds."""

import base64
import binascii
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal

import numpy as np
import streamlit as st

from autoencoder.rendering.sprites import png, sheet, to_bytes
from ui.components.bridge import pack, send_letter, told
from ui.components.pad.pad import Pad, pad, put_question, reserve_column
from ui.components.player.player import Player
from ui.drawing.answers import Drawing, questions
from ui.lessons.common.players import Indices, class_names, default_indices, shown_pictures
from ui.services.services import clearable_cache, test_pictures, watcher
from ui.services.trained_run import TrainedRun
from ui.uploads.session import add_drawing
from ui.url.codecs import FLAG
from ui.url.state import in_address
from ui.words import read_texts

DRAWS = "drawing"  # in the session and in the address: whether there is a pad
KEY = "drawing pad"  # of the component
ADDED = "drawing added"  # in the session: why the last one was not taken, or "", until that was said
COUNT = "drawings added"  # in the session: how many
WIDTH = 256  # px of the pad on a desk
REBUILT = ("Reconstruction", "Denoised")  # rows, of which the pad shows one beside the drawing
NEIGHBORS_AMONG = 1000  # test pictures, to which a drawing is compared
DARK = 0.1  # what the ground of writing has at most
TEXTS = read_texts("lessons/common/drawing.toml")


def pen() -> None:
    """Draw the button that opens the pad, and closes it."""
    with in_address(DRAWS, DRAWS, FLAG, False):
        is_open = st.session_state.setdefault(DRAWS, False)
        turn = partial(st.session_state.__setitem__, DRAWS, not is_open)
    look: Literal["primary", "secondary"] = "primary" if is_open else "secondary"
    st.button(TEXTS["pen"], key="pen", icon=":material/draw:", type=look, on_click=turn)


def is_drawing() -> bool:
    """Return whether there is a pad on pages with a button for it."""
    return bool(st.session_state.get(DRAWS))


@contextmanager
def beside_pad(
    run: TrainedRun,
    to: str,
    answer: "partial[bytes] | None",
    *,
    always: bool = False,
    has_column: bool = True,
    **more: Any,
) -> Iterator[None]:
    """Have what is drawn within stand beside a pad, if the learner wants one.

    Args:
        run: The network that is drawn for.
        to: The key of the player or plot that shows the answers.
        answer: What is worked out of a `Drawing`; without one there is no pad.
        always: Whether there is a pad whatever the switch says.
        has_column: Whether it is a player, which has a column for the drawing.
        more: What a `Pad` has beside the pictures' own.
    """
    if answer is None or not (always or is_drawing()):
        yield
        return
    with st.container(key="stage", horizontal=True, gap="medium"):
        with st.container(key="pad", width=WIDTH):
            pad(_pad_for(run.source, **more), key=KEY, on_add=_add)
            ask(run, to, answer)
            _say_what_was_added()
        with st.container(key="shown"):
            if has_column:
                reserve_column(to)
            yield


def ask(run: TrainedRun, to: str, answer: "partial[bytes]") -> None:
    """Have the pad on this page, where there is one, send what is drawn to be answered in the component `to` too."""
    put_question(KEY, questions.ask(watcher(), to, test_pictures(run.source).shape, answer), to)


def _add() -> None:
    try:
        content = base64.b64decode(told(KEY, "added")["png"], validate=True)
    except (binascii.Error, TypeError, KeyError, ValueError):
        return
    count = st.session_state[COUNT] = st.session_state.get(COUNT, 0) + 1
    st.session_state[ADDED] = add_drawing(content, f"drawing-{count}.png")


def _say_what_was_added() -> None:
    send_letter(KEY, "added", count=st.session_state.get(COUNT, 0))
    if (trouble := st.session_state.pop(ADDED, None)) == "":
        st.toast(TEXTS["added"], icon=":material/add_a_photo:")
    elif trouble:
        st.toast(trouble, icon=":material/error:", duration="infinite")


@clearable_cache(8)
def _pad_for(source: str, *, title: str = "", indices: Indices = (), **more: Any) -> Pad:
    pictures = test_pictures(source)
    indices = indices or default_indices(source)
    bases = shown_pictures(source, indices)
    edges = [bases[:, [0, -1]], bases[:, :, [0, -1]].swapaxes(1, 2)]
    ground = np.median(np.concatenate([edge.reshape(-1, bases.shape[3]) for edge in edges]), axis=0)
    writing = pictures.shape[2] == 1 and float(ground.max()) <= DARK
    return Pad(
        title=title or TEXTS["write" if source.startswith("mnist") else "draw"],
        shape=pictures.shape,
        writing=writing,
        bases=png(sheet(to_bytes(bases)[np.newaxis])),
        base_names=_numbered(class_names(source, indices) or ["picture"] * len(indices)),
        ground=np.broadcast_to(to_bytes(ground), 3).tolist(),
        **more,
    )


def _numbered(names: Sequence[str]) -> list[str]:
    """Return names of which none is another's: those that occur more than once have a number."""
    return [
        f"{name} {names[: index + 1].count(name)}" if names.count(name) > 1 else name
        for index, name in enumerate(names)
    ]


def packed_answer(
    words: Sequence[str], player: Player | None = None, pictures: Sequence[bytes] = (), **more: Any
) -> bytes:
    """Return an answer as the pad takes it.

    Args:
        words: What is said of it: one sentence, or one for every position of the player.
        player: One with a single column, which is put before those of the page's own.
        pictures: PNGs, after those of the player's rows.
        more: What else is shown, as JSON can carry it.
    """
    rows = player.rows if player else ()
    header = {
        "words": list(words),
        "rows": [row.label for row in rows],
        "echo": next((number for number, row in enumerate(rows) if row.label in REBUILT), 0 if pictures else None),
        "notes": [one[0] for one in player.notes] if player else [],
        "alarms": [bool(one[0]) for one in player.alarms] if player else [],
        **more,
    }
    return pack(header, [*(row.sprite for row in rows), *pictures])


def nearest_in_words(source: str, drawing: Drawing) -> str:
    """Return which test picture a drawing is nearest to, by the squared difference of the pixels."""
    flat, squares = _compared(source)
    products = np.einsum("nd,d->n", flat, drawing.picture.ravel())  # `@` would wait for threads, which others need
    index = int((squares - 2 * products).argmin())
    names = class_names(source, (index,))
    if not names:
        return TEXTS["nearest"].format(name=f"picture {index + 1}")
    article = "an" if names[0] in ("8", "11") or names[0][:1].lower() in tuple("aeiou") else "a"
    return TEXTS["nearest"].format(name=f"{article} {names[0]}")


@clearable_cache(2)
def _compared(source: str) -> tuple[np.ndarray, np.ndarray]:
    flat = test_pictures(source).test[:NEIGHBORS_AMONG]
    flat = flat.reshape(len(flat), -1)
    return flat, np.square(flat).sum(axis=1)
