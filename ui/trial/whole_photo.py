"""A whole photo of a learner's own, put together from the squares that the network denoised."""

from collections.abc import Sequence
from concurrent.futures import wait

import streamlit as st

from autoencoder.analysis.whole_photo import PhotoFiles, photo_files
from autoencoder.data.noise import NOISES, SHOWN_SEED
from autoencoder.training.executors import RestartingExecutor, background_process
from ui.services.errors import fragment
from ui.services.polling import answer, wait_for
from ui.services.trained_run import TrainedRun

AT_ONCE = 1.0  # s that the page waits before it says that it does
ASKED = "whole photo asked"  # in the session: what was asked for last, and the answer to come; nobody else keeps it
FOUND = "whole photo found"  # in the session: the latest answer and what it answers, shown until the next one is there
FAILED = "The photo could not be denoised. It may be gone: photos are kept until you close this tab."


@st.cache_resource(show_spinner=False)
def get_denoiser() -> RestartingExecutor:
    """Return the process that denoises photos, one for all learners."""
    return RestartingExecutor(background_process)


@fragment
def whole_photo(run: TrainedRun, kind: str, level: float, names: Sequence[str]) -> None:
    """Show one of the learner's photos, of these names, with noise of a kind and a level, denoised, and clean."""
    index = st.selectbox(
        "Photo", range(len(names)), format_func=names.__getitem__, key=f"whole {run.settings.source}", width=300
    )
    question = (run.folder, run.folder.network_version(), index, kind, level, SHOWN_SEED)
    asked, future = st.session_state.get(ASKED, (None, None))
    if asked != question:
        if future is not None:
            future.cancel()  # nobody waits for it any longer
        future = get_denoiser().try_submit(photo_files, *question)
        st.session_state[ASKED] = question, future
    if wait([future], AT_ONCE).not_done:
        wait_for([future.done], "The network is at work on the photo, square by square")
    elif (found := answer(future)) is None:
        del st.session_state[ASKED]
        st.warning(FAILED)
        return
    else:
        st.session_state[FOUND] = run.folder, kind, level, found
    if FOUND in st.session_state and st.session_state[FOUND][0] == run.folder:
        _, *shown = st.session_state[FOUND]
        _show(run.settings.plan.shape[0], *shown)


def _show(side: int, kind: str, level: float, found: PhotoFiles) -> None:
    pictures = {
        f"Noisy: {found.noisy_psnr:.1f} dB": found.noisy,
        f"**Denoised: {found.denoised_psnr:.1f} dB**": found.denoised,
        "Clean": found.clean,
    }
    for column, (title, file) in zip(st.columns(3), pictures.items(), strict=True):
        column.image(file, caption=title, alt=title.strip("*"), width="stretch", output_format="PNG")
    st.caption(
        f"{NOISES[kind].title}, level {level:g} (move the slider above for another one). "
        f"PSNR {found.noisy_psnr:.1f} → {found.denoised_psnr:.1f} dB: more is closer to the clean photo. "
        f"The network sees only {side} × {side} pixels at a time. So the photo is cut into squares that half overlap. "
        "Each square fades into the next one, so no seam is seen."
    )
