"""A whole photo of a learner's own, put together from the squares that the network denoised."""

from concurrent.futures import Future, wait

import streamlit as st

from autoencoder.analysis.denoising import LEVELS
from autoencoder.analysis.whole_photo import names_of_photos
from autoencoder.data.noise import NOISES, SHOWN_SEED
from autoencoder.rendering.photo_files import PhotoFiles, photo_files
from autoencoder.training.background import background_process
from autoencoder.training.restarting import RestartingExecutor
from ui.services.polling import answer, wait_for
from ui.services.trained_run import TrainedRun

FIRST_LEVEL = 0.2
AT_ONCE = 1.0  # s that the page waits before it says that it does
FOUND = "whole photo found"  # in the session: what was asked for, and the answer to come; nobody else keeps it
FAILED = "The photo could not be denoised. It may be gone: photos are kept until you close this tab."


@st.cache_resource(show_spinner=False)
def get_denoiser() -> RestartingExecutor:
    """Return the process that denoises photos, one for all learners."""
    return RestartingExecutor(background_process)


def whole_photo(run: TrainedRun, kind: str) -> None:
    """Show one of the learner's photos with noise, denoised, and clean; nothing where no photos are kept.

    Args:
        run: The network.
        kind: The noise.
    """
    if names := names_of_photos(run.settings.source):
        st.header("A whole photo, put together from squares")
        st.fragment(_choose_and_show)(run, kind, names)


def _choose_and_show(run: TrainedRun, kind: str, names: tuple[str, ...]) -> None:
    photo, strength = st.columns(2, vertical_alignment="bottom")
    index = photo.selectbox(
        "Photo", range(len(names)), format_func=names.__getitem__, key=f"whole {run.settings.source}"
    )
    level = strength.slider(
        f"Noise level: {NOISES[kind].title}",
        0.0,
        1.0,
        FIRST_LEVEL,
        LEVELS[1],
        key="whole level",
        persist_state="session",
    )
    future = _ask(run, index, kind, level)
    if wait([future], AT_ONCE).not_done:
        wait_for([future.done], "The network is at work on the photo, square by square")
    elif (found := answer(future)) is None:
        st.session_state.pop(FOUND, None)
        st.warning(FAILED)
    else:
        _show(found, run.settings.plan.shape[0])


def _ask(run: TrainedRun, index: int, kind: str, level: float) -> Future:
    """Return the photo's future, the same as long as the same is asked for."""
    question = (run.folder, run.folder.network_version(), index, kind, level, SHOWN_SEED)
    if st.session_state.get(FOUND, (None,))[0] != question:
        st.session_state[FOUND] = (question, get_denoiser().try_submit(photo_files, *question))
    future: Future = st.session_state[FOUND][1]
    return future


def _show(found: PhotoFiles, side: int) -> None:
    for column, file, title in zip(
        st.columns(3),
        (found.noisy, found.denoised, found.clean),
        (f"Noisy: {found.noisy_psnr:.1f} dB", f"**Denoised: {found.denoised_psnr:.1f} dB**", "Clean"),
        strict=True,
    ):
        column.image(file, caption=title, width="stretch", output_format="PNG")
    st.caption(
        f"PSNR {found.noisy_psnr:.1f} → {found.denoised_psnr:.1f} dB: how close to the clean photo; more is closer. "
        f"The network sees {side} × {side} pixels at a time. The photo is cut into such squares that overlap by half; "
        "there one fades into the other, so that no seam is seen."
    )
