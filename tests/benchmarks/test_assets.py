from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autoencoder.analysis import anomalies, compression, filters
from autoencoder.analysis.anomalies import SCORES, AnomalyScores, is_abnormal, known_damage, maps_of, rebuild
from autoencoder.analysis.compression import MEASURED, CompressionReport, error_by_size
from autoencoder.analysis.denoising import MEASURED_PICTURES, TEST_SEED, quality, table_of
from autoencoder.analysis.detection import auroc, count, threshold_for
from autoencoder.data.bananas import bananas
from autoencoder.data.image_dataset import ImageDataset, PictureError, PictureProblem
from autoencoder.data.noise import NOISES, SHOWN_LEVELS, add_noise
from autoencoder.data.selection import hold_out
from autoencoder.data.sources import SOURCES, get_source
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import RESULT_FILES, RunFolder
from autoencoder.training.settings import TrainingSettings
from benchmarks.assets import FOLDER, NETWORKS, measure_every_noise, pretrain

slow = pytest.mark.slow  # trains, and TensorFlow compiles first; or draws all the bananas


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@slow
def test_what_the_pages_need_is_kept_and_nothing_else(tmp_path: Path, tiny_source: str) -> None:
    compression.pca_of_source.cache_clear()
    settings = TrainingSettings(tiny_source, network="shallow", epochs=1, batch_size=8, bottleneck_size=4)
    (tmp_path / "pretrained").mkdir()
    (tmp_path / "pretrained" / "of an older version").touch()
    pretrain(tmp_path / "pretrained", settings, compression.measure)
    compression.pca_of_source.cache_clear()
    folder = RunFolder(tmp_path / "pretrained")
    assert files(folder.path) == {*RESULT_FILES, "manifest.json", f"measured/{MEASURED}.json"}
    assert folder.settings() == settings
    assert CompiledNetwork(*folder.network()).ordered
    assert CompressionReport.of(folder) is not None


@slow
def test_a_training_that_fails_leaves_the_old_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*, test_only: bool = False) -> ImageDataset:
        raise PictureError(PictureProblem.NOT_KEPT)

    monkeypatch.setitem(SOURCES, "broken", replace(SOURCES["mnist_sample"], load=load))  # type: ignore[arg-type]
    (tmp_path / "old").write_text("old")
    with pytest.raises(RuntimeError, match=r"Expected the training to finish\. Received: failed, .*not_kept"):
        pretrain(tmp_path, TrainingSettings(source="broken"), compression.measure)
    assert files(tmp_path) == {"old"}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_networks_that_come_with_the_app_were_trained_as_it_says(name: str) -> None:
    folder = RunFolder(FOLDER / name)
    assert folder.settings() == NETWORKS[name][0]
    assert {"measured"} == {path.name for path in folder.path.iterdir()} - {*RESULT_FILES, "manifest.json"}
    assert folder.keras_file()


def test_the_bottleneck_is_as_good_as_it_says() -> None:
    folder = RunFolder(FOLDER / "bottleneck")
    measured = CompressionReport.of(folder)
    assert measured is not None
    test = get_source(folder.settings().source).load(test_only=True).test
    assert measured.pictures == len(test)
    errors = error_by_size(CompiledNetwork(*folder.network()), test, list(measured.sizes))
    np.testing.assert_allclose(errors, measured.errors, rtol=1e-3)
    assert errors[-1] < errors[0] / 4


def test_the_denoiser_is_as_good_as_it_says() -> None:
    folder = RunFolder(FOLDER / "denoising")
    settings, network = folder.settings(), CompiledNetwork(*folder.network())
    table = table_of(folder, settings.noise)
    assert table is not None
    pictures = get_source(settings.source).load(test_only=True).test[:MEASURED_PICTURES]
    for number in (1, 5, 10):
        noisy = add_noise(pictures, settings.noise, SHOWN_LEVELS[number], TEST_SEED)
        after = quality(pictures, network.decode(network.encode(noisy)))
        assert after.psnr == pytest.approx(table.after[number].psnr, abs=0.01)
        assert after.psnr > quality(pictures, noisy).psnr + 5
    assert measure_every_noise is NETWORKS["denoising"][1]
    assert all(table_of(folder, kind) for kind in NOISES)


