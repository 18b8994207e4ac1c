from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from sklearn.decomposition import PCA

from autoencoder.analysis import latent
from autoencoder.analysis.latent import (
    FEWEST,
    NEIGHBORS,
    STAGES,
    NeighborPlane,
    codes_of,
    frame_of,
    plane_of,
    points_of,
    quantile_grid,
    rail,
    stage,
)
from tests.analysis.looked_at import FOLDER, model, pictures


def codes(size: int) -> np.ndarray:
    return codes_of(model(), pictures(), size).values


@pytest.mark.parametrize("size", [3, 8, 64])
def test_the_principal_plane_is_that_of_scikit_learn(size: int) -> None:
    values = codes(size)
    plane, exact = plane_of(values), values.astype(np.float64)
    theirs = PCA(2, svd_solver="full").fit(exact)
    signs = np.sign((plane.axes * theirs.components_).sum(axis=1))
    largest = np.abs(exact).max()
    np.testing.assert_allclose(plane.axes, signs[:, np.newaxis] * theirs.components_, rtol=0, atol=1e-6)
    np.testing.assert_allclose(plane.points, signs * theirs.transform(exact), rtol=0, atol=1e-6 * largest)
    np.testing.assert_allclose(plane.explained, theirs.explained_variance_ratio_, rtol=1e-6)
    positions = np.array([[0.0, 0.0], [1.5, -2.0]])
    np.testing.assert_allclose(
        plane.codes_at(positions), theirs.inverse_transform(signs * positions), rtol=0, atol=1e-5
    )


def test_the_axes_are_orthonormal_and_always_the_same_way_round() -> None:
    plane = plane_of(codes(16))
    axes = plane.axes.astype(np.float64)
    np.testing.assert_allclose(axes @ axes.T, np.eye(2), rtol=0, atol=1e-6)  # each number is rounded to 6e-8
    assert all(axis[np.abs(axis).argmax()] > 0 for axis in plane.axes)
    np.testing.assert_array_equal(plane.axes, plane_of(codes(16)).axes)


def test_two_numbers_are_drawn_as_they_are_and_every_place_is_a_code() -> None:
    plane = plane_of(codes(2))
    np.testing.assert_array_equal(plane.points, codes(2))
    np.testing.assert_array_equal(plane.codes_at(plane.points), codes(2))
    assert sum(plane.explained) == pytest.approx(1)


def test_a_single_number_lies_on_a_line() -> None:
    plane = plane_of(codes(1))
    np.testing.assert_array_equal(plane.points[:, :1], codes(1))
    assert not plane.points[:, 1].any()
    np.testing.assert_array_equal(plane.codes_at(np.array([[2.0, 5.0]])), [[2.0]])
    frame = frame_of(plane.points)
    assert frame.low[1] < 0 < frame.high[1]


def test_codes_that_are_all_the_same_can_be_drawn() -> None:
    plane = plane_of(np.ones((6, 4), np.float32))
    assert np.isfinite(plane.points).all()
    assert np.isfinite(plane.axes).all()
    assert plane.explained == (0, 0)


def test_on_a_plane_without_a_way_back_a_point_is_its_own_code() -> None:
    values = codes(8)
    plane = NeighborPlane(codes(2), values)
    np.testing.assert_allclose(plane.codes_at(plane.points), values, atol=1e-3)


def test_between_points_the_nearer_count_more() -> None:
    points = np.array([[0, 0], [1, 0], *[[100 + number, 0] for number in range(NEIGHBORS)]], np.float32)
    values = np.arange(len(points), dtype=np.float32)[:, np.newaxis]
    plane = NeighborPlane(points, values)
    (middle,), (left,) = plane.codes_at(np.array([[0.5, 0.0], [0.25, 0.0]]))
    assert middle == pytest.approx(0.5, abs=0.01)
    assert left == pytest.approx(0.1, abs=0.01)  # weights 1 / 0.25² and 1 / 0.75²
    low, high = values.min(), values.max()
    assert ((plane.codes_at(frame_of(points).grid(5, 5)) >= low) & (plane.codes_at([[50, 3]]) <= high)).all()


