"""What is normal and what is not: a network that learned normal pictures alone rebuilds these well, and others badly.

One contract for every score: a map says where a picture is abnormal, its score is one number, higher means more
abnormal, and the threshold comes from held-out normal pictures alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from autoencoder.analysis.detection import auroc, average_precision
from autoencoder.analysis.metrics import WINDOW, similarity_map
from autoencoder.data.bananas import bananas
from autoencoder.data.noise import add_noise
from autoencoder.data.selection import hold_out, of_classes
from autoencoder.data.sources import get_source
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.networks.ordered import milestones
from autoencoder.training.capacity import cores
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings

_MNIST = TrainingSettings(
    "mnist",
    "dense",
    "exact",
    16,
    epochs=8,
    batch_size=32,
    learning_rate=0.002,
    loss="binary_crossentropy",
    noise="gaussian",
    noise_low=0.3,
    noise_high=0.3,
    normal_classes=(0,),
)
DEFAULTS: Mapping[str, TrainingSettings] = {  # source → how its anomalies are best found, as `benchmarks` measures
    "bananas": TrainingSettings(
        "bananas",
        "repairer",
        "open",
        epochs=6,
        batch_size=16,
        learning_rate=0.004,
        noise="stains",
        noise_high=0.3,
        normal_classes=(0,),
        optimizer="muon",
    ),
    "mnist": _MNIST,
    "mnist_sample": replace(_MNIST, source="mnist_sample", epochs=100),
}
OWN_EPOCHS = 10  # of a session's own pictures, mostly 2,000
NORMAL_NAMES = ("normal", "good", "ok", "fine", "ripe", "healthy", "sound", "regular")  # of classes of uploads
DEFAULT_SCORE: Mapping[str, str] = {"bananas": "strongest", "mnist": "structural", "mnist_sample": "structural"}
MEASURED = "anomalies"  # the name under which a run keeps what was measured
MOST_TEST_PICTURES = 2000  # whose scores are worked out for the pages
MOST_HELD_OUT = 600  # normal pictures from which thresholds are taken
BATCH = 500  # pictures at once, which bounds the memory
DRAWS = 4  # of the noise, where a network expects it
BASELINE_OFFSET = 0.001  # so that a pixel that never changes does not count without end


def default_settings(source: str) -> TrainingSettings:
    """How anomalies of a source are looked for at first: as measured, or for a session's own pictures as for bananas.

    Args:
        source: One of DEFAULTS, or a session's own source with two classes or more.
    """
    if source in DEFAULTS:
        return DEFAULTS[source]
    names = [name.lower() for name in get_source(source).class_names]
    normal = next((label for label, name in enumerate(names) if name in NORMAL_NAMES), 0)
    return replace(DEFAULTS["bananas"], source=source, epochs=OWN_EPOCHS, normal_classes=(normal,))


@dataclass(frozen=True)
class Score:
    """A way to say how far a reconstruction is from its picture.

    Args:
        title: Its name.
        difference_map: (pictures, reconstructions, baseline_error) → float (n, height, width), higher is more
            abnormal. The first two are float32 (n, height, width, channels) in [0, 1]; `baseline_error` is the mean
            squared error of each pixel in normal pictures, float32 (height, width).
        top: Where the colors of its map end, the same for all pictures.
        edge: So many pixels along the picture's edges do not count for the score.
        power: To which the map is taken before its mean is the score: the higher, the more the strongest places count.
    """

    title: str
    difference_map: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
    top: float
    edge: int = 0
    power: int = 1

    def of(self, maps: np.ndarray) -> np.ndarray:
        """The score of each picture: the power mean of its map without the edges, (n, height, width) → (n,)"""
        inner = slice(self.edge, -self.edge or None)
        return (maps[:, inner, inner] ** self.power).mean(axis=(1, 2)) ** (1 / self.power)


def _squared(pictures: np.ndarray, reconstructions: np.ndarray, baseline_error: np.ndarray) -> np.ndarray:
    return np.square(reconstructions - pictures).mean(axis=-1)


def _absolute(pictures: np.ndarray, reconstructions: np.ndarray, baseline_error: np.ndarray) -> np.ndarray:
    return np.abs(reconstructions - pictures).mean(axis=-1)


def _structural(pictures: np.ndarray, reconstructions: np.ndarray, baseline_error: np.ndarray) -> np.ndarray:
    return (1 - similarity_map(pictures, reconstructions)).astype(np.float32)


def _weighted(pictures: np.ndarray, reconstructions: np.ndarray, baseline_error: np.ndarray) -> np.ndarray:
    return _squared(pictures, reconstructions, baseline_error) / (baseline_error + BASELINE_OFFSET)


SCORES: Mapping[str, Score] = {
    "squared": Score("Squared error", _squared, top=0.1),
    "strongest": Score("Strongest differences", _squared, top=0.1, power=2),
    "absolute": Score("Absolute error", _absolute, top=0.5),
    "structural": Score("Structure (1 − SSIM)", _structural, top=1.0, edge=WINDOW // 2),
    "weighted": Score("Weighted error", _weighted, top=20.0),
}


@dataclass(frozen=True, eq=False)
class AnomalyScores:
    """The scores of a trained network's pictures, at some bottleneck sizes.

    Args:
        sizes: The bottleneck sizes.
        held_out: Score → float32 (sizes, pictures), of normal pictures that were not learned from.
        test: Score → float32 (sizes, pictures), of the first test pictures.
        baseline_error: float32 (sizes, height, width), the mean squared error of the held-out pictures at each pixel.
        pixel_auroc: Score → float (sizes,), how well the maps tell damaged pixels in the pictures that have any;
            nothing where there are no masks.
        pixel_average_precision: The same by average precision.
        damaged_share: Of the pixels of these pictures, which is the average precision of guessing; NaN where there are
            no masks. Runs that were measured before there was an average precision know neither.
    """

    sizes: tuple[int, ...]
    held_out: dict[str, np.ndarray] = field(repr=False)
    test: dict[str, np.ndarray] = field(repr=False)
    baseline_error: np.ndarray = field(repr=False)
    pixel_auroc: dict[str, np.ndarray] = field(repr=False)
    pixel_average_precision: dict[str, np.ndarray] = field(default_factory=dict, repr=False)
    damaged_share: float = float("nan")

    @classmethod
    def of(cls, folder: RunFolder) -> "AnomalyScores | None":
        """Return what was measured of the run in `folder`; None where that is not there yet or cannot be read."""
        arrays = folder.measured_arrays(MEASURED)
        if arrays is None:
            return None

        def where_known(kind: str) -> dict[str, np.ndarray]:
            return {name: arrays[f"{kind} {name}"] for name in SCORES if f"{kind} {name}" in arrays}

        try:
            return cls(
                tuple(arrays["sizes"].tolist()),
                {name: arrays[f"held_out {name}"] for name in SCORES},
                {name: arrays[f"test {name}"] for name in SCORES},
                arrays["usual"],
                where_known("pixel_auroc"),
                where_known("pixel_average_precision"),
                float(arrays.get("damaged_share", np.nan)),
            )
        except KeyError:
            return None

    def to_arrays(self) -> dict[str, np.ndarray]:
        """The same as named arrays, for a file."""
        arrays = {
            "sizes": np.array(self.sizes),
            "usual": self.baseline_error,
            "damaged_share": np.array(self.damaged_share),
        }
        for kind in ("held_out", "test", "pixel_auroc", "pixel_average_precision"):
            arrays |= {f"{kind} {name}": array for name, array in getattr(self, kind).items()}
        return arrays


def scored_sizes(settings: TrainingSettings) -> list[int]:
    """The bottleneck sizes at which anomalies are looked for."""
    return milestones(settings.bottleneck_size) if settings.ordered else settings.sizes


def is_abnormal(labels: np.ndarray, settings: TrainingSettings) -> np.ndarray:
    """Return which pictures are of a class that was not learned: bool (n,)."""
    return ~np.isin(labels, settings.normal_classes)


def measure(folder: RunFolder) -> None:
    """Work out the scores, and keep them. Runs in the worker, after a training.

    Args:
        folder: A run that has a trained network, of settings with normal classes.
    """
    settings = folder.settings()
    network = CompiledNetwork(*folder.network(), threads=cores())
    folder.write_measured_arrays(MEASURED, score(network, settings).to_arrays())


def score(network: CompiledNetwork, settings: TrainingSettings, most_test: int = MOST_TEST_PICTURES) -> AnomalyScores:
    """The scores of held-out normal pictures and of test pictures, at every one of `scored_sizes`."""
    held_out, test = _pictures(settings, most_test)
    masks = damage_masks(settings.source)
    masks = None if masks is None else masks[: len(test)]
    sizes = scored_sizes(settings)
    rows = [_score_at(network, settings, held_out, test, masks, size) for size in sizes]

    def stacked(kind: str) -> dict[str, np.ndarray]:
        return {name: np.stack([getattr(row, kind)[name] for row in rows]) for name in getattr(rows[0], kind)}

    return AnomalyScores(
        tuple(sizes),
        stacked("held_out"),
        stacked("test"),
        np.stack([row.baseline_error for row in rows]),
        stacked("pixel_auroc"),
        stacked("pixel_average_precision"),
        rows[0].damaged_share,
    )


def _pictures(settings: TrainingSettings, most_test: int) -> tuple[np.ndarray, np.ndarray]:
    """Normal pictures that were not learned from, and test pictures; the training pictures are not kept in memory."""
    pictures = get_source(settings.source).load()
    indices = of_classes(pictures.train_labels, len(pictures.train), settings.normal_classes)
    return pictures.train[hold_out(indices, settings.seed, pictures.train_groups)[1][:MOST_HELD_OUT]], pictures.test[
        :most_test
    ]


def _score_at(
    network: CompiledNetwork,
    settings: TrainingSettings,
    held_out: np.ndarray,
    test: np.ndarray,
    masks: np.ndarray | None,
    size: int,
) -> AnomalyScores:
    """The same for one size: arrays without their first axis."""
    rebuilt = rebuild(network, settings, held_out, size)
    baseline_error = np.square(rebuilt - held_out).mean(axis=(0, -1), dtype=np.float64).astype(np.float32)
    normal = {name: SCORES[name].of(maps_of(held_out, rebuilt, baseline_error, name)) for name in SCORES}
    scores, maps = _look_at_tests(network, settings, test, masks, baseline_error, size)
    return AnomalyScores((size,), normal, scores, baseline_error, *(({},) if masks is None else _by_pixel(maps, masks)))


def _look_at_tests(
    network: CompiledNetwork,
    settings: TrainingSettings,
    test: np.ndarray,
    masks: np.ndarray | None,
    baseline_error: np.ndarray,
    size: int,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The scores of the test pictures (n,), and the maps of those that are damaged (d, height, width)."""
    damaged = np.zeros(len(test), bool) if masks is None else np.asarray(masks.any(axis=(1, 2)))
    scores: dict[str, list[np.ndarray]] = {name: [] for name in SCORES}
    maps: dict[str, list[np.ndarray]] = {name: [] for name in SCORES}
    for begin in range(0, len(test), BATCH):
        part = test[begin : begin + BATCH]
        rebuilt = rebuild(network, settings, part, size)
        for name in SCORES:
            found = maps_of(part, rebuilt, baseline_error, name)
            scores[name].append(SCORES[name].of(found))
            maps[name].append(found[damaged[begin : begin + BATCH]])
    return _joined(scores), _joined(maps)