@pytest.mark.parametrize("kind", NOISES)
def test_the_filters_beside_it_reach_what_it_says(kind: str) -> None:
    folder = RunFolder(FOLDER / "denoising")
    table = filters.kept_table(kind, filters.kept_at(folder, kind))
    assert table is not None
    pictures = get_source(folder.settings().source).load(test_only=True).test[:MEASURED_PICTURES]
    place = SHOWN_LEVELS.index(0.4)
    noisy = add_noise(pictures, kind, 0.4, TEST_SEED)
    for name in ("gaussian", "wiener") if kind == "blur" else ("gaussian", "median"):
        filtered = filters.apply_filter(name, noisy, table.strengths[name][place], 0.4)
        assert quality(pictures, filtered).psnr == pytest.approx(table.qualities[name][place].psnr, abs=0.01)


@pytest.mark.extended
@slow
@pytest.mark.parametrize(("name", "least", "recall"), [("anomalies", 0.98, 0.9), ("repair", 0.999, 1.0)])
def test_the_networks_for_anomalies_are_as_good_as_they_say(name: str, least: float, recall: float) -> None:
    folder, of_network = RunFolder(FOLDER / name), NETWORKS[name]
    settings, network, anomaly_scores = folder.settings(), CompiledNetwork(*folder.network()), AnomalyScores.of(folder)
    pictures, damage = get_source(settings.source).load(), known_damage(settings.source)
    assert anomaly_scores is not None
    assert damage is not None
    assert pictures.test_labels is not None
    abnormal = is_abnormal(pictures.test_labels, settings)
    held_out = pictures.train[hold_out(np.arange(len(pictures.train)), settings.seed)[1][:60]]
    for of, kept in ((pictures.test[:60], anomaly_scores.test), (held_out, anomaly_scores.held_out)):
        rebuilt = rebuild(network, settings, of, anomaly_scores.sizes[-1])
        for score in SCORES:
            maps = maps_of(of, rebuilt, anomaly_scores.baseline_error[-1], score, anomaly_scores.outlines)
            np.testing.assert_allclose(SCORES[score].of(maps), kept[score][-1, :60], rtol=5e-3, atol=1e-6)
            if kept is anomaly_scores.test:
                by_pixel = auroc(maps[abnormal[:60]].ravel(), damage.masks[:60][abnormal[:60]].ravel())
                assert by_pixel == pytest.approx(anomaly_scores.pixel_auroc[score][-1], abs=0.02)
    scores, held_out_scores = (kind["strongest"][-1] for kind in (anomaly_scores.test, anomaly_scores.held_out))
    assert scores.shape == (len(pictures.test),)
    assert auroc(scores, abnormal) >= least
    assert anomaly_scores.pixel_auroc["strongest"][-1] >= 0.99
    counts = count(scores, abnormal, threshold_for(held_out_scores, 0.05))
    assert counts.recall >= recall
    assert counts.false_positive_rate < 0.1  # of other ripe bananas than those that the threshold is of
    assert of_network == (settings, anomalies.measure)


@pytest.mark.extended  # draws 1,300 bananas
def test_of_bananas_only_what_is_ripe_passes_64_numbers() -> None:
    folder, score = RunFolder(FOLDER / "anomalies"), SCORES["strongest"]
    network, settings = CompiledNetwork(*folder.network()), folder.settings()
    assert settings.sizes[-1] == 64

    def look(shown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rebuilt = rebuild(network, settings, shown, 64)
        return rebuilt, score.of(maps_of(shown, rebuilt, np.zeros(shown.shape[1:3]), "strongest"))

    ripe = look(bananas.ripe(100, seed=301))[1]
    for share, least, most_left in ((0.1, 0.95, 1.0), (0.2, 0.98, 0.4), (0.4, 0.99, 0.4)):
        found, left = [], []
        for damage in bananas.DAMAGES:
            rotten = bananas.rotten(100, 302, damage=damage, share=share)
            rebuilt, scores = look(rotten.pictures)
            found.append(auroc(np.concatenate([ripe, scores]), np.arange(200) >= 100))
            left.append(np.square(rebuilt - rotten.twins).sum() / np.square(rotten.pictures - rotten.twins).sum())
        assert np.mean(found) >= least
        assert np.mean(left) <= most_left
