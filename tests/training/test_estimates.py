from dataclasses import replace
from math import inf
from pathlib import Path

import pytest
from msgspec import structs

from autoencoder.analysis.anomalies import DEFAULTS
from autoencoder.data import own
from autoencoder.data.sources import SOURCES
from autoencoder.networks.composition import MOST_UNITS
from autoencoder.networks.plan import NETWORKS
from autoencoder.training import capacity, estimates
from autoencoder.training.estimates import (
    TooLarge,
    TooLong,
    Trained,
    bound,
    budget,
    check_memory,
    check_time,
    measured_speed,
    modeled_seconds,
    offered_epochs,
    seconds_left,
    seconds_until_start,
)
from autoencoder.training.jobs import Jobs
from autoencoder.training.run_state import Command, Control, Notice, NoticeCode, RunState, Snapshot
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import another_run
from tests.training.fakes import LONG, ONE, THREE, TWO, HandExecutor, finish
from tests.waiting import wait_for

DENSE = TrainingSettings("mnist_sample", epochs=10)
CONVOLUTIONAL = replace(DENSE, network="convolutional")
HOURS = replace(DEFAULTS["bananas"], source="mnist", noise="gaussian", normal_classes=(), batch_size=4, epochs=100)
WAITING = Snapshot(RunState.QUEUED, 10, 4.0)
GB = 10**9


def took(settings: TrainingSettings, times: float, epoch: float = 10, ready: float = 0) -> Trained:
    """A run whose epochs took so many times as long as is modeled, and getting ready `ready` or as many times."""
    before, all_of_it = modeled_seconds(settings, 0), modeled_seconds(settings, epoch)
    seconds = (ready or times) * before + times * (all_of_it - before)
    each = times * (all_of_it - before) / epoch
    return settings, Snapshot(RunState.FINISHED, settings.epochs, epoch, seconds), each


def test_a_run_says_itself_what_is_left() -> None:
    assert seconds_left((DENSE, structs.replace(WAITING, seconds_left=7.0)), [took(DENSE, 3)]) == 7


def test_runs_that_were_trained_here_correct_what_is_modeled() -> None:
    modeled = modeled_seconds(DENSE, 6)
    assert seconds_left((DENSE, WAITING), [], speed=1.5) == 1.5 * modeled
    other = took(replace(DENSE, batch_size=32), 5)
    runs = [other, took(DENSE, 2), took(DENSE, 3, 5), took(DENSE, 4), took(CONVOLUTIONAL, 9)]
    assert seconds_left((DENSE, WAITING), runs, 3) == pytest.approx(3 * modeled), "the median of runs alike"
    assert seconds_left((DENSE, WAITING), [other, runs[-1]], 5) == pytest.approx(5 * modeled), "of the same network"
    assert seconds_left((DENSE, WAITING), [runs[-1]]) == modeled, "of another network"


def test_one_run_that_took_long_to_get_ready_spoils_no_estimate() -> None:
    modeled, slow = modeled_seconds(DENSE, 6), took(DENSE, 1, ready=11)
    assert seconds_left((DENSE, WAITING), [slow]) == pytest.approx(modeled)
    later = seconds_left((DENSE, WAITING), [slow, took(DENSE, 1, ready=3)])
    assert later == pytest.approx(modeled + 2 * modeled_seconds(DENSE, 0)), "where the next does too, it is so here"


def test_a_finished_run_corrects_by_the_pace_that_it_kept(jobs: Jobs) -> None:
    before, an_epoch = jobs.seconds_for(DENSE), jobs.seconds_per_epoch(DENSE)
    for learner in ("of one epoch", "me"):
        folder = jobs.store.folder(DENSE.key if learner == "me" else another_run(DENSE.key))
        folder.create(DENSE, learner)
        folder.write_snapshot(Snapshot(RunState.FINISHED, DENSE.epochs, 10.0, 100 * before))
        jobs._known.clear()
        if learner == "me":
            folder.write_pace(3 * an_epoch)
            assert jobs.seconds_per_epoch(DENSE) == pytest.approx(3 * an_epoch)
        else:
            assert jobs.seconds_for(DENSE) == before


