"""The address of the page Bottleneck with its form filled in."""

from urllib.parse import urlencode

from autoencoder.training.settings import TrainingSettings


def address(settings: TrainingSettings) -> str:
    """Path and query."""
    query = {name: getattr(settings, name) for name in ("source", "network", "epochs", "seed")}
    return f"/bottleneck?{urlencode(query)}"
