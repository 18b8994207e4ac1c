"""What the pages show as numbers, as tables to take along: every row is what was measured, in all its digits."""

from collections.abc import Mapping, Sequence
from dataclasses import fields

import numpy as np

from autoencoder.analysis.anomalies import SCORES, AnomalyScores
from autoencoder.analysis.compression import CompressionReport, Reconstructions
from autoencoder.analysis.denoising import DenoisingTable, Quality
from autoencoder.analysis.detection import count
from autoencoder.analysis.family import MEMBERS, NOISE_LEVEL, Figures
from autoencoder.analysis.filters import FILTERS, FilterTable
from autoencoder.analysis.rate_comparison import Comparison
from autoencoder.data.noise import SHOWN_LEVELS
from autoencoder.export.table import Table
from autoencoder.training.run_folder import Loss
from autoencoder.training.settings import LOSSES, NO_PENALTY, TrainingSettings

PICTURE, CLASS = "test picture (number, from 0)", "class"
SIZE, ERROR = "bottleneck size (numbers)", "mean squared error (pixels from 0 to 1)"
FAMILY_COLUMNS: Mapping[str, str] = {  # what is measured of a member → how its column is called
    "pictures": "test pictures",
    "numbers": "numbers in a code",
    "error": "mean squared error",
    "noisy_error": f"mean squared error when shown with Gaussian noise of level {NOISE_LEVEL:g}",
    "active": "active numbers in a code (mean)",
    "sensitivity": "sensitivity (mean squared norm of the Jacobian / variance of the codes)",
    "jacobian": "mean squared Frobenius norm of the encoder's Jacobian",
    "spread": "variance of the codes' numbers (sum)",
    "sample_error": "mean squared error of pictures from random codes to the closest test picture",
    "divergence": "Kullback-Leibler divergence (nats)",
    "pca_error": "mean squared error of PCA with as many numbers",
    "pca_angle": "largest angle to PCA's plane (degrees)",
    "pca_cosine": "mean cosine of the angles to PCA's plane",
    "epochs": "epochs of training",
    "seconds": "time of training (s)",
}


def loss_in_words(settings: TrainingSettings) -> str:
    """Return what a training made small."""
    penalty = "" if settings.penalty == NO_PENALTY else f" + {settings.penalty} penalty"
    return f"{LOSSES[settings.loss]}{penalty}"


def losses_table(losses: Sequence[Loss], settings: TrainingSettings) -> Table:
    """Return the losses of a training, at every point at which they were kept, from the first to the latest."""
    kind = loss_in_words(settings).lower()
    header = ("epochs passed", f"training loss ({kind})", f"validation loss ({kind})")
    return Table(header, [(one.epoch, one.training, one.validation) for one in losses])


def sizes_table(measured: CompressionReport, others: Mapping[str, Sequence[tuple[float, float]]]) -> Table:
    """Return the errors on all test pictures against the bottleneck size, beside PCA's and other networks'."""
    columns: dict[str, dict[float, float]] = {"this autoencoder": {**dict(measured.points)}}
    columns |= {name: dict(points) for name, points in others.items()}
    columns["PCA"] = {**dict(measured.pca_points)}
    sizes = sorted({size for points in columns.values() for size in points})
    return Table(
        (SIZE, *(f"mean squared error: {name}" for name in columns)),
        [(size, *(points.get(size) for points in columns.values())) for size in sizes],
    )


def classes_table(measured: CompressionReport, class_names: Sequence[str]) -> Table:
    """Return the error of each class of test pictures at the size at which they were compared."""
    header = (CLASS, f"mean squared error with {measured.class_size} numbers")
    return Table(header, list(zip(class_names, measured.class_errors, strict=True)))


def shown_errors_table(reconstructions: Reconstructions, indices: Sequence[int], names: Sequence[str]) -> Table:
    """Return the error of each of the pictures shown, at every size; `names` are their classes, or nothing."""
    classes: Sequence[str | None] = names or [None] * len(indices)
    rows = [
        (index, name, size, reconstructions.errors[number, column])
        for column, (index, name) in enumerate(zip(indices, classes, strict=True))
        for number, size in enumerate(reconstructions.sizes)
    ]
    return Table((PICTURE, CLASS, SIZE, ERROR), rows)


