from typing import Any

import numpy as np
import pytest

from autoencoder.export.weights import read_weights
from autoencoder.networks.build import build_decoder, build_encoder
from tests.conftest import Exported

pytestmark = pytest.mark.slow  # it exports networks

NETWORKS = ["ordered_network", "exact_network", "open_network", "gaussian_network", "repairer_network"]


@pytest.fixture(params=NETWORKS)
def exported(request: pytest.FixtureRequest) -> Exported:
    return request.getfixturevalue(request.param)


def others(exported: Exported) -> tuple[Any, Any]:
    """The same models with other weights."""
    return build_encoder(exported.plan, 11), build_decoder(exported.plan, 12)


def test_every_weight_comes_back_to_the_last_bit(exported: Exported) -> None:
    models = others(exported)
    read_weights(models, exported.files)
    for model, expected in zip(models, (exported.encoder, exported.decoder), strict=True):
        for found, weight in zip(model.get_weights(), expected.get_weights(), strict=True):
            np.testing.assert_array_equal(found, weight)


def test_a_file_of_another_network_is_refused(ordered_network: Exported, gaussian_network: Exported) -> None:
    with pytest.raises(ValueError, match="Expected the weights of the network's encoder"):
        read_weights(others(ordered_network), gaussian_network.files)
