"""Made-up measurements of a denoiser and of the filters beside it."""

import numpy as np

from autoencoder.analysis.denoising import LEVELS, DenoisingTable, Quality
from autoencoder.analysis.filters import FilterTable, filters_for
from autoencoder.data.noise import SHOWN_LEVELS

SMOOTH = filters_for("gaussian")


def qualities(*psnr: float) -> tuple[Quality, ...]:
    """At each of the eleven levels, or one for all, of this PSNR in dB."""
    values = psnr if len(psnr) > 1 else psnr * len(SHOWN_LEVELS)
    assert len(values) == len(SHOWN_LEVELS)
    return tuple(Quality(10 ** (-value / 10), value, value / 60) for value in values)


def denoising_table(after: tuple[Quality, ...], before: tuple[Quality, ...] = qualities(1.0)) -> DenoisingTable:
    return DenoisingTable(300, before, after)


def filter_table_of(best: tuple[Quality, ...]) -> FilterTable:
    """The median filter reaches this, the others 2 dB."""
    names = {name: list(best if name == "median" else qualities(2.0)) for name in SMOOTH}
    return FilterTable({name: [one.strengths[1]] * len(SHOWN_LEVELS) for name, one in SMOOTH.items()}, names)


def filter_frames_of(pictures: int) -> dict[str, np.ndarray]:
    """float32 (levels, pictures, 28, 28, 1), each filter in another gray."""
    shape = (len(LEVELS), pictures, 28, 28, 1)
    return {name: np.full(shape, number / 10, np.float32) for number, name in enumerate(SMOOTH)}
