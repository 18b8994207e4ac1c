"""The app's server with trainings in threads, which keeps writing down what it holds.

Run by `test_robustness_sessions`. Arguments: the file to write to, the port.
"""

import gc
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.runtime import Runtime, exists, memory_session_storage
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import bootstrap

from autoencoder.networks.ordered import milestones
from autoencoder.training import jobs, worker
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.training_loop import fit
from autoencoder.training.upload_sessions import UploadSessions
from tests.training.fakes import FakeLearner

SHORT = 1  # s after which Streamlit forgets a session whose connection was lost, in place of 120
made: dict[str, Any] = {}


class Patient(FakeLearner):
    """Learns for minutes, unless it is told to stop."""

    def show(self) -> np.ndarray:
        return np.zeros((len(milestones(64)), 10, 28, 28, 1), np.uint8)


def train(path: str, on_finished: object = None) -> None:
    """In the place of `worker.train`: a training in a thread."""
    folder = RunFolder(Path(path))
    learner = Patient(lambda learner: time.sleep(0.02), steps_per_epoch=100, epochs=folder.settings().epochs)
    if checkpoint := folder.checkpoint():
        learner.restore(checkpoint)
    fit(folder, learner)


def remember(kind: type, **more: Any) -> None:
    """Keep the object of this class that the app makes, with these arguments besides the app's own."""
    begin = kind.__init__

    def init(self: Any, *arguments: Any, **named: Any) -> None:
        made[kind.__name__] = self
        begin(self, *arguments, **named, **more)

    kind.__init__ = init


def held() -> dict[str, Any]:
    """What the server holds of its sessions, past and present."""
    gc.collect()
    trainings, upload_sessions = made["Jobs"], made["UploadSessions"]
    return {
        "connected": len(Runtime.instance()._session_mgr.list_active_sessions()),
        "sessions": sum(isinstance(each, AppSession) for each in gc.get_objects()),
        "running": trainings._queue.running(),
        "waiting": trainings._queue.waiting(),
        "watched": {key: len(seen) for key, seen in trainings._watchers.seen.items()},
        "tokens": len(upload_sessions._tokens) + len(upload_sessions._seen),
    }


def write_down(path: Path) -> None:
    while True:
        time.sleep(0.2)
        if exists() and {"Jobs", "UploadSessions"} <= made.keys():
            new = path.with_suffix(".new")
            new.write_text(json.dumps(held()))
            new.replace(path)


if __name__ == "__main__":
    path, port = sys.argv[1:]
    remember(jobs.Jobs, executor=lambda: ThreadPoolExecutor(1), capacity=1)
    remember(UploadSessions)
    worker.train = train
    worker.warm_up = print
    storage = memory_session_storage.MemorySessionStorage
    storage.__init__.__defaults__ = (128, SHORT)
    threading.Thread(target=write_down, args=(Path(path),), daemon=True).start()
    options = {"server.port": int(port), "server.address": "127.0.0.1", "server.headless": True}
    PagesManager.uses_pages_directory = False  # as `app.py` says where Streamlit imports it
    bootstrap.load_config_options(options)
    bootstrap.run("app.py", False, [], options)
