"""What the tests of `jobs` share: a store of their own, and executors that a test holds in its hands."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autoencoder.training import jobs as module
from autoencoder.training import worker
from autoencoder.training.jobs import Jobs
from autoencoder.training.store import Store
from tests.training.fakes import HandExecutor, fit_slowly


@pytest.fixture
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TICK", 0.02)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def make_jobs(store: Store, quick_looks: None) -> Iterator[Callable[..., Jobs]]:
    made = []

    def make(**arguments) -> Jobs:
        made.append(Jobs(**{"store": store, "capacity": 1} | arguments))
        return made[-1]

    yield make
    for jobs in made:
        jobs.close()


@pytest.fixture
def hands() -> HandExecutor:
    return HandExecutor()


@pytest.fixture
def jobs(make_jobs, hands: HandExecutor) -> Jobs:
    return make_jobs(executor=lambda: hands)


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadPoolExecutor]:
    monkeypatch.setattr(worker, "train", fit_slowly)
    with ThreadPoolExecutor(4) as executor:
        yield executor


@pytest.fixture(scope="module")
def without_xla() -> Iterator[None]:
    """XLA takes seconds and 100 MB for every network, and keeps them; a real worker's trainings are tested with it.

    And in float32 on every processor, whose roundings the tests allow for; `test_precision` tries the other.
    """
    from autoencoder.training import trainer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer, "_has_xla", lambda: False)
        patch.setattr(trainer, "has_bfloat16", lambda: False)
        yield
