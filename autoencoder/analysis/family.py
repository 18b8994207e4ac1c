"""The family of autoencoders: the settings of each member, and what it reaches on the same test pictures.

All are the same small network with one hidden layer each way, but for the linear one; so what differs between them is
their loss. `ui/lessons/family/texts.toml` describes them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from autoencoder.analysis.compression import error_by_size
from autoencoder.analysis.denoising import TEST_SEED
from autoencoder.analysis.latent import nearest
from autoencoder.analysis.measured import from_json, readable
from autoencoder.analysis.metrics import mean_squared_error
from autoencoder.analysis.principal import principal_components, project, training_pictures
from autoencoder.data.noise import add_noise
from autoencoder.data.selection import hold_out
from autoencoder.data.sources import get_source
from autoencoder.files import modified
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.capacity import cores
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import NO_PENALTY, TrainingSettings

NETWORKS = ("shallow", "linear")
EPOCHS: Mapping[str, int] = {"mnist": 10, "mnist_sample": 30, "bananas": 15}
MORE_EPOCHS = 20  # of a session's own pictures
BATCHES: Mapping[str, int] = {"mnist": 128, "bananas": 64}
FEW_BATCH = 32  # for sources with few pictures
LINEAR_EPOCHS = 100  # where there are few pictures: it creeps into PCA's plane at last

MEASURED = "family"  # the name under which a run keeps its figures
PCA = "family pca"  # and the plane that it is compared with
NOISE, NOISE_LEVEL = "gaussian", 0.3  # which every member is asked to take away
ACTIVE = 0.01  # a number is active where it is further from 0 than this share of the codes' root mean square
LEAST_NATS = 0.01  # in which a number tells something: J. Lucas et al., 2019, arXiv:1911.02469
STRETCHED_PICTURES, DIRECTIONS, STEP = 50, 64, 1e-3  # for the Jacobian
SAMPLES, SAMPLE_SEED, MOST_NEIGHBORS = 200, 3, 2000


MEMBERS: Mapping[str, dict[str, Any]] = {  # the settings in which each kind of autoencoder differs from the plain one
    "undercomplete": {},
    "sparse": {"bottleneck_size": 64, "penalty": "sparse", "penalty_weight": 1e-4},
    "denoising": {"noise": "gaussian", "noise_low": 0.0, "noise_high": 0.5},
    "contractive": {"penalty": "contractive", "penalty_weight": 1e-3},
    "variational": {"loss": "binary_crossentropy", "penalty": "variational", "penalty_weight": 1.0},
    "linear": {"network": "linear", "learning_rate": 0.01, "batch_size": 16},
}


def settings_of(member: str, source: str) -> TrainingSettings:
    """Return how a member, a key of MEMBERS, is trained on a source at first."""
    epochs = LINEAR_EPOCHS if (member, source) == ("linear", "mnist_sample") else EPOCHS.get(source, MORE_EPOCHS)
    plain = TrainingSettings(source, "shallow", "exact", 8, epochs, BATCHES.get(source, FEW_BATCH), learning_rate=0.003)
    return replace(plain, **MEMBERS[member])


def member_of(settings: TrainingSettings) -> str | None:
    """Return which member was trained with these settings, a key of MEMBERS; None for networks of other pages."""
    if settings.network not in NETWORKS or settings.bottleneck != "exact" or settings.normal_classes:
        return None
    if settings.network == "linear":
        return "linear"
    if settings.penalty != NO_PENALTY:
        return settings.penalty
    return "denoising" if settings.noisy else "undercomplete"


def latest(source: str, runs: Iterable[RunFolder]) -> dict[str, RunFolder]:
    """Return, of each member that was trained on a source, the finished run that was used last, by order of MEMBERS."""
    by_use = sorted(readable(runs), key=lambda pair: modified(pair[0].path))
    found = {member_of(settings): run for run, settings in by_use if settings.source == source}
    return {member: found[member] for member in MEMBERS if member in found}


@dataclass(frozen=True)
class Figures:
    """What was measured of one member on the test pictures. Every error is a mean squared one."""

    pictures: int  # test pictures
    numbers: int  # of a code
    error: float
    noisy_error: float  # where the network is shown them with Gaussian noise of level 0.3
    active_share: float  # of the codes' numbers, see `active_share`
    jacobian: float  # the mean squared Frobenius norm of the encoder's Jacobian
    spread: float  # the variances of the codes' numbers, added up: the scale that `jacobian` is to be seen on
    sample_error: float  # from pictures painted from random codes to the closest test picture
    seconds: float  # of training, with the time in which TensorFlow compiled it
    epochs: float
    divergence: float | None = None  # of a variational network, the mean Kullback-Leibler divergence in nats
    divergences: tuple[float, ...] | None = None  # the same of each number of its code
    mean_error: float | None = None  # beside a variational network, of always painting the mean test picture
    pca_error: float | None = None  # of PCA with as many components, beside a linear network
    pca_angle: float | None = None  # the largest angle between its plane and PCA's, in degrees
    pca_cosine: float | None = None  # the mean cosine of all these angles

    @classmethod
    def of(cls, folder: RunFolder) -> "Figures | None":
        """Return what was measured of the run in `folder`; None where that is not all there yet or cannot be read."""
        found = from_json(cls, folder.measured(MEASURED))
        return None if found and found.divergence is not None and found.divergences is None else found

    @property
    def active(self) -> float:
        """Return how many numbers of a code are active, on average; of a variational one, how many tell something."""
        return self.active_share * self.numbers if self.divergences is None else self.numbers - self.collapsed

    @property
    def collapsed(self) -> int:
        """Return how many numbers of a variational network's code tell next to nothing of a picture."""
        return sum(nats < LEAST_NATS for nats in self.divergences or ())

    @property
    def sensitivity(self) -> float:
        """Return how far the code moves with the picture, by how far codes lie apart: the same at every scale."""
        return self.jacobian / self.spread if self.spread else 0.0


