"""Try pictures of your own: what the network that is shown makes of pictures that it was not made for.

One to ten are kept, in the memory of one session alone. What is uploaded may be hostile, so it is decoded by the
process that reads all uploads; its file is removed then.
"""

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import wait
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from autoencoder.analysis.trying import LEAST_ERROR, as_seen, photo_files, some_kept
from autoencoder.data.image_dataset import PictureError
from autoencoder.data.noise import NOISES, SHOWN_SEED
from autoencoder.data.sources import get_source
from autoencoder.data.uploads import limits
from autoencoder.data.uploads.collecting import read_photo
from autoencoder.data.uploads.cropping import How
from autoencoder.data.uploads.limits import MB, Refusal
from autoencoder.data.uploads.writing import looks_like_writing
from autoencoder.training.executors import RestartingExecutor, background_process
from autoencoder.training.settings import TrainingSettings
from ui.components.player.player import Player, Position, details, frames
from ui.export.figures import save_pictures, subject_of
from ui.services.errors import error_text, fragment
from ui.services.polling import answer, wait_for
from ui.services.services import get_reader, watcher
from ui.services.trained_run import TrainedRun
from ui.uploads.arriving import ANY_SIZE, arrived
from ui.uploads.session import gathered, my_folder, trouble_in_words
from ui.uploads.text import ACCEPTED, refusal_in_words
from ui.url.widgets import widget_value
from ui.words import read_texts

MOST = 10
AT_ONCE = 0.3  # s that a page waits for pictures, so that small ones are there without another run
READING, SHOWN, REFUSED = "trial reading", "trial", "trial refused"  # in the session: futures, photos, sentences
PLAYER = "trial player"  # in the session: what the player of them depends on, that player, whether photos suit it
WAYS: dict[How, str] = {"crop": "Cropped", "fit": "Whole"}
PHOTO_AT_ONCE = 1.0  # s that it waits for a whole photo before it says that it does
PHOTO_ASKED = "whole photo asked"  # in the session: what was asked for last, and the answer to come, kept here alone
PHOTO_FOUND = "whole photo found"  # in the session: the latest answer and what it answers, shown until the next one
DIGITS = ("mnist_sample", "mnist")  # sources of pictures as `like_mnist` makes them
TEXTS = read_texts("trial/trial.toml")

Make = Callable[[np.ndarray, Sequence[str]], Player]


def try_picture(settings: TrainingSettings, of: str, position: Position, basis: Hashable, make: Make) -> None:
    """Draw a field that takes a learner's own pictures, and what the network makes of them.

    Args:
        settings: What the network was trained with.
        of: The key of the page's own player, with which theirs goes.
        position: Where both players stand.
        basis: What their player depends on besides the pictures.
        make: The pictures, float32 (n, height, width, channels) in [0, 1], and their names → the player.
    """
    st.markdown(TEXTS["opening"].format(title=get_source(settings.source).title))
    under_way = _take_results()
    _draw_field()
    for sentence in st.session_state.get(REFUSED, ()):
        st.warning(sentence)
    if under_way:
        reading = st.session_state[READING]
        wait_for([lambda: all(future.done() for future in reading)], "Reading your pictures")
    if SHOWN in st.session_state:
        _show(settings, f"own {of}", position, (of, basis), make)


def error_in_words(
    errors: np.ndarray,
    usual: float | None,
    error: str = "mean squared error",
    of: str = "the test pictures",
    in_words: Callable[[float], str] = "{:.4f}".format,
) -> str:
    """Return the mean of the errors (n,) of a learner's own pictures, beside the `usual` one of others if known."""
    own = float(errors.mean(dtype=np.float64))
    if usual is None:
        return f"{error} {in_words(own)}"
    times = own / max(usual, LEAST_ERROR)
    digits = 2 if times < 1 else 1 if times < 10 else 0  # as many as anybody compares
    return f"{error} {in_words(own)}, {times:,.{digits}f} times that of {of} ({in_words(usual)})"


def own_pictures(settings: TrainingSettings) -> tuple[np.ndarray, list[str]] | None:
    """Return the learner's own pictures as `try_picture` shows them, and their names; None where there are none."""
    if not (photos := st.session_state.get(SHOWN)):
        return None
    digits = settings.source in DIGITS
    how: How = widget_value("try shape", "crop")
    writing = widget_value(f"try writing {'digits' if digits else 'others'}", digits)
    inverted = widget_value("try inverted", False)
    pictures = as_seen(photos, settings.plan.shape, how, writing=writing, inverted=inverted)
    return pictures, [photo.name for photo in photos]


