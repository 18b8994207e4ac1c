"""How a worker process comes to TensorFlow: what is set before, and the import. Importing this module is cheap."""

import hashlib
import importlib.util
import os
import platform
import shutil
import sys
import threading
from contextlib import suppress
from pathlib import Path

from autoencoder.training.capacity import cores
from autoencoder.training.home import home

UNUSED = ("matplotlib", "pandas", "sklearn")  # Keras imports them where they are, for what is not used here
MOST_COMPILED = 64_000_000  # bytes of what XLA has compiled, on the disk: some hundred trainings
OF_PROCESSOR = ("model name", "flags", "CPU part", "Features")  # how lines of /proc/cpuinfo begin that tell it
_importing, _imported = threading.Lock(), threading.Event()


def choose_backend() -> None:
    """Set what Keras and TensorFlow read when they are imported."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # at 2 it tells of all code that it reads
    os.environ["KERAS_BACKEND"] = "tensorflow"
    # Else it counts cores that a container has not. A core for each of two products is faster than both for one.
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(max(1, cores() // 2)))
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", str(min(2, cores())))


def is_imported() -> bool:
    """Return whether TensorFlow is there to be used."""
    return _imported.is_set()


def import_tensorflow() -> None:
    """Import Keras and TensorFlow without what is not used: in half of the time, and 150 MB less."""
    with _importing:
        if is_imported():
            return
        choose_backend()
        _keep_compiled()
        absent = [name for name in UNUSED if name not in sys.modules]
        sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # as if they were not installed
        try:
            import autoencoder.training.trainer  # noqa: F401
        finally:
            for name in absent:
                del sys.modules[name]
        _imported.set()


def forget_graphs() -> None:
    """Have TensorFlow forget the gradient that it made for the training's graph.

    Keras' optimizers bring one, which TensorFlow registers under a new name in every graph and never takes back; it
    would keep the graph, all the weights and the optimizer's memory, some 30 MB of every training.
    """
    with suppress(ImportError, AttributeError):  # no public way leads there
        from tensorflow.python.framework.ops import gradient_registry

        gradients = gradient_registry._registry
        for name in [name for name in gradients if name.startswith("CustomGradient-")]:
            del gradients[name]


# What XLA has compiled, on the disk


def compiled_folder() -> Path:
    """Return where this TensorFlow's code for this processor is: on another one it might fail."""
    about, found = Path("/proc/cpuinfo"), importlib.util.find_spec("tensorflow")
    lines = about.read_text().splitlines() if about.exists() else []
    processor = sorted({line for line in lines if line.startswith(OF_PROCESSOR)})
    library = (found.origin, os.stat(found.origin).st_mtime_ns) if found and found.origin else ()
    made_by = repr((processor, platform.processor(), library, os.environ.get("XLA_FLAGS", "")))
    return home() / "compiled" / hashlib.sha256(made_by.encode()).hexdigest()[:16]


def forget_compiled() -> None:
    """Let all of it go, as where a worker was lost over it: it may be damaged."""
    shutil.rmtree(home() / "compiled", ignore_errors=True)


def _keep_compiled() -> None:
    """Have XLA keep what it compiles for the processes after this one, which look for it by graph and name.

    It writes whole files or none, and compiles as ever where it cannot write or read.
    """
    given, folder = os.environ.get("TF_XLA_FLAGS", ""), compiled_folder()
    if "persistent_cache" not in given and "'" not in str(folder):  # which could not be named there
        os.environ["TF_XLA_FLAGS"] = f"{given} --tf_xla_persistent_cache_directory='{folder}'".strip()
        with suppress(OSError):
            _remove_oldest(folder.parent)


def _remove_oldest(folder: Path) -> None:
    files = sorted((path.stat().st_mtime_ns, path.stat().st_size, path) for path in folder.glob("*/*"))
    while files and sum(size for _, size, _ in files) > MOST_COMPILED:
        files.pop(0)[-1].unlink(missing_ok=True)
