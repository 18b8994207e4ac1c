"""Runs that cannot be read, or not be renamed: what the store does with them, and what it leaves alone."""

import errno
import json
import shutil
from pathlib import Path

import pytest

from autoencoder.training import store as module
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import DamagedRun, RunState, UnknownRun, UnreadableRun
from autoencoder.training.store import DAMAGED, Store
from tests.training.fakes import ONE


def keep(store: Store, state: RunState = RunState.FINISHED) -> RunFolder:
    """A run whose files are whole, but no networks."""
    folder = store.folder(ONE.key)
    folder.create(ONE)
    folder.write_network(b"not a network", b"neither")
    folder.write_checkpoint({})
    folder.change_state(state)
    return folder


def fail_to_read(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    read = Path.read_bytes

    def fail(path: Path) -> bytes:
        if path.name in names:
            raise OSError(errno.EIO, "Input/output error")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", fail)


def refuse_to_rename(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, target: Path) -> None:
        raise PermissionError(errno.EACCES, "another process reads in it")

    monkeypatch.setattr(module, "rename_folder", refuse)


@pytest.mark.parametrize("name", ["settings.json", "manifest.json", "encoder.tflite", "decoder.tflite"])
def test_a_run_that_cannot_be_read_now_stays(store: Store, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    folder = keep(store)
    with monkeypatch.context() as patch:
        fail_to_read(patch, name)
        with pytest.raises(UnreadableRun):
            store.load(folder)
    store.prune()
    assert folder.network() == (b"not a network", b"neither")


def test_a_damaged_run_of_which_nobody_can_tell_now_whether_it_is_under_way_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = keep(store)
    with monkeypatch.context() as patch:
        fail_to_read(patch, "state.json")
        with pytest.raises(DamagedRun):
            store.load(folder)
    assert folder.exists()
    with pytest.raises(DamagedRun):
        store.load(folder)
    assert not folder.exists()


def test_a_run_of_another_version_stays(store: Store) -> None:
    folder = keep(store)
    values = json.loads(ONE.to_json()) | {"network": "transformer"}
    (folder.path / "settings.json").write_text(json.dumps(values))
    with pytest.raises(UnknownRun):
        store.load(folder)
    assert folder.exists()


@pytest.mark.parametrize("state", RunState)
@pytest.mark.parametrize("in_hand", [True, False])
def test_only_a_run_that_is_not_under_way_is_set_aside(store: Store, state: RunState, in_hand: bool) -> None:
    folder = keep(store, state)
    store.in_hand = lambda key: in_hand and key == ONE.key
    stays = in_hand or state.active
    with pytest.raises(DamagedRun):
        store.load(folder)
    assert folder.exists() == stays
    assert store.set_aside(folder) == (not stays)
    (left,) = folder.path.parent.iterdir()
    assert left.name.startswith(ONE.key if stays else DAMAGED)
    assert RunFolder(left).has_checkpoint()


@pytest.mark.parametrize("put_away", [lambda store, folder: store.remove(ONE.key), Store.set_aside])
def test_a_run_that_cannot_be_renamed_is_none_before_its_files_go(
    store: Store, monkeypatch: pytest.MonkeyPatch, put_away
) -> None:
    """Else a server that is killed meanwhile leaves half a run, which the next training would go on from."""
    folder, seen, remove = keep(store), [], shutil.rmtree

    def look(path: Path, **options: bool) -> None:
        if path == folder.path:
            seen.append(folder.exists())
        remove(path, **options)

    refuse_to_rename(monkeypatch)
    monkeypatch.setattr(shutil, "rmtree", look)
    put_away(store, folder)
    assert seen == [False]
    assert not folder.path.exists()


def test_what_is_removed_takes_nothing_of_its_successor_along(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another server may create the run anew as soon as its name is free."""
    folder, remove = keep(store), shutil.rmtree

    def claimed_meanwhile(path: Path, **options: bool) -> None:
        if not folder.path.exists():
            RunFolder(folder.path).create(ONE)
        remove(path, **options)

    monkeypatch.setattr(shutil, "rmtree", claimed_meanwhile)
    store.remove(ONE.key)
    assert folder.snapshot().state is RunState.QUEUED
    assert not folder.has_checkpoint()
