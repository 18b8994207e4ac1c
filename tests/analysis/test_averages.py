import numpy as np
import pytest

from autoencoder.analysis.averages import likeness
from autoencoder.analysis.latent import Codes

DARK, LIGHT = np.zeros((4, 2, 2, 1), np.float32), np.ones((4, 2, 2, 1), np.float32)
REAL = np.concatenate([DARK, LIGHT])
CODES = Codes(np.zeros((8, 1), np.float32), np.repeat([3, 5], 4))


def test_each_looks_like_its_own_class() -> None:
    found = likeness(np.stack([DARK[0] + 0.1, LIGHT[0]]), REAL, CODES)
    assert found.holds
    assert not found.mistaken
    assert found.distance == pytest.approx(0.05)


def test_one_looks_like_another_class() -> None:
    found = likeness(np.stack([LIGHT[0], LIGHT[0]]), REAL, CODES)
    assert found.mistaken == [(3, 5)]
    assert not found.holds


def test_without_labels_there_are_no_classes() -> None:
    with pytest.raises(ValueError, match="labels"):
        likeness(LIGHT[:1], REAL, Codes(np.zeros((8, 1), np.float32)))