def test_all_points_are_within_the_frame() -> None:
    points = codes(2)
    frame = frame_of(points)
    shares = frame.shares(points)
    assert shares.min() > 0.03
    assert shares.max() < 0.97
    np.testing.assert_allclose(frame.position(*shares[7]), points[7], atol=1e-5)


def test_the_grid_goes_row_by_row_from_the_top_left() -> None:
    frame = frame_of(codes(2))
    grid = frame.grid(4, 3)
    shares = frame.shares(grid)
    assert grid.shape == (12, 2)
    np.testing.assert_allclose(shares[0], [1 / 8, 5 / 6])
    np.testing.assert_allclose(shares[1], [3 / 8, 5 / 6])
    np.testing.assert_allclose(shares[-1], [7 / 8, 1 / 6])


def test_the_map_lies_within_the_codes_and_each_column_stands_for_as_many() -> None:
    points = codes(2)
    grid = quantile_grid(points, 15)
    assert grid.shape == (225, 2)
    assert (grid >= points.min(axis=0)).all()
    assert (grid <= points.max(axis=0)).all()
    assert (np.diff(grid[:15, 0]) > 0).all()
    assert (np.diff(grid[::15, 1]) < 0).all()
    left_of = [(points[:, 0] <= x).mean() for x in grid[:15, 0]]
    np.testing.assert_allclose(left_of, (np.arange(15) + 0.5) / 15, atol=0.01)


@pytest.mark.parametrize(("low", "high"), [(-17.9, 10.3), (-0.0123, 0.0207), (-4210.0, 90.0), (0.0, 1.0), (-0.5, 0.5)])
def test_a_rail_holds_what_it_is_asked_for_in_round_steps(low: float, high: float) -> None:
    moved = rail(low, high)
    assert low - moved.step <= moved.low <= low + 1e-9
    assert high - 1e-9 <= moved.high <= high + moved.step
    assert 100 <= (high - low) / moved.step < 1000.1
    for value in np.linspace(low, high, 37):
        snapped = moved.snap(value)
        assert abs(snapped - value) <= moved.step / 2 + 1e-9
        assert float(f"{snapped:.{moved.decimals}f}") == snapped
    assert (moved.snap(low - 100 * moved.step), moved.snap(high + 100 * moved.step)) == (moved.low, moved.high)


def test_points_of_other_pictures_are_no_plane_of_these_codes() -> None:
    with pytest.raises(ValueError, match=r"Expected a point for each of 10 codes\. Received: 9\."):
        NeighborPlane(np.zeros((9, 2), np.float32), codes(8)[:10])


# t-SNE


@pytest.fixture(scope="module")
def stages() -> Iterator[list[np.ndarray]]:
    """The points after each stage, for 300 codes of the network that comes with the app."""
    found: list[bytes] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(latent, "MOST_CODES", 300)
        for number in range(STAGES):
            found.append(stage(FOLDER, "", "mnist_sample", 8, number, found[-1] if found else b""))
        yield [points_of(answer) for answer in found]


@pytest.mark.slow
def test_each_stage_goes_on_where_the_one_before_ended_and_neighbors_are_kept(stages: list[np.ndarray]) -> None:
    from sklearn.manifold import trustworthiness

    assert all(points.shape == (len(codes(8)), 2) and points.dtype == np.float32 for points in stages)
    kept = [trustworthiness(codes(8), points) for points in stages]
    assert kept[-1] > 0.95
    assert kept[-1] >= kept[0]
    moved = [np.abs(after - before).mean() / after.std() for before, after in pairwise(stages[1:])]
    assert max(moved) < 0.5


@pytest.mark.extended
@pytest.mark.slow
def test_it_keeps_neighbors_about_as_well_as_in_one_go(stages: list[np.ndarray]) -> None:
    from sklearn.manifold import TSNE, trustworthiness

    at_once = TSNE(random_state=0).fit_transform(codes(8))
    assert trustworthiness(codes(8), stages[-1]) > trustworthiness(codes(8), at_once) - 0.01


@pytest.mark.slow
def test_few_codes_and_single_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latent, "MOST_CODES", FEWEST)
    points = points_of(stage(FOLDER, "", "mnist_sample", 1, 0, b""))
    assert points.shape == (FEWEST, 2)
    assert np.isfinite(points).all()