def test_what_was_composed_of_dense_layers_says_nothing_of_convolutions() -> None:
    dense, conv = (replace(DENSE, network="own", composition=text) for text in ("dense-30", "conv-8k3s2"))
    assert seconds_left((conv, WAITING), [took(dense, 5)]) == modeled_seconds(conv, 6)
    assert seconds_left((conv, WAITING), [took(dense, 5), took(conv, 2)], 2) == pytest.approx(
        2 * modeled_seconds(conv, 6)
    )


def test_more_epochs_pictures_steps_and_weights_take_longer() -> None:
    alone = modeled_seconds(DENSE, 1)
    larger = [replace(DENSE, source="mnist"), replace(DENSE, batch_size=16), replace(DENSE, source="bananas")]
    assert all(modeled_seconds(settings, 1) > alone for settings in larger)
    assert modeled_seconds(DENSE, 2) > alone
    digit = replace(DENSE, source="mnist", normal_classes=(0,))
    assert modeled_seconds(digit, 1) < modeled_seconds(replace(DENSE, source="mnist"), 1)


def test_every_network_has_its_costs() -> None:
    assert estimates.COSTS.keys() | {"own"} == NETWORKS.keys()
    assert estimates.COMPOSED.keys() == MOST_UNITS.keys()


def test_a_composed_network_takes_longer_the_more_there_is_of_it() -> None:
    def seconds(composition: str) -> float:
        return modeled_seconds(replace(DENSE, network="own", composition=composition), 1)

    for small, large in [
        ("dense-64", "dense-64.64"),
        ("dense-64", "dense-128"),
        ("dense-64", "dense-64-norm"),
        ("dense-64", "dense-64-dropout0.1"),
        ("conv-8k3s2", "conv-8k3s1"),
        ("conv-8k3s2", "conv-8k5s2"),
        ("conv-8k3s2", "conv-8k3s2-norm"),
    ]:
        assert seconds(small) < seconds(large)


def test_an_epoch_takes_the_same_whatever_how_many_there_are(jobs: Jobs) -> None:
    alone, many = (jobs.seconds_per_epoch(replace(DENSE, epochs=epochs)) for epochs in (1, 50))
    assert alone == pytest.approx(many) == pytest.approx(modeled_seconds(DENSE, 9) - modeled_seconds(DENSE, 8))


def test_what_was_composed_alike_corrects_what_is_modeled_first() -> None:
    own = replace(DENSE, network="own")
    other, modeled = replace(own, composition="dense-30"), modeled_seconds(own, 6)
    assert seconds_left((own, WAITING), [took(other, 5)], 5) == pytest.approx(5 * modeled)
    assert seconds_left((own, WAITING), [took(other, 5), took(own, 2)], 2) == pytest.approx(2 * modeled)


def test_a_worker_tells_how_fast_this_computer_is(jobs: Jobs, hands: HandExecutor) -> None:
    assert 0 < measured_speed() < 1000
    before = jobs.seconds_for(DENSE)
    jobs.warm()
    hands.warming[-1].set_result(2.0)
    assert jobs.seconds_for(DENSE) == 2 * before
    for measured, times in ((3.0, 2), (1.5, 1.5)):
        jobs._warmed = -float("inf"), None
        jobs.warm()
        hands.warming[-1].set_result(measured)
        assert jobs.seconds_for(DENSE) == times * before, "the fastest: nothing makes a computer seem faster"


# Bounds


def test_a_training_of_hours_is_refused_with_what_fits(jobs: Jobs) -> None:
    with pytest.raises(TooLong) as caught:
        jobs.start(HOURS, "me")
    seconds, most, epochs = caught.value.args
    assert seconds > most == 30 * 60
    assert 1 <= epochs < 100
    assert list(jobs.store.root.glob("runs/*")) == []
    with pytest.raises(TooLong):
        jobs.check(replace(HOURS, epochs=epochs + 1), "me")
    jobs.start(replace(HOURS, epochs=epochs), "me")


@pytest.mark.parametrize(("named", "minutes"), [("", 30), ("5", 5), ("0", 30), ("many", 30)])
def test_the_variable_says_how_long_a_training_may_take(
    monkeypatch: pytest.MonkeyPatch, named: str, minutes: int
) -> None:
    monkeypatch.setenv("HOURGLASS_MOST_MINUTES", named)
    many = replace(DENSE, epochs=100)
    check_time(many, 60 * minutes, 0.6 * minutes)
    with pytest.raises(TooLong) as caught:
        check_time(many, 120 * minutes, 1.1 * minutes)
    assert caught.value.args[:2] == (120 * minutes, 60 * minutes)
    epochs = caught.value.args[2]
    before = 120 * minutes - 100 * 1.1 * minutes
    assert before + epochs * 1.1 * minutes <= 60 * minutes < before + (epochs + 1) * 1.1 * minutes


