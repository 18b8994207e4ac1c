from dataclasses import replace

import pytest

from autoencoder.training.estimates import seconds_left, seconds_per_epoch, seconds_until_start
from autoencoder.training.jobs import Jobs
from autoencoder.training.run_folder import RunState, Snapshot
from autoencoder.training.settings import TrainingSettings
from tests.training.fakes import ONE, THREE, TWO, HandExecutor

DENSE = TrainingSettings("mnist_sample", epochs=10)
CONVOLUTIONAL = replace(DENSE, network="convolutional")


def took(settings: TrainingSettings, epoch: float, seconds: float) -> tuple[TrainingSettings, Snapshot]:
    return settings, Snapshot(RunState.FINISHED, settings.epochs, epoch, seconds)


def test_the_rate_is_the_median_of_runs_alike() -> None:
    runs = [took(DENSE, 10, 20), took(DENSE, 5, 5), took(replace(DENSE, epochs=3), 3, 15), took(CONVOLUTIONAL, 1, 99)]
    assert seconds_per_epoch(DENSE, runs) == 2
    assert seconds_per_epoch(CONVOLUTIONAL, runs) == 99
    assert seconds_per_epoch(replace(DENSE, batch_size=512), runs) is None
    assert seconds_per_epoch(DENSE, [took(DENSE, 0, 0)]) is None, "it has not begun"


def test_a_run_says_itself_what_is_left_or_others_do() -> None:
    waiting = DENSE, Snapshot(RunState.QUEUED, 10, 4.0)
    assert seconds_left((DENSE, replace(waiting[1], seconds_left=7.0)), []) == 7
    assert seconds_left(waiting, []) is None
    assert seconds_left(waiting, [took(DENSE, 10, 20)]) == 12


@pytest.mark.parametrize(
    ("ahead", "workers", "seconds"),
    [([], 1, 0), ([5], 2, 0), ([5, 3], 1, 8), ([5, 3], 2, 3), ([5, 3, 4], 2, 5), ([5, 3, 1], 2, 4)],
)
def test_a_run_begins_when_the_first_worker_is_free(ahead: list[float], workers: int, seconds: float) -> None:
    assert seconds_until_start(ahead, workers) == seconds


def test_who_waits_is_told_when_all_ahead_are_known(jobs: Jobs, hands: HandExecutor) -> None:
    for settings in (ONE, TWO, THREE):
        jobs.start(settings, "me")
    assert jobs.seconds_until_start(THREE.key) is None
    for settings, seconds in ((ONE, 20.0), (TWO, 30.0)):
        folder = jobs.store.folder(settings.key)
        folder.write_snapshot(replace(folder.snapshot(), seconds_left=seconds))
    assert jobs.seconds_until_start(THREE.key) == 50
    assert jobs.seconds_until_start(TWO.key) == 20
    assert jobs.seconds_until_start("unknown") is None
