from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from autoencoder.analysis.anomalies import MEASURED, SCORES, known_damage, maps_of, rebuild
from autoencoder.data.sources import get_source
from autoencoder.export.masks import masks_file
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import RunFolder
from tests.pages.anomaly_runs import OF_BANANAS, PRETRAINED_ANOMALIES, scores

pytestmark = pytest.mark.long  # the bananas are drawn first

PICTURES = 40  # whose scores are kept


def opened(content: bytes) -> np.ndarray:
    image = Image.open(BytesIO(content))
    assert (image.format, image.mode) == ("PNG", "L")
    return np.asarray(image)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    run = RunFolder(tmp_path / "run")
    run.create(OF_BANANAS)
    run.write_network(*PRETRAINED_ANOMALIES.network())
    return run


@pytest.mark.parametrize("score", [pytest.param("strongest", marks=pytest.mark.extended), "outlines"])
def test_masks_are_the_maps_above_the_threshold_of_pictures_that_are_called_anomalies(
    folder: RunFolder, score: str
) -> None:
    known = scores(OF_BANANAS)
    known = replace(known, test={name: rows[:, :PICTURES] for name, rows in known.test.items()})
    folder.write_measured_arrays(MEASURED, known.to_arrays())
    size, values = known.sizes[-1], known.test[score][-1]
    threshold = float(np.quantile(known.held_out[score][-1], 0.95))
    with ZipFile(BytesIO(masks_file(folder, size, score, threshold))) as archive:
        assert archive.namelist() == [f"mask-{number:05d}.png" for number in range(len(values))]
        masks = np.stack([opened(archive.read(name)) for name in archive.namelist()])
    assert set(np.unique(masks)) == {0, 255}
    np.testing.assert_array_equal(masks.any(axis=(1, 2)), values > threshold)  # the highest of a map is above its score
    damage, found = known_damage("bananas"), masks > 0
    assert damage is not None
    truth = damage.masks[:PICTURES]
    assert (found & truth).sum() > 0.9 * truth.sum() or score != "strongest"  # the other finds edges of damage
    network, test = CompiledNetwork(*folder.network()), get_source("bananas").load(test_only=True).test
    for number in (0, 7):
        picture = test[number : number + 1]
        rebuilt = rebuild(network, OF_BANANAS, picture, size)
        (expected,) = maps_of(picture, rebuilt, known.baseline_error[-1], score, known.outlines)
        called = SCORES[score].of(expected[np.newaxis])[0] > threshold
        np.testing.assert_array_equal(found[number], (expected > threshold) & called)
        alone = masks_file(folder, size, score, threshold, number)
        np.testing.assert_array_equal(opened(alone), masks[number])


def test_without_scores_there_are_no_masks(folder: RunFolder) -> None:
    with pytest.raises(LookupError, match="Expected scores"):
        masks_file(folder, 9, "strongest", 0.1)
