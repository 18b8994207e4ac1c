"""What each member of the family reaches on the same test pictures: the same figures for all of them."""

from dataclasses import asdict, dataclass, fields

import numpy as np

from autoencoder.analysis.compression import BATCH
from autoencoder.analysis.denoising import TEST_SEED
from autoencoder.analysis.metrics import mean_squared_error
from autoencoder.analysis.principal import principal_components
from autoencoder.analysis.subspace import decoder_directions, principal_angles, project
from autoencoder.data.noise import add_noise
from autoencoder.data.selection import hold_out
from autoencoder.data.sources import get_source
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.capacity import cores
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings

MEASURED = "family"  # the name under which a run keeps its figures
PCA = "family pca"  # and the plane that it is compared with
NOISE, NOISE_LEVEL = "gaussian", 0.3  # which every member is asked to take away
ACTIVE = 0.01  # a number is active where it is further from 0 than this share of the codes' root mean square
STRETCHED_PICTURES, DIRECTIONS, STEP = 50, 64, 1e-3  # for the Jacobian
SAMPLES, SAMPLE_SEED, MOST_NEIGHBORS = 200, 3, 2000


@dataclass(frozen=True)
class Figures:
    """What was measured of one member.

    Args:
        pictures: How many test pictures there were.
        numbers: How many numbers a code has.
        error: The mean squared error on the test pictures.
        noisy_error: The same where the network is shown them with Gaussian noise of level 0.3.
        active_share: The share of the codes' numbers that are active, see `active_share`.
        jacobian: The mean squared Frobenius norm of the encoder's Jacobian.
        spread: The variances of the codes' numbers, added up: the scale that `jacobian` is to be seen on.
        sample_error: How far pictures painted from random codes are from the closest test picture, squared, on average.
        seconds: How long it was trained, in seconds, with the time in which TensorFlow compiled it.
        epochs: How many epochs that were.
        divergence: For a variational network, the mean Kullback-Leibler divergence in nats; else None.
        pca_error: For a linear network, the mean squared error of PCA with as many components; else None.
        pca_angle: The same: the largest angle between its plane and PCA's, in degrees.
        pca_cosine: The same: the mean cosine of all these angles.
    """

    pictures: int
    numbers: int
    error: float
    noisy_error: float
    active_share: float
    jacobian: float
    spread: float
    sample_error: float
    seconds: float
    epochs: float
    divergence: float | None = None
    pca_error: float | None = None
    pca_angle: float | None = None
    pca_cosine: float | None = None

    @classmethod
    def of(cls, folder: RunFolder) -> "Figures | None":
        """Return what was measured of the run in `folder`; None where that is not there yet or cannot be read."""
        values = folder.measured(MEASURED)
        if values is None or set(values) != {entry.name for entry in fields(cls)}:
            return None
        return cls(**values)

    @property
    def active(self) -> float:
        """Return how many numbers of a code are active, on average."""
        return self.active_share * self.numbers

    @property
    def sensitivity(self) -> float:
        """How far the code moves with the picture, as a share of how far codes lie apart: the same at every scale."""
        return self.jacobian / self.spread if self.spread else 0.0


def measure(folder: RunFolder) -> None:
    """Work out the figures, and keep them. Runs in the worker, after a training."""
    settings, snapshot = folder.settings(), folder.snapshot()
    network = CompiledNetwork(*folder.network(), threads=cores())
    test = get_source(settings.source).load(test_only=True).test
    codes = network.encode(test)
    variational = settings.penalty == "variational"
    figures = Figures(
        pictures=len(test),
        numbers=codes.shape[1],
        error=reconstruction_error(network, test, test),
        noisy_error=reconstruction_error(network, test, add_noise(test, NOISE, NOISE_LEVEL, TEST_SEED)),
        active_share=active_share(codes),
        jacobian=mean_squared_jacobian(network, test[:STRETCHED_PICTURES]),
        spread=float(codes.var(axis=0, dtype=np.float64).sum()),
        sample_error=sample_error(network, codes, test[:MOST_NEIGHBORS]),
        seconds=snapshot.seconds,
        epochs=snapshot.epoch,
        divergence=divergence(codes, network.log_variances(test)) if variational else None,
        **(_beside_pca(folder, network, settings, test) if settings.network == "linear" else {}),
    )
    folder.write_measured(MEASURED, asdict(figures))


def reconstruction_error(network: CompiledNetwork, pictures: np.ndarray, shown: np.ndarray) -> float:
    """The mean squared error between `pictures` and what is rebuilt from `shown`: float32 (n, …) in [0, 1] both."""
    total = 0.0
    for begin in range(0, len(pictures), BATCH):
        part = slice(begin, begin + BATCH)
        rebuilt = network.decode(network.encode(shown[part]))
        total += float(mean_squared_error(pictures[part], rebuilt).sum(dtype=np.float64))
    return total / len(pictures)


