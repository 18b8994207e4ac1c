"""What is normal and what is not: a network that learned normal pictures alone rebuilds these well, and others badly.

One contract for every score: a map says where a picture is abnormal, its score is one number, higher means more
abnormal, and the threshold comes from held-out normal pictures alone.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from autoencoder.analysis.detection import auroc, average_precision
from autoencoder.analysis.measured import Curve, readable
from autoencoder.analysis.metrics import WINDOW, similarity_map
from autoencoder.analysis.outlines import MOST_PICTURES, learn_outlines, outline_error
from autoencoder.data.bananas import bananas
from autoencoder.data.noise import add_noise
from autoencoder.data.selection import hold_out, of_classes
from autoencoder.data.sources import get_source
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.networks.ordered import milestones
from autoencoder.training.capacity import cores
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import MOST_EPOCHS, TrainingSettings

_DEFAULTS = Path(__file__).with_name("anomalies.toml").read_bytes()
# by source; `replace` sets what TOML leaves as it is at first, which msgspec leaves to the class
DEFAULTS = {
    name: replace(one) for name, one in msgspec.toml.decode(_DEFAULTS, type=dict[str, TrainingSettings]).items()
}
REPAIR = replace(  # without a bottleneck, a network learns to paint over what does not belong there
    DEFAULTS["bananas"], network="repairer", bottleneck="open", epochs=6, batch_size=16
)
SQUEEZE = TrainingSettings(  # by the cross-entropy: with the squared error, large pictures saturate at this rate
    bottleneck="exact", bottleneck_size=32, batch_size=32, learning_rate=0.002, loss="binary_crossentropy"
)
OWN_PICTURES = 48_000  # of a session's own, how many are learned from in all, each in MOST_EPOCHS at most
REPAIR_EPOCHS = 10  # of these, where damage is looked for
NORMAL_NAMES = ("normal", "good", "ok", "fine", "ripe", "healthy", "sound", "regular")  # of classes of uploads
DEFAULT_SCORE: Mapping[str, str] = {"bananas": "strongest", "mnist": "structural", "mnist_sample": "structural"}
MEASURED = "anomalies"  # the name under which a run keeps what was measured
BY_SCORE = ("held_out", "test", "pixel_auroc", "pixel_average_precision")  # what it is of, one array for each score
NEEDED = BY_SCORE[:2]  # where there are no masks, the others are not there
DAMAGE = "damage "  # what begins the names of the arrays of kinds of damage
MOST_TEST_PICTURES = 2000  # whose scores are worked out for the pages
MOST_HELD_OUT = 600  # normal pictures from which thresholds are taken
BATCH = 500  # pictures at once, which bounds the memory
DRAWS = 4  # of the noise, where a network expects it
SMALL = 0.1  # the share of a thing below which its damage is called small
BASELINE_OFFSET = 0.001  # so that a pixel that never changes does not count without end


def default_settings(source: str, *, damage: bool = False) -> TrainingSettings:
    """Return how anomalies are looked for at first in one of DEFAULTS, or in a session's own source.

    In these, what is abnormal is mostly another thing, which a bottleneck rebuilds badly; `damage` is for
    damage on the same thing, which `REPAIR` has the network paint over.
    """
    if source in DEFAULTS:
        return DEFAULTS[source]
    found = get_source(source)
    names = [name.lower() for name in found.class_names]
    normal = (next((label for label, name in enumerate(names) if name in NORMAL_NAMES), 0),)
    if damage:
        return replace(REPAIR, source=source, epochs=REPAIR_EPOCHS, normal_classes=normal)
    epochs = min(MOST_EPOCHS, max(1, OWN_PICTURES // found.training_pictures))
    return replace(SQUEEZE, source=source, epochs=epochs, normal_classes=normal)


def default_score(settings: TrainingSettings) -> str:
    """Return the score that a network is looked at by at first."""
    own = "strongest" if settings.bottleneck == "open" else "outlines"
    return DEFAULT_SCORE.get(settings.source, own)


@dataclass(frozen=True)
class Score:
    """A way to say how far a reconstruction is from its picture.

    Its map is made of (pictures, reconstructions, baseline_error), and higher where they are more abnormal: float (n,
    height, width). The first two are float32 (n, height, width, channels) in [0, 1]; `baseline_error` is the mean
    squared error of each pixel in normal pictures, float32 (height, width).
    """

    title: str
    difference_map: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
    top: float  # where the colors of its map end, the same for all pictures
    edge: int = 0  # so many pixels along the picture's edges do not count for the score
    power: int = 1  # of the map before its mean is the score: the higher, the more the strongest places count
    outlines: bool = False  # whether the map is multiplied by how unusual the outlines are, see `outline_error`

    def of(self, maps: np.ndarray) -> np.ndarray:
        """Return the score of each picture: the power mean of its map without the edges, (n, height, width) → (n,)."""
        inner = slice(self.edge, -self.edge or None)
        return (maps[:, inner, inner] ** self.power).mean(axis=(1, 2)) ** (1 / self.power)


def _structural(pictures: np.ndarray, reconstructions: np.ndarray, _: np.ndarray) -> np.ndarray:
    return 1 - similarity_map(pictures, reconstructions)


def _squared(pictures: np.ndarray, reconstructions: np.ndarray, _: np.ndarray) -> np.ndarray:
    return np.square(reconstructions - pictures).mean(axis=-1)


SCORES: Mapping[str, Score] = {
    "squared": Score("Squared error", _squared, top=0.1),
    "strongest": Score("Strongest differences", _squared, top=0.1, power=2),
    "absolute": Score("Absolute error", lambda one, other, _: np.abs(other - one).mean(axis=-1), top=0.5),
    "structural": Score("Structure (1 − SSIM)", _structural, top=1.0, edge=WINDOW // 2),
    "outlines": Score("Structure × outlines", _structural, top=0.2, edge=WINDOW // 2, outlines=True),
    "weighted": Score(
        "Weighted error", lambda one, other, usual: _squared(one, other, usual) / (usual + BASELINE_OFFSET), top=20.0
    ),
}


@dataclass(frozen=True, eq=False)
class AnomalyScores:
    """The scores of a trained network's pictures, at some bottleneck sizes: score → array, mostly float32.

    How well maps tell damaged pixels in the pictures that have any is known where there are masks. Runs that were
    measured before there was an average precision have neither it nor the share of these pixels.
    """

    sizes: tuple[int, ...]
    held_out: dict[str, np.ndarray] = field(repr=False)  # (sizes, pictures), normal ones that were not learned from
    test: dict[str, np.ndarray] = field(repr=False)  # (sizes, pictures), the first test pictures
    baseline_error: np.ndarray = field(repr=False)  # (sizes, height, width), the mean squared one of those held out
    pixel_auroc: dict[str, np.ndarray] = field(repr=False)  # float (sizes,)
    pixel_average_precision: dict[str, np.ndarray] = field(default_factory=dict, repr=False)  # float (sizes,)
    damaged_share: float = float("nan")  # of the pixels, which is the average precision of guessing
    outlines: np.ndarray | None = field(default=None, repr=False)  # those of normal pictures, see `learn_outlines`
    damage: dict[str, np.ndarray] = field(default_factory=dict, repr=False)  # of test pictures, see `Damage.shares`

    @classmethod
    def of(cls, folder: RunFolder) -> "AnomalyScores | None":
        """Return what was measured of the run in `folder`; None where that is not there yet or cannot be read."""
        with suppress(KeyError, ValueError, TypeError):
            return cls.from_arrays(folder.measured_arrays(MEASURED) or {})
        return None

    def __post_init__(self) -> None:
        rows, pixels = [*self.held_out.values(), *self.test.values()], list(self.pixel_auroc.values())
        shapes = [(2, rows), (3, [self.baseline_error]), (1, [*pixels, *self.pixel_average_precision.values()])]
        for axes, arrays in shapes:
            for array in arrays:
                if array.ndim != axes or len(array) != len(self.sizes) or not (array.size and np.isfinite(array).all()):
                    raise ValueError(f"Expected finite numbers at {len(self.sizes)} sizes. Received: {array.shape}.")

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "AnomalyScores":
        """Return the scores that `to_arrays` gave; a KeyError says what is missing."""
        held_out, test, pixel_auroc, pixel_average_precision = (
            {name: arrays[f"{kind} {name}"] for name in SCORES if kind in NEEDED or f"{kind} {name}" in arrays}
            for kind in BY_SCORE
        )
        sizes, share = tuple(arrays["sizes"].tolist()), float(arrays.get("damaged_share", np.nan))
        usual, outlines = arrays["usual"], arrays.get("outlines")
        damage = {name.removeprefix(DAMAGE): array for name, array in arrays.items() if name.startswith(DAMAGE)}
        return cls(sizes, held_out, test, usual, pixel_auroc, pixel_average_precision, share, outlines, damage)

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return the same as named arrays, for a file."""
        share = np.array(self.damaged_share)
        by_score = {f"{kind} {name}": array for kind in BY_SCORE for name, array in getattr(self, kind).items()}
        others = {DAMAGE + kind: shares for kind, shares in self.damage.items()}
        others |= {} if self.outlines is None else {"outlines": self.outlines}
        return {"sizes": np.array(self.sizes), "usual": self.baseline_error, "damaged_share": share} | by_score | others

    def auroc_by_size(self, abnormal: np.ndarray) -> dict[str, Curve]:
        """Return the AUROC at every size, by every score; `abnormal`, bool (pictures,), is the test pictures' truth."""
        return {
            name: tuple((size, auroc(scores, abnormal)) for size, scores in zip(self.sizes, rows, strict=True))
            for name, rows in self.test.items()
        }