def _joined(parts: dict[str, list[np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate(arrays) for name, arrays in parts.items()}


def _by_pixel(
    maps: dict[str, np.ndarray], masks: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], float]:
    """AUROC, average precision and the share of damage over the pixels of the damaged pictures, see `AnomalyScores`."""
    damage = masks[masks.any(axis=(1, 2))].ravel()
    return (
        {name: np.array(auroc(found.ravel(), damage)) for name, found in maps.items()},
        {name: np.array(average_precision(found.ravel(), damage)) for name, found in maps.items()},
        float(damage.mean()),
    )


def rebuild(network: CompiledNetwork, settings: TrainingSettings, pictures: np.ndarray, size: int) -> np.ndarray:
    """Return what the network makes of pictures at a bottleneck size.

    A network that was taught one level of noise alone expects that noise: it is shown each picture DRAWS times with it,
    and the mean of what it makes of them is taken.

    Args:
        network: A trained network.
        settings: What it was trained with.
        pictures: float32 (n, height, width, channels) in [0, 1].
        size: One of `scored_sizes`.

    Returns:
        float32 (n, height, width, channels) in [0, 1].
    """
    if not settings.noisy or settings.noise_low == 0:
        return network.decode(network.encode(pictures), size)
    level = (settings.noise_low + settings.noise_high) / 2
    total = np.zeros_like(pictures)
    for draw in range(DRAWS):
        # one by one: with the same noise, so that a picture's score does not depend on those beside it
        corrupted = np.concatenate(
            [add_noise(picture[np.newaxis], settings.noise, level, draw) for picture in pictures]
        )
        total += network.decode(network.encode(corrupted), size)
    return total / DRAWS


def maps_of(pictures: np.ndarray, reconstructions: np.ndarray, baseline_error: np.ndarray, name: str) -> np.ndarray:
    """The map of each picture by the score of this name: float32 (n, height, width), see `Score`."""
    return SCORES[name].difference_map(pictures, reconstructions, baseline_error).astype(np.float32)


def study(
    network: CompiledNetwork, settings: TrainingSettings, picture: np.ndarray, baseline_error: np.ndarray, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Look at one picture at every bottleneck size.

    Args:
        network: A trained network.
        settings: What it was trained with.
        picture: float32 (1, height, width, channels) in [0, 1].
        baseline_error: float32 (sizes, height, width), see `AnomalyScores`.
        name: A key of `SCORES`.

    Returns:
        At each of `scored_sizes` its reconstruction, float32 (sizes, height, width, channels), and its map, float32
        (sizes, height, width).
    """
    rebuilt = [rebuild(network, settings, picture, size) for size in scored_sizes(settings)]
    maps = [maps_of(picture, one, usual, name) for one, usual in zip(rebuilt, baseline_error, strict=True)]
    return np.concatenate(rebuilt), np.concatenate(maps)


def damage_masks(source: str) -> np.ndarray | None:
    """Return which pixels of the test pictures are damaged, bool (n, height, width), where that is known; else None."""
    if source != "bananas":
        return None
    damaged, indices = bananas.test_rotten()
    masks = np.zeros((2 * bananas.TEST_PICTURES, bananas.SIDE, bananas.SIDE), bool)
    masks[indices] = damaged.masks
    return masks


def ripe_twins(source: str) -> np.ndarray | None:
    """What each test picture would be without its damage, float32 (n, height, width, channels); None if not known."""
    if source != "bananas":
        return None
    damaged, indices = bananas.test_rotten()
    twins = get_source(source).load(test_only=True).test.copy()
    twins[indices] = damaged.twins
    return twins
