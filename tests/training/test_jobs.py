import os
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from autoencoder.training import worker
from autoencoder.training.jobs import Jobs
from autoencoder.training.run_folder import Command, DamagedRun, RunFolder, RunState
from autoencoder.training.store import Store
from tests.training.fakes import LONG, ONE, THREE, TWO, HandExecutor, Work, finish, keys, state
from tests.waiting import wait_for

# The queue


def test_trainings_take_their_turn(jobs: Jobs, hands: HandExecutor) -> None:
    for settings in (ONE, TWO, THREE):
        jobs.start(settings, "me")
    assert keys(hands) == [ONE.key]
    assert [jobs.place_in_queue(settings.key) for settings in (ONE, TWO, THREE)] == [None, 1, 2]
    assert state(jobs, THREE) is RunState.QUEUED
    finish(hands.work[0])
    wait_for(lambda: len(hands.work) == 2)
    assert keys(hands) == [ONE.key, TWO.key]
    assert [jobs.place_in_queue(settings.key) for settings in (ONE, TWO, THREE)] == [None, None, 1]
    finish(hands.work[1])
    wait_for(lambda: len(hands.work) == 3)
    assert jobs.busy()
    finish(hands.work[2])
    wait_for(lambda: not jobs.busy())


def test_as_many_run_at_once_as_there_are_places(make_jobs, hands: HandExecutor) -> None:
    jobs = make_jobs(executor=lambda: hands, capacity=2)
    for settings in (ONE, TWO, THREE):
        jobs.start(settings, "me")
    assert keys(hands) == [ONE.key, TWO.key]
    assert jobs.place_in_queue(THREE.key) == 1


def test_equal_settings_are_trained_once(jobs: Jobs, hands: HandExecutor) -> None:
    folders = [jobs.start(replace(ONE), watcher) for watcher in ("me", "you", "me")]
    assert len(set(folders)) == 1
    finish(hands.work[0])
    wait_for(lambda: not jobs.busy())
    jobs.start(ONE, "somebody else")
    assert not jobs.busy()
    assert len(hands.work) == 1