class Damage(NamedTuple):
    """What is wrong with each of n test pictures; a sound one is its own twin."""

    twins: np.ndarray  # the same without the damage: float32 (n, height, width, channels) in [0, 1]
    masks: np.ndarray  # bool (n, height, width), the damaged pixels
    shares: dict[str, np.ndarray]  # kind → how much of the thing it covers, float32 (n,), mostly 0


def scored_sizes(settings: TrainingSettings) -> list[int]:
    """Return the bottleneck sizes at which anomalies are looked for."""
    return milestones(settings.bottleneck_size) if settings.ordered else settings.sizes


def is_abnormal(labels: np.ndarray, settings: TrainingSettings) -> np.ndarray:
    """Return which pictures are of a class that was not learned: bool (n,)."""
    return ~np.isin(labels, settings.normal_classes)


def comparable_runs(folder: RunFolder, settings: TrainingSettings, runs: Iterable[RunFolder]) -> list[RunFolder]:
    """Return those of `runs` in which the same classes were learned as in `folder`, without that one itself."""
    normal, others = (settings.source, settings.normal_classes), (run for run in runs if run.path != folder.path)
    return [run for run, other in readable(others) if (other.source, other.normal_classes) == normal]


def measure(folder: RunFolder) -> None:
    """Work out the scores of a run with normal classes, and keep them. Runs in the worker, after a training."""
    network = CompiledNetwork(*folder.network(), threads=cores())
    folder.write_measured_arrays(MEASURED, score(network, folder.settings()).to_arrays())


