"""What the pages show as numbers, as tables to take along: every row is what was measured, in all its digits.

They are comma-separated values, which any program reads; for spreadsheets in some languages with semicolons instead.
"""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from autoencoder.analysis.anomalies import SCORES, AnomalyScores
from autoencoder.analysis.compression import CompressionReport, Reconstructions
from autoencoder.analysis.denoising import DenoisingTable, Quality
from autoencoder.analysis.detection import count, interval
from autoencoder.analysis.family import NOISE_LEVEL, Figures
from autoencoder.analysis.filters import FILTERS, FilterTable
from autoencoder.analysis.rates import Comparison
from autoencoder.data.noise import SHOWN_LEVELS
from autoencoder.training.run_state import Loss
from autoencoder.training.settings import LOSSES, NO_PENALTY, TrainingSettings

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # what a spreadsheet may take for the beginning of a formula
QUOTE = "'"  # before which it takes nothing for one

Cell = str | int | float | bool | np.generic | None
Table = Mapping[str, Sequence[Cell]]  # what each column is, with its unit → its cells, as many in each; None: unknown

PICTURE, CLASS = "test picture (number, from 0)", "class"
SIZE, ERROR = "bottleneck size (numbers)", "mean squared error (pixels from 0 to 1)"
FAMILY_COLUMNS = tomllib.loads(Path(__file__).with_name("family.toml").read_text("utf-8"))