def measure(folder: RunFolder) -> None:
    """Work out the figures, and keep them. Runs in the worker, after a training."""
    settings, snapshot = folder.settings(), folder.snapshot()
    network = CompiledNetwork(*folder.network(), threads=cores())
    test = get_source(settings.source).load(test_only=True).test
    codes = network.encode(test)
    noisy = add_noise(test, NOISE, NOISE_LEVEL, TEST_SEED)
    (error,), (noisy_error,) = (error_by_size(network, test, settings.sizes, shown) for shown in (test, noisy))
    by_number = divergences(codes, network.log_variances(test)) if settings.penalty == "variational" else None
    figures = Figures(
        pictures=len(test),
        numbers=codes.shape[1],
        error=error,
        noisy_error=noisy_error,
        active_share=active_share(codes),
        jacobian=mean_squared_jacobian(network, test[:STRETCHED_PICTURES]),
        spread=float(codes.var(axis=0, dtype=np.float64).sum()),
        sample_error=sample_error(network, codes, test[:MOST_NEIGHBORS]),
        seconds=snapshot.seconds,
        epochs=snapshot.epoch,
        divergence=None if by_number is None else float(by_number.sum()),
        divergences=None if by_number is None else tuple(by_number.tolist()),
        mean_error=None if by_number is None else float(test.var(axis=0, dtype=np.float64).mean()),
        **(_beside_pca(folder, network, test) if settings.network == "linear" else {}),
    )
    folder.write_measured(MEASURED, asdict(figures))


def active_share(codes: np.ndarray) -> float:
    """Return which share of the numbers of codes, float32 (n, numbers), is further from 0 than ACTIVE × their RMS."""
    scale = np.sqrt(np.square(codes, dtype=np.float64).mean())
    return float((np.abs(codes) > ACTIVE * scale).mean())


def divergences(means: np.ndarray, log_variances: np.ndarray) -> np.ndarray:
    """Return the mean Kullback-Leibler divergence of each number's normal distributions, (n, numbers) → (numbers,).

    From the standard one in nats, −½ (1 + log σ² − μ² − σ²): D. P. Kingma and M. Welling, 2014, arXiv:1312.6114.
    """
    means, log_variances = means.astype(np.float64), log_variances.astype(np.float64)  # the terms nearly cancel out
    terms = 1 + log_variances - np.square(means) - np.exp(log_variances)
    return np.asarray(-terms.mean(axis=0) / 2)


def mean_squared_jacobian(network: CompiledNetwork, pictures: np.ndarray) -> float:
    """Return an estimate of the mean squared Frobenius norm of the encoder's Jacobian at pictures (n, …) in [0, 1].

    For a random direction u of signs the mean of ‖Ju‖² is ‖J‖² (M. F. Hutchinson, 1989,
    doi:10.1080/03610918908812806); Ju is how far the codes of pictures ± STEP × u lie apart, by 2 × STEP.
    """
    generator, total = np.random.default_rng(0), 0.0
    for _ in range(DIRECTIONS):
        ahead = STEP * generator.choice(np.array([-1, 1], np.float32), pictures.shape)
        apart = network.encode(pictures + ahead) - network.encode(pictures - ahead)
        total += float(np.square(apart.astype(np.float64) / (2 * STEP)).sum(axis=1).mean())
    return total / DIRECTIONS


def sample_error(network: CompiledNetwork, codes: np.ndarray, pictures: np.ndarray) -> float:
    """Return how far pictures from random codes, see `draw_codes`, are from the closest real one: the squared error."""
    painted = network.decode(draw_codes(codes, SAMPLES, SAMPLE_SEED))
    return float(np.square(painted - pictures[nearest(painted, pictures)[0]]).mean(dtype=np.float64))


def draw_codes(codes: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return random codes (count, numbers): each number drawn by itself, with its mean and variance in `codes`."""
    drawn = np.random.default_rng(seed).normal(size=(count, codes.shape[1]))
    mean, deviation = codes.mean(axis=0, dtype=np.float64), codes.std(axis=0, dtype=np.float64)
    return (mean + drawn * deviation).astype(np.float32)


def decoder_directions(network: CompiledNetwork, code_size: int) -> np.ndarray:
    """Return what each number of the code adds to a picture, for a linear decoder: float32 (pixels, code_size)."""
    codes = np.eye(code_size + 1, code_size, -1, np.float32)  # nothing, then each number alone
    painted = network.decode(codes).reshape(len(codes), -1)
    return (painted[1:] - painted[0]).T


def _beside_pca(folder: RunFolder, network: CompiledNetwork, test: np.ndarray) -> dict[str, float]:
    """Return how far a linear network is from PCA of the pictures that it learned from; PCA's plane is kept."""
    from scipy.linalg import subspace_angles

    settings = folder.settings()
    source = get_source(settings.source)
    groups = source.load().train_groups if source.train_bytes is None else None
    train = training_pictures(settings.source)
    learned = train[hold_out(np.arange(len(train)), settings.seed, groups)[0]]
    mean, components = principal_components(learned, settings.bottleneck_size)
    folder.write_measured_arrays(PCA, {"mean": mean, "components": components})
    directions = decoder_directions(network, settings.bottleneck_size)
    angles = subspace_angles(directions.astype(np.float64), components.astype(np.float64))
    return {
        "pca_error": float(mean_squared_error(test, project(test, mean, components)).mean(dtype=np.float64)),
        "pca_angle": float(np.degrees(angles.max())),
        "pca_cosine": float(np.cos(angles).mean()),
    }
