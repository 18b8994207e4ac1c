"""A disk that is full, a server that is killed amid a file: what was learned stays, and nothing piles up."""

import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autoencoder import files
from autoencoder.training import store as store_module
from autoencoder.training.jobs import Jobs
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Notice, NoticeCode, RunState
from autoencoder.training.store import Store
from tests.training.fakes import ONE, TWO, HandExecutor, keys, state
from tests.waiting import wait_for

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
NO_SPACE = OSError(errno.ENOSPC, "No space left on device")


class Disk:
    """Takes what is written, or nothing while it is full."""

    full = False

    def fsync(self, handle: int) -> None:
        if self.full:
            raise NO_SPACE


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    disk = Disk()
    monkeypatch.setattr(files.os, "fsync", disk.fsync)
    yield disk
    disk.full = False


def left_in(folder: Path) -> list[str]:
    """Everything that is no finished file."""
    return [str(path.relative_to(folder)) for path in folder.rglob(".*")]


# A full disk


def test_a_training_that_finds_no_room_says_so_and_the_next_begins(
    jobs: Jobs, hands: HandExecutor, disk: Disk, store: Store
) -> None:
    folder = jobs.start(ONE, "me")
    jobs.start(TWO, "me")
    folder.change_state(RunState.RUNNING)
    disk.full = True
    hands.work[0].future.set_exception(NO_SPACE)
    wait_for(lambda: keys(hands) == [ONE.key, TWO.key])
    assert folder.snapshot().state is RunState.RUNNING, "nothing can be written"
    assert (state(jobs, ONE), jobs.snapshot(ONE.key).notice) == (RunState.FAILED, Notice(NoticeCode.DISK_FULL))
    disk.full = False
    wait_for(lambda: folder.snapshot().state is RunState.FAILED)
    assert folder.snapshot().notice == Notice(NoticeCode.DISK_FULL)
    jobs.resume(ONE.key, "me")
    assert (state(jobs, ONE), jobs.place_in_queue(ONE.key)) == (RunState.QUEUED, 1)
    assert left_in(store.root) == []


def test_a_worker_that_is_killed_while_the_disk_is_full_is_told_too(
    jobs: Jobs, hands: HandExecutor, disk: Disk
) -> None:
    jobs.start(ONE, "me").change_state(RunState.RUNNING)
    disk.full = True
    hands.work[0].future.set_exception(RuntimeError("killed"))
    wait_for(lambda: state(jobs, ONE) is RunState.FAILED)
    assert jobs.snapshot(ONE.key).notice == Notice(NoticeCode.WORKER_KILLED)


def test_where_there_is_no_room_no_training_is_begun_and_nothing_is_left(
    jobs: Jobs, hands: HandExecutor, disk: Disk, store: Store
) -> None:
    disk.full = True
    with pytest.raises(OSError, match="No space left"):
        jobs.start(ONE, "me")
    assert [path for path in (store.root / "runs").rglob("*") if path.is_file()] == []
    assert not jobs.busy()
    disk.full = False
    jobs.start(ONE, "me")
    assert keys(hands) == [ONE.key]


def test_who_waits_can_leave_the_queue_of_a_full_disk(jobs: Jobs, hands: HandExecutor, disk: Disk) -> None:
    jobs.start(ONE, "me")
    jobs.start(TWO, "me").write_checkpoint({})
    disk.full = True
    jobs.pause(TWO.key, "me")
    assert (state(jobs, TWO), jobs.place_in_queue(TWO.key)) == (RunState.PAUSED, None)


FIT = """
import os, resource, sys
from pathlib import Path
import numpy as np
from autoencoder.training import worker
from autoencoder.training.training_loop import fit
from autoencoder.training.run_folder import RunFolder
from tests.training.fakes import FakeLearner, SETTINGS, STEPS_PER_EPOCH

class Growing(FakeLearner):
    def arrays(self):
        return super().arrays() | {"weights": np.zeros(500 if self.step <= STEPS_PER_EPOCH else 50_000)}

os.fsync = lambda handle: None
clock = iter(range(10**9))
folder = RunFolder(Path(sys.argv[1]))
folder.create(SETTINGS)
worker._train = lambda folder: fit(folder, Growing(), lambda: float(next(clock)))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
worker.train(str(folder.path))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_a_checkpoint_that_finds_no_room_leaves_the_one_before(tmp_path: Path) -> None:
    """The system itself refuses to let a file grow."""
    subprocess.run([sys.executable, "-c", FIT, str(tmp_path / "run")], cwd=ROOT, check=True, timeout=120)
    folder = RunFolder(tmp_path / "run")
    snapshot, checkpoint = folder.snapshot(), folder.checkpoint()
    assert (snapshot.state, snapshot.notice) == (RunState.FAILED, Notice(NoticeCode.DISK_FULL))
    assert checkpoint is not None
    assert 0 < int(checkpoint["step"]) < snapshot.epoch * 8 + 1
    assert left_in(tmp_path) == []


# Killed in the middle of a file

KILL = """
import os, random, signal, sys, time
from pathlib import Path
import numpy as np
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import RunState, Snapshot
from tests.training.fakes import SETTINGS

