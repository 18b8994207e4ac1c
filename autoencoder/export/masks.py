"""What a network calls abnormal, as black and white pictures to take along: 255 above the threshold, else 0."""

from io import BytesIO
from zipfile import ZipFile

import numpy as np

from autoencoder.analysis.anomalies import BATCH, SCORES, AnomalyScores, maps_of, rebuild
from autoencoder.data.sources import get_source
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.rendering.sprites import png
from autoencoder.training.run_folder import RunFolder


def masks_file(folder: RunFolder, size: int, score: str, threshold: float, index: int | None = None) -> bytes:
    """Return the mask of a test picture as a PNG; without an index those of all that were scored, as a ZIP.

    A picture whose score is not above the threshold has a black one. A LookupError where the run has no such scores.
    """
    known, settings, network = AnomalyScores.of(folder), folder.settings(), CompiledNetwork(*folder.network())
    if known is None or size not in known.sizes:
        raise LookupError(f"Expected scores of the size {size}.")
    usual, test = known.baseline_error[known.sizes.index(size)], get_source(settings.source).load(test_only=True).test

    def masks(pictures: np.ndarray) -> list[bytes]:
        maps = maps_of(pictures, rebuild(network, settings, pictures, size), usual, score, known.outlines)
        called = SCORES[score].of(maps)[:, np.newaxis, np.newaxis] > threshold
        return [png(mask) for mask in 255 * ((maps > threshold) & called)[..., np.newaxis].astype(np.uint8)]

    if index is not None:
        return masks(test[index : index + 1])[0]
    test, buffer = test[: len(known.test[score][0])], BytesIO()
    with ZipFile(buffer, "w") as archive:
        for begin in range(0, len(test), BATCH):
            for number, mask in enumerate(masks(test[begin : begin + BATCH]), begin):
                archive.writestr(f"mask-{number:05d}.png", mask)
    return buffer.getvalue()
