from concurrent.futures import Future
from pathlib import Path

import pytest

from autoencoder.data import own
from autoencoder.export.preparing import Preparing, Step, place_beside
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import Store

CAME_WITH_THE_APP = RunFolder(Path(__file__).parents[2] / "assets" / "pretrained" / "bottleneck")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "network.keras"


class _Worker:
    """Takes note of what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[Future] = []

    def begin(self) -> Future:
        self.asked.append(Future())
        return self.asked[-1]


def test_a_file_is_asked_for_once(path: Path) -> None:
    preparing, worker = Preparing(), _Worker()
    assert preparing.step(path) is Step.ABSENT
    for _ in range(3):
        preparing.ask(path, worker.begin)
        assert preparing.step(path) is Step.UNDER_WAY
    path.write_bytes(b"whole")
    worker.asked[0].set_result(None)
    preparing.ask(path, worker.begin)
    assert preparing.step(path) is Step.READY
    assert len(worker.asked) == 1


@pytest.mark.parametrize("error", [None, ValueError("damaged")])
def test_what_did_not_come_about_can_be_asked_for_again(path: Path, error: Exception | None) -> None:
    preparing, worker = Preparing(), _Worker()
    preparing.ask(path, worker.begin)
    worker.asked[0].set_result(None) if error is None else worker.asked[0].set_exception(error)
    assert preparing.step(path) is Step.FAILED
    preparing.ask(path, worker.begin)
    assert preparing.step(path) is Step.UNDER_WAY
    assert len(worker.asked) == 2


def test_a_file_that_is_gone_is_absent_again(path: Path) -> None:
    preparing, worker = Preparing(), _Worker()
    preparing.ask(path, worker.begin)
    path.write_bytes(b"whole")
    assert preparing.step(path) is Step.READY
    path.unlink()
    assert preparing.step(path) is Step.ABSENT


def test_what_was_made_of_a_network_goes_with_it(hourglass_home: Path) -> None:
    folder = Store(hourglass_home).folder(TrainingSettings().key)
    folder.create(TrainingSettings())
    place = place_beside(folder, "network.keras")
    place.parent.mkdir()
    place.touch()
    folder.write_network(b"encoder", b"decoder")
    assert not place.exists()


def test_what_was_made_of_a_session_s_own_stays_with_the_session(hourglass_home: Path) -> None:
    key = 32 * "a" + 24 * "b"
    place = place_beside(Store(hourglass_home).folder(key), "network.keras")
    assert place.is_relative_to(own.session_folder(32 * "a"))


def test_nothing_is_written_to_what_came_with_the_app(hourglass_home: Path) -> None:
    place = place_beside(CAME_WITH_THE_APP, "network.keras")
    assert place.is_relative_to(hourglass_home)
    assert CAME_WITH_THE_APP.network_version() in place.name