def active_share(codes: np.ndarray) -> float:
    """The share of the numbers, of all codes float32 (n, numbers), that are further from 0 than ACTIVE × their RMS."""
    scale = np.sqrt(np.square(codes, dtype=np.float64).mean())
    return float((np.abs(codes) > ACTIVE * scale).mean())


def divergence(means: np.ndarray, log_variances: np.ndarray) -> float:
    """The mean Kullback-Leibler divergence of normal distributions from the standard one, in nats.

    −½ Σ (1 + log σ² − μ² − σ²): D. P. Kingma and M. Welling, 2014, arXiv:1312.6114, appendix B.

    Args:
        means: float32 (n, numbers).
        log_variances: float32 (n, numbers).
    """
    means, log_variances = means.astype(np.float64), log_variances.astype(np.float64)  # the terms nearly cancel out
    terms = 1 + log_variances - np.square(means) - np.exp(log_variances)
    return float(-terms.sum(axis=1).mean() / 2)


def mean_squared_jacobian(network: CompiledNetwork, pictures: np.ndarray, directions: int = DIRECTIONS) -> float:
    """An estimate of the mean squared Frobenius norm of the encoder's Jacobian, from differences.

    For a random direction u of signs the mean of ‖Ju‖² is ‖J‖² (M. F. Hutchinson, 1989,
    doi:10.1080/03610918908812806); Ju is how far the codes of pictures ± STEP × u lie apart, by 2 × STEP.

    Args:
        network: Whose encoder.
        pictures: float32 (n, height, width, channels) in [0, 1].
        directions: How many directions are tried for each picture.
    """
    generator = np.random.default_rng(0)
    total = 0.0
    for _ in range(directions):
        ahead = STEP * generator.choice(np.array([-1, 1], np.float32), pictures.shape)
        apart = network.encode(pictures + ahead) - network.encode(pictures - ahead)
        total += float(np.square(apart.astype(np.float64) / (2 * STEP)).sum(axis=1).mean())
    return total / directions


def sample_error(network: CompiledNetwork, codes: np.ndarray, pictures: np.ndarray) -> float:
    """Return how far pictures from random codes are from the closest real picture: the mean squared error, on average.

    Each number of a code is drawn by itself from a normal distribution with that number's mean and variance.

    Args:
        network: Whose decoder.
        codes: float32 (n, numbers), of real pictures.
        pictures: float32 (m, height, width, channels) in [0, 1], real ones.
    """
    painted = network.decode(draw_codes(codes, SAMPLES, SAMPLE_SEED)).reshape(SAMPLES, -1)
    real = pictures.reshape(len(pictures), -1)
    squares = np.square(painted).sum(axis=1)[:, np.newaxis] + np.square(real).sum(axis=1) - 2 * painted @ real.T
    closest = real[squares.argmin(axis=1)]  # the squares themselves are small differences of large numbers
    return float(np.square(painted - closest).mean(dtype=np.float64))


def draw_codes(codes: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Random codes float32 (count, numbers), whose numbers have the means and variances of `codes` (n, numbers)."""
    drawn = np.random.default_rng(seed).normal(size=(count, codes.shape[1]))
    mean, deviation = codes.mean(axis=0, dtype=np.float64), codes.std(axis=0, dtype=np.float64)
    return (mean + drawn * deviation).astype(np.float32)


def _beside_pca(
    folder: RunFolder, network: CompiledNetwork, settings: TrainingSettings, test: np.ndarray
) -> dict[str, float]:
    """Return how far a linear network is from PCA of the pictures that it learned from; PCA's plane is kept."""
    mean, components = principal_components(_learned_pictures(settings), settings.bottleneck_size)
    folder.write_measured_arrays(PCA, {"mean": mean, "components": components})
    angles = principal_angles(decoder_directions(network, settings.bottleneck_size), components)
    error = float(mean_squared_error(test, project(test, mean, components)).mean(dtype=np.float64))
    cosine = float(np.cos(np.radians(angles)).mean())
    return {"pca_error": error, "pca_angle": float(angles.max()), "pca_cosine": cosine}


def _learned_pictures(settings: TrainingSettings) -> np.ndarray:
    """The training pictures but those that were held out: float32 in [0, 1], or uint8, (n, height, width, channels)."""
    source = get_source(settings.source)
    if source.train_bytes is not None:
        train, groups = source.train_bytes(), None
    else:
        pictures = source.load()
        train, groups = pictures.train, pictures.train_groups
    return train[hold_out(np.arange(len(train)), settings.seed, groups)[0]]
