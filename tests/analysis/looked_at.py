"""The network that comes with the app, and its pictures, for tests of lessons that look at a trained network."""

from functools import lru_cache
from pathlib import Path

from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.mnist import load_sample
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.store import TrainedModel

FOLDER = RunFolder(Path(__file__).parents[2] / "assets" / "pretrained" / "bottleneck")


@lru_cache
def model() -> TrainedModel:
    return TrainedModel(FOLDER.settings(), CompiledNetwork(*FOLDER.network()))


@lru_cache
def pictures() -> ImageDataset:
    return load_sample(test_only=True)
