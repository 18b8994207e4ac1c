"""What runs in a worker process. Importing this module is cheap; TensorFlow is imported by the first call."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil

from autoencoder.data.image_dataset import PictureError
from autoencoder.files import is_full, reason
from autoencoder.networks.plan import Plan
from autoencoder.training.capacity import cores, give_back
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import DamagedRun, Notice, NoticeCode, RunState
from autoencoder.training.settings import TrainingSettings

if TYPE_CHECKING:  # it imports Keras
    from autoencoder.training.trainer import Trainer

ORPHAN_SECONDS = 15.0  # from the end of the server: a training needs them to keep what was learned
READY_SECONDS = 120.0  # that a trainer is kept for the next step of its run
OnFinished = Callable[[RunFolder], None]
_ONE_AT_A_TIME = threading.Lock()  # Keras' state is the process's; a cluster's worker may have several threads


def prepare() -> None:
    """Make way for the pages: a worker gets the processor's time that they leave, and ends when the server wants it.

    Ctrl-C in the terminal reaches workers too; they go on until they have read that the server pauses them.
    """
    if threading.current_thread() is threading.main_thread():  # Python allows it in no other
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    process = psutil.Process()
    process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else max(10, process.nice()))
    server = process.parent()

    def end_with_server() -> None:
        server.wait()
        time.sleep(ORPHAN_SECONDS)
        os._exit(1)

    if server is not None:
        threading.Thread(target=end_with_server, name="orphan", daemon=True).start()
    _choose_backend()


def _choose_backend() -> None:
    """Set what Keras and TensorFlow read when they are imported."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(cores()))  # else it counts those that a container has not


def warm_up() -> float:
    """Import TensorFlow before the first training needs it; return this computer's `measured_speed`."""
    _choose_backend()
    import autoencoder.training.trainer  # noqa: F401
    from autoencoder.training.estimates import measured_speed

    return measured_speed()


def train(path: str, on_finished: OnFinished | None = None) -> None:
    """Train the run in the folder at `path` from its start or checkpoint; when it has finished call `on_finished`."""
    folder = RunFolder(Path(path))
    _choose_backend()
    try:
        with _ONE_AT_A_TIME:
            _train(folder)
        give_back()  # the trainer, which TensorFlow keeps in a circle: `on_finished` needs its memory
    except Exception as error:  # the page says so; what is checkpointed stays
        folder.change_state(RunState.FAILED, _notice_of(error))
        return
    if on_finished is not None and folder.snapshot().state is RunState.FINISHED:
        on_finished(folder)


def evaluate(path: str, on_finished: OnFinished) -> None:
    """Do for a run at `path` that was trained before what `train` does at the end."""
    on_finished(RunFolder(Path(path)))


def is_file_of(plan: Plan, path: str) -> bool:
    """Return whether what `unpack` made of a `.keras` file, at `path`, is a network of this plan."""
    _choose_backend()
    from autoencoder.networks import build

    with _ONE_AT_A_TIME, np.load(path) as arrays:
        return build.is_file_of(plan, arrays)


def _train(folder: RunFolder) -> None:
    from autoencoder.training.trainer import Trainer
    from autoencoder.training.training_loop import fit

    folder.change_state(RunState.RUNNING, Notice(NoticeCode.COMPILING))
    settings, checkpoint = folder.settings(), folder.checkpoint()
    try:
        trainer = _READY.take(folder, settings) if checkpoint else None
        trainer = trainer or Trainer(settings)
        if checkpoint:
            trainer.restore(checkpoint)
        fit(folder, trainer)
        stands = folder.snapshot()
        if stands.state is RunState.PAUSED and folder.step(stands.epoch):
            _READY.keep(folder, settings, trainer)
    finally:
        _forget_graphs()


class _Ready:
    """The trainer of a run that was stepped: the next step needs it soon, and to make and compile one takes seconds.

    It is given all that it knows from the checkpoint, as a new one is. At most one is kept, and not for long.
    """

    def __init__(self) -> None:
        self._kept: tuple[RunFolder, TrainingSettings, Trainer] | None = None
        self._timer = threading.Timer(0, self.forget)

    def take(self, folder: RunFolder, settings: TrainingSettings) -> "Trainer | None":
        """Return the trainer of this run, where it is kept."""
        self._timer.cancel()
        kept, self._kept = self._kept, None
        return kept[2] if kept and kept[:2] == (folder, settings) else None

    def keep(self, folder: RunFolder, settings: TrainingSettings, trainer: "Trainer") -> None:
        """Keep a trainer until the next training here, for READY_SECONDS at most."""
        self._timer.cancel()
        self._kept, self._timer = (folder, settings, trainer), threading.Timer(READY_SECONDS, self.forget)
        self._timer.daemon = True
        self._timer.start()

    def forget(self) -> None:
        """Keep none, once the training under way has ended."""
        with _ONE_AT_A_TIME:
            self._kept = None
        give_back()


_READY = _Ready()


def _forget_graphs() -> None:
    """Have TensorFlow forget the gradient that it made for the training's graph.

    Keras' optimizers bring one, which TensorFlow registers under a new name in every graph and never takes back; it
    would keep the graph, all the weights and the optimizer's memory, some 30 MB of every training.
    """
    with suppress(ImportError, AttributeError):  # no public way leads there
        from tensorflow.python.framework.ops import gradient_registry

        gradients = gradient_registry._registry
        for name in [name for name in gradients if name.startswith("CustomGradient-")]:
            del gradients[name]


def _notice_of(error: Exception) -> Notice:
    """Return what is to be said of a training that ended in this error."""
    name, detail = type(error).__name__, reason(error)[:300]
    if isinstance(error, MemoryError) or name == "ResourceExhaustedError":
        return Notice(NoticeCode.OUT_OF_MEMORY)
    if is_full(error):
        return Notice(NoticeCode.DISK_FULL)
    if isinstance(error, PictureError):
        return Notice(NoticeCode.NO_PICTURES, detail)
    if isinstance(error, DamagedRun):
        return Notice(NoticeCode.UNREADABLE, detail)
    return Notice(NoticeCode.UNEXPECTED, f"{name}: {detail}")
