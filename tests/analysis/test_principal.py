import numpy as np
import pytest
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA

from autoencoder.analysis import principal as module
from autoencoder.analysis.principal import principal_components, project
from tests.examples import make_pictures


@pytest.fixture(params=[True, False], ids=["all eigenvectors", "by search"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.param:
        monkeypatch.setattr(module, "EXACT", 10)
        monkeypatch.setattr(module, "SPARE", 8)
        monkeypatch.setattr(module, "CHUNK", 7 * 192)  # seven pictures at once: the last ones are fewer


def spread_out(count: int) -> np.ndarray:
    """uint8 (count, 8, 8, 3), with variances that fall as pictures' do"""
    generator = np.random.default_rng(0)
    axes = np.linalg.qr(generator.normal(size=(192, 192)))[0]
    flat = generator.normal(size=(count, 192)) * (300 / np.arange(1, 193)) @ axes.T + 128
    return flat.clip(0, 255).round().astype(np.uint8).reshape(count, 8, 8, 3)


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("count", [100, 400], ids=["fewer pictures than values", "more"])
def test_principal_components_are_scikit_learns(count: int) -> None:
    pictures = spread_out(count)
    mean, components = principal_components(pictures, 6)
    pca = PCA(6, svd_solver="full").fit(pictures.reshape(count, -1) / 255)
    np.testing.assert_allclose(mean, pca.mean_, atol=1e-6)
    np.testing.assert_allclose(components.T @ components, np.eye(6), atol=1e-5)
    np.testing.assert_allclose(np.abs(components.T @ pca.components_.T), np.eye(6), atol=2e-3)
    assert np.degrees(subspace_angles(components, pca.components_.T)).max() < 0.1


@pytest.mark.usefixtures("_way")
def test_bytes_stand_for_pictures() -> None:
    content = spread_out(80)
    pictures = content / np.float32(255)
    (mean, components), (own_mean, own) = (principal_components(each, 4) for each in (content, pictures))
    np.testing.assert_allclose(mean, own_mean, rtol=0, atol=1e-6)
    # which way a component points is chance; off by an angle of 1e-3 the product is off by half its square
    alike = np.abs(np.sum(components * own, axis=0, dtype=np.float64))
    np.testing.assert_allclose(alike, 1, rtol=0, atol=1e-6)


@pytest.mark.usefixtures("_way")
def test_pictures_that_are_all_alike_have_some_components_and_no_variance() -> None:
    pictures = np.repeat(make_pictures(1, (8, 8, 1)), 30, axis=0)
    mean, components = principal_components(pictures, 3)
    np.testing.assert_allclose(mean, pictures[0].reshape(-1), atol=1e-6)
    np.testing.assert_allclose(components.T @ components, np.eye(3), atol=1e-5)


def test_a_projection_is_that_of_scikit_learn() -> None:
    pictures = np.random.default_rng(0).random((50, 4, 5, 1), np.float32)
    flat = pictures.reshape(50, -1).astype(np.float64)  # in single precision it is off by 1e-5 itself
    pca = PCA(6, svd_solver="full").fit(flat)
    expected = pca.inverse_transform(pca.transform(flat)).reshape(pictures.shape)
    # rounded to 6e-8, a plane turns by as much times the first variance by the gap to the seventh, which is about 100
    np.testing.assert_allclose(project(pictures, *principal_components(pictures, 6)), expected, rtol=0, atol=1e-5)
