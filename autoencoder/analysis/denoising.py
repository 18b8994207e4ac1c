"""What a network that was taught to remove noise removes, and at what cost, at every level of every noise."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from autoencoder.analysis.measured import from_json
from autoencoder.analysis.metrics import mean_squared_error, peak_signal_to_noise_ratio, structural_similarity
from autoencoder.data.noise import SHOWN_LEVELS, add_noise
from autoencoder.data.sources import get_source
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.capacity import cores
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import TrainedModel

DEFAULT = TrainingSettings(  # what the page begins with; `benchmarks` measures it on MNIST
    "mnist",
    "denoiser",
    "open",
    epochs=1,
    batch_size=16,  # how many steps are made counts more here than how many pictures are seen
    learning_rate=0.006,
    loss="binary_crossentropy",
    noise="gaussian",
    noise_high=1.0,
    optimizer="muon",  # as good after a quarter of the steps
)
DEFAULT_EPOCHS = {"mnist": 1, "mnist_sample": 15, "bananas": 5}
MEASURED_PICTURES = 300  # of the test set, the first, on which networks and filters are measured alike
TEST_SEED = 2  # of the noise on the pictures that are measured
LEVELS = tuple(number / 20 for number in range(21))  # of the slider


@dataclass(frozen=True)
class Quality:
    """How close pictures are to the clean ones, on average: mean squared error, PSNR in dB, and SSIM in [−1, 1]."""

    mse: float
    psnr: float
    ssim: float


@dataclass(frozen=True)
class DenoisingTable:
    """How close noisy pictures (before) and what a network makes of them (after) are, at each of `SHOWN_LEVELS`."""

    pictures: int
    before: tuple[Quality, ...]
    after: tuple[Quality, ...]


def quality(pictures: np.ndarray, others: np.ndarray) -> Quality:
    """Return how close `others` are to `pictures`, float32 (n, height, width, channels) in [0, 1] both, on average."""
    measures = (mean_squared_error, peak_signal_to_noise_ratio, structural_similarity)
    return Quality(*(float(measure(pictures, others).mean(dtype=np.float64)) for measure in measures))


def denoise(
    model: TrainedModel, pictures: np.ndarray, kind: str, seed: int, levels: Sequence[float] = LEVELS
) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures, float32 (n, …) in [0, 1], at levels of one of `NOISES`, and denoised: (levels, n, …) both."""
    noisy = np.stack([add_noise(pictures, kind, level, seed) for level in levels])
    return noisy, model.reconstruct(noisy.reshape(-1, *pictures.shape[1:])).reshape(noisy.shape)


def measure(folder: RunFolder, kind: str = "", version: str = "") -> None:
    """Work out the table for a kind of noise, a key of `NOISES`, and keep it with the run.

    Without a kind, as in the worker after a training, it is the noise that the network was taught. The run's
    `network_version` makes it another question when it is asked of another network.
    """
    network, settings = CompiledNetwork(*folder.network(), threads=cores()), folder.settings()
    pictures, kind = get_source(settings.source).load(test_only=True).test[:MEASURED_PICTURES], kind or settings.noise
    noisy = (add_noise(pictures, kind, level, TEST_SEED) for level in SHOWN_LEVELS)
    pairs = [(quality(pictures, one), quality(pictures, network.decode(network.encode(one)))) for one in noisy]
    folder.write_measured(f"denoising {kind}", asdict(DenoisingTable(len(pictures), *zip(*pairs, strict=True))))


def table_of(folder: RunFolder, kind: str) -> DenoisingTable | None:
    """Return what was measured of the run in `folder` for a kind of noise; None where that is not there, or damaged."""
    table = from_json(DenoisingTable, folder.measured(f"denoising {kind}"))
    return table if table and len(table.before) == len(table.after) == len(SHOWN_LEVELS) else None
