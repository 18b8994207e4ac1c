"""An app for each test: its own home, its own trainings, nothing cached from the test before."""

import atexit
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.context import ContextProxy
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import app_test
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

from autoencoder.data.bananas import bananas
from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.sources import SOURCES, Load
from autoencoder.data.uploads import datasets
from autoencoder.training.executors import BackgroundExecutor
from autoencoder.training.jobs import Jobs
from autoencoder.training.training_queue import TrainingQueue
from autoencoder.training.upload_sessions import UploadSessions
from tests.pages.running import App, IdleWorker
from ui.services import services


class _NoTimer:
    """In place of the timers that make a worker warm: nothing comes later than the test."""

    daemon = True

    def __init__(self, seconds: float, work: Callable[[], object]) -> None:
        pass

    def start(self) -> None:
        pass


class _ForAppTest(PagesManager):
    """Takes what AppTest sets on the class before each run, so that the class itself keeps what `app.py` has set."""


@pytest.fixture
def used_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that has imported `app.py`; AppTest by itself would run the files of `pages/` alone."""
    monkeypatch.setattr(PagesManager, "uses_pages_directory", False)
    monkeypatch.setattr(app_test, "PagesManager", _ForAppTest)


@pytest.fixture(autouse=True)
def quick_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves out what takes AppTest most of its time and changes nothing here.

    For each tab it looks for components in all packages that are installed: none has any. After each run it clears the
    session of Keras, where the tests of another folder have imported that. And no power is cut, so that files need not
    have reached the disk before a test goes on.
    """
    monkeypatch.setattr(os, "fsync", lambda file: None)
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", list)
    monkeypatch.setattr(script_runner, "_clean_problem_modules", lambda: None)


TEST_ROTTEN = lru_cache(bananas.test_rotten)
BUILT_IN = {name: SOURCES[name].load for name in ("mnist_sample", "bananas")}


@lru_cache
def _test_pictures(source: str) -> ImageDataset:
    return BUILT_IN[source](test_only=True)


@pytest.fixture(autouse=True)
def pictures_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test pictures that are built in are the same for all tests, and to draw the bananas takes a second."""
    monkeypatch.setattr(bananas, "test_rotten", TEST_ROTTEN)
    for name, load in BUILT_IN.items():

        def kept(*, test_only: bool = False, name: str = name, load: Load = load) -> ImageDataset:
            return _test_pictures(name) if test_only else load()

        monkeypatch.setitem(SOURCES, name, replace(SOURCES[name], load=kept))  # type: ignore[arg-type]


@pytest.fixture
def app(used_server: None, hourglass_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    app = App(hourglass_home, IdleWorker())

    def make(*arguments: Any, **more: Any) -> Jobs:
        app.made.append(Jobs(*arguments, **more, executor=lambda: app.worker, capacity=1))
        return app.made[-1]

    cookies = property(lambda context: {XSRF_COOKIE_NAME: app.browser.encode().hex()})
    monkeypatch.setattr(ContextProxy, "cookies", cookies)
    monkeypatch.setattr(services, "Jobs", make)
    monkeypatch.setattr(TrainingQueue, "is_elsewhere", lambda *_: False)  # no other server, for which it would wait

    def make_owners(*arguments: Any, **more: Any) -> UploadSessions:
        upload_sessions.append(UploadSessions(*arguments, **more))
        return upload_sessions[-1]

    upload_sessions: list[UploadSessions] = []
    monkeypatch.setattr(services, "UploadSessions", make_owners)
    monkeypatch.setattr(datasets, "ENLARGED", 40)
    monkeypatch.setattr(services, "Reader", lambda bounds: app.reader)
    monkeypatch.setattr(services, "BackgroundExecutor", partial(BackgroundExecutor, make=lambda: app.background))
    monkeypatch.setattr(threading, "Timer", _NoTimer)
    st.cache_resource.clear()
    yield app
    for _, _, future in app.worker.work:  # nobody waits for it any more
        if not future.done():
            future.set_result(1.0)  # the computer's speed, where that was asked for
    for made in (*upload_sessions, *app.made):
        made.close()
        atexit.unregister(made.close)  # which would keep it, and all its networks, until all tests have ended
    st.cache_resource.clear()


@pytest.fixture(autouse=True)
def without_mnist(no_mnist: Path) -> None:
    """The full MNIST is there only for tests that ask for it."""


@pytest.fixture
def with_mnist(mnist: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOURGLASS_MNIST", str(mnist))
    return mnist


@pytest.fixture
def broken_mnist(no_mnist: Path) -> Path:
    """Half of a download where Keras keeps MNIST."""
    no_mnist.parent.mkdir(parents=True)
    no_mnist.write_bytes(b"PK\x03\x04 and then the connection broke")
    return no_mnist