def test_the_worker_gets_the_folder_and_what_comes_afterwards(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me", afterwards=print)
    assert hands.work[0].function is worker.train
    assert hands.work[0].arguments == (str(folder.path), print)
    assert folder.settings() == ONE


@pytest.mark.slow
def test_a_whole_training(make_jobs, threads) -> None:
    jobs = make_jobs(executor=lambda: threads)
    seen: list[RunFolder] = []
    folder = jobs.start(ONE, "me", afterwards=seen.append)
    wait_for(lambda: not jobs.busy())
    assert state(jobs, ONE) is RunState.FINISHED
    assert seen == [folder]
    assert folder.network() == (b"encoder 300", b"decoder 300")


# Pause, resume, stop


def test_a_queued_training_can_be_paused_and_resumed(jobs: Jobs, hands: HandExecutor) -> None:
    for settings in (ONE, TWO, THREE):
        jobs.start(settings, "me")
    jobs.pause(TWO.key)
    assert state(jobs, TWO) is RunState.PAUSED
    assert (jobs.place_in_queue(TWO.key), jobs.place_in_queue(THREE.key)) == (None, 1)
    jobs.resume(TWO.key, "me")
    assert state(jobs, TWO) is RunState.QUEUED
    assert jobs.place_in_queue(TWO.key) == 2


def test_of_a_queued_training_that_is_stopped_nothing_is_left(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "me")
    folder = jobs.start(TWO, "me")
    jobs.stop(TWO.key)
    assert not folder.exists()
    finish(hands.work[0])
    wait_for(lambda: not jobs.busy())
    assert keys(hands) == [ONE.key]


def test_a_queued_training_that_had_learned_something_is_stopped_by_a_worker(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "me")
    folder = jobs.start(TWO, "me")
    folder.write_checkpoint({"step": np.array(3)})
    jobs.stop(TWO.key)
    assert folder.control().wish is Command.STOP
    finish(hands.work[0])
    wait_for(lambda: keys(hands) == [ONE.key, TWO.key])  # which makes usable what was learned


def test_a_running_training_is_told(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    jobs.pause(ONE.key)
    assert folder.control().wish is Command.PAUSE
    jobs.stop(ONE.key)
    assert folder.control().wish is Command.STOP


def test_a_paused_training_gives_its_place_free_and_is_resumed_by_start(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    jobs.start(TWO, "me")
    jobs.pause(ONE.key)
    finish(hands.work[0], RunState.PAUSED)
    wait_for(lambda: len(hands.work) == 2)
    jobs.start(ONE, "me")
    assert (state(jobs, ONE), jobs.place_in_queue(ONE.key)) == (RunState.QUEUED, 1)
    assert folder.control().wish is Command.RUN
    finish(hands.work[1])
    wait_for(lambda: keys(hands) == [ONE.key, TWO.key, ONE.key])


def test_resume_for_one_epoch(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    finish(hands.work[0], RunState.PAUSED)
    wait_for(lambda: not jobs.busy())
    jobs.change_learning_rate(ONE.key, 0.5)
    jobs.resume(ONE.key, "me", wish=Command.ONE_EPOCH)
    assert (folder.control().wish, folder.control().rate_factor) == (Command.ONE_EPOCH, 0.5)
    assert len(hands.work) == 2


def test_resuming_twice_trains_once(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "me")
    finish(hands.work[0], RunState.PAUSED)
    wait_for(lambda: not jobs.busy())
    jobs.resume(ONE.key, "me")
    jobs.resume(ONE.key, "me")
    assert len(hands.work) == 2
    assert jobs.place_in_queue(ONE.key) is None


def test_resumed_while_it_is_still_pausing_it_goes_on(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    jobs.pause(ONE.key)
    folder.change_state(RunState.PAUSED)  # the worker has read the wish and is about to return
    jobs.resume(ONE.key, "me")
    hands.work[0].future.set_result(None)
    wait_for(lambda: keys(hands) == [ONE.key, ONE.key])


def test_a_paused_training_can_be_made_usable(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    finish(hands.work[0], RunState.PAUSED)
    wait_for(lambda: not jobs.busy())
    jobs.stop(ONE.key)
    assert len(hands.work) == 2
    assert folder.control().wish is Command.STOP


def test_pausing_and_resuming_a_training_ends_where_it_would_have(make_jobs, threads) -> None:
    jobs = make_jobs(executor=lambda: threads)
    folder = jobs.start(ONE, "me")
    wait_for(lambda: folder.snapshot().epoch > 0.2)
    jobs.pause(ONE.key)
    wait_for(lambda: not jobs.busy())
    paused = folder.snapshot()
    assert paused.state is RunState.PAUSED
    assert 0 < paused.epoch < 3
    jobs.resume(ONE.key, "me")
    wait_for(lambda: not jobs.busy())
    assert state(jobs, ONE) is RunState.FINISHED
    assert folder.snapshot().losses[: len(paused.losses)] == paused.losses


@pytest.mark.parametrize("factor", [0, -1.0, float("nan"), float("inf")])
def test_a_learning_rate_that_is_none_is_named(jobs: Jobs, factor: float) -> None:
    jobs.start(ONE, "me")
    with pytest.raises(ValueError, match=r"Expected `factor` to be a number above 0\. Received: .+\."):
        jobs.change_learning_rate(ONE.key, factor)


def test_a_learning_rate_is_passed_on_and_kept(jobs: Jobs) -> None:
    folder = jobs.start(ONE, "me")
    jobs.change_learning_rate(ONE.key, 0.25)
    jobs.pause(ONE.key)
    assert folder.control().rate_factor == 0.25


# Start over


def test_start_over_forgets_what_was_learned(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    folder.write_network(b"old", b"old")
    finish(hands.work[0])
    wait_for(lambda: not jobs.busy())
    jobs.start_over(ONE, "me")
    assert state(jobs, ONE) is RunState.QUEUED
    assert not folder.has_network()
    assert len(hands.work) == 2


def test_start_over_in_the_queue(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "me")
    jobs.start(TWO, "me")
    jobs.start_over(TWO, "me")
    assert (state(jobs, TWO), jobs.place_in_queue(TWO.key)) == (RunState.QUEUED, 1)


def test_start_over_while_it_runs(make_jobs, threads) -> None:
    jobs = make_jobs(executor=lambda: threads)
    folder = jobs.start(LONG, "me")
    wait_for(lambda: folder.snapshot().epoch > 0.1)
    folder.write_measured("old", {"old": 1})
    jobs.start_over(LONG, "me")
    assert folder.measured("old") is None
    wait_for(lambda: folder.snapshot().losses)
    assert folder.snapshot().losses[0].epoch < 1
    assert state(jobs, LONG) is RunState.RUNNING
    jobs.pause(LONG.key)


def test_start_over_damaged(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    finish(hands.work[0])
    wait_for(lambda: not jobs.busy())
    (folder.path / "state.json").write_bytes(b"damage")
    with pytest.raises(DamagedRun):
        jobs.snapshot(ONE.key)
    jobs.start_over(ONE, "me")
    assert state(jobs, ONE) is RunState.QUEUED


def test_the_end_of_an_old_training_is_not_taken_for_that_of_the_new(make_jobs, hands: HandExecutor) -> None:
    jobs = make_jobs(executor=lambda: hands, capacity=2)
    ended, show_errors = threading.Event(), threading.Event()

    def late_news(work: Work) -> None:
        """The executor tells waiting threads before it calls back, and takes its time between the two."""
        if not hands.work:
            work.future.add_done_callback(lambda future: show_errors.wait(60))
            work.future.add_done_callback(lambda future: ended.set())

    hands.at_hand_over = late_news
    jobs.start(ONE, "me")
    starting = threading.Thread(target=jobs.start_over, args=(ONE, "me"))
    starting.start()
    wait_for(lambda: hands.work[0].folder.control().wish is Command.PAUSE)
    ending = threading.Thread(target=finish, args=(hands.work[0], RunState.PAUSED))
    ending.start()
    starting.join(5)  # either it starts anew at once, or it waits until the old end is told
    show_errors.set()
    ended.wait(60)
    ending.join()
    starting.join()
    wait_for(lambda: len(hands.work) == 2)
    assert jobs.busy(), "the new training is with a worker, but nobody looks after it"


# Who watches


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
    folder = jobs.start(ONE, "me")
    jobs.watch(ONE.key, "you")
    jobs.leave(ONE.key, "me")
    assert folder.control().wish is Command.RUN
    assert jobs.watchers(ONE.key) == 1
    jobs.leave(ONE.key, "you")
    assert folder.control().wish is Command.PAUSE, "nobody else watches it by now"


def test_who_leaves_a_run_whose_other_watchers_are_gone_pauses_it(make_jobs, hands: HandExecutor) -> None:
    jobs = make_jobs(executor=lambda: hands, is_alive=lambda name: name == "me", grace=0.1)
    folder = jobs.start(ONE, "me")
    jobs.watch(ONE.key, "gone")
    jobs.leave(ONE.key, "me")
    time.sleep(0.3)  # longer than the grace
    assert folder.control().wish is Command.PAUSE


def test_a_training_goes_on_while_its_tab_shows_another_run(make_jobs, hands: HandExecutor) -> None:
    jobs = make_jobs(executor=lambda: hands, grace=0.1)
    folder = jobs.start(ONE, "me")
    jobs.watch(TWO.key, "me")
    time.sleep(0.3)
    assert folder.control().wish is Command.RUN
    assert jobs.watchers(ONE.key) == 1


# What is kept for those who watch


def test_of_the_runs_that_a_tab_showed_the_last_one_is_kept(make_jobs, hands: HandExecutor, store: Store) -> None:
    alive = {"me", "you", "gone"}
    jobs = make_jobs(executor=lambda: hands, is_alive=lambda name: name in alive, grace=0.0)
    jobs.store = Store(store.root, most_runs=0)
    shown = {seed: old_run(store, seed) for seed in (11, 12, 13, 14)}
    for seed, tab in [(11, "me"), (12, "me"), (13, "you"), (13, "me"), (12, "me"), (14, "gone")]:
        jobs.watch(shown[seed].path.name, tab)
    alive.remove("gone")
    wait_for(lambda: not jobs.watchers(shown[14].path.name) and "gone" not in jobs._last)
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
    assert folder.control().wish is Command.PAUSE
    assert state(jobs, TWO) is RunState.PAUSED


# Runs whose pictures are to be gone


def test_an_abandoned_training_is_ended_and_leaves_nothing(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "me")
    jobs.start(TWO, "me")
    hands.work[0].future.set_result(None)  # as a worker does that sees the wish
    for settings in (ONE, TWO, THREE):  # under way, waiting or about to begin, never begun
        for work in hands.work:
            if not work.future.done():
                work.future.set_result(None)
        jobs.abandon(settings.key)
    assert list(jobs.store.root.glob("runs/*")) == []
    wait_for(lambda: not jobs.busy())
    assert jobs.watchers(ONE.key) == 0
