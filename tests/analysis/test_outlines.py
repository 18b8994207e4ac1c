import numpy as np
import pytest
from sklearn.decomposition import PCA

from autoencoder.analysis.anomalies import SCORES, maps_of
from autoencoder.analysis.detection import auroc
from autoencoder.analysis.outlines import learn_outlines, outline_error
from autoencoder.data.sources import get_source
from tests.examples import make_pictures

PAIRS = ((0, 9), (2, 8), (5, 3))  # normal, abnormal


def stripes(count: int, side: int, seed: int = 0) -> np.ndarray:
    """Horizontal stripes of any phase and width: float32 (count, side, side, 3)"""
    random = np.random.default_rng(seed)
    phase, width = random.uniform(0, 2 * np.pi, (count, 1)), random.uniform(4, 8, (count, 1))
    rows = 0.5 + 0.4 * np.sin(phase + width * np.pi * np.arange(side) / side)
    return np.broadcast_to(rows[:, :, np.newaxis, np.newaxis], (count, side, side, 3)).astype(np.float32)


@pytest.mark.parametrize("side", [28, 48])
def test_edges_that_run_another_way_are_found_where_they_are(side: int) -> None:
    learned, new = learn_outlines(stripes(60, side)), stripes(20, side, seed=1)
    turned, half = new.copy(), side // 2
    turned[:, :half, :half] = new.swapaxes(1, 2)[:, :half, :half]
    usual, error = outline_error(new, learned), outline_error(turned, learned)
    assert (error.shape, error.dtype) == ((20, side, side), np.float32)
    assert error[:, : half - 6, : half - 6].mean() > 5 * max(usual.mean(), error[:, half + 6 :, half + 6 :].mean())


def test_few_pictures_are_enough_to_learn_from_and_those_are_known() -> None:
    for count in (1, 3, 40):
        pictures = make_pictures(count, (9, 12, 1))
        learned = learn_outlines(pictures)
        assert np.isfinite(learned).all()
        others = outline_error(make_pictures(20, (9, 12, 1), seed=1), learned)
        assert outline_error(pictures, learned).mean() < others.mean()


@pytest.mark.long  # reads all of the sample
def test_beside_a_reconstruction_outlines_tell_another_thing_better_than_the_reconstruction_alone() -> None:
    digits, ahead = get_source("mnist_sample").load(), []
    for normal, abnormal in PAIRS:
        first, other = (digits.train[digits.train_labels == digit][-300:] for digit in (normal, abnormal))
        train, test = first[:240], np.concatenate([first[240:], other[240:]])
        pca = PCA(32, random_state=0).fit(train.reshape(240, -1))
        rebuilt = pca.inverse_transform(pca.transform(test.reshape(120, -1))).reshape(test.shape)
        found = {}
        for name in ("squared", "structural", "outlines"):
            maps = maps_of(test, rebuilt, np.zeros(test.shape[1:3]), name, learn_outlines(train))
            found[name] = auroc(SCORES[name].of(maps), np.arange(120) >= 60)
        ahead.append(found["outlines"] - max(found["squared"], found["structural"]))
    assert np.mean(ahead) > 0
    assert min(ahead) >= -0.02
