import os
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from autoencoder.training import estimates, worker
from autoencoder.training import jobs as module
from autoencoder.training.jobs import Jobs, NotOwner
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Command, Control, RunState
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import RUN, Store
from tests.training.fakes import ONE, THREE, TWO, HandExecutor, finish, keys, state
from tests.waiting import wait_for

# The queue


def test_equal_settings_are_trained_once(jobs: Jobs, hands: HandExecutor) -> None:
    folders = [jobs.start(replace(ONE), watcher) for watcher in ("me", "you", "me")]
    assert len(set(folders)) == 1
    finish(hands.work[0])
    wait_for(lambda: not jobs.busy())
    jobs.start(ONE, "somebody else")
    assert not jobs.busy()
    assert len(hands.work) == 1


def test_who_began_a_run_owns_it_whoever_else_presses_train(jobs: Jobs) -> None:
    folder = jobs.start(ONE, "my tab", learner="me")
    jobs.start(ONE, "your tab", learner="you")
    assert folder.owner() == "me"
    assert jobs.start(TWO, "a tab").owner() == "a tab"
    (folder.path / "owner").unlink()  # as in runs from before
    assert folder.owner() == ""


@pytest.mark.slow
def test_a_whole_training(make_jobs, threads) -> None:
    jobs = make_jobs(executor=lambda: threads)
    seen: list[RunFolder] = []
    folder = jobs.start(ONE, "me", on_finished=seen.append)
    wait_for(lambda: not jobs.busy())
    assert state(jobs, ONE) is RunState.FINISHED
    assert seen == [folder]
    assert folder.network() == (b"encoder 300", b"decoder 300")


# Pause, resume, stop


