import math
import os
from collections.abc import Callable
from dataclasses import replace as copy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.training.growth import moments
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Command, Control, Loss, Notice, NoticeCode, RunState, Snapshot
from autoencoder.training.training_loop import LEASE, LOSS_POINTS, fit, preview_steps
from tests.training.fakes import SETTINGS, STEPS_PER_EPOCH, Clock, FakeLearner

PREVIEWS = [0, 1, 2, 4, 8, 16, 24]  # steps, of 3 epochs of 8


class Killed(BaseException):
    """In the place of a signal that ends the process."""


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    made = RunFolder(tmp_path / "run")
    made.create(SETTINGS)
    return made


@pytest.fixture
def uninterrupted(tmp_path: Path) -> Snapshot:
    made = RunFolder(tmp_path / "uninterrupted")
    made.create(SETTINGS)
    run(made)
    return made.snapshot()


def run(folder: RunFolder, tick: float = 1.0, resume: bool = False, **arguments) -> FakeLearner:
    """Fit with a clock on which a step takes `tick` seconds; `after_step` comes after that."""
    clock = Clock()
    after_step: Callable = arguments.pop("after_step", lambda learner: None)

    def tick_then(learner: FakeLearner) -> None:
        clock.now += tick
        os.utime(folder.path / "lease", (learner.step, learner.step))  # somebody watches
        after_step(learner)

    learner = FakeLearner(tick_then, **arguments)
    if resume:
        checkpoint = folder.checkpoint()
        assert checkpoint is not None
        learner.restore(checkpoint)
    fit(folder, learner, clock)
    return learner


def at(step: int, do: Callable[[], None]) -> Callable[[FakeLearner], None]:
    return lambda learner: do() if learner.step == step else None


def command(folder: RunFolder, command: Command, rate_factor: float = 1.0) -> Callable[[], None]:
    return lambda: folder.write_control(Control(command, rate_factor))


def kill() -> None:
    raise Killed


def shown(folder: RunFolder) -> list[int]:
    """The steps at which the pictures of each preview were made."""
    return [int(folder.preview(number).max()) for number in range(len(folder.snapshot().previews))]


def test_how_long_an_epoch_takes_is_measured_after_the_first(folder: RunFolder) -> None:
    def slow_at_first(learner: FakeLearner) -> None:
        clock.now += 5.0 if learner.step <= STEPS_PER_EPOCH else 0.25

    clock = Clock()
    fit(folder, FakeLearner(slow_at_first), clock)
    assert folder.pace() == pytest.approx(0.25 * STEPS_PER_EPOCH)
    assert folder.snapshot().seconds > 5 * STEPS_PER_EPOCH


def test_a_training_reports_all_that_happens(folder: RunFolder) -> None:
    run(folder)
    snapshot = folder.snapshot()
    assert (snapshot.state, snapshot.epoch, snapshot.epochs) == (RunState.FINISHED, 3.0, 3)
    assert snapshot.fraction == 1.0
    assert (snapshot.seconds, snapshot.seconds_left, folder.pace()) == (24.0, None, STEPS_PER_EPOCH)
    assert snapshot.losses == tuple(
        Loss(step / 8, 1 / step, 2 / step if step in PREVIEWS else None) for step in range(1, 25)
    )
    assert snapshot.previews == tuple(step / 8 for step in PREVIEWS)
    assert shown(folder) == PREVIEWS
    assert folder.network() == (b"encoder 24", b"decoder 24")
    assert (folder.path / "network.keras").read_bytes() == b"keras 24"
    assert (snapshot.notice, snapshot.rate_changes) == (None, ())


def test_until_the_first_batches_are_learned_the_network_is_said_to_be_compiled(folder: RunFolder) -> None:
    notices = []
    run(folder, after_step=lambda learner: notices.append(folder.snapshot().notice))
    assert notices == [Notice(NoticeCode.COMPILING), *[None] * 23]


def test_previews_have_tiles_of_weights(folder: RunFolder) -> None:
    run(folder)
    tiles = [folder.tiles(number)["first"] for number in range(len(PREVIEWS))]
    assert [one.max() for one in tiles] == PREVIEWS
    assert {one.shape for one in tiles} == {(3, 8, 8)}


def test_previews_have_the_codes_that_the_learner_keeps(folder: RunFolder) -> None:
    run(folder)
    for number, step in enumerate(PREVIEWS):
        codes = folder.codes(number)
        if number % 2:
            np.testing.assert_array_equal(codes, np.full((4, 2), step, np.float32))
        else:
            assert codes is None


