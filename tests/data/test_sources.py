import numpy as np
import pytest

from autoencoder.data.sources import get_source


@pytest.mark.parametrize(
    "name",
    [
        "mnist_sample",
        pytest.param("bananas", marks=pytest.mark.extended),
        pytest.param("mnist", marks=pytest.mark.mnist),
    ],
)
def test_the_table_says_what_is_loaded(name: str, request: pytest.FixtureRequest) -> None:
    if name == "mnist":
        request.getfixturevalue("mnist")
    source = get_source(name)
    loaded = source.load()
    assert loaded.shape == source.shape
    assert len(loaded.train) == source.training_pictures
    assert loaded.class_names == source.class_names
    alone = source.load(test_only=True)
    assert len(alone.train) == 0
    assert alone.class_names == source.class_names
    np.testing.assert_array_equal(alone.test, loaded.test)


def test_an_unknown_source_is_named() -> None:
    with pytest.raises(ValueError, match=r"Expected `source` to be one of mnist_sample, mnist.*\. Received: 'cats'\."):
        get_source("cats")