folder = RunFolder(Path(sys.argv[1]))
folder.create(SETTINGS)
generator = random.Random(0)
os.fsync = lambda handle: None  # for power cuts; who is killed has written what it has written

def write(number):
    while True:
        number += 1
        arrays = {name: np.full(60_000, number) for name in "abc"}
        folder.write_checkpoint(arrays)
        folder.write_preview(0, np.full((1, 10, 8, 8, 1), number % 256, np.uint8))
        folder.write_network(b"encoder %d" % number * 1000, b"decoder %d" % number * 1000)
        folder.write_snapshot(Snapshot(RunState.RUNNING, 3, number))

def look():
    assert folder.settings() == SETTINGS
    epoch = folder.snapshot().epoch
    arrays = folder.checkpoint()
    numbers = {int(value) for array in (arrays or {}).values() for value in np.unique(array)}
    assert len(numbers) <= 1, numbers
    if folder.has_network():
        encoder, decoder = folder.network()
        assert encoder.replace(b"en", b"de") == decoder
    return int(epoch)

done, rounds, span = 0, 0, 0.03
while rounds < 20 or done < 20 or not list(folder.path.rglob(".*")):
    rounds += 1
    assert rounds < 1000
    child = os.fork()
    if child == 0:
        write(done)
    time.sleep(generator.uniform(0.0, span))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    before, done = done, max(done, look())
    span *= 1.0 if done > before else 1.1  # a busy computer needs more time to write
print(done)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_killed_at_any_moment_every_file_is_whole_and_no_half_ones_pile_up(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "runs" / ONE.key
    said = subprocess.run(
        [sys.executable, "-c", KILL, str(path)], cwd=ROOT, check=True, timeout=120, capture_output=True, text=True
    )
    halves = left_in(path)
    assert halves, "it was killed in the middle of a file"
    store.prune()
    assert left_in(path) == halves, "somebody may be writing them"
    for half in halves:
        os.utime(path / half, (time.time() - 2 * store_module.IN_USE,) * 2)
    store.prune()
    assert left_in(path) == []
    assert RunFolder(path).snapshot().epoch == int(said.stdout)


def test_a_server_that_starts_removes_what_the_one_before_left_half_done(make_jobs, store: Store) -> None:
    folder = store.folder(ONE.key)
    folder.create(ONE)
    half = folder.path / "moments" / ".0001.npz.0123456789abcdef"
    half.parent.mkdir()
    half.write_bytes(b"half")
    gone = store.root / "runs" / f"{store_module.GONE}0123456789abcdef"
    gone.mkdir()
    os.utime(half, (0.0, 1.0))
    make_jobs(executor=HandExecutor)
    wait_for(lambda: not half.exists() and not gone.exists())
    assert folder.snapshot().state is RunState.QUEUED


def test_of_a_run_that_is_half_removed_nothing_is_gone_on_from(
    jobs: Jobs, hands: HandExecutor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while it was removing the files one by one, a server would leave a checkpoint without a run."""
    folder = jobs.start(ONE, "me")
    folder.write_checkpoint({})
    with monkeypatch.context() as killed:
        killed.setattr(shutil, "rmtree", lambda path, **options: None)
        store.remove(ONE.key)
    assert not folder.path.exists()
    store.prune()
    assert list((store.root / "runs").iterdir()) == []


def test_trouble_with_what_is_kept_does_not_hold_up_the_queue(
    jobs: Jobs, hands: HandExecutor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.start(ONE, "me")
    jobs.start(TWO, "me")

    def fail(keep: object) -> None:
        raise OSError("a file that has gone")

    monkeypatch.setattr(store, "prune", fail)
    hands.work[0].folder.change_state(RunState.FINISHED)
    hands.work[0].future.set_result(None)
    wait_for(lambda: keys(hands) == [ONE.key, TWO.key])
