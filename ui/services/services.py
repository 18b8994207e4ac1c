"""What all pages share: the trainings, the store, and who is asking."""

import atexit
import gc
import hashlib
import os
import threading
from collections.abc import Callable
from functools import _lru_cache_wrapper, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime import Runtime, RuntimeState, exists
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

from autoencoder.analysis.family import MEMBERS
from autoencoder.data import own
from autoencoder.data.download import MnistDownload
from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.sources import get_source
from autoencoder.training.capacity import stay_small
from autoencoder.training.executors import DASK, BackgroundExecutor, Cluster
from autoencoder.training.home import home
from autoencoder.training.jobs import Jobs
from autoencoder.training.reader import A_FILE, Bounds, Reader
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.store import Store
from autoencoder.training.upload_sessions import UploadSessions

_ASSETS = Path(__file__).parents[2] / "assets" / "pretrained"
PRETRAINED, PRETRAINED_DENOISER, PRETRAINED_ANOMALIES, PRETRAINED_REPAIR = (
    RunFolder(_ASSETS / name) for name in ("bottleneck", "denoising", "anomalies", "repair")
)
PRETRAINED_FAMILY = {member: RunFolder(_ASSETS / "family" / member) for member in MEMBERS}
FIRST_PAINT = 2.0  # s after the start of the server, in which nothing but the first page is worked on
SETTLED = 8.0  # s after which the libraries that pages use are imported
Result = TypeVar("Result")
_CACHES: list["_lru_cache_wrapper[Any]"] = []


@st.cache_resource(show_spinner=False)
def get_jobs() -> Jobs:
    """Return the trainings of this app, one object for all learners; a worker is being made warm."""
    stay_small()
    elsewhere: dict[str, Any] = {}  # where the workers are, if not on this computer
    if address := os.environ.get(DASK):
        cluster = Cluster(address)
        elsewhere = {"executor": cluster.executor, "capacity": cluster.capacity}
    jobs = Jobs(Store(home()), is_alive=is_alive, is_closing=_is_closing, **elsewhere)
    threading.Thread(target=jobs.warm, name="warm", daemon=True).start()
    for seconds, work in ((FIRST_PAINT, keep_from_collector), (SETTLED, keep_from_collector)):
        timer = threading.Timer(seconds, work)
        timer.daemon = True
        timer.start()
    return jobs


@st.cache_resource(show_spinner=False)
def get_background() -> BackgroundExecutor:
    """Return the process for what takes seconds and is no training, one for all learners."""
    return BackgroundExecutor()


@st.cache_resource(show_spinner=False)
def get_upload_sessions() -> UploadSessions:
    """Return who has pictures of their own, of all learners."""
    upload_sessions = UploadSessions(get_jobs(), is_alive=is_alive, forget=forget_pictures)
    atexit.register(upload_sessions.close)
    return upload_sessions


@st.cache_resource(show_spinner=False)
def get_reader(bounds: Bounds = A_FILE) -> Reader:
    """Return the process that reads what is uploaded, which may be hostile; one for all learners.

    With `A_SET` another one, which makes sets of pictures: that takes seconds, and no photo waits for it.
    """
    return Reader(bounds)


def keep_from_collector() -> None:
    """Take what is imported out of the garbage collector's rounds.

    Streamlit collects garbage after every run, which takes tens of milliseconds over the objects of all the libraries
    and is felt on every move of a slider.
    """
    gc.collect()
    gc.freeze()


@st.cache_resource(show_spinner=False)
def get_download() -> MnistDownload:
    """Return the one download of MNIST that all learners share."""
    return MnistDownload()


@st.cache_resource(show_spinner=False, max_entries=4)
def test_pictures(source: str) -> ImageDataset:
    """Return the test pictures of a source, without the training pictures, which only workers need.

    Raises:
        PictureError: If they are not there or are not what they should be.
    """
    return get_source(source).load(test_only=True)


def forget_pictures() -> None:
    """Remember no picture, nor what was made of one, here or as an answer of another process: some are gone."""
    own.describe.cache_clear()
    test_pictures.clear()
    forget_all()
    get_jobs().store.forget()
    get_background().forget()


def clearable_cache(most: int) -> Callable[[Callable[..., Result]], "_lru_cache_wrapper[Result]"]:
    """Keep the latest `most` results of a function, as `functools.lru_cache` does."""

    def decorate(function: Callable[..., Result]) -> "_lru_cache_wrapper[Result]":
        _CACHES.append(lru_cache(most)(function))
        return _CACHES[-1]

    return decorate


def forget_all() -> None:
    """Remember no result of any function."""
    for cached in _CACHES:
        cached.cache_clear()


def watcher() -> str:
    """Return a name for the browser tab that is asking."""
    context = get_script_run_ctx()
    return context.session_id if context else "nobody"


def learner() -> str:
    """Return a name for the browser that is asking, which tells nobody its secret; without cookies, for the tab.

    The secret is in the cookie that Streamlit sets before a page can ask for anything.
    """
    secret, _ = decode_xsrf_token_string(st.context.cookies.get(XSRF_COOKIE_NAME, ""))
    return hashlib.sha256(secret or watcher().encode()).hexdigest()[:32]


def is_alive(name: str) -> bool:
    """Return whether that browser tab is still open."""
    return Runtime.instance().is_active_session(name) if exists() else True


def _is_closing() -> bool:
    """Return whether the server is about to end."""
    return exists() and Runtime.instance().state in (RuntimeState.STOPPING, RuntimeState.STOPPED)
