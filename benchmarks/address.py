"""The address of the page Bottleneck with its form filled in."""

from urllib.parse import urlencode

from autoencoder.images.sources import SOURCES
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import TrainingSettings


def address(settings: TrainingSettings) -> str:
    """Path and query; Streamlit takes a choice by the title that is shown, not by its key."""
    query = {
        "source": SOURCES[settings.source].title,
        "network": NETWORKS[settings.network].title,
        f"epochs_{settings.source}": settings.epochs,
        "seed": settings.seed,
    }
    return f"/bottleneck?{urlencode(query)}"
