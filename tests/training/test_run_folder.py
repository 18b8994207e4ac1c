import errno
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from autoencoder import files
from autoencoder.training.run_folder import RESULT_FILES, RunFolder
from autoencoder.training.run_state import (
    Command,
    Control,
    DamagedRun,
    Loss,
    Notice,
    NoticeCode,
    RunState,
    Snapshot,
    UnknownRun,
    UnreadableRun,
)
from tests.training.fakes import SETTINGS, made_up_step

FINITE = st.floats(0, 1e300)
SHARED_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
SNAPSHOTS = st.builds(
    Snapshot,
    state=st.sampled_from(RunState),
    epochs=st.integers(1, 100),
    epoch=FINITE,
    seconds=FINITE,
    seconds_left=st.none() | FINITE,
    losses=st.lists(st.builds(Loss, FINITE, FINITE, st.none() | FINITE), max_size=5).map(tuple),
    previews=st.lists(FINITE, max_size=5).map(tuple),
    rate_factor=FINITE,
    rate_changes=st.lists(st.tuples(FINITE, FINITE), max_size=3).map(tuple),
    message=st.text(),
    notice=st.none() | st.builds(Notice, st.sampled_from(NoticeCode), st.text(), FINITE),
)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    made = RunFolder(tmp_path / "run")
    made.create(SETTINGS)
    return made


def test_a_new_run_is_queued_and_watched(folder: RunFolder) -> None:
    assert folder.exists()
    assert folder.settings() == SETTINGS
    assert folder.snapshot() == Snapshot(RunState.QUEUED, SETTINGS.epochs)
    assert folder.control() == Control(Command.RUN, 1.0)
    assert folder.lease_time() > 0
    assert not folder.has_network()
    assert folder.checkpoint() is None


def test_where_nothing_was_created_there_is_no_run(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "nothing")
    assert not folder.exists()
    assert folder.lease_time() == 0
    assert folder.network_version() == ""
    assert folder.control() == Control()
    assert folder.measured("anything") is None
    for read in (folder.settings, folder.snapshot, folder.network, lambda: folder.preview(0)):
        with pytest.raises(DamagedRun):
            read()


@SHARED_FOLDER
@given(SNAPSHOTS)
def test_a_snapshot_comes_back_as_it_was_written(folder: RunFolder, snapshot: Snapshot) -> None:
    folder.write_snapshot(snapshot)
    assert folder.snapshot() == snapshot


def test_what_an_older_version_wrote_is_read_and_what_it_can_read_is_written(folder: RunFolder) -> None:
    """Names on disk stay, and a sentence that was kept with the run."""
    old = {
        "state": "stopped",
        "epochs": 3,
        "epoch": 1.5,
        "seconds": 7.0,
        "seconds_left": None,
        "losses": [{"epoch": 1.0, "training": 0.5, "validation": None}],
        "moments": [0.0, 1.0],
        "rate_factor": 1.0,
        "rate_changes": [],
        "message": "Nobody was watching any more. Resume goes on from here.",
    }
    (folder.path / "state.json").write_text(json.dumps(old))
    snapshot = folder.snapshot()
    assert (snapshot.message, snapshot.previews, snapshot.notice) == (old["message"], (0.0, 1.0), None)
    folder.write_snapshot(snapshot)
    assert json.loads((folder.path / "state.json").read_text()) == old
    folder.write_control(Control(Command.PAUSE, 0.5))
    assert json.loads((folder.path / "control.json").read_text()) == {"wish": "pause", "rate_factor": 0.5}


@SHARED_FOLDER
@given(st.builds(Control, st.sampled_from(Command), FINITE))
def test_control_comes_back_as_it_was_written(folder: RunFolder, control: Control) -> None:
    folder.write_control(control)
    assert folder.control() == control


@pytest.mark.parametrize("state", RunState)
def test_a_state_is_active_or_resumable_or_the_end(state: RunState) -> None:
    assert state.active + state.resumable + (state is RunState.FINISHED) == 1


