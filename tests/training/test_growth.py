import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.files import write_arrays
from autoencoder.training.growth import (
    EARLY,
    LEVELS,
    MOST_BYTES,
    MOST_MOMENTS,
    MOST_UNITS,
    moments,
    pack,
    unpack,
)

MEGABYTES = 5_000_000  # what a run's folder may grow by


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


@given(st.integers(1, 2000))
def test_the_first_and_the_last_previews_have_tiles(previews: int) -> None:
    kept = moments(previews)
    assert {*range(min(EARLY, previews)), previews - 1} <= kept <= {*range(previews)}
    assert len(kept) == min(previews, MOST_MOMENTS)
    if previews > MOST_MOMENTS:
        gaps = np.diff(sorted(kept)[EARLY:])
        assert gaps.max() - gaps.min() <= 1


@pytest.mark.parametrize("shape", [(28, 28, 1), (96, 96, 3), (4, 4, 1)])
def test_tiles_come_back_to_within_half_a_level(shape: tuple[int, int, int]) -> None:
    layers = {"first": random(100, *shape), "last": 3 * random(100, *shape)}
    found = unpack(pack(layers, 10))
    assert [*found] == ["first", "last"]
    for name, tiles in found.items():
        assert len(tiles) == MOST_UNITS
        if shape[2] == 1:
            wanted = layers[name][:MOST_UNITS, :, :, 0]
            largest = np.abs(wanted).max()
            np.testing.assert_allclose(tiles, wanted, rtol=0, atol=1.001 * largest / LEVELS / 2)
        assert max(tiles.shape[1:]) <= 32


@pytest.mark.parametrize("previews", [2, 30, 45, 105, 1005])
@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 32, 3), (96, 96, 3)])
def test_a_run_grows_by_less_than_five_megabytes(tmp_path, previews: int, shape: tuple[int, int, int]) -> None:
    layers = {"first": random(512, *shape), "last": random(768, *shape)}
    preview = {"reconstructions": np.zeros((1, 10, 8, 8, 1), np.uint8)}
    write_arrays(tmp_path / "without.npz", preview)
    write_arrays(tmp_path / "with.npz", preview | pack(layers, previews))
    before, after = ((tmp_path / f"{name}.npz").stat().st_size for name in ("without", "with"))
    assert (after - before) * len(moments(previews)) < MEGABYTES
    assert MOST_BYTES < MEGABYTES


def test_no_weights_are_kept_as_none() -> None:
    assert (unpack(pack({"first": np.zeros((2, 3, 3, 1), np.float32)}, 5))["first"] == 0).all()


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        {"reconstructions": np.zeros((1, 10, 8, 8, 1), np.uint8)},
        {"first": np.zeros((3, 4, 4), np.int8)},
        {"first": np.zeros((3, 4, 4), np.float32), "first scale": np.float32(1)},
        {"first": np.zeros((3, 4), np.int8), "first scale": np.float32(1)},
        {"first": np.zeros((0, 4, 4), np.int8), "first scale": np.float32(1)},
        {"first scale": np.float32(1)},
        {"first": np.zeros((3, 4, 4), np.int8), "first scale": np.array([np.nan, 1])},
        {"first": np.zeros((3, 4, 4), np.int8), "first scale": np.array("a")},
        {"first": np.zeros((3, 4, 4), np.int8), "first scale": np.float32("nan")},
    ],
)
def test_what_is_none_of_them_gives_no_tiles(arrays: dict[str, np.ndarray]) -> None:
    assert unpack(arrays) == {}
