import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier

from autoencoder.analysis.unfolding import end_of, same_class, unfold, with_network
from autoencoder.data.image_dataset import ImageDataset
from autoencoder.training.run_state import Notice, NoticeCode, RunState, Snapshot
from autoencoder.training.unfolding import which_pictures
from tests.analysis.looked_at import model, pictures


def codes(numbers: int, count: int = 60) -> dict[float, np.ndarray]:
    """At three moments, with another direction of the largest variance each time."""
    generator = np.random.default_rng(0)
    found = {}
    for epoch in (0.0, 0.5, 3.0):
        turn = np.linalg.qr(generator.normal(size=(numbers, numbers)))[0] * np.linspace(3, 0.1, numbers)
        found[epoch] = (generator.normal(size=(count, numbers)) @ turn.T + epoch).astype(np.float32)
    return found


@pytest.mark.parametrize("numbers", [3, 8, 64])
def test_all_moments_are_on_the_plane_of_pca_at_the_end(numbers: int) -> None:
    kept = codes(numbers)
    found = unfold(kept, pictures())
    assert found.epochs == (0.0, 0.5, 3.0)
    assert found.points.shape == (3, 60, 2)
    peer = PCA(2, svd_solver="full").fit(kept[3.0].astype(np.float64))
    for points, of in zip(found.points, kept.values(), strict=True):
        expected = peer.transform(of.astype(np.float64))
        signs = np.sign((expected * points).sum(axis=0))  # a component points either way
        np.testing.assert_allclose(points, signs * expected, atol=1e-4)
    np.testing.assert_allclose(found.plane.explained, peer.explained_variance_ratio_, atol=1e-5)


def test_one_or_two_numbers_are_drawn_as_they_are() -> None:
    for numbers in (1, 2):
        kept = codes(numbers)
        found = unfold(kept, pictures())
        for points, of in zip(found.points, kept.values(), strict=True):
            np.testing.assert_array_equal(points[:, :numbers], of)
            assert (points[:, numbers:] == 0).all()
        assert found.size == numbers


def test_labels_are_those_of_the_pictures_that_were_encoded() -> None:
    shown: ImageDataset = pictures()
    assert shown.test_labels is not None
    found = unfold(codes(2), shown)
    np.testing.assert_array_equal(found.labels, shown.test_labels[which_pictures(len(shown.test), 60)])


def test_the_last_moment_is_that_of_the_network_itself() -> None:
    kept, shown, network = codes(2), pictures(), model()
    found = with_network(kept, network, shown, 2.0)
    assert [*found] == [0.0, 0.5, 2.0]
    expected = network.network.encode(shown.test[which_pictures(len(shown.test), 60)])[:, :2]
    np.testing.assert_array_equal(found[2.0], expected)


def test_a_training_that_diverged_ends_where_its_weights_are() -> None:
    ended = Snapshot(RunState.FAILED, 10, 7.5)
    assert end_of(ended) == 7.5
    diverged = Snapshot(RunState.FAILED, 10, 7.5, notice=Notice(NoticeCode.DIVERGED, kept_epoch=6.0))
    assert end_of(diverged) == 6.0
    unwatched = Snapshot(RunState.STOPPED, 10, 7.5, notice=Notice(NoticeCode.UNWATCHED))
    assert end_of(unwatched) == 7.5


def test_neighbors_of_the_same_class_are_counted() -> None:
    generator = np.random.default_rng(1)
    labels = generator.integers(0, 4, 80)
    points = (generator.normal(size=(80, 2)) + labels[:, np.newaxis]).astype(np.float32)
    hits = []
    for index in range(80):
        others = np.arange(80) != index
        peer = KNeighborsClassifier(1).fit(points[others], labels[others])
        hits.append(peer.predict(points[[index]])[0] == labels[index])
    assert same_class(points, labels) == pytest.approx(np.mean(hits))
    assert same_class(points, None) is None
    assert same_class(points, np.zeros(80, int)) is None
    assert same_class(points[:1], labels[:1]) is None
