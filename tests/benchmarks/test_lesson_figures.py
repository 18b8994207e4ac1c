"""What the lesson says is so of the networks that come with the app."""

import json
from typing import Any

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier

from benchmarks import lesson_figures
from benchmarks.lesson_figures import FILE, digits, read_right, reconstructed


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return json.loads(FILE.read_text("utf-8"))


def test_digits_are_read_as_the_nearest_neighbor_reads_them(figures: dict[str, Any]) -> None:
    pictures = digits()
    reader = KNeighborsClassifier(1, algorithm="brute").fit(pictures.train.reshape(4000, -1), pictures.train_labels)
    expected = reader.predict(reconstructed(8).reshape(1000, -1)) == pictures.test_labels
    assert (read_right(reconstructed(8)) != expected).sum() <= 2  # two may be equally close, but for rounding
    assert figures["read"]["8"] == pytest.approx(expected.sum(), abs=3)


def test_the_errors_of_pca_are_those_of_scikit_learn(figures: dict[str, Any]) -> None:
    train, test = (part.reshape(len(part), -1).astype(np.float64) for part in (digits().train, digits().test))
    pca = PCA(64, svd_solver="covariance_eigh").fit(train)
    codes = pca.transform(test)
    for size, error in figures["pca_error"].items():
        rebuilt = codes[:, : int(size)] @ pca.components_[: int(size)] + pca.mean_
        assert error == pytest.approx(np.square(rebuilt - test).mean(), rel=1e-3)


@pytest.mark.parametrize("part", ["reading", "turning", "beside_pca", "latent", "thresholds", "noise"])
@pytest.mark.extended
def test_the_figures_are_of_these_networks(figures: dict[str, Any], part: str) -> None:
    """Counts may differ by a few where a processor rounds otherwise, and a picture lies on the line."""
    for name, value in getattr(lesson_figures, part)().items():
        kept = figures[name]
        for one, other in zip(_numbers(value), _numbers(kept), strict=True):
            assert one == pytest.approx(other, rel=0.01, abs=3 if other == int(other) else 1e-4)  # counts are whole


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for one in value.values() for number in _numbers(one)]
    return [float(one) for one in value] if isinstance(value, list) else [float(value)]


def test_what_the_lesson_says_in_words_is_so(figures: dict[str, Any]) -> None:
    read = [figures["read"][size] for size in ("1", "2", "4", "8", "16")]
    assert read == sorted(read)
    assert max(figures["percent_read_from_one_number"]) > 90
    assert min(figures["percent_read_from_one_number"]) < 10
    assert figures["sizes_ahead_of_pca"] == 64
    ratios = [figures["error"][size] / figures["pca_error"][size] for size in ("8", "16", "64")]
    assert ratios[0] < 0.6
    assert ratios[2] > 0.75
    assert figures["best_codec_bytes"] > 12
    assert figures["banana_psnr_of_64_bytes"] + 10 < figures["banana_smallest_webp_psnr"]
    assert figures["bananas_closer_to_a_digit"] > 0.9 * figures["bananas"]
    assert figures["neighbors_alike"] > 0.5 * figures["points"]
    assert figures["middles_closer_to_a_digit"] > figures["pairs"] / 2
    assert figures["rotten_closer_to_their_twin"] > 0.8 * figures["rotten"]
    assert figures["repair_rotten_closer_to_their_twin"] == figures["rotten"]
    assert figures["accepting_by_strongest"]["found"] > figures["accepting"]["0.05"]["found"] + 50
    assert figures["repair_accepting_none"] == {"found": figures["rotten"], "false_positives": 0}
    assert figures["small_bruises_found"] < figures["repair_small_bruises_found"] == figures["small_bruises"]
    assert figures["denoised_psnr"] > figures["noisy_psnr"] + 8
    assert abs(figures["repaired_psnr"] - figures["patched_psnr"]) < 1


def test_the_file_is_written_as_it_is_read(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson_figures, "evaluate", lambda: {"share": 1 / 3, "count": 123456, "by": {"1": 2 / 3}})
    lesson_figures.write(tmp_path / "figures.json")
    assert json.loads((tmp_path / "figures.json").read_text()) == {
        "share": 0.33333,
        "count": 123456,
        "by": {"1": 0.66667},
    }
