import dataclasses

import pytest

from autoencoder.data.source import Source
from tests.examples import make_set


def load(*, test_only: bool = False):
    return make_set(3, 2, (8, 8, 1))


def test_pictures_are_there_unless_a_source_says_otherwise() -> None:
    source = Source("Waves", "Made by a formula.", (8, 8, 1), 3, (), load)
    assert source.missing() is None
    assert source.train_bytes is None
    assert source.load().shape == source.shape


def test_a_source_cannot_be_changed() -> None:
    source = Source("Waves", "Made by a formula.", (8, 8, 1), 3, (), load)
    with pytest.raises(dataclasses.FrozenInstanceError):
        source.title = "Others"  # type: ignore[misc]