def test_a_paused_training_gives_its_place_free_and_is_resumed_by_start(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    jobs.start(TWO, "me")
    jobs.pause(ONE.key, "me")
    finish(hands.work[0], RunState.PAUSED)
    wait_for(lambda: len(hands.work) == 2)
    jobs.start(ONE, "me")
    assert (state(jobs, ONE), jobs.place_in_queue(ONE.key)) == (RunState.QUEUED, 1)
    assert folder.control().command is Command.RUN
    finish(hands.work[1])
    wait_for(lambda: keys(hands) == [ONE.key, TWO.key, ONE.key])


@pytest.mark.parametrize("command", [Command.ONE_EPOCH, Command.ONE_STEP])
def test_resume_for_one_epoch_or_step(jobs: Jobs, hands: HandExecutor, command: Command) -> None:
    folder = jobs.start(ONE, "me")
    finish(hands.work[0], RunState.PAUSED)
    wait_for(lambda: not jobs.busy())
    jobs.change_learning_rate(ONE.key, 0.5, "me")
    jobs.resume(ONE.key, "me", command=command)
    assert (folder.control().command, folder.control().rate_factor) == (command, 0.5)
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
    jobs.pause(ONE.key, "me")
    folder.change_state(RunState.PAUSED)  # the worker has read the command and is about to return
    jobs.resume(ONE.key, "me")
    hands.work[0].future.set_result(None)
    wait_for(lambda: keys(hands) == [ONE.key, ONE.key])


def test_pausing_and_resuming_a_training_ends_where_it_would_have(make_jobs, threads) -> None:
    jobs = make_jobs(executor=lambda: threads)
    folder = jobs.start(ONE, "me")
    wait_for(lambda: folder.snapshot().epoch > 0.2)
    jobs.pause(ONE.key, "me")
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
        jobs.change_learning_rate(ONE.key, factor, "me")


def test_a_learning_rate_is_passed_on_and_kept(jobs: Jobs) -> None:
    folder = jobs.start(ONE, "me")
    jobs.change_learning_rate(ONE.key, 0.25, "me")
    jobs.pause(ONE.key, "me")
    assert folder.control().rate_factor == 0.25


# Another run with the same settings


def test_what_is_finished_is_never_changed(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    folder.write_network(b"old", b"old")
    finish(hands.work[0])
    wait_for(lambda: not jobs.busy())
    again, others = (jobs.start(ONE, learner, anew=True) for learner in ("me", "you"))
    assert (folder.owner(), again.owner(), others.owner()) == ("me", "me", "you")
    assert folder.network() == (b"old", b"old")
    assert {key_of(run) for run in (folder, again, others)} == {ONE.key}
    assert len({folder, again, others}) == 3
    assert set(jobs.store.alike(ONE)) == {folder, again, others}
    assert jobs.start(ONE, "you") == others, "their own comes first"
    assert jobs.start(ONE, "somebody") in (folder, again, others)
    assert jobs.store.alike(TWO) == []


def key_of(folder: RunFolder) -> str:
    assert RUN.fullmatch(folder.path.name)
    return folder.path.name.partition("-")[0]


def test_what_a_stranger_has_left_is_not_shown_in_place_of_a_training(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "you")
    finish(hands.work[0], RunState.PAUSED)
    wait_for(lambda: not jobs.busy())
    assert jobs.alike(ONE, "me") is None
    assert jobs.start(ONE, "me").owner() == "me"
    assert len(hands.work) == 2


STEERING = {
    "pause": lambda jobs, key, who: jobs.pause(key, who),
    "stop": lambda jobs, key, who: jobs.stop(key, who),
    "resume": lambda jobs, key, who: jobs.resume(key, who),
    "one epoch": lambda jobs, key, who: jobs.resume(key, "tab", None, Command.ONE_EPOCH, who),
    "learning rate": lambda jobs, key, who: jobs.change_learning_rate(key, 2.0, who),
}


@pytest.mark.parametrize("steer", STEERING.values(), ids=STEERING)
@pytest.mark.parametrize("owner", ["me", ""], ids=["mine", "from before"])
def test_nobody_else_steers_a_run(jobs: Jobs, steer: Callable[[Jobs, str, str], None], owner: str) -> None:
    folder = jobs.start(ONE, "me")
    (folder.path / "owner").write_text(owner)
    with pytest.raises(NotOwner):
        steer(jobs, ONE.key, "you")
    assert folder.control() == Control()
    jobs.leave(ONE.key, "you")
    assert folder.control() == Control(), "nor who leaves it"
    if owner:
        steer(jobs, ONE.key, "me")


# Runs whose pictures are to be gone


def test_an_abandoned_training_is_ended_and_leaves_nothing(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "me")
    jobs.start(TWO, "me")
    hands.work[0].future.set_result(None)  # as a worker does that sees the command
    for settings in (ONE, TWO, THREE):  # under way, waiting or about to begin, never begun
        for work in hands.work:
            if not work.future.done():
                work.future.set_result(None)
        jobs.abandon(settings.key)
    assert list(jobs.store.root.glob("runs/*")) == []
    wait_for(lambda: not jobs.busy())
    assert jobs.watchers(ONE.key) == 0


# What else a worker is asked for


def test_a_worker_is_warmed_once(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.warm()
    jobs.warm()
    assert hands.warmed == 1


def warmed(hands: HandExecutor) -> list[TrainingSettings | None]:
    """For which settings workers were asked to get ready."""
    return [work.arguments[0] for work in hands.warm_ups]


def test_what_a_page_would_train_next_is_compiled_ahead_once(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.warm()
    for _ in range(2):
        jobs.warm(ONE)
    assert warmed(hands) == [None, ONE]


def test_of_many_that_are_wanted_soon_after_another_the_last_is_compiled(
    jobs: Jobs, hands: HandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WARM_OTHER", 0.3)
    for settings in (ONE, TWO, THREE):
        jobs.warm(settings)
    assert warmed(hands) == [ONE]
    wait_for(lambda: warmed(hands) == [ONE, THREE])


def test_nothing_is_compiled_ahead_for_what_does_not_fit_or_is_a_sessions_own(
    jobs: Jobs, hands: HandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.warm()
    with monkeypatch.context() as patch:
        patch.setattr(module, "token_of", lambda source: "a session")
        jobs.warm(ONE)
    monkeypatch.setattr(estimates, "memory", lambda: 10**8)
    jobs.warm(ONE)
    assert warmed(hands) == [None]


def test_pages_know_whether_a_worker_still_imports(jobs: Jobs, hands: HandExecutor) -> None:
    assert not jobs.is_warming()
    jobs.warm()
    assert jobs.is_warming()
    hands.warming[0].set_result(None)
    assert not jobs.is_warming()


def test_after_a_training_a_worker_is_warm_for_the_next(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "me")
    assert hands.warmed == 0
    finish(hands.work[0])
    wait_for(lambda: hands.warmed == 1)


def test_no_worker_is_warmed_while_one_works(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "me")
    jobs.warm()
    assert [work.function for work in hands.work] == [worker.train]
    assert hands.warmed == 0


def test_without_workers_what_a_page_asks_for_is_no_error(make_jobs, store: Store) -> None:
    folder = store.folder(ONE.key)
    folder.create(ONE)
    folder.change_state(RunState.FINISHED)
    jobs = make_jobs(executor=unreachable)
    jobs.warm()
    assert not jobs.evaluate(ONE.key, print)


def test_what_could_not_be_worked_out_is_asked_for_again(make_jobs, hands: HandExecutor, store: Store) -> None:
    folder = store.folder(ONE.key)
    folder.create(ONE)
    folder.change_state(RunState.FINISHED)
    reached: list[bool] = []
    jobs = make_jobs(executor=lambda: hands if reached else unreachable())
    assert not jobs.evaluate(ONE.key, print)
    reached.append(True)
    assert jobs.evaluate(ONE.key, print)
    assert [work.function for work in hands.work] == [worker.evaluate]


def unreachable() -> HandExecutor:
    raise OSError("nobody answers")


def test_what_was_worked_out_is_forgotten_with_those_who_looked(make_jobs, hands: HandExecutor, store: Store) -> None:
    gone: set[str] = set()
    jobs = make_jobs(executor=lambda: hands, is_alive=lambda name: name not in gone, grace=0.0)
    folder = store.folder(ONE.key)
    folder.create(ONE)
    folder.change_state(RunState.FINISHED)
    jobs.watch(ONE.key, "me")
    assert jobs.evaluate(ONE.key, print)
    hands.work[0].future.set_result(None)
    time.sleep(0.1)
    assert not jobs.evaluate(ONE.key, print)
    assert len(hands.work) == 1, "once for each network"
    assert jobs.evaluate(ONE.key, repr), "another page wants to know something else"
    assert len(hands.work) == 2
    hands.work[1].future.set_result(None)
    gone.add("me")
    wait_for(lambda: not jobs._evaluations)


# What is looked after in the background


def test_of_the_runs_that_a_tab_showed_the_last_one_is_kept(make_jobs, hands: HandExecutor, store: Store) -> None:
    alive = {"me", "you", "gone"}
    full = Store(store.root, most_runs=0)
    jobs = make_jobs(store=full, executor=lambda: hands, is_alive=lambda name: name in alive, grace=0.0)
    shown = {seed: old_run(store, seed) for seed in (11, 12, 13, 14)}
    for seed, tab in [(11, "me"), (12, "me"), (13, "you"), (13, "me"), (12, "me"), (14, "gone")]:
        jobs.watch(shown[seed].path.name, tab)
    alive.remove("gone")
    wait_for(lambda: not jobs._watchers.seen.get(shown[14].path.name))
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


def test_closing_pauses_what_runs_and_leaves_what_waits_to_be_resumed(
    make_jobs, jobs: Jobs, hands: HandExecutor
) -> None:
    folder, waiting = (jobs.start(settings, "me") for settings in (ONE, TWO))
    jobs.close()
    assert folder.control().command is Command.PAUSE
    finish(hands.work[0], RunState.PAUSED)
    assert len(hands.work) == 1
    os.utime(waiting.path / "lease", (0, 0))
    later = make_jobs(executor=lambda: hands)
    assert state(later, TWO) is RunState.STOPPED
    later.start(TWO, "me")
    assert keys(hands) == [ONE.key, TWO.key]


def test_one_damaged_run_keeps_no_other_from_being_paused_at_the_end(make_jobs, hands: HandExecutor) -> None:
    jobs = make_jobs(executor=lambda: hands, capacity=2)
    damaged, other = jobs.start(ONE, "me"), jobs.start(TWO, "me")
    (damaged.path / "control.json").unlink()
    (damaged.path / "control.json").mkdir()
    jobs.close()
    assert other.control().command is Command.PAUSE


def test_a_place_that_opens_is_used_without_another_event(make_jobs, hands: HandExecutor) -> None:
    workers = [1]
    jobs = make_jobs(executor=lambda: hands, capacity=lambda: workers[0])
    jobs.start(ONE, "me")
    jobs.start(TWO, "me")
    assert keys(hands) == [ONE.key]
    workers[0] = 2
    wait_for(lambda: keys(hands) == [ONE.key, TWO.key])