def test_another_state_keeps_what_was_learned(folder: RunFolder) -> None:
    running = Snapshot(RunState.RUNNING, 3, 1.5, 7.0, 9.0, (Loss(1.0, 0.5),), (0.0,), 0.5, ((1.0, 0.5),), "old")
    notice = Notice(NoticeCode.DISK_FULL)
    folder.write_snapshot(running)
    folder.change_state(RunState.FAILED, notice)
    expected = replace(running, state=RunState.FAILED, message="", notice=notice, seconds_left=None)
    assert folder.snapshot() == expected


def test_the_fraction_is_of_all_the_epochs() -> None:
    assert Snapshot(RunState.RUNNING, 4, 1.0).fraction == 0.25
    assert Snapshot(RunState.FINISHED, 4, 4.0).fraction == 1.0


def test_the_lease_is_renewed(folder: RunFolder) -> None:
    os.utime(folder.path / "lease", (0, 0))
    assert folder.lease_time() == 0
    folder.touch_lease()
    assert folder.lease_time() > 10**6


def test_arrays_come_back_as_they_were_written(folder: RunFolder) -> None:
    arrays = {"step": np.array(7), "variable 0": np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)}
    folder.write_checkpoint(arrays)
    read = folder.checkpoint()
    assert read is not None
    assert read.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(read[name], array)
        assert read[name].dtype == array.dtype
    for pictures in (10, 5):  # of a small set there are fewer
        preview = np.random.default_rng(1).integers(0, 256, (2, pictures, 8, 8, 1), np.uint8)
        folder.write_preview(7, preview)
        np.testing.assert_array_equal(folder.preview(7), preview)


def test_a_step_is_there_where_it_ended_until_there_is_a_network(folder: RunFolder) -> None:
    assert folder.step(0.0) is None
    assert folder.step_version() == 0
    folder.write_step(made_up_step(5, 5 / 8))
    step = folder.step(5 / 8)
    assert step is not None
    assert step.arrays().keys() == made_up_step(5, 5 / 8).arrays().keys()
    assert folder.step(4 / 8) is None
    assert folder.step_version() > 0
    folder.write_network(b"encoder", b"decoder")
    assert folder.step(5 / 8) is None


@pytest.mark.parametrize("damage", [b"", b"PK", b"{}"])
def test_a_damaged_step_is_not_there(folder: RunFolder, damage: bytes) -> None:
    (folder.path / "step.npz").write_bytes(damage)
    assert folder.step(0.0) is None


def test_measured_values_and_arrays_come_back(folder: RunFolder) -> None:
    values = {"sizes": [1, 2], "errors": [0.5, 0.25]}
    arrays = {"sizes": np.arange(3), "held_out squared": np.linspace(0, 1, 6, dtype=np.float32).reshape(3, 2)}
    assert folder.measured("anomalies") is None
    assert folder.measured_arrays("anomalies") is None
    folder.write_measured("anomalies", values)
    folder.write_measured_arrays("anomalies", arrays)
    read = folder.measured_arrays("anomalies")
    assert read is not None
    assert list(read) == list(arrays)
    for name, array in arrays.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array)
    assert folder.measured("anomalies") == values
    assert folder.measured_arrays("others") is None
    folder.write_network(b"encoder", b"decoder")
    assert folder.measured_arrays("anomalies") is None  # of an older network


def test_a_network_comes_back_and_another_has_another_version(folder: RunFolder) -> None:
    folder.write_network(b"encoder", b"decoder")
    assert folder.has_network()
    assert folder.network() == (b"encoder", b"decoder")
    version = folder.network_version()
    folder.write_network(b"encoder", b"decoder")
    assert folder.network_version() == version
    folder.write_network(b"encoder", b"another")
    assert folder.network_version() not in ("", version)