def test_of_many_previews_some_have_tiles(folder: RunFolder) -> None:
    run(folder, tick=0.001, steps_per_epoch=16, epochs=60)
    previews = len(folder.snapshot().previews)
    assert {number for number in range(previews) if folder.tiles(number)} == moments(previews)


def test_while_it_runs_it_says_how_long_it_will_take(folder: RunFolder) -> None:
    published: list[Snapshot] = []
    run(folder, after_step=lambda learner: published.append(folder.snapshot()))
    assert {snapshot.state for snapshot in published} == {RunState.RUNNING}
    assert [snapshot.epoch for snapshot in published] == [step / 8 for step in range(24)]
    assert [snapshot.seconds for snapshot in published] == list(range(24))
    assert [snapshot.seconds_left for snapshot in published[:2]] == [
        None,
        None,
    ]  # TensorFlow compiles in the first step
    assert [snapshot.seconds_left for snapshot in published[2:]] == pytest.approx([24 - step for step in range(2, 24)])


def test_a_long_training_keeps_its_curve_short(folder: RunFolder) -> None:
    run(folder, tick=0.001, steps_per_epoch=1000)
    snapshot = folder.snapshot()
    assert LOSS_POINTS <= len(snapshot.losses) <= LOSS_POINTS + len(snapshot.previews)
    assert [loss.epoch for loss in snapshot.losses if loss.validation is not None] == list(snapshot.previews[1:])
    means = {loss.epoch: loss.training for loss in snapshot.losses}
    assert means[0.02] == pytest.approx(np.mean([1 / step for step in range(11, 21)]))


@pytest.mark.parametrize("step", [1, 5, 8, 13, 23])
def test_paused_and_resumed_it_learns_the_same(folder: RunFolder, uninterrupted: Snapshot, step: int) -> None:
    run(folder, after_step=at(step, command(folder, Command.PAUSE)))
    paused = folder.snapshot()
    assert (paused.state, paused.epoch, paused.seconds) == (RunState.PAUSED, step / 8, step)
    assert not folder.has_network()
    command(folder, Command.RUN)()
    run(folder, resume=True)
    assert folder.snapshot() == uninterrupted
    assert shown(folder) == PREVIEWS


def test_stopped_it_can_be_used_and_gone_on_with(folder: RunFolder, uninterrupted: Snapshot) -> None:
    run(folder, after_step=at(13, command(folder, Command.STOP)))
    assert (folder.snapshot().state, folder.snapshot().epoch) == (RunState.STOPPED, 13 / 8)
    assert folder.network() == (b"encoder 13", b"decoder 13")
    assert (folder.path / "network.keras").read_bytes() == b"keras 13"
    command(folder, Command.RUN)()
    run(folder, resume=True)
    assert folder.snapshot() == uninterrupted
    assert folder.network() == (b"encoder 24", b"decoder 24")


def test_stopped_before_it_began(folder: RunFolder) -> None:
    command(folder, Command.STOP)()
    run(folder)
    assert (folder.snapshot().state, folder.snapshot().epoch) == (RunState.STOPPED, 0.0)
    assert folder.network() == (b"encoder 0", b"decoder 0")


def test_one_epoch_at_a_time(folder: RunFolder, uninterrupted: Snapshot) -> None:
    command(folder, Command.ONE_EPOCH)()
    run(folder)
    assert (folder.snapshot().state, folder.snapshot().epoch) == (RunState.PAUSED, 1.0)
    command(folder, Command.ONE_EPOCH)()
    run(folder, resume=True)
    assert (folder.snapshot().state, folder.snapshot().epoch) == (RunState.PAUSED, 2.0)
    command(folder, Command.ONE_EPOCH)()
    run(folder, resume=True)
    assert folder.snapshot() == uninterrupted
    assert folder.pace() is None, "each is the first of its worker"


def test_one_epoch_ends_where_an_epoch_ends(folder: RunFolder) -> None:
    run(folder, after_step=at(3, command(folder, Command.PAUSE)))
    command(folder, Command.ONE_EPOCH)()
    run(folder, resume=True)
    assert (folder.snapshot().state, folder.snapshot().epoch) == (RunState.PAUSED, 1.0)


@pytest.mark.parametrize(
    ("first", "then", "epoch"), [(Command.ONE_EPOCH, Command.RUN, 3.0), (Command.RUN, Command.ONE_EPOCH, 1.0)]
)
def test_one_epoch_can_be_asked_for_and_taken_back(
    folder: RunFolder, first: Command, then: Command, epoch: float
) -> None:
    command(folder, first)()
    run(folder, after_step=at(3, command(folder, then)))
    assert folder.snapshot().epoch == epoch


# One step


