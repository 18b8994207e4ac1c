"""A worker's process: it makes way for the pages, and Ctrl-C is not for it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autoencoder.training.executors import WorkerPool

pytestmark = pytest.mark.long


@pytest.mark.skipif(sys.platform == "win32", reason="a signal to one process ends it there")
def test_ctrl_c_in_the_terminal_is_for_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """It reaches the whole group of processes; the server then pauses what its workers train."""
    monkeypatch.setenv("HOURGLASS_WORKERS", "1")
    executor = WorkerPool()
    try:
        process = executor.submit(os.getpid).result(60)
        working = executor.submit(time.sleep, 0.5)
        time.sleep(0.1)
        os.kill(process, signal.SIGINT)
        assert working.exception(60) is None
        assert executor.submit(os.getpid).result(60) == process
    finally:
        executor.shutdown()


PREPARED = """
import os, signal, sys, threading
from autoencoder.training.worker import prepare
signal.signal(signal.SIGINT, signal.default_int_handler)  # which is ignored in what runs in the background
os.nice(int(sys.argv[2]))
if sys.argv[1] == "thread":
    thread = threading.Thread(target=prepare)
    thread.start()
    thread.join()
else:
    prepare()
assert "tensorflow" not in sys.modules
threads = [os.environ[f"TF_NUM_{kind}_THREADS"] for kind in ("INTRAOP", "INTEROP")]
print(os.nice(0), os.environ["KERAS_BACKEND"], *threads)
try:
    signal.raise_signal(signal.SIGINT)
    print("goes on")
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.parametrize(("place", "by", "then"), [("main", 0, "goes on"), ("thread", 15, "interrupted")])
def test_preparing_makes_way_for_the_pages_and_ignores_ctrl_c_in_a_main_thread(place: str, by: int, then: str) -> None:
    """Also where the server itself makes way, by so much more than who started it."""
    few = {name: value for name, value in os.environ.items() if not name.endswith("OP_THREADS")}
    few["LOKY_MAX_CPU_COUNT"] = "1"  # as in a container that was granted one core
    command = [sys.executable, "-c", PREPARED, place, str(by)]
    run = subprocess.run(command, cwd=Path(__file__).parents[2], env=few, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == [f"{max(10, os.nice(0) + by)} tensorflow 1 1", then]
    assert "Traceback" not in run.stderr


IN_ALL_THREADS = """
import os
import threading

import psutil

from autoencoder.training.worker import make_way, prepare
prepare(makes_way=False)
before = os.nice(0)
ended = threading.Event()
thread = threading.Thread(target=ended.wait)
thread.start()
make_way()
found = {os.getpriority(os.PRIO_PROCESS, one.id) for one in psutil.Process().threads()}
ended.set()
assert found == {max(10, before)}, found
"""


@pytest.mark.skipif(sys.platform != "linux", reason="there a process' threads have one niceness")
def test_who_makes_way_later_does_so_with_all_threads() -> None:
    subprocess.run([sys.executable, "-c", IN_ALL_THREADS], cwd=Path(__file__).parents[2], check=True)