def score(network: CompiledNetwork, settings: TrainingSettings, most_test: int = MOST_TEST_PICTURES) -> AnomalyScores:
    """Return the scores of held-out normal pictures and of test pictures, at every one of `scored_sizes`."""
    pictures = get_source(settings.source).load()
    normal = of_classes(pictures.train_labels, len(pictures.train), settings.normal_classes)
    learned, others = hold_out(normal, settings.seed, pictures.train_groups)
    held_out, outlines = pictures.train[others[:MOST_HELD_OUT]], learn_outlines(pictures.train[learned[:MOST_PICTURES]])
    test, damage = pictures.test[:most_test], known_damage(settings.source)
    del pictures  # the others need no memory
    masks = damage and damage.masks[: len(test)]
    sizes, rows = scored_sizes(settings), []
    parts = [slice(begin, begin + BATCH) for begin in range(0, len(test), BATCH)]
    for size in sizes:
        normal = rebuild(network, settings, held_out, size)
        usual = np.square(normal - held_out).mean(axis=(0, -1), dtype=np.float64).astype(np.float32)
        rebuilt = np.concatenate([rebuild(network, settings, test[part], size) for part in parts])
        row = {"usual": usual}
        for name, one in SCORES.items():
            maps = np.concatenate([maps_of(test[part], rebuilt[part], usual, name, outlines) for part in parts])
            row[f"held_out {name}"] = one.of(maps_of(held_out, normal, usual, name, outlines))
            row[f"test {name}"] = one.of(maps)
            if masks is not None:
                damaged = masks.any(axis=(1, 2))
                by_pixel = maps[damaged].ravel(), masks[damaged].ravel()
                row[f"pixel_auroc {name}"] = np.array(auroc(*by_pixel))
                row[f"pixel_average_precision {name}"] = np.array(average_precision(*by_pixel))
        rows.append(row)
    arrays = {
        "sizes": np.array(sizes),
        "outlines": outlines,
        **{name: np.stack([row[name] for row in rows]) for name in rows[0]},
    }
    if damage is not None and masks is not None:
        arrays["damaged_share"] = np.array(masks[masks.any(axis=(1, 2))].mean())
        arrays |= {DAMAGE + kind: shares[: len(test)] for kind, shares in damage.shares.items()}
    return AnomalyScores.from_arrays(arrays)


