"""What is looked after in the background."""

import os
from dataclasses import replace

from autoencoder.training.jobs import Jobs
from autoencoder.training.run_folder import Command, RunFolder, RunState
from autoencoder.training.store import Store
from tests.training.fakes import ONE, TWO, HandExecutor, finish, keys, state
from tests.waiting import wait_for


def test_of_the_runs_that_a_tab_showed_the_last_one_is_kept(make_jobs, hands: HandExecutor, store: Store) -> None:
    alive = {"me", "you", "gone"}
    full = Store(store.root, most_runs=0)
    jobs = make_jobs(store=full, executor=lambda: hands, is_alive=lambda name: name in alive, grace=0.0)
    shown = {seed: old_run(store, seed) for seed in (11, 12, 13, 14)}
    for seed, tab in [(11, "me"), (12, "me"), (13, "you"), (13, "me"), (12, "me"), (14, "gone")]:
        jobs.watch(shown[seed].path.name, tab)
    alive.remove("gone")
    wait_for(lambda: not jobs._watchers.watched().get(shown[14].path.name))
    jobs.start(ONE, "me")
    jobs.watch(shown[12].path.name, "me")
    finish(hands.work[0])
    wait_for(lambda: not shown[11].exists() and not shown[14].exists())
    assert shown[12].exists()
    assert shown[13].exists()
    assert store.folder(ONE.key).exists(), "it was used just now"


def old_run(store: Store, seed: int) -> RunFolder:
    """A finished run that nobody has used for long."""
    settings = replace(ONE, seed=seed)
    folder = store.folder(settings.key)
    folder.create(settings)
    folder.change_state(RunState.FINISHED)
    os.utime(folder.path, (0, 0))
    return folder


def test_closing_pauses_what_runs_and_what_waits(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    jobs.start(TWO, "me")
    jobs.close()
    assert folder.control().command is Command.PAUSE
    assert state(jobs, TWO) is RunState.PAUSED


def test_one_damaged_run_keeps_no_other_from_being_paused_at_the_end(make_jobs, hands: HandExecutor) -> None:
    jobs = make_jobs(executor=lambda: hands, capacity=0)
    damaged = jobs.start(ONE, "me")
    jobs.start(TWO, "me")
    (damaged.path / "state.json").write_text("{")
    jobs.close()
    assert state(jobs, TWO) is RunState.PAUSED


def test_a_place_that_opens_is_used_without_another_event(make_jobs, hands: HandExecutor) -> None:
    workers = [1]
    jobs = make_jobs(executor=lambda: hands, capacity=lambda: workers[0])
    jobs.start(ONE, "me")
    jobs.start(TWO, "me")
    assert keys(hands) == [ONE.key]
    workers[0] = 2
    wait_for(lambda: keys(hands) == [ONE.key, TWO.key])
