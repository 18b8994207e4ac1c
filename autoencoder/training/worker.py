"""What runs in a worker process. Importing this module is cheap; TensorFlow is imported by the first call."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil

from autoencoder.data.image_dataset import PictureError
from autoencoder.files import is_full, reason
from autoencoder.networks.plan import Plan
from autoencoder.training.backend import choose_backend, forget_graphs, import_tensorflow, is_imported
from autoencoder.training.capacity import give_back
from autoencoder.training.ready import ReadyTrainer
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import DamagedRun, Notice, NoticeCode, RunState
from autoencoder.training.settings import TrainingSettings

NICE = 10  # how much less urgent a worker is than what is not nice to others
ORPHAN_SECONDS = 15.0  # from the end of the server: a training needs them to keep what was learned
OnFinished = Callable[[RunFolder], None]
_MAKES_WAY_LATER = threading.Event()  # see `prepare`; a test or a cluster's worker leaves its priority alone
_ONE_AT_A_TIME = threading.Lock()  # Keras' state is the process's; a cluster's worker may have several threads
_READY = ReadyTrainer(_ONE_AT_A_TIME)


def prepare(*, makes_way: bool = True) -> None:
    """Be a worker, which ends when the server does, and makes way for the pages, now or from its first training on.

    Ctrl-C in the terminal reaches workers too; they go on until they have read that the server pauses them.
    """
    if threading.current_thread() is threading.main_thread():  # Python allows it in no other
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if makes_way:
        make_way()
    else:
        _MAKES_WAY_LATER.set()
    server = psutil.Process().parent()

    def end_with_server() -> None:
        server.wait()
        time.sleep(ORPHAN_SECONDS)
        os._exit(1)

    if server is not None:
        threading.Thread(target=end_with_server, name="orphan", daemon=True).start()
    choose_backend()


def make_way() -> None:
    """Leave the processor's time to the pages from now on, and take what they do not need."""
    if sys.platform == "win32":
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        return
    nice = max(NICE, os.nice(0))
    for number in [thread.id for thread in psutil.Process().threads()] if sys.platform == "linux" else [0]:
        with suppress(ProcessLookupError):  # a thread that has ended
            os.setpriority(os.PRIO_PROCESS, number, nice)  # on Linux, each thread has its own


def warm_up(settings: TrainingSettings | None = None) -> float | None:
    """Import TensorFlow before the first training needs it; return this computer's `measured_speed`.

    Or, given settings, begin to make a trainer for them ahead, and return None at once.
    """
    from autoencoder.training.estimates import measured_speed

    import_tensorflow()
    if settings is None:
        return measured_speed()
    _READY.make(settings)
    return None


def train(path: str, on_finished: OnFinished | None = None) -> None:
    """Train the run in the folder at `path` from its start or checkpoint; when it has finished call `on_finished`."""
    folder = RunFolder(Path(path))
    try:
        if not is_imported():
            folder.change_state(RunState.RUNNING, Notice(NoticeCode.IMPORTING))
        import_tensorflow()
        _train(folder)
        give_back()  # the trainer, which TensorFlow keeps in a circle: `on_finished` needs its memory
    except Exception as error:  # the page says so; what is checkpointed stays
        folder.change_state(RunState.FAILED, _notice_of(error))
        return
    if on_finished is not None and folder.snapshot().state is RunState.FINISHED:
        on_finished(folder)


def evaluate(path: str, on_finished: OnFinished) -> None:
    """Do for a run at `path` that was trained before what `train` does at the end."""
    _READY.forget()  # which may need the memory
    on_finished(RunFolder(Path(path)))


def is_file_of(plan: Plan, path: str) -> bool:
    """Return whether what `unpack` made of a `.keras` file, at `path`, is a network of this plan."""
    import_tensorflow()
    from autoencoder.networks import build

    with _ONE_AT_A_TIME, np.load(path) as arrays:
        return build.is_file_of(plan, arrays)


def _train(folder: RunFolder) -> None:
    from autoencoder.training.trainer import Trainer
    from autoencoder.training.training_loop import fit

    folder.change_state(RunState.RUNNING, Notice(NoticeCode.COMPILING))
    settings, checkpoint = folder.settings(), folder.checkpoint()
    trainer = _READY.take(settings, begins=checkpoint is None)
    with _ONE_AT_A_TIME:
        try:
            trainer = trainer or Trainer(settings)
            if checkpoint:
                trainer.restore(checkpoint)
            if _MAKES_WAY_LATER.is_set():
                make_way()
            fit(folder, trainer)
            stands = folder.snapshot()
            if stands.state is RunState.PAUSED and folder.step(stands.epoch):
                _READY.keep(settings, trainer)
        finally:
            forget_graphs()


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
