import numpy as np
import pytest
from scipy.linalg import subspace_angles

from autoencoder.analysis.principal import principal_components
from autoencoder.analysis.subspace import decoder_directions, principal_angles, project


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("nearness", [1.0, 0.1, 1e-6])
def test_angles_are_those_of_scipy(seed: int, nearness: float) -> None:
    generator = np.random.default_rng(seed)
    one = generator.normal(size=(30, 4))
    other = (one + nearness * generator.normal(size=(30, 4))) @ generator.normal(size=(4, 4))
    expected = np.sort(np.degrees(subspace_angles(one, other)))
    np.testing.assert_allclose(principal_angles(one, other), expected, rtol=1e-3, atol=1e-8)


def test_a_projection_is_that_of_scikit_learn() -> None:
    from sklearn.decomposition import PCA

    pictures = np.random.default_rng(0).random((50, 4, 5, 1), np.float32)
    flat = pictures.reshape(50, -1).astype(np.float64)  # in single precision it is off by 1e-5 itself
    pca = PCA(6, svd_solver="full").fit(flat)
    expected = pca.inverse_transform(pca.transform(flat)).reshape(pictures.shape)
    # rounded to 6e-8, a plane turns by as much times the first variance by the gap to the seventh, which is about 100
    np.testing.assert_allclose(project(pictures, *principal_components(pictures, 6)), expected, rtol=0, atol=1e-5)


def test_the_directions_of_a_linear_decoder_are_its_columns() -> None:
    kernel = np.random.default_rng(0).normal(size=(3, 20)).astype(np.float32)

    class Decoder:
        def decode(self, codes: np.ndarray) -> np.ndarray:
            return (codes @ kernel + 0.5).reshape(-1, 4, 5, 1)

    found = decoder_directions(Decoder(), 3)  # type: ignore[arg-type]
    np.testing.assert_allclose(found, kernel.T, rtol=0, atol=1e-6)  # painted values of up to 4 are rounded by 2.4e-7