def denoising_table(table: DenoisingTable, filters: FilterTable | None) -> Table:
    """Return PSNR, SSIM and error at every noise level: of the noisy pictures, the network, and known filters."""
    who: dict[str, Sequence[Quality]] = {"noisy, as it came": table.before, "this autoencoder": table.after}
    strengths = {} if filters is None else {FILTERS[name].title.lower(): filters.strengths[name] for name in FILTERS}
    if filters is not None:
        who |= {FILTERS[name].title.lower(): filters.qualities[name] for name in FILTERS}
    header = ["noise level (0 to 1)"]
    for name in who:
        header += [f"PSNR (dB): {name}", f"SSIM: {name}", f"mean squared error: {name}"]
    rows = []
    for number, level in enumerate(SHOWN_LEVELS):
        cells = [value for one in who.values() for value in (one[number].psnr, one[number].ssim, one[number].mse)]
        rows.append((level, *cells, *(each[number] for each in strengths.values())))
    return Table([*header, *(f"strength: {name}" for name in strengths)], rows)


def rates_table(comparison: Comparison, way: str) -> Table:
    """Return bytes and quality of every setting of every codec, those of JPEG and WebP counted in one of `WAYS`."""
    header = ("codec", "setting", "bytes a picture (mean)", ERROR, "PSNR of that error (dB)")
    rows = [
        (coded.title, point.setting, point.rate, point.error, point.psnr)
        for coded in (comparison.learned, *comparison.rivals(way))
        for point in coded.points
    ]
    return Table(header, rows)


def family_table(figures: Mapping[str, Figures]) -> Table:
    """Return what was measured of every member: member (a key of `MEMBERS`) → figures."""
    unknown = {field.name for field in fields(Figures)} - {"active_share"} - set(FAMILY_COLUMNS)
    if unknown:
        raise ValueError(f"Expected a column for everything that is measured. Received none for: {sorted(unknown)}.")
    rows = [
        (MEMBERS[member].title, *(getattr(one, name) for name in FAMILY_COLUMNS)) for member, one in figures.items()
    ]
    return Table(("member", *FAMILY_COLUMNS.values()), rows)


def codes_table(values: np.ndarray, classes: Sequence[str], points: np.ndarray) -> Table:
    """Return the codes of test pictures, float32 (n, size), their classes if any, and where they are drawn, (n, 2)."""
    numbers = [f"number {number + 1} of the code" for number in range(values.shape[1])]
    rows = [
        (index, classes[index] if classes else None, *place, *code)
        for index, (place, code) in enumerate(zip(points.tolist(), values.tolist(), strict=True))
    ]
    return Table((PICTURE, CLASS, "plot: left to right", "plot: upwards", *numbers), rows)


def scores_table(
    anomaly_scores: AnomalyScores,
    size: int,
    classes: Sequence[str],
    abnormal: np.ndarray,
    score: str,
    threshold: float,
) -> Table:
    """Return every score of every test picture, the truth, bool (n,), and the verdict by one of `SCORES`."""
    titles = {name: kind.title.lower() for name, kind in SCORES.items()}
    scores = {name: anomaly_scores.test[name][anomaly_scores.sizes.index(size)] for name in SCORES}
    header = (PICTURE, CLASS, "truth", *(f"score: {title}" for title in titles.values()))
    rows = [
        (
            index,
            classes[index],
            "abnormal" if abnormal[index] else "normal",
            *(values[index] for values in scores.values()),
            float(threshold),
            "anomaly" if scores[score][index] > threshold else "normal",
        )
        for index in range(len(scores[score]))
    ]
    return Table((*header, f"threshold ({titles[score]})", "verdict"), rows)


def thresholds_table(scores: np.ndarray, abnormal: np.ndarray, thresholds: np.ndarray, score: str) -> Table:
    """Return what every threshold does: confusion matrix, recall, false alarms and precision, so the ROC curve too."""
    header = (
        f"threshold ({SCORES[score].title.lower()})",
        "abnormal, called anomaly",
        "abnormal, called normal",
        "normal, called anomaly",
        "normal, called normal",
        "recall (share of the abnormal)",
        "false alarms (share of the normal)",
        "precision (share of the alarms)",
    )
    rows = []
    for threshold in thresholds.tolist():
        one = count(scores, abnormal, threshold)
        cells = (one.true_positives, one.false_negatives, one.false_positives, one.true_negatives)
        rows.append((threshold, *cells, one.recall, one.false_positive_rate, one.precision))
    return Table(header, rows)


def aurocs_table(anomaly_scores: AnomalyScores, abnormal: np.ndarray) -> Table:
    """Return the AUROC at every bottleneck size, by every score; and by pixel, where that is known."""
    columns: dict[str, Sequence[float]] = {}
    for name, curve in anomaly_scores.auroc_by_size(abnormal).items():
        columns[f"AUROC by picture: {SCORES[name].title.lower()}"] = [value for _, value in curve]
    for name, values in anomaly_scores.pixel_auroc.items():
        columns[f"AUROC by pixel: {SCORES[name].title.lower()}"] = values.tolist()
    return Table((SIZE, *columns), list(zip(anomaly_scores.sizes, *columns.values(), strict=True)))