def _draw_field() -> None:
    """Draw the field that takes files. What it was given is read at once, and another field takes its place."""
    key, label = f"try files {st.session_state.setdefault('try fields', 0)}", f"Drop one to {MOST} pictures here"
    many: Any = {"accept_multiple_files": True, "max_upload_size": ANY_SIZE}
    st.file_uploader(label, key=key, on_change=_read_files, args=(key,), **many)
    with st.container(horizontal=True, vertical_alignment="center"):
        if gathered() is not None:
            st.button("Use my pictures", icon=":material/photo_library:", on_click=_read_uploads, key="try mine")
        if SHOWN in st.session_state:
            st.button("Remove them", icon=":material/delete:", on_click=_forget, key="try none")
        st.caption(TEXTS["kept"].format(accepted=ACCEPTED, megabytes=limits.MOST_BYTES // MB))


def _read_files(key: str) -> None:
    if not (files := st.session_state.get(key)):
        return
    st.session_state["try fields"] += 1
    try:
        named, refusals = arrived(files, my_folder())
    except (PictureError, OSError) as error:
        st.session_state[REFUSED] = [trouble_in_words(error)]
        return
    sentences = [TEXTS["too_many"].format(most=MOST)] if len(files) > MOST else []
    st.session_state[REFUSED] = [*sentences, *map(refusal_in_words, refusals)]
    submit = partial(get_reader().submit, watcher())
    st.session_state[READING] = [submit(read_photo(name, path)) for name, path in named[:MOST]]
    for _, path in named[MOST:]:
        path.unlink(missing_ok=True)


def _read_uploads() -> None:
    """Show some of those that the session has on the page Your pictures."""
    try:
        st.session_state[SHOWN] = tuple(some_kept(my_folder(), MOST))
        st.session_state[REFUSED] = []
    except PictureError as error:
        st.session_state[REFUSED] = [error_text(error)]


def _forget() -> None:
    for key in (READING, SHOWN, REFUSED, PLAYER):
        st.session_state.pop(key, None)


def _take_results() -> bool:
    """Take note of what is read by now, after a moment; return whether something is still under way."""
    if wait(st.session_state.get(READING, ()), AT_ONCE).not_done:
        return True
    found = []
    for future in st.session_state.pop(READING, ()):
        try:
            found.append(future.result())
        except Exception as error:
            sentence = refusal_in_words(error) if isinstance(error, Refusal) else TEXTS["lost"]  # with the process
            if sentence not in st.session_state[REFUSED]:
                st.session_state[REFUSED].append(sentence)
    if found:
        st.session_state[SHOWN] = tuple(found)
    return False


def _show(settings: TrainingSettings, key: str, position: Position, basis: Hashable, make: Make) -> None:
    digits = settings.source in DIGITS
    with st.container(horizontal=True, vertical_alignment="bottom"):
        switch = f"try writing {'digits' if digits else 'others'}"
        writing = st.toggle("Prepare like MNIST", digits, switch, TEXTS["writing"], persist_state="session")
        help = "Networks see squares: the middle of a picture, or all of it with a border."
        look: Any = {"key": "try shape", "help": help, "disabled": writing, "persist_state": "session"}
        how = st.segmented_control(
            "Of each picture", list(WAYS), default="crop", format_func=WAYS.__getitem__, required=True, **look
        )
        help = "Light on dark, or dark on light."
        inverted = st.toggle("Invert", key="try inverted", help=help, disabled=writing, persist_state="session")
    photos = st.session_state[SHOWN]
    basis = (basis, photos, how, writing, inverted)
    if st.session_state.get(PLAYER, (None,))[0] != basis:
        pictures = as_seen(photos, settings.plan.shape, how or "crop", writing=writing, inverted=inverted)
        player = make(pictures, [photo.name for photo in photos])
        st.session_state[PLAYER] = basis, player, not writing or all(map(looks_like_writing, photos))
    _, player, suits = st.session_state[PLAYER]
    if not suits:
        st.info(TEXTS["no_writing"])
    index = frames(player, key=key, start=position.index, on_release=partial(position.take, key))
    details(player, key)
    save_pictures(player, index, subject_of("own-pictures", settings), key=key)


@st.cache_resource(show_spinner=False)
def get_denoiser() -> RestartingExecutor:
    """Return the process that denoises photos, one for all learners."""
    return RestartingExecutor(background_process)


@fragment
def whole_photo(run: TrainedRun, kind: str, level: float, names: Sequence[str]) -> None:
    """Show one of the learner's photos, of these names, with noise of a kind and a level, denoised, and clean."""
    key = f"whole {run.settings.source}"
    index = st.selectbox("Photo", range(len(names)), format_func=names.__getitem__, key=key, width=300)
    question = (run.folder, run.folder.network_version(), index, kind, level, SHOWN_SEED)
    asked, future = st.session_state.get(PHOTO_ASKED, (None, None))
    if asked != question:
        if future is not None:
            future.cancel()  # nobody waits for it any longer
        future = get_denoiser().try_submit(photo_files, *question)
        st.session_state[PHOTO_ASKED] = question, future
    if wait([future], PHOTO_AT_ONCE).not_done:
        wait_for([future.done], "The network is at work on the photo, square by square")
    elif (found := answer(future)) is None:
        del st.session_state[PHOTO_ASKED]
        st.warning(TEXTS["not_denoised"])
        return
    else:
        st.session_state[PHOTO_FOUND] = run.folder, kind, level, found
    if PHOTO_FOUND in st.session_state and st.session_state[PHOTO_FOUND][0] == run.folder:
        _, kind, level, found = st.session_state[PHOTO_FOUND]
        pictures = {
            f"Noisy: {found.noisy_psnr:.1f} dB": found.noisy,
            f"**Denoised: {found.denoised_psnr:.1f} dB**": found.denoised,
            "Clean": found.clean,
        }
        for column, (title, file) in zip(st.columns(3), pictures.items(), strict=True):
            column.image(file, caption=title, alt=title.strip("*"), width="stretch", output_format="PNG")
        side = run.settings.plan.shape[0]
        st.caption(TEXTS["whole"].format(noise=NOISES[kind].title, level=level, found=found, side=side))
