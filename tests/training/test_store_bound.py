"""What the store gives up first where it is full: nobody takes the room of others."""

import os
import time
from pathlib import Path

import pytest

from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import RunState
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import DAY, IN_USE, Store

HOUR = 3600.0


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, most_runs=4, most_bytes=400_000)


def keep(
    store: Store, seed: int, owner: str, age: float, state: RunState = RunState.FINISHED, size: int = 1000
) -> RunFolder:
    """A run that was begun and last used so many seconds ago; one that has learned nothing has no size."""
    folder = store.folder(TrainingSettings(seed=seed).key)
    folder.create(TrainingSettings(seed=seed), owner)
    if size:
        folder.write_network(bytes(size), b"")
    folder.change_state(state)
    for path in (folder.path / "state.json", folder.path):
        os.utime(path, (time.time() - age,) * 2)
    return folder


def left(*folders: RunFolder) -> list[bool]:
    return [folder.exists() for folder in folders]


def test_many_runs_that_never_began_take_nobodys_network(store: Store) -> None:
    others = [keep(store, seed, f"learner {seed}", 2 * HOUR) for seed in range(3)]
    empty = [keep(store, seed, "attacker", 0.0, RunState.PAUSED, size=0) for seed in range(10, 123)]
    store.prune()
    assert left(*others) == [True] * 3
    for folder in empty:
        os.utime(folder.path, (time.time() - IN_USE - 1,) * 2)
    store.prune()
    assert left(*others) == [True] * 3
    assert sum(left(*empty)) == 1


def test_first_goes_what_has_learned_nothing_then_what_was_not_finished_then_the_oldest_of_who_keeps_most(
    store: Store,
) -> None:
    empty = keep(store, 1, "a", HOUR, RunState.STOPPED, size=0)
    stopped = keep(store, 2, "b", HOUR, RunState.STOPPED)
    most = [keep(store, 10 + number, "a", (30 + number) * HOUR) for number in range(3)]
    others = keep(store, 3, "c", 90 * HOUR)
    for most_runs, expected in ((5, [False, True]), (4, [False, False])):
        Store(store.root, most_runs=most_runs).prune()
        assert left(empty, stopped) == expected
        assert left(*most, others) == [True] * 4
    Store(store.root, most_runs=2).prune()
    assert left(*most, others) == [True, False, False, True]


def test_who_keeps_most_is_counted_in_bytes_too(store: Store) -> None:
    large = [keep(store, seed, "a", (50 - seed) * HOUR, size=150_000) for seed in (1, 2)]
    small = [keep(store, 10 + seed, "b", 60 * HOUR) for seed in (1, 2)]
    Store(store.root, most_bytes=200_000).prune()
    assert left(*large, *small) == [False, True, True, True]


def test_the_newest_that_each_learner_has_finished_in_a_day_stays_up_to_twice_the_bound(store: Store) -> None:
    newest = [keep(store, seed, f"learner {seed}", (1 + seed) * HOUR) for seed in range(6)]
    older = keep(store, 10, "learner 0", 3 * HOUR)
    yesterday = keep(store, 11, "away", DAY + HOUR)
    unknown = keep(store, 12, "", HOUR)
    store.prune()
    assert left(*newest, older, yesterday, unknown) == [True] * 6 + [False] * 3
    Store(store.root, most_runs=2).prune()
    assert left(*newest) == [True] * 4 + [False] * 2
