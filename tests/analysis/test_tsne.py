from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from autoencoder.analysis import latent
from autoencoder.analysis.latent import codes_of
from autoencoder.analysis.planes import FEWEST, STAGES, points_of, stage
from tests.analysis.looked_at import FOLDER, model, pictures

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def fewer() -> Iterator[None]:
    """Codes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(latent, "MOST_CODES", 300)
        yield


@pytest.fixture(scope="module")
def stages(fewer: None) -> list[np.ndarray]:
    """The points after each stage, for the codes of the network that comes with the app."""
    found: list[bytes] = []
    for number in range(STAGES):
        found.append(stage(FOLDER, "", 8, number, found[-1] if found else b""))
    return [points_of(answer) for answer in found]


def test_each_stage_goes_on_where_the_one_before_ended_and_neighbors_are_kept(stages: list[np.ndarray]) -> None:
    from sklearn.manifold import trustworthiness

    codes = codes_of(model(), pictures(), 8).values
    assert all(points.shape == (len(codes), 2) and points.dtype == np.float32 for points in stages)
    kept = [trustworthiness(codes, points) for points in stages]
    assert kept[-1] > 0.95
    assert kept[-1] >= kept[0]
    moved = [np.abs(after - before).mean() / after.std() for before, after in pairwise(stages[1:])]
    assert max(moved) < 0.5


def test_it_keeps_neighbors_about_as_well_as_in_one_go(stages: list[np.ndarray]) -> None:
    from sklearn.manifold import TSNE, trustworthiness

    codes = codes_of(model(), pictures(), 8).values
    at_once = TSNE(random_state=0).fit_transform(codes)
    assert trustworthiness(codes, stages[-1]) > trustworthiness(codes, at_once) - 0.01


def test_few_codes_and_single_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latent, "MOST_CODES", FEWEST)
    points = points_of(stage(FOLDER, "", 1, 0, b""))
    assert points.shape == (FEWEST, 2)
    assert np.isfinite(points).all()
