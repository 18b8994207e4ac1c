"""Whose leaving ends a training, and whose does not."""

import time

import pytest

from autoencoder.training.jobs import Jobs
from autoencoder.training.run_state import Command, RunState
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.watchers import GRACE, grace_seconds
from tests.training.fakes import LONG, ONE, TWO, HandExecutor, state
from tests.waiting import wait_for


def test_when_the_last_watcher_has_left_it_is_stopped(make_jobs, threads) -> None:
    alive = {"me", "you"}
    jobs = make_jobs(executor=lambda: threads, is_alive=lambda name: name in alive, grace=0.1)
    folder = jobs.start(LONG, "me")
    jobs.start(LONG, "you")
    wait_for(lambda: folder.snapshot().epoch > 0.1)
    alive.remove("me")
    seen = set()

    def renewed_often() -> bool:
        seen.add((folder.path / "lease").stat().st_mtime_ns)
        return len(seen) > 10

    wait_for(renewed_often)
    assert state(jobs, LONG) is RunState.RUNNING
    alive.clear()
    wait_for(lambda: not jobs.busy())
    assert state(jobs, LONG) is RunState.STOPPED
    assert folder.has_network()


def test_a_queued_training_that_nobody_waits_for_is_not_begun(make_jobs, hands: HandExecutor) -> None:
    jobs = make_jobs(executor=lambda: hands, is_alive=lambda name: name == "you", grace=0.1)
    jobs.start(ONE, "you")
    folder = jobs.start(TWO, "gone")
    wait_for(lambda: not folder.exists())
    assert jobs.place_in_queue(TWO.key) is None
    assert state(jobs, ONE) is RunState.QUEUED


def test_who_leaves_a_run_that_others_watch_lets_it_go_on(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "my tab", learner="me")
    jobs.watch(ONE.key, "you")
    jobs.leave(ONE.key, "my tab", "me")
    assert folder.control().command is Command.RUN
    assert jobs.watchers(ONE.key) == 1
    jobs.watch(ONE.key, "my tab")
    jobs.leave(ONE.key, "you")
    jobs.leave(ONE.key, "my tab", "me")
    assert folder.control().command is Command.PAUSE, "nobody else watches it by now"


def test_a_tab_that_asks_for_one_training_after_another_leaves_nothing_of_what_never_began(
    jobs: Jobs, hands: HandExecutor
) -> None:
    first = jobs.start(LONG, "somebody")
    runs = [jobs.start(TrainingSettings(seed=100), "me")]
    for seed in range(101, 213):
        runs.append(jobs.start(TrainingSettings(seed=seed), "me"))
        jobs.leave(runs[-2].path.name, "me")
    assert {path.name for path in first.path.parent.iterdir()} == {first.path.name, runs[-1].path.name}


def test_who_leaves_a_run_whose_other_watchers_are_gone_pauses_it(make_jobs, hands: HandExecutor) -> None:
    jobs = make_jobs(executor=lambda: hands, is_alive=lambda name: name == "me", grace=0.1)
    folder = jobs.start(ONE, "me")
    jobs.watch(ONE.key, "gone")
    jobs.leave(ONE.key, "me")
    time.sleep(0.3)  # longer than the grace
    assert folder.control().command is Command.PAUSE


def test_a_training_goes_on_while_its_tab_shows_another_run(make_jobs, hands: HandExecutor) -> None:
    jobs = make_jobs(executor=lambda: hands, grace=0.1)
    folder = jobs.start(ONE, "me")
    jobs.watch(TWO.key, "me")
    time.sleep(0.3)
    assert folder.control().command is Command.RUN
    assert jobs.watchers(ONE.key) == 1


@pytest.mark.parametrize(("value", "seconds"), [(None, GRACE), ("", GRACE), ("soon", GRACE), ("-1", GRACE), ("7", 7.0)])
def test_the_grace_is_what_the_variable_says(
    value: str | None, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOURGLASS_GRACE", raising=False)
    if value is not None:
        monkeypatch.setenv("HOURGLASS_GRACE", value)
    assert grace_seconds() == seconds