def to_csv(table: Table, *, decimal_comma: bool = False) -> bytes:
    """Return a table as a file: UTF-8 with the mark that Excel knows it by, lines that end in CR LF (RFC 4180).

    Commas separate cells; with a decimal comma in the numbers, semicolons do. A number is written with as many digits
    as it takes to read back the same one. None and NaN are empty cells; True and False are "yes" and "no". A text that
    a spreadsheet could take for a formula has an apostrophe before.

    Raises:
        ValueError: If a column is longer than another.
    """
    text = StringIO()
    writer = csv.writer(text, delimiter=";" if decimal_comma else ",")
    writer.writerow(map(harmless, table))
    point = "," if decimal_comma else "."
    writer.writerows([_to_text(cell, point) for cell in row] for row in zip(*table.values(), strict=True))
    return text.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Return the text, with an apostrophe before it where a spreadsheet could take it for a formula.

    What begins with =, +, -, @ (or their wide forms, also after blanks), a tab or a line break: OWASP, "CSV Injection".
    """
    dangerous = text.lstrip().startswith(FORMULA) or text.startswith(("\t", "\r", "\n"))
    return QUOTE + text if dangerous else text


def _to_text(cell: Cell, point: str) -> str:
    value: Any = cell.item() if isinstance(cell, np.generic) else cell
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return harmless(value) if isinstance(value, str) else repr(value).replace(".", point)


def loss_in_words(settings: TrainingSettings) -> str:
    """Return what a training made small."""
    penalty = "" if settings.penalty == NO_PENALTY else f" + {settings.penalty} penalty"
    return f"{LOSSES[settings.loss]}{penalty}"


def losses_table(losses: Sequence[Loss], settings: TrainingSettings) -> Table:
    """Return the losses of a training, at every point at which they were kept, from the first to the latest."""
    kind = loss_in_words(settings).lower()
    return {
        "epochs passed": [one.epoch for one in losses],
        f"training loss ({kind})": [one.training for one in losses],
        f"validation loss ({kind})": [one.validation for one in losses],
    }


def sizes_table(measured: CompressionReport, others: Mapping[str, Sequence[tuple[float, float]]]) -> Table:
    """Return the errors on all test pictures against the bottleneck size, beside PCA's and other networks'."""
    curves = {"this autoencoder": measured.points, **others, "PCA": measured.pca_points}
    sizes = sorted({size for points in curves.values() for size, _ in points})
    errors = {f"mean squared error: {name}": [*map(dict(points).get, sizes)] for name, points in curves.items()}
    return {SIZE: sizes, **errors}


def classes_table(measured: CompressionReport, class_names: Sequence[str]) -> Table:
    """Return the error of each class of test pictures at the size at which they were compared."""
    return {CLASS: class_names, f"mean squared error with {measured.class_size} numbers": measured.class_errors}


def shown_errors_table(reconstructions: Reconstructions, indices: Sequence[int], names: Sequence[str]) -> Table:
    """Return the error of each of the pictures shown, at every size; `names` are their classes, or nothing."""
    count = len(reconstructions.sizes)
    return {
        PICTURE: np.repeat(indices, count).tolist(),
        CLASS: [names[number] if names else None for number in range(len(indices)) for _ in range(count)],
        SIZE: [*reconstructions.sizes] * len(indices),
        ERROR: [*reconstructions.errors.T.ravel()],
    }


def denoising_table(table: DenoisingTable, filters: FilterTable | None) -> Table:
    """Return PSNR, SSIM and error at every noise level: of the noisy pictures, the network, and known filters."""
    strengths, qualities = (filters.strengths, filters.qualities) if filters else ({}, {})
    titles = {name: FILTERS[name].title.lower() for name in strengths}
    who: dict[str, Sequence[Quality]] = {"noisy, as it came": table.before, "this autoencoder": table.after}
    columns: dict[str, Sequence[Cell]] = {"noise level (0 to 1)": SHOWN_LEVELS}
    for name, measured in (who | {title: qualities[name] for name, title in titles.items()}).items():
        columns[f"PSNR (dB): {name}"] = [one.psnr for one in measured]
        columns[f"SSIM: {name}"] = [one.ssim for one in measured]
        columns[f"mean squared error: {name}"] = [one.mse for one in measured]
    return columns | {f"strength: {title}": strengths[name] for name, title in titles.items()}


def rates_table(comparison: Comparison, way: str) -> Table:
    """Return bytes and quality of every setting of every codec, those of JPEG and WebP counted in one of `WAYS`."""
    rows = [(coded.title, one) for coded in (comparison.learned, *comparison.rivals(way)) for one in coded.points]
    return {
        "codec": [title for title, _ in rows],
        "setting": [point.setting for _, point in rows],
        "bytes a picture (mean)": [point.rate for _, point in rows],
        ERROR: [point.error for _, point in rows],
        "PSNR of that error (dB)": [point.psnr for _, point in rows],
    }


def family_table(figures: Mapping[str, Figures]) -> Table:
    """Return what was measured of every member: member (a key of `family.MEMBERS`) → figures."""
    titles = {name: title.format(level=NOISE_LEVEL) for name, title in FAMILY_COLUMNS.items()}
    columns = {title: [getattr(one, name) for one in figures.values()] for name, title in titles.items()}
    return {"member": [member.capitalize() for member in figures], **columns}


def codes_table(values: np.ndarray, classes: Sequence[str], points: np.ndarray) -> Table:
    """Return the codes of test pictures, float32 (n, size), their classes if any, and where they are drawn, (n, 2)."""
    right, upwards = points.T.tolist()
    return {
        PICTURE: range(len(values)),
        CLASS: classes or [None] * len(values),
        "plot: left to right": right,
        "plot: upwards": upwards,
        **{f"number {number} of the code": column for number, column in enumerate(values.T.tolist(), 1)},
    }


def scores_table(
    known: AnomalyScores, size: int, classes: Sequence[str], abnormal: np.ndarray, score: str, threshold: float
) -> Table:
    """Return every score of every test picture, the truth, bool (n,), and the verdict by one of `SCORES`."""
    scores = {name: known.test[name][known.sizes.index(size)] for name in SCORES}
    count = len(scores[score])
    return {
        PICTURE: range(count),
        CLASS: classes,
        "truth": ["abnormal" if one else "normal" for one in abnormal],
        **{f"score: {kind.title.lower()}": [*scores[name]] for name, kind in SCORES.items()},
        f"threshold ({SCORES[score].title.lower()})": [float(threshold)] * count,
        "verdict": ["anomaly" if one > threshold else "normal" for one in scores[score]],
    }


def thresholds_table(scores: np.ndarray, abnormal: np.ndarray, thresholds: np.ndarray, score: str) -> Table:
    """Return what every threshold does: confusion matrix, recall, false alarms and precision, so the ROC curve too."""
    counts = [count(scores, abnormal, threshold) for threshold in thresholds.tolist()]
    return {
        f"threshold ({SCORES[score].title.lower()})": thresholds.tolist(),
        "abnormal, called anomaly": [one.true_positives for one in counts],
        "abnormal, called normal": [one.false_negatives for one in counts],
        "normal, called anomaly": [one.false_positives for one in counts],
        "normal, called normal": [one.true_negatives for one in counts],
        "recall (share of the abnormal)": [one.recall for one in counts],
        "false alarms (share of the normal)": [one.false_positive_rate for one in counts],
        "precision (share of the alarms)": [one.precision for one in counts],
    }


def aurocs_table(anomaly_scores: AnomalyScores, abnormal: np.ndarray) -> Table:
    """Return the AUROC at every bottleneck size, by every score; and by pixel, where known: each with its interval."""
    columns: dict[str, Sequence[Cell]] = {SIZE: anomaly_scores.sizes}
    pictures = {"abnormal": int(abnormal.sum()), "normal": int((~abnormal).sum())}
    columns |= {f"{kind} test pictures": [number] * len(anomaly_scores.sizes) for kind, number in pictures.items()}
    for name, curve in anomaly_scores.auroc_by_size(abnormal).items():
        columns |= _aurocs(f"picture: {SCORES[name].title.lower()}", [value for _, value in curve], *pictures.values())
    for name, values in anomaly_scores.pixel_auroc.items():
        columns |= _aurocs(f"pixel: {SCORES[name].title.lower()}", values.tolist(), pictures["abnormal"])
    return columns


def _aurocs(by: str, values: Sequence[float], *pictures: int) -> dict[str, Sequence[Cell]]:
    low, high = zip(*(interval(value, *pictures) for value in values), strict=True)
    return {f"AUROC by {by}": values, f"from, by {by} (95 % interval)": low, f"to, by {by} (95 % interval)": high}