@pytest.mark.parametrize("begins", [0, 3, 7, 16])
def test_step_by_step_it_learns_the_same(folder: RunFolder, uninterrupted: Snapshot, begins: int) -> None:
    """The first step too, one that ends an epoch, and one that ends in a preview."""
    if begins:
        run(folder, after_step=at(begins, command(folder, Command.PAUSE)))
    for number in range(begins + 1, begins + 4):
        command(folder, Command.ONE_STEP)()
        run(folder, resume=folder.has_checkpoint())
        snapshot = folder.snapshot()
        assert (snapshot.state, snapshot.epoch) == (RunState.PAUSED, number / 8)
        assert (snapshot.losses[-1].epoch, snapshot.losses[-1].training) == (number / 8, 1 / number)
        step = folder.step(snapshot.epoch)
        assert step is not None
        assert (step.number, step.loss) == (number, 1 / number)
    assert folder.control().command is Command.PAUSE
    command(folder, Command.RUN)()
    run(folder, resume=True)
    assert folder.snapshot() == uninterrupted
    assert shown(folder) == PREVIEWS
    assert not (folder.path / "step.npz").exists(), "it has ended"


def test_of_a_training_under_way_a_step_can_be_asked_for(folder: RunFolder) -> None:
    run(folder, after_step=at(5, command(folder, Command.ONE_STEP)))
    assert (folder.snapshot().state, folder.snapshot().epoch) == (RunState.PAUSED, 6 / 8)
    assert folder.step(6 / 8) is not None
    assert folder.step(5 / 8) is None


def test_the_last_step_ends_the_training(folder: RunFolder, uninterrupted: Snapshot) -> None:
    run(folder, after_step=at(23, command(folder, Command.ONE_STEP)))
    assert folder.snapshot() == uninterrupted


def test_on_the_curve_of_a_long_training_a_step_is_a_point_of_its_own(folder: RunFolder) -> None:
    run(folder, steps_per_epoch=1000, after_step=at(130, command(folder, Command.PAUSE)))
    command(folder, Command.ONE_STEP)()
    run(folder, steps_per_epoch=1000, resume=True)
    assert folder.snapshot().losses[-1].training == 1 / 131
    command(folder, Command.RUN)()
    run(folder, steps_per_epoch=1000, resume=True)
    means = {loss.epoch: loss.training for loss in folder.snapshot().losses}
    assert means[0.14] == pytest.approx(np.mean([1 / step for step in range(132, 141)]))


def test_a_step_to_no_number_is_not_kept(folder: RunFolder) -> None:
    run(folder, losses={6: math.nan}, after_step=at(5, command(folder, Command.ONE_STEP)))
    assert folder.snapshot().state is RunState.FAILED
    assert not (folder.path / "step.npz").exists()


