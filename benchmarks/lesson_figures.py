"""The figures that the lesson for teachers names, worked out from the networks that come with the app.

`python -m benchmarks.lesson_figures` writes them to `assets/lesson_figures.json`, from which the lesson's
sentences are filled in.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from autoencoder.analysis.anomalies import SMALL, AnomalyScores, is_abnormal, known_damage, maps_of, rebuild
from autoencoder.analysis.compression import CompressionReport, pca_error_by_size
from autoencoder.analysis.denoising import TEST_SEED
from autoencoder.analysis.detection import auroc, count, threshold_for
from autoencoder.analysis.latent import codes_of, decode, nearest, traversal_values, traverse
from autoencoder.analysis.metrics import mean_squared_error, peak_signal_to_noise_ratio
from autoencoder.analysis.rates import compare, strangers
from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.noise import add_noise
from autoencoder.data.selection import one_of_each
from autoencoder.data.sources import get_source
from autoencoder.files import write_atomically
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import LARGEST_CODE
from autoencoder.training.store import TrainedModel
from benchmarks.assets import FOLDER as PRETRAINED

FILE = PRETRAINED.parent / "lesson_figures.json"
SIZES = (1, 2, 4, 8, 16, 32, 64)
TURNED_CODES = 30  # whose numbers are turned one by one


def evaluate() -> dict[str, Any]:
    """Return all figures: name → number, or size → number."""
    parts = (reading, turning, beside_pca, beside_webp, latent, bananas, thresholds, noise)
    return {name: value for part in parts for name, value in part().items()}


@cache
def digits() -> ImageDataset:
    """Return the pictures that the networks for digits learned from and are judged on."""
    return get_source("mnist_sample").load()


@cache
def model(name: str) -> TrainedModel:
    """Return the network of this name that comes with the app."""
    folder = RunFolder(PRETRAINED / name)
    return TrainedModel(folder.settings(), CompiledNetwork(*folder.network()))


@cache
def reconstructed(size: int) -> np.ndarray:
    """Return the test digits rebuilt from `size` numbers: float32 (n, 28, 28, 1)."""
    return model("bottleneck").reconstruct(digits().test, size)


def closest(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the label of the training digit closest to each picture, (n,), and its distance, (n,)."""
    train, labels = digits().train, digits().train_labels
    assert labels is not None
    places, away = nearest(pictures.reshape(len(pictures), -1), train.reshape(len(train), -1))
    return labels[places], away


def read_right(pictures: np.ndarray) -> np.ndarray:
    """Return which rebuilt test digits are read as what they are, by the closest training digit: bool (n,)."""
    return closest(pictures)[0] == digits().test_labels


def reading() -> dict[str, Any]:
    """Count the digits that can still be read after a bottleneck of some sizes."""
    labels, by_size = digits().test_labels, {size: read_right(reconstructed(size)) for size in SIZES}
    shares = [100 * by_size[1][labels == digit].mean() for digit in range(10)]
    return {
        "training_digits": len(digits().train),
        "test_digits": len(digits().test),
        "read_of_originals": int(read_right(digits().test).sum()),
        "read": {str(size): int(right.sum()) for size, right in by_size.items()},
        "percent_read_from_one_number": [round(float(share), 1) for share in shares],
    }


def turning() -> dict[str, Any]:
    """Count the pixels that change by more than a tenth where one number of a code is turned: the fewest of all."""
    network = model("bottleneck").network
    codes = network.encode(digits().test)
    ranges = traversal_values(codes)
    moved = [
        (np.ptp(network.decode(traverse(code, number, ranges[number]), 8), axis=0) > 0.1).sum()
        for number in range(8)
        for code in codes[:TURNED_CODES]
    ]
    return {"pixels_moved_at_least": int(min(moved)), "pixels_moved_median": int(np.median(moved))}


def beside_pca() -> dict[str, Any]:
    """Compare the errors with PCA's at every size."""
    sizes, measured = list(range(1, 65)), CompressionReport.of(RunFolder(PRETRAINED / "bottleneck"))
    assert measured is not None, "it comes with the app"
    linear = pca_error_by_size(digits().train, digits().test, sizes)
    own = [float(mean_squared_error(digits().test, reconstructed(size)).mean(dtype=np.float64)) for size in sizes]
    ahead = [size for size, ours, theirs in zip(sizes, own, linear, strict=True) if ours < theirs]
    return {
        "error": {str(size): own[size - 1] for size in SIZES},
        "pca_error": {str(size): linear[size - 1] for size in SIZES},
        "pca_needs_for_8": measured.pca_needs(8)[-1],
        "sizes_ahead_of_pca": len(ahead),
    }


def beside_webp() -> dict[str, Any]:
    """Compare codes with JPEG and WebP, on digits and on bananas, which the network never learned."""
    folder = RunFolder(PRETRAINED / "bottleneck")
    known, other = (compare(folder, folder.network_version(), (0,), strange) for strange in (False, True))
    best = known.best_classical("sheet", 8)
    assert best is not None
    smallest = min(other.classical["sheet"]["webp"].points, key=lambda point: point.rate)
    _, pictures = strangers("mnist_sample", (28, 28, 1))
    rebuilt = model("bottleneck").reconstruct(pictures, 64)
    from_banana = np.square(rebuilt - pictures).sum(axis=(1, 2, 3))
    error = mean_squared_error(digits().test, reconstructed(64)).mean()
    return {
        "psnr_of_8_bytes": known.psnr_at(8),
        "best_codec": best[0],
        "best_codec_bytes": best[1],
        "decoder_bytes": known.stored_bytes,
        "bananas": len(pictures),
        "bananas_closer_to_a_digit": int((closest(rebuilt)[1] ** 2 < from_banana).sum()),
        "banana_error_times": float(from_banana.mean() / pictures[0].size / error),
        "banana_psnr_of_64_bytes": other.psnr_at(64),
        "banana_smallest_webp_psnr": smallest.psnr,
        "banana_smallest_webp_bytes": smallest.rate,
    }