def test_a_network_is_not_there_before_it_is_whole(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write_network(b"encoder", b"decoder")
    write, written = files.write_atomically, []

    def power_cut(path: Path, content: bytes) -> None:
        if written:
            raise OSError("power cut")
        written.append(path)
        write(path, content)

    monkeypatch.setattr(files, "write_atomically", power_cut)
    with pytest.raises(OSError, match="power cut"):
        folder.write_network(b"encoder 2", b"decoder 2")
    assert not folder.has_network()
    with pytest.raises(DamagedRun):
        folder.network()


# Damage

JSON_DAMAGE = [b"", b"{", b"[]", b"{}", b"3", b"null", b'"running"', b"\xff\xfe", b'{"state": "dancing"}', b"\0" * 50]


@pytest.mark.parametrize("damage", JSON_DAMAGE)
def test_damaged_state_and_settings_say_so(folder: RunFolder, damage: bytes) -> None:
    (folder.path / "state.json").write_bytes(damage)
    with pytest.raises(DamagedRun, match="state cannot be read"):
        folder.snapshot()
    (folder.path / "settings.json").write_bytes(damage)
    with pytest.raises(DamagedRun, match="settings cannot be read"):
        folder.settings()


@pytest.mark.parametrize("damage", JSON_DAMAGE)
def test_where_control_is_damaged_the_training_goes_on(folder: RunFolder, damage: bytes) -> None:
    (folder.path / "control.json").write_bytes(damage)
    assert folder.control() == Control(Command.RUN, 1.0)


@pytest.mark.parametrize("damage", [b"PK\x03\x04", *(damage for damage in JSON_DAMAGE if not damage.endswith(b"}"))])
def test_damaged_measurements_are_not_there(folder: RunFolder, damage: bytes) -> None:
    folder.write_measured("anomalies", {"mean": 0.5})
    folder.write_measured_arrays("anomalies", {"sizes": np.arange(3)})
    for ending in ("json", "npz"):
        (folder.path / "measured" / f"anomalies.{ending}").write_bytes(damage)
    assert folder.measured("anomalies") is None
    assert folder.measured_arrays("anomalies") is None


WRONG_LOSSES = [{"losses": wrong} for wrong in (None, [[1, 2]], [{"epoch": 1}])]
WRONG_NOTICES = [{"notice": wrong} for wrong in (3, {"code": "of no version"})]


@pytest.mark.parametrize(
    "change", [{"state": 3}, {"moments": 3}, {"rate_changes": [1]}, {"another": 1}, *WRONG_LOSSES, *WRONG_NOTICES]
)
def test_a_state_of_another_form_says_so(folder: RunFolder, change: dict) -> None:
    values = json.loads((folder.path / "state.json").read_text())
    (folder.path / "state.json").write_text(json.dumps(values | change))
    with pytest.raises(DamagedRun):
        folder.snapshot()


def test_every_truncation_of_the_state_says_so(folder: RunFolder) -> None:
    whole = (folder.path / "state.json").read_bytes()
    for length in range(len(whole)):
        (folder.path / "state.json").write_bytes(whole[:length])
        with pytest.raises(DamagedRun):
            folder.snapshot()


@SHARED_FOLDER
@given(place=st.integers(0, 10**6), change=st.integers(1, 255), cut=st.booleans())
def test_damaged_arrays_say_so(folder: RunFolder, place: int, change: int, cut: bool) -> None:
    preview = np.arange(640, dtype=np.uint8).reshape(1, 10, 8, 8, 1)
    folder.write_preview(0, preview)
    folder.write_checkpoint({"step": np.array(3)})
    for path in (folder.path / "moments" / "0000.npz", folder.path / "checkpoint.npz"):
        content = bytearray(path.read_bytes())
        at = place % len(content)
        content[at] ^= change
        path.write_bytes(content[:at] if cut else content)
    with suppress(DamagedRun):
        np.testing.assert_array_equal(folder.preview(0), preview)  # some bytes mean nothing
    checkpoint = folder.checkpoint()
    assert checkpoint is None or cut is False


def test_other_arrays_in_a_preview_and_pickled_objects_are_not_read(folder: RunFolder) -> None:
    folder.write_preview(0, np.zeros((1, 10, 8, 8, 1), np.uint8))
    np.savez(folder.path / "moments" / "0000.npz", others=np.zeros(3))
    with pytest.raises(DamagedRun):
        folder.preview(0)
    np.savez(folder.path / "checkpoint.npz", step=np.array([{}], dtype=object))
    assert folder.checkpoint() is None


def test_a_training_from_before_has_no_keras_file_and_is_whole(folder: RunFolder) -> None:
    folder.write_network(b"encoder", b"decoder", b"keras")
    path = folder.keras_file()
    assert path is not None
    assert path.read_bytes() == b"keras"
    folder.write_network(b"encoder", b"decoder")
    assert folder.keras_file() is None
    assert folder.network() == (b"encoder", b"decoder")


@pytest.mark.parametrize("name", RESULT_FILES)
def test_a_changed_or_missing_result_is_named(folder: RunFolder, name: str) -> None:
    folder.write_network(b"encoder", b"decoder", b"keras")
    (folder.path / name).write_bytes(b"other")
    with pytest.raises(DamagedRun, match=f"network cannot be read .changed: {name}"):
        folder.network()
    (folder.path / name).unlink()
    with pytest.raises(DamagedRun, match="network cannot be read"):
        folder.network()


@pytest.mark.parametrize("damage", [None, *(damage for damage in JSON_DAMAGE if not damage.startswith(b'{"'))])
def test_a_damaged_or_missing_manifest_says_so(folder: RunFolder, damage: bytes | None) -> None:
    folder.write_network(b"encoder", b"decoder")
    (folder.path / "manifest.json").unlink()
    if damage is not None:
        (folder.path / "manifest.json").write_bytes(damage)
    with pytest.raises(DamagedRun, match="network cannot be read"):
        folder.network()


# Passing trouble


@pytest.mark.parametrize("code", [errno.EIO, errno.EMFILE, errno.EACCES, errno.ETIMEDOUT])
def test_what_cannot_be_read_now_is_not_called_damaged(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    folder.write_network(b"encoder", b"decoder")
    folder.write_preview(0, np.zeros((1, 10, 8, 8, 1), np.uint8))
    folder.write_checkpoint({"step": np.array(3)})

    def fail(path: Path) -> bytes:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "read_bytes", fail)
    readings = (folder.settings, folder.snapshot, folder.network, folder.checkpoint, lambda: folder.preview(0))
    for read in readings:
        with pytest.raises(UnreadableRun, match=os.strerror(code)):
            read()


def test_a_network_that_cannot_be_read_to_its_end_is_not_called_damaged(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write_network(b"encoder", b"decoder")
    read, seen = Path.read_bytes, []

    def fail_the_second_time(path: Path) -> bytes:
        seen.append(path.name)
        if seen.count("encoder.tflite") == 2:
            raise OSError(errno.EIO, "Input/output error")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", fail_the_second_time)
    with pytest.raises(UnreadableRun):
        folder.network()


def test_what_is_gone_or_damaged_does_not_pass(folder: RunFolder) -> None:
    for damage in (lambda path: path.write_bytes(b"{"), Path.unlink):
        for name, read in (("settings.json", folder.settings), ("state.json", folder.snapshot)):
            damage(folder.path / name)
            with pytest.raises(DamagedRun) as said:
                read()
            assert type(said.value) is DamagedRun


def test_a_run_that_cannot_be_looked_at_now_is_there(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, **options: bool) -> os.stat_result:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "stat", fail)
    assert folder.exists()


@pytest.mark.parametrize("change", [{"dropout": 0.5}, {"network": "transformer"}, {"loss": 3}])
def test_settings_of_another_version_are_not_called_damaged(folder: RunFolder, change: dict) -> None:
    values = json.loads(SETTINGS.to_json()) | change
    (folder.path / "settings.json").write_text(json.dumps(values))
    with pytest.raises(UnknownRun, match="settings"):
        folder.settings()


@pytest.mark.slow
def test_a_reader_never_sees_half_a_run(folder: RunFolder) -> None:
    done = threading.Event()
    folder.write_preview(0, np.zeros((1, 10, 8, 8, 1), np.uint8))

    def read() -> set[float]:
        seen = set()
        while not done.is_set():
            snapshot = folder.snapshot()
            assert len(snapshot.losses) == snapshot.epoch
            assert len(np.unique(folder.preview(0))) == 1
            seen.add(snapshot.epoch)
        return seen

    with ThreadPoolExecutor(2) as threads:
        readers = [threads.submit(read) for _ in range(2)]
        for epoch in range(100):
            folder.write_snapshot(Snapshot(RunState.RUNNING, 100, epoch, losses=(Loss(epoch, 0.5),) * epoch))
            folder.write_preview(0, np.full((1, 10, 8, 8, 1), epoch, np.uint8))
        done.set()
    assert len(readers[0].result() | readers[1].result()) > 1