def test_a_step_to_weights_that_are_no_numbers_goes_back_to_the_good_ones(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(folder, after_step=at(5, command(folder, Command.PAUSE)))
    command(folder, Command.ONE_STEP)()
    take = FakeLearner.take_step
    monkeypatch.setattr(FakeLearner, "take_step", lambda learner: copy(take(learner), loss_after=math.nan))
    run(folder, resume=True)
    assert folder.snapshot().state is RunState.FAILED
    checkpoint = folder.checkpoint()
    assert checkpoint is not None
    assert checkpoint["step"] == 5


def test_killed_before_the_step_was_kept_it_is_taken_again(folder: RunFolder) -> None:
    run(folder, after_step=at(5, command(folder, Command.PAUSE)))
    command(folder, Command.ONE_STEP)()
    with pytest.raises(Killed):
        run(folder, resume=True, after_step=at(6, kill))
    run(folder, resume=True)
    assert (folder.snapshot().state, folder.snapshot().epoch) == (RunState.PAUSED, 6 / 8)


# The learning rate


def test_a_changed_learning_rate_is_used_and_recorded(folder: RunFolder) -> None:
    learner = run(folder, after_step=at(5, command(folder, Command.RUN, 0.5)))
    assert learner.rates == {step: 1.0 if step <= 5 else 0.5 for step in range(1, 25)}
    snapshot = folder.snapshot()
    assert snapshot.rate_factor == 0.5
    assert snapshot.rate_changes == ((5 / 8, 0.5),)


def test_a_changed_learning_rate_stays_after_a_pause_and_is_recorded_once(folder: RunFolder) -> None:
    def change_then_pause(learner: FakeLearner) -> None:
        if learner.step == 5:
            folder.write_control(Control(Command.RUN, 0.5))
        if learner.step == 9:
            folder.write_control(Control(Command.PAUSE, 0.5))

    run(folder, after_step=change_then_pause)
    command(folder, Command.RUN, 0.5)()
    learner = run(folder, resume=True)
    assert set(learner.rates.values()) == {0.5}
    assert folder.snapshot().rate_changes == ((5 / 8, 0.5),)


def test_a_learning_rate_changed_in_a_pause_is_recorded_there(folder: RunFolder) -> None:
    run(folder, after_step=at(9, command(folder, Command.PAUSE)))
    command(folder, Command.RUN, 2.0)()
    learner = run(folder, resume=True)
    assert set(learner.rates.values()) == {2.0}
    assert folder.snapshot().rate_changes == ((9 / 8, 2.0),)


# When it goes wrong


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("kind", ["losses", "validation_losses"])
def test_a_loss_that_is_no_number_ends_it_with_the_last_good_weights(
    folder: RunFolder, value: float, kind: str
) -> None:
    run(folder, **{kind: {16: value}})
    snapshot = folder.snapshot()
    assert snapshot.state is RunState.FAILED
    assert folder.network() == (b"encoder 8", b"decoder 8")
    assert (snapshot.epoch, snapshot.notice) == (2.0, Notice(NoticeCode.DIVERGED, kept_epoch=1.0))
    assert all(math.isfinite(loss.training) and math.isfinite(loss.validation or 0) for loss in snapshot.losses)


def test_after_a_failure_it_goes_on_from_the_good_weights(folder: RunFolder, uninterrupted: Snapshot) -> None:
    run(folder, losses={13: math.nan})
    command(folder, Command.RUN)()
    run(folder, resume=True)
    snapshot = folder.snapshot()
    assert (snapshot.losses, snapshot.previews) == (uninterrupted.losses, uninterrupted.previews)
    assert (snapshot.state, snapshot.notice) == (RunState.FINISHED, None)


@pytest.mark.parametrize("step", [1, 3, 7, 11, 23])
def test_killed_and_resumed_it_reports_every_preview_once(
    folder: RunFolder, uninterrupted: Snapshot, step: int
) -> None:
    with pytest.raises(Killed):
        run(folder, after_step=at(step, kill))
    assert folder.snapshot().state is RunState.RUNNING
    checkpoint = folder.checkpoint()
    assert checkpoint is not None
    assert checkpoint["step"] == step // STEPS_PER_EPOCH * STEPS_PER_EPOCH
    run(folder, resume=True)
    snapshot = folder.snapshot()
    assert snapshot.losses == uninterrupted.losses
    assert snapshot.previews == uninterrupted.previews
    assert shown(folder) == PREVIEWS


def test_with_its_checkpoint_lost_it_begins_anew(folder: RunFolder, uninterrupted: Snapshot) -> None:
    with pytest.raises(Killed):
        run(folder, after_step=at(13, kill))
    run(folder)
    assert folder.snapshot().losses == uninterrupted.losses
    assert folder.snapshot().previews == uninterrupted.previews
    assert shown(folder) == PREVIEWS


def test_checkpoints_are_not_written_for_every_short_epoch(folder: RunFolder) -> None:
    with pytest.raises(Killed):
        run(folder, tick=0.01, after_step=at(23, kill))
    checkpoint = folder.checkpoint()
    assert checkpoint is not None
    assert checkpoint["step"] == 0


def test_checkpoints_that_take_long_are_written_seldom(folder: RunFolder) -> None:
    class Large(FakeLearner):
        def arrays(self) -> dict[str, np.ndarray]:
            written.append(self.step)
            clock.now += 2.0
            return super().arrays()

    def tick(learner: FakeLearner) -> None:
        clock.now += 1.0
        os.utime(folder.path / "lease", (learner.step, learner.step))  # somebody watches

    clock, written = Clock(), []
    fit(folder, Large(tick, epochs=20), clock)
    assert written == [0, 8, 56, 104, 152], "after the first epoch, then every 2 s / 0.05"


# Who watches


def leave_at(folder: RunFolder, step: int) -> Callable[[FakeLearner], None]:
    return lambda learner: os.utime(folder.path / "lease", (step, step)) if learner.step > step else None


def test_where_nobody_watches_any_more_it_stops_and_can_be_gone_on_with(
    folder: RunFolder, uninterrupted: Snapshot
) -> None:
    tick = LEASE / 5
    run(folder, tick=tick, after_step=leave_at(folder, 4))
    snapshot = folder.snapshot()
    assert snapshot.state is RunState.STOPPED
    assert snapshot.epoch * 8 == pytest.approx(4 + 6, abs=1)
    assert snapshot.notice == Notice(NoticeCode.UNWATCHED)
    assert folder.network()[0] == f"encoder {snapshot.epoch * 8:.0f}".encode()
    command(folder, Command.RUN)()
    run(folder, resume=True)
    assert folder.snapshot().losses == uninterrupted.losses
    assert folder.snapshot().notice is None


def test_while_somebody_watches_it_goes_on_for_longer_than_a_lease(folder: RunFolder) -> None:
    run(folder, tick=LEASE / 5)
    assert folder.snapshot().state is RunState.FINISHED


def test_a_watcher_whose_clock_is_ahead_watches_too(folder: RunFolder) -> None:
    later = 2**33  # the year 2242
    renew = lambda learner: os.utime(folder.path / "lease", (later + learner.step,) * 2)  # noqa: E731
    run(folder, tick=LEASE / 5, after_step=renew)
    assert folder.snapshot().state is RunState.FINISHED


# A budget of time


def test_after_the_time_that_it_may_take_it_stops_and_can_be_gone_on_with(
    folder: RunFolder, uninterrupted: Snapshot
) -> None:
    folder.write_control(Control(most_seconds=10.5))
    run(folder)
    snapshot = folder.snapshot()
    assert (snapshot.state, snapshot.notice) == (RunState.STOPPED, Notice(NoticeCode.BUDGET))
    assert (snapshot.epoch, snapshot.seconds) == (11 / 8, 11.0)
    assert folder.network()[0] == b"encoder 11"
    assert folder.control().command is Command.STOP, "or the queue would go on with it"
    command(folder, Command.RUN)()
    run(folder, resume=True)
    assert folder.snapshot().losses == uninterrupted.losses
    assert (folder.snapshot().state, folder.snapshot().notice) == (RunState.FINISHED, None)


def test_within_its_time_it_ends_as_ever(folder: RunFolder, uninterrupted: Snapshot) -> None:
    folder.write_control(Control(most_seconds=24.0))
    run(folder)
    assert folder.snapshot() == uninterrupted


def test_what_is_left_is_at_most_what_it_may_take(folder: RunFolder) -> None:
    folder.write_control(Control(most_seconds=10.5))
    published: list[Snapshot] = []
    run(folder, after_step=lambda learner: published.append(folder.snapshot()))
    assert [snapshot.seconds_left for snapshot in published[2:]] == [10.5 - step for step in range(2, 11)]


def test_who_steers_it_lifts_the_bound(folder: RunFolder) -> None:
    folder.write_control(Control(most_seconds=10.5))
    run(folder, after_step=at(5, command(folder, Command.RUN)))
    assert folder.snapshot().state is RunState.FINISHED


# Previews


@given(st.integers(1, 500), st.integers(1, 100))
def test_previews_are_early_in_the_first_epoch_and_after_every_epoch(steps_per_epoch: int, epochs: int) -> None:
    steps = preview_steps(steps_per_epoch, steps_per_epoch * epochs)
    assert steps == sorted(set(steps))
    assert min(steps) >= 1
    assert [step for step in steps if step >= steps_per_epoch] == [
        steps_per_epoch * epoch for epoch in range(1, epochs + 1)
    ]
    if steps_per_epoch >= 16:
        parts = [step / steps_per_epoch for step in steps[:4]]
        assert parts == pytest.approx([1 / 16, 1 / 8, 1 / 4, 1 / 2], abs=0.51 / steps_per_epoch)


# A server that ends without a word


def left_behind(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What makes this process one that its server has left behind."""
    return lambda: monkeypatch.setattr("autoencoder.training.training_loop.os.getppid", lambda: 1)


def test_a_worker_that_is_left_behind_keeps_its_weights_at_once(
    folder: RunFolder, uninterrupted: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        run(folder, after_step=at(11, left_behind(patched)))
    snapshot = folder.snapshot()
    assert (snapshot.state, snapshot.epoch) == (RunState.STOPPED, 11 / 8)
    assert snapshot.notice == Notice(NoticeCode.APP_CLOSED)
    assert folder.control().command is Command.RUN, "the successor's command is its own"
    assert not folder.has_network(), "which would take seconds"
    run(folder, resume=True)
    assert folder.snapshot().losses == uninterrupted.losses


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.STOPPED, RunState.FINISHED])
def test_it_leaves_alone_what_the_servers_successor_has_in_hand(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch, state: RunState
) -> None:
    leave = left_behind(monkeypatch)

    def meanwhile() -> None:
        folder.change_state(state)
        leave()

    run(folder, after_step=at(11, meanwhile))
    assert folder.snapshot().state is state
    checkpoint = folder.checkpoint()
    assert checkpoint is not None
    assert checkpoint["step"] < 11
