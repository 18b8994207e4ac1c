"""What goes wrong with trainings, with their pictures, and with the disk, in sentences; most are in `errors.toml`."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TypeVar

import streamlit as st

from autoencoder.data.download import DownloadProblem, DownloadState
from autoencoder.data.image_dataset import PictureError, PictureProblem
from autoencoder.files import is_full, reason, without_paths
from autoencoder.training.estimates import TooLarge, TooLong
from autoencoder.training.home import is_temporary
from autoencoder.training.jobs import NotOwner
from autoencoder.training.run_state import DamagedRun, NoticeCode, Snapshot, UnknownRun, UnreadableRun
from autoencoder.training.training_queue import TooManyWaiting
from ui.words import read_texts

Function = TypeVar("Function", bound=Callable[..., object])
logger = logging.getLogger(__name__)

TEXTS = read_texts("services/errors.toml")
NOTICES = {code: TEXTS["trainings"][code.name.lower()] for code in NoticeCode}
PICTURES = {problem: TEXTS["pictures"][problem.name.lower()] for problem in PictureProblem}
UNEXPECTED = "Something went wrong here that we did not expect. What was trained is kept."
FORESEEN = (PictureError, DamagedRun)  # what pages say without a traceback in the log
BOUNDS = (TooLong, TooLarge, TooManyWaiting)
OF_FILTERS = {401, 403, 407, 451, 511}  # statuses that filters answer with


def error_text(error: Exception) -> str:
    """Return what a learner is told of an error, in a sentence or two."""
    part = TEXTS["parts"].get(getattr(error, "part", ""), TEXTS["parts"]["other"])
    match error:
        case PictureError():
            return PICTURES[error.problem].format(detail=error.detail)
        case DamagedRun(__cause__=PictureError() as cause):
            return error_text(cause)
        case UnknownRun():
            return f"{part} are those of another version of this app."
        case UnreadableRun():
            return f"{part} cannot be read now ({error.detail})."
        case DamagedRun(changed=True):
            return "A saved network was damaged: its files are not what was written."
        case DamagedRun():
            problem = "is not whole" if error.part == "network" else "cannot be read"
            return f"{part} {problem}: {error.detail}."
        case NotOwner():
            return "Only who began this training can steer it. You can train your own."
        case TooManyWaiting():
            return f"You have {error} trainings waiting, the most that one learner may. Wait, or stop one."
        case TooLarge():
            needed, there_is, part = error.args
            amounts = f"{needed / 1000:.1f} GB of memory; {there_is / 1000:.1f} GB is there"
            return f"This needs about {amounts}. {TEXTS['lower'][part]}"
        case TooLong():
            seconds, most, epochs = error.args
            lower = f"Lower *Epochs* to {epochs}." if epochs else TEXTS["lower"]["time"]
            return f"This takes about {seconds / 60:.0f} min here; {most / 60:.0f} min is the most. {lower}"
        case OSError():
            return TEXTS["disk"]["full"] if is_full(error) else TEXTS["disk"]["other"].format(reason=reason(error))
    return UNEXPECTED


def download_failure(state: DownloadState) -> str:
    """Return what went wrong, and where the file may be put instead; "" where nothing went wrong."""
    if state.problem is None:
        return ""
    meaning = HTTPStatus(state.status).phrase if state.status in set(HTTPStatus) else ""
    whose = ", perhaps a filter's" if state.status in OF_FILTERS else ""
    answer = f"{state.status} {meaning}".strip() + whose  # as in "403 Forbidden, perhaps a filter's"
    problem = TEXTS["downloads"][state.problem.name.lower()].format(answer=answer)
    if state.problem is DownloadProblem.DISK:
        help = "Let `KERAS_HOME` name a folder that can be, or `HOURGLASS_MNIST` a copy of `mnist.npz`."
        return f"MNIST could not be kept: {problem} {help}"
    folder = "$KERAS_HOME/datasets" if os.environ.get("KERAS_HOME") else "~/.keras/datasets"
    help = f"Whoever runs this app can put a copy of `mnist.npz` into `{folder}`, or let `HOURGLASS_MNIST` name it."
    return f"MNIST could not be downloaded: {problem} {help}"


def notice_text(snapshot: Snapshot) -> str:
    """Return what is to be said of a run, in a sentence or two; an older version kept the sentence itself."""
    if (notice := snapshot.notice) is None:
        return without_paths(snapshot.message)
    detail = without_paths(notice.detail)  # an older version kept some
    problem, _, more = detail.partition(": ")
    if notice.code is NoticeCode.NO_PICTURES and problem in list(PictureProblem):  # else an older version kept it
        detail = error_text(PictureError(PictureProblem(problem), more))
    amounts = {"epoch": snapshot.epoch, "epochs": snapshot.epochs, "seconds": snapshot.seconds}
    return NOTICES[notice.code].format(**amounts, kept_epoch=notice.kept_epoch, detail=detail)


def explain(error: Exception, where: str = "page") -> bool:
    """Say on the page what went wrong, with a way to try again; by True Streamlit knows that it need not say it."""
    st.error(error_text(error) if isinstance(error, FORESEEN) else UNEXPECTED)
    st.button("Try again", key=f"try again {where}", icon=":material/refresh:")
    return True


@contextmanager
def guard(where: str) -> Iterator[None]:
    """Have a part of a page say what it raises, while the rest stays; the log has what is unexpected once for a tab."""
    try:
        yield
    except Exception as error:
        logged = st.session_state.setdefault("errors logged", set())
        if not isinstance(error, FORESEEN) and (where, repr(error)) not in logged:
            logged.add((where, repr(error)))
            logger.error("In %s:", where, exc_info=error)
        explain(error, where)


def fragment(function: Function, run_every: float | None = None) -> Function:
    """Return `function` as a fragment of Streamlit, which is guarded."""
    return st.fragment(guard(function.__qualname__)(function), run_every=run_every)


@contextmanager
def show_errors() -> Iterator[None]:
    """Have trouble with the disk or a run in what a button calls become a sentence, which stays until it is closed."""
    try:
        yield
    except (OSError, DamagedRun, NotOwner, *BOUNDS) as error:
        st.toast(error_text(error), icon=":material/error:", duration="infinite")


def say_where_kept() -> None:
    """Warn where what is trained is kept for a while only, and say what to set."""
    if is_temporary():
        st.warning(TEXTS["disk"]["temporary"])