def latent() -> dict[str, Any]:
    """Look at neighbors among codes of two numbers, and at the middle of walks between two pictures."""
    labels = digits().test_labels
    assert labels is not None
    codes = codes_of(model("bottleneck"), digits(), 2).values
    firsts = one_of_each(labels, len(codes)).tolist()
    pairs = [(first, second) for first in firsts for second in firsts if first < second]
    ways = np.concatenate([np.linspace(codes[first], codes[second], 3) for first, second in pairs])
    start, middle, end = decode(model("bottleneck"), ways).reshape(len(pairs), 3, *digits().shape).swapaxes(0, 1)
    return {
        "neighbors_alike": int((labels[nearest(codes)[0]] == labels[: len(codes)]).sum()),
        "points": len(codes),
        "pairs": len(pairs),
        "middles_closer_to_a_digit": int((closest(middle)[1] < closest((start + end) / 2)[1]).sum()),
    }


def bananas() -> dict[str, Any]:
    """See what rotten bananas come back as, by way of a bottleneck and repaired, and whether rot lights up on maps."""
    damage = known_damage("bananas")
    assert damage is not None
    rotten = damage.masks.any(axis=(1, 2))
    shown, twins = get_source("bananas").load(test_only=True).test[rotten], damage.twins[rotten]
    before = mean_squared_error(twins, shown)
    found: dict[str, Any] = {"rotten": len(shown)}
    for prefix, name in (("", "anomalies"), ("repair_", "repair")):
        rebuilt = rebuild(model(name).network, model(name).settings, shown, LARGEST_CODE)
        after = mean_squared_error(twins, rebuilt)
        maps = maps_of(shown, rebuilt, np.zeros(shown.shape[1:3], np.float32), "strongest")
        found |= {
            f"{prefix}rotten_closer_to_their_twin": int((after < before).sum()),
            f"{prefix}share_of_damage_left": float(after.mean() / before.mean()),
            f"{prefix}pixel_auroc": auroc(maps.ravel(), damage.masks[rotten].ravel()),
        }
    return found


def thresholds() -> dict[str, Any]:
    """Count what thresholds find and cost, by the absolute error and by the strongest differences."""
    scores, repaired = (AnomalyScores.of(RunFolder(PRETRAINED / name)) for name in ("anomalies", "repair"))
    labels = get_source("bananas").load(test_only=True).test_labels
    assert scores is not None
    assert repaired is not None
    assert labels is not None
    small = {kind: (scores.damage[kind] > 0) & (scores.damage[kind] < SMALL) for kind in ("bruises", "mold")}

    def found(of: AnomalyScores, kind: str) -> int:
        threshold = threshold_for(of.held_out["strongest"][-1], 0.05)
        return int((of.test["strongest"][-1][small[kind]] > threshold).sum())

    abnormal = is_abnormal(labels, model("anomalies").settings)

    def counts_at(of: AnomalyScores, score: str, accepted: float) -> dict[str, int]:
        counts = count(of.test[score][-1], abnormal, threshold_for(of.held_out[score][-1], accepted))
        return {"found": counts.true_positives, "false_positives": counts.false_positives}

    return {
        "accepting": {f"{share:g}": counts_at(scores, "absolute", share) for share in (0, 0.05, 0.5)},
        "accepting_by_strongest": counts_at(scores, "strongest", 0.05),
        "repair_accepting_none": counts_at(repaired, "strongest", 0),
        "absolute_auroc": auroc(scores.test["absolute"][-1], abnormal),
        **{f"small_{kind}": int(chosen.sum()) for kind, chosen in small.items()},
        **{f"small_{kind}_found": found(scores, kind) for kind in small},
        **{f"repair_small_{kind}_found": found(repaired, kind) for kind in small},
    }


def noise() -> dict[str, Any]:
    """Measure what the denoiser makes of noise that it was taught, of none, and of another kind."""

    def denoised(kind: str, level: float) -> tuple[np.ndarray, np.ndarray]:
        noisy = add_noise(digits().test, kind, level, TEST_SEED)
        return noisy, model("denoising").reconstruct(noisy)

    def psnr(pictures: np.ndarray) -> float:
        return float(peak_signal_to_noise_ratio(digits().test, pictures).mean(dtype=np.float64))

    noisy, clean = denoised("gaussian", 0.4)
    errors = [mean_squared_error(digits().test, pictures).mean() for pictures in (noisy, clean)]
    patched, repaired = denoised("patch", 0.5)
    return {
        "noisy_psnr": psnr(noisy),
        "denoised_psnr": psnr(clean),
        "error_times_smaller": float(errors[0] / errors[1]),
        "psnr_without_noise": psnr(denoised("gaussian", 0)[1]),
        "misread_at_most_noise": int((~read_right(denoised("gaussian", 1)[1])).sum()),
        "patched_psnr": psnr(patched),
        "repaired_psnr": psnr(repaired),
    }


def write(target: Path = FILE) -> None:
    """Work the figures out and keep them, rounded to what a sentence can say."""
    figures = json.loads(json.dumps(evaluate()), parse_float=lambda text: float(f"{float(text):.5g}"))
    write_atomically(target, (json.dumps(figures, indent=1) + "\n").encode())


if __name__ == "__main__":
    write()