def rebuild(network: CompiledNetwork, settings: TrainingSettings, pictures: np.ndarray, size: int) -> np.ndarray:
    """Return what the network makes of pictures, float32 (n, height, width, channels) in [0, 1]: the same.

    One that was taught one level of noise alone expects it: that is the mean over DRAWS of each picture with the noise.
    """
    if not settings.noisy or settings.noise_low == 0:
        return network.decode(network.encode(pictures), size)
    level, total = (settings.noise_low + settings.noise_high) / 2, np.zeros_like(pictures)
    for draw in range(DRAWS):
        # one by one: with the same noise, so that a picture's score does not depend on those beside it
        noisy = np.concatenate([add_noise(picture[np.newaxis], settings.noise, level, draw) for picture in pictures])
        total += network.decode(network.encode(noisy), size)
    return total / DRAWS


def maps_of(
    pictures: np.ndarray,
    reconstructions: np.ndarray,
    baseline_error: np.ndarray,
    name: str,
    outlines: np.ndarray | None = None,
) -> np.ndarray:
    """Return the map of each picture by the score of this name: float32 (n, height, width), see `Score`.

    Where the score looks at outlines, `outlines` says which are normal (`learn_outlines`).
    """
    score = SCORES[name]
    maps = score.difference_map(pictures, reconstructions, baseline_error)
    if score.outlines and outlines is not None:
        maps = maps * outline_error(pictures, outlines)
    return maps.astype(np.float32)


def known_damage(source: str) -> Damage | None:
    """Return what is wrong with the test pictures of a source, where that is known; else None."""
    if source != "bananas":
        return None
    damaged, indices = bananas.test_rotten()
    twins = get_source(source).load(test_only=True).test.copy()
    masks, shares = np.zeros(twins.shape[:3], bool), np.zeros((len(bananas.DAMAGES), len(twins)), np.float32)
    twins[indices], masks[indices] = damaged.twins, damaged.masks
    shares[damaged.kinds, indices] = damaged.masks.sum(axis=(1, 2)) / damaged.fruit.sum(axis=(1, 2))
    return Damage(twins, masks, dict(zip(bananas.DAMAGES, shares, strict=True)))