def test_where_not_even_one_epoch_fits_none_is_named() -> None:
    with pytest.raises(TooLong) as caught:
        check_time(replace(DEFAULTS["bananas"], epochs=1), 10**6, 10**6)
    assert caught.value.args[2] == 0


def test_what_is_left_of_a_long_run_can_be_gone_on_with(
    jobs: Jobs, hands: HandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = jobs.start(LONG, "me")
    folder.write_snapshot(structs.replace(folder.snapshot(), epoch=50.0, seconds=50.0))
    finish(hands.work[0], RunState.PAUSED)
    wait_for(lambda: not jobs.busy())
    monkeypatch.setattr(estimates, "most_seconds", lambda: modeled_seconds(LONG, 60))
    with pytest.raises(TooLong):
        jobs.check(LONG, "me")
    jobs.resume(LONG.key, "me")
    assert jobs.busy()


# The budget of small sets


OWN_SOURCE = own.name_of("ab" * 16, "cd" * 6)


@pytest.fixture
def own_set(monkeypatch: pytest.MonkeyPatch) -> TrainingSettings:
    """What the page Bottleneck trains at first on 2,000 pictures of 48 x 48 of a session's own."""
    monkeypatch.setattr(own, "describe", lambda folder: ((48, 48, 3), 2000, ()))
    monkeypatch.setenv("HOURGLASS_BUDGET", "60")
    return TrainingSettings(OWN_SOURCE, epochs=30, batch_size=32)


@pytest.mark.parametrize(("named", "seconds"), [("", 60), ("90", 90), ("0", inf), ("long", 60), ("-5", 60)])
def test_the_variable_says_how_long_few_pictures_take(
    monkeypatch: pytest.MonkeyPatch, named: str, seconds: float
) -> None:
    monkeypatch.setenv("HOURGLASS_BUDGET", named)
    assert budget() == seconds


@pytest.mark.parametrize(
    ("all_take", "an_epoch", "offered"),
    [(50, 1.5, 30), (51, 1.5, 20), (60, 1.9, 15), (66, 2.0, 15), (98, 3.0, 10), (305, 10, 3), (3000, 99, 2)],
)
def test_as_many_epochs_are_offered_as_fit(
    own_set: TrainingSettings, all_take: float, an_epoch: float, offered: int
) -> None:
    assert offered_epochs(own_set, all_take, an_epoch) == offered
    assert offered_epochs(replace(own_set, source="mnist_sample"), all_take, an_epoch) == offered
    for source in ("mnist", "bananas"):
        assert offered_epochs(replace(own_set, source=source), all_take, an_epoch) == 30, "as the lesson says"


def test_what_fits_the_budget_is_held_to_it(own_set: TrainingSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bound(own_set, 50) == 50
    assert bound(own_set, 51) is None, "somebody wants it to take longer"
    assert bound(replace(own_set, epochs=2), 51) == 50, "as few as are ever offered"
    assert offered_epochs(replace(own_set, epochs=1), 999, 990) == 1
    assert bound(replace(own_set, source="mnist"), 10) is None
    monkeypatch.setenv("HOURGLASS_BUDGET", "0")
    assert bound(own_set, 10) is None
    assert offered_epochs(own_set, 10**6, 10**4) == 30


def test_a_slow_computer_offers_fewer_epochs_and_those_fit(
    jobs: Jobs, hands: HandExecutor, own_set: TrainingSettings
) -> None:
    assert jobs.offered_epochs(own_set) == 30
    jobs.warm()
    hands.warming[-1].set_result(5.0)
    fewer = replace(own_set, epochs=jobs.offered_epochs(own_set))
    assert 1 <= fewer.epochs < 30
    assert jobs.seconds_for(fewer) <= 40 < 50 < jobs.seconds_for(own_set)
    assert jobs.bound(fewer) == 50
    assert jobs.bound(own_set) is None


def test_a_training_begins_with_its_bound_and_who_resumes_it_lifts_that(
    jobs: Jobs, hands: HandExecutor, own_set: TrainingSettings
) -> None:
    folder = jobs.start(own_set, "me")
    assert folder.control() == Control(most_seconds=50)
    jobs.change_learning_rate(folder.path.name, 2.0, "me")
    assert folder.control() == Control(Command.RUN, 2.0, 50)
    finish(hands.work[0], RunState.PAUSED)
    wait_for(lambda: not jobs.busy())
    jobs.resume(folder.path.name, "me")
    assert folder.control() == Control(Command.RUN, 2.0)


def test_a_session_is_told_by_its_own_runs_also_by_those_whose_time_was_up(
    jobs: Jobs, own_set: TrainingSettings
) -> None:
    an_epoch = jobs.seconds_per_epoch(own_set)
    folder = jobs.store.folder(own_set.key)
    folder.create(own_set, "me")
    folder.write_pace(4 * an_epoch)
    for notice, times in ((None, 1), (Notice(NoticeCode.BUDGET), 4)):
        folder.write_snapshot(Snapshot(RunState.STOPPED, 30, 10.0, 55.0, notice=notice))
        jobs._known.clear()
        assert jobs.seconds_per_epoch(own_set) == pytest.approx(times * an_epoch)
    others = replace(own_set, source=own.name_of("ef" * 16, "cd" * 6))
    assert jobs.seconds_per_epoch(others) == pytest.approx(an_epoch), "and by nobody else's"


@pytest.fixture
def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of 2 GB that the documentation has."""
    monkeypatch.setattr(capacity, "CGROUP", tmp_path)
    (tmp_path / "memory.max").write_text(str(2 * 1024**3))


def own_pictures(monkeypatch: pytest.MonkeyPatch, side: int) -> str:
    monkeypatch.setitem(SOURCES, "own", replace(SOURCES["bananas"], shape=(side, side, 3), training_pictures=2000))
    return "own"


def test_what_does_not_fit_the_container_is_refused(
    jobs: Jobs, container: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = TrainingSettings(own_pictures(monkeypatch, 96), "dense", epochs=1)
    with pytest.raises(TooLarge) as caught:
        jobs.start(large, "me")
    needed, there_is, most = caught.value.args
    assert 1800 < needed < 2800
    assert 1500 < there_is < 2000
    assert most == "network"
    monkeypatch.setenv("HOURGLASS_DASK", "tcp://10.0.0.1:8786")
    jobs.start(large, "me")


def test_what_pages_begin_with_fits_the_container(container: None, monkeypatch: pytest.MonkeyPatch) -> None:
    own = own_pictures(monkeypatch, 48)
    first = [
        TrainingSettings(own),
        replace(DEFAULTS["bananas"], source=own),
        TrainingSettings("mnist"),
        *DEFAULTS.values(),
    ]
    for settings in first:
        check_memory(settings, 1)
    monkeypatch.setattr(estimates, "memory", lambda: 1024**3)
    check_memory(TrainingSettings("mnist"), 1)  # which has room there, as measured
    batches = replace(DEFAULTS["bananas"], source=own_pictures(monkeypatch, 96), batch_size=512)
    with pytest.raises(TooLarge) as caught:
        check_memory(batches, 1)
    assert caught.value.args[2] == "batch"


# The queue


@pytest.mark.parametrize(
    ("ahead", "workers", "seconds"),
    [([], 1, 0), ([5], 2, 0), ([5, 3], 1, 8), ([5, 3], 2, 3), ([5, 3, 4], 2, 5), ([5, 3, 1], 2, 4)],
)
def test_a_run_begins_when_the_first_worker_is_free(ahead: list[float], workers: int, seconds: float) -> None:
    assert seconds_until_start(ahead, workers) == seconds


def test_who_waits_is_told_when_it_begins(jobs: Jobs, hands: HandExecutor) -> None:
    for settings in (ONE, TWO, THREE):
        jobs.start(settings, "me")
    assert jobs.seconds_until_start(THREE.key) == pytest.approx(2 * jobs.seconds_for(ONE))
    for settings, seconds in ((ONE, 20.0), (TWO, 30.0)):
        folder = jobs.store.folder(settings.key)
        folder.write_snapshot(structs.replace(folder.snapshot(), seconds_left=seconds))
    assert jobs.seconds_until_start(THREE.key) == 50
    assert jobs.seconds_until_start(TWO.key) == 20
    assert jobs.seconds_until_start("unknown") is None
