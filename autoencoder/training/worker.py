"""What runs in a worker process. Importing this module is cheap; TensorFlow is imported by the first call."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from autoencoder.data.image_dataset import PictureError
from autoencoder.training import disk_errors
from autoencoder.training.capacity import cores
from autoencoder.training.memory import give_back
from autoencoder.training.run_folder import DamagedRun, RunFolder, RunState

ORPHAN_SECONDS = 15.0
Afterwards = Callable[[RunFolder], None]
_ONE_AT_A_TIME = threading.Lock()  # Keras' state is the process's; a cluster's worker may have several threads


def prepare() -> None:
    """Make way for the pages: a worker gets the processor's time that they leave, and ends when the server wants it.

    Ctrl-C in the terminal reaches the server and its workers alike. The server pauses what is trained, so a worker goes
    on until it has read that wish.
    """
    import psutil

    if threading.current_thread() is threading.main_thread():  # Python allows it in no other
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    process = psutil.Process()
    process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else 10)
    threading.Thread(target=_end_with, args=(process.parent(),), name="orphan", daemon=True).start()
    _choose_backend()


def _choose_backend() -> None:
    """Before Keras is imported."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(cores()))  # else it counts those that a container has not


def _end_with(server: Any) -> None:
    """End this process when the server has ended, after the time that a training needs to keep what was learned."""
    if server is not None:
        server.wait()
        time.sleep(ORPHAN_SECONDS)
        os._exit(1)


def warm_up() -> int:
    """Import TensorFlow before the first training needs it; return the process' number."""
    _choose_backend()
    import autoencoder.training.trainer  # noqa: F401

    return os.getpid()


def train(path: str, afterwards: Afterwards | None = None) -> None:
    """Train the run in the folder at `path`, from its start or from its checkpoint.

    Args:
        path: A `RunFolder` that was created.
        afterwards: Called with the folder when the training has finished, to work out what the pages show.
    """
    folder = RunFolder(Path(path))
    _choose_backend()
    try:
        with _ONE_AT_A_TIME:
            try:
                _train(folder)
            finally:
                _forget_graphs()
        give_back()  # the trainer, which TensorFlow keeps in a circle: what comes afterwards needs its memory
    except Exception as error:  # becomes a sentence on the page; what is checkpointed stays
        folder.change_state(RunState.FAILED, _sentence(error))
        return
    if afterwards is not None and folder.snapshot().state is RunState.FINISHED:
        afterwards(folder)


def evaluate(path: str, afterwards: Afterwards) -> None:
    """What `train` does afterwards, for a run at `path` that was trained before but not looked at to the end."""
    afterwards(RunFolder(Path(path)))


def _train(folder: RunFolder) -> None:
    from autoencoder.training.trainer import Trainer
    from autoencoder.training.training_loop import fit

    folder.change_state(RunState.RUNNING, "Getting ready: the network is compiled, which takes a few seconds.")
    trainer = Trainer(folder.settings())
    checkpoint = folder.checkpoint()
    if checkpoint is not None:
        trainer.restore(checkpoint)
    fit(folder, trainer)


def _forget_graphs() -> None:
    """Have TensorFlow forget the gradient that it made for the training's graph.

    Keras' optimizers add up gradients over devices by an operation that brings a gradient of its own. TensorFlow
    registers that under a new name in every graph and never takes it back; it would keep the graph, all the weights
    and the optimizer's memory, some 30 MB of every training.
    """
    with suppress(ImportError, AttributeError):  # no public way leads there
        from tensorflow.python.framework.ops import gradient_registry

        gradients = gradient_registry._registry
        for name in [name for name in gradients if name.startswith("CustomGradient-")]:
            del gradients[name]


def _sentence(error: Exception) -> str:
    name = type(error).__name__
    if isinstance(error, MemoryError) or name == "ResourceExhaustedError":
        return "The training needed more memory than there is. A smaller batch size or network needs less."
    if disk_errors.is_full(error):
        return disk_errors.ENDED
    first_line = next(iter(str(error).splitlines()), "")[:300]
    if isinstance(error, PictureError):
        return f"The training could not begin: {first_line}"
    if isinstance(error, DamagedRun):
        return f"The training could not go on: {first_line}"
    return f"The training could not go on, because of an error that we did not expect ({name}: {first_line})."
