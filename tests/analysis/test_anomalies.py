from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.metrics import structural_similarity
from sklearn.metrics import average_precision_score, roc_auc_score

from autoencoder.analysis import anomalies as module
from autoencoder.analysis.anomalies import (
    DEFAULT_SCORE,
    DEFAULTS,
    DRAWS,
    MOST_HELD_OUT,
    REPAIR,
    SCORES,
    AnomalyScores,
    Damage,
    default_score,
    default_settings,
    is_abnormal,
    known_damage,
    maps_of,
    measure,
    rebuild,
    score,
    scored_sizes,
)
from autoencoder.analysis.detection import threshold_for
from autoencoder.data import sources
from autoencoder.data.bananas import bananas
from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.noise import add_noise
from autoencoder.data.selection import hold_out
from autoencoder.data.sources import SOURCES
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from benchmarks.anomalies import judge_pair
from tests.conftest import Exported
from tests.examples import make_pictures, make_set

every_score = pytest.mark.parametrize("name", SCORES)
every_shape = pytest.mark.parametrize("shape", [(12, 14, 1), (16, 12, 3)], ids=["gray", "color"])

MADE_UP = "made up"
NORMAL = (1, 4, 7)


class Blurring:
    """In place of a network: it takes a picture for its code and paints it blurred, the more the smaller the size."""

    ordered = True

    def encode(self, pictures: np.ndarray) -> np.ndarray:
        return pictures

    def decode(self, codes: np.ndarray, sizes: int = 1) -> np.ndarray:
        return add_noise(codes, "blur", 1 / (1 + np.log2(sizes)), 0)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., TrainingSettings]:
    """Make a set of pictures a source; returns settings with it."""

    def serve(pictures: ImageDataset, **changes: object) -> TrainingSettings:
        source = replace(SOURCES["mnist_sample"], shape=pictures.shape, load=lambda *, test_only=False: pictures)
        monkeypatch.setitem(sources.SOURCES, MADE_UP, source)  # type: ignore[arg-type]
        return TrainingSettings(
            **{"source": MADE_UP, "bottleneck": "exact", "bottleneck_size": 5, "normal_classes": NORMAL, **changes}
        )

    return serve


def usual_of(shape: tuple[int, int, int]) -> np.ndarray:
    """float32 (height, width)"""
    return make_pictures(1, (*shape[:2], 1), seed=9)[0, ..., 0] / 20


# Scores


@every_shape
@every_score
def test_what_is_the_same_scores_0(name: str, shape: tuple[int, int, int]) -> None:
    pictures = make_pictures(5, shape)
    maps = maps_of(pictures, pictures.copy(), usual_of(shape), name)
    assert (maps.dtype, maps.shape) == (np.float32, (5, *shape[:2]))
    np.testing.assert_allclose(maps, 0, atol=1e-6)
    np.testing.assert_allclose(SCORES[name].of(maps), 0, atol=1e-6)


@every_shape
def test_each_score_is_what_it_says(shape: tuple[int, int, int]) -> None:
    pictures, others, baseline_error = make_pictures(4, shape), make_pictures(4, shape, seed=1), usual_of(shape)
    apart = others.astype(float) - pictures
    expected = {
        "squared": np.square(apart).mean(axis=(1, 2, 3)),
        "strongest": np.sqrt(np.square(np.square(apart).mean(axis=-1)).mean(axis=(1, 2))),
        "absolute": np.abs(apart).mean(axis=(1, 2, 3)),
        "structural": [
            1 - structural_similarity(*pair, channel_axis=-1, data_range=1)
            for pair in zip(pictures.astype(float), others.astype(float), strict=True)
        ],
        "weighted": (np.square(apart).mean(axis=-1) / (baseline_error + 0.001)).mean(axis=(1, 2)),
    }
    expected["outlines"] = expected["structural"]  # where it is not known which outlines are normal
    assert set(expected) == set(SCORES)
    for name, values in expected.items():
        found = SCORES[name].of(maps_of(pictures, others, baseline_error, name))
        np.testing.assert_allclose(found, values, rtol=1e-4, err_msg=name)


@every_shape
@every_score
def test_more_damage_scores_higher(name: str, shape: tuple[int, int, int]) -> None:
    pictures, others, baseline_error = make_pictures(30, shape), make_pictures(30, shape, seed=1), usual_of(shape)

    def mean_score(damaged: np.ndarray) -> float:
        return float(SCORES[name].of(maps_of(pictures, damaged.astype(np.float32), baseline_error, name)).mean())

    stronger = [mean_score((1 - share) * pictures + share * others) for share in np.linspace(0, 1, 6)]
    assert (np.diff(stronger) > 0).all()
    larger = [mean_score(np.where(np.arange(shape[1])[:, np.newaxis] < wide, others, pictures)) for wide in (0, 6, 12)]
    assert (np.diff(larger) > 0).all()


@every_score
def test_pixels_along_the_edge_count_where_it_is_said(name: str) -> None:
    score, maps = SCORES[name], make_pictures(3, (12, 14, 1))[..., 0]
    inside = np.zeros(maps.shape, bool)
    inside[:, score.edge : 12 - score.edge, score.edge : 14 - score.edge] = True
    np.testing.assert_allclose(score.of(np.where(inside, maps, 99)), score.of(maps))
    one_more = maps.copy()
    one_more[:, score.edge, score.edge] += 1
    assert (score.of(one_more) > score.of(maps)).all()


@every_score
def test_a_map_is_lighter_where_a_banana_is_rotten(name: str) -> None:
    rotten = bananas.rotten(40, seed=5)
    maps = maps_of(rotten.pictures, rotten.twins, np.zeros(rotten.masks.shape[1:], np.float32), name)
    assert roc_auc_score(rotten.masks.ravel(), maps.ravel()) > 0.95
    if SCORES[name].edge == 0:
        np.testing.assert_array_equal(maps > 0, rotten.masks)


# Pictures with masks and twins


@pytest.mark.slow
def test_masks_and_twins_line_up_with_the_test_pictures() -> None:
    pictures, known = SOURCES["bananas"].load(test_only=True), known_damage("bananas")
    assert known is not None
    np.testing.assert_array_equal(known.masks, (pictures.test != known.twins).any(axis=-1))
    np.testing.assert_array_equal(known.masks.any(axis=(1, 2)), pictures.test_labels == 1)
    assert (known.twins.dtype, known.masks.dtype) == (np.float32, bool)
    shares = np.stack([*known.shares.values()])
    np.testing.assert_array_equal((shares > 0).sum(axis=0), pictures.test_labels)  # one kind each
    within, rotten = known.masks.mean(axis=(1, 2)), pictures.test_labels == 1
    assert np.corrcoef(within[rotten], shares.sum(axis=0)[rotten])[0, 1] > 0.8
    assert shares.max() <= bananas.LARGEST_SHARE + 0.01


@pytest.mark.parametrize("source", ["mnist_sample", "mnist"])
def test_of_other_sources_no_damage_is_known(source: str) -> None:
    assert known_damage(source) is None


# What a trained network makes of them


def test_sizes_are_those_that_the_network_answers_for() -> None:
    assert scored_sizes(TrainingSettings(bottleneck_size=12)) == [1, 2, 4, 8, 12]
    assert scored_sizes(TrainingSettings(bottleneck="exact", bottleneck_size=12)) == [12]
    assert scored_sizes(REPAIR) == [REPAIR.plan.code_size]


@given(st.lists(st.integers(0, 9), max_size=30), st.sets(st.integers(0, 9)))
def test_abnormal_is_what_was_not_learned(labels: list[int], normal: set[int]) -> None:
    settings = TrainingSettings(normal_classes=tuple(normal))
    assert is_abnormal(np.array(labels, int), settings).tolist() == [label not in normal for label in labels]


@pytest.mark.parametrize("noise", [{}, {"noise": "stains", "noise_high": 0.5}], ids=["no noise", "from level 0 on"])
def test_who_learned_sound_pictures_is_shown_them_as_they_are(noise: dict) -> None:
    pictures = make_pictures(5, (12, 12, 1))
    settings = TrainingSettings(bottleneck_size=8, **noise)
    for size in (1, 8):
        rebuilt = rebuild(Blurring(), settings, pictures, size)
        np.testing.assert_array_equal(rebuilt, Blurring().decode(pictures, size))


@pytest.mark.parametrize("kind", ["gaussian", "patch", "stains", "blur"])
def test_who_learned_noisy_pictures_is_shown_them_with_noise(kind: str) -> None:
    pictures = make_pictures(6, (12, 12, 3))
    settings = TrainingSettings(bottleneck_size=8, noise=kind, noise_low=0.2, noise_high=0.6)
    rebuilt = rebuild(Blurring(), settings, pictures, 2)
    for place in range(6):
        draws = [add_noise(pictures[[place]], kind, 0.4, seed) for seed in range(DRAWS)]
        expected = np.mean([Blurring().decode(draw, 2)[0] for draw in draws], axis=0)
        np.testing.assert_allclose(rebuilt[place], expected, rtol=0, atol=1e-6)


def test_scores_are_of_the_held_out_normal_pictures_and_of_the_test_pictures_in_their_order(
    serve: Callable[..., TrainingSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 7)
    pictures = make_set(400, 25, (12, 14, 1))
    settings = serve(pictures, bottleneck="ordered", bottleneck_size=4, seed=3)
    normal = np.flatnonzero(np.isin(pictures.train_labels, NORMAL))
    held_out, anomaly_scores = pictures.train[hold_out(normal, 3)[1]], score(Blurring(), settings)
    assert anomaly_scores.sizes == (1, 2, 4)
    assert anomaly_scores.pixel_auroc == anomaly_scores.pixel_average_precision == {}
    for number, size in enumerate(anomaly_scores.sizes):
        rebuilt = Blurring().decode(held_out, size)
        baseline_error = np.square(rebuilt - held_out).mean(axis=(0, 3), dtype=np.float64)
        np.testing.assert_allclose(anomaly_scores.baseline_error[number], baseline_error, rtol=1e-5)
        for name in SCORES:
            for found, of in ((anomaly_scores.held_out, held_out), (anomaly_scores.test, pictures.test)):
                usual, outlines = anomaly_scores.baseline_error[number], anomaly_scores.outlines
                maps = maps_of(of, Blurring().decode(of, size), usual, name, outlines)
                expected = SCORES[name].of(maps)
                np.testing.assert_allclose(found[name][number], expected, rtol=1e-5)
                assert found[name].dtype == np.float32


def test_as_many_pictures_are_scored_as_is_said(
    serve: Callable[..., TrainingSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_HELD_OUT >= 200  # a share of 0.005 is then a picture
    monkeypatch.setattr(module, "MOST_HELD_OUT", 6)
    settings = serve(make_set(400, 25, (12, 14, 1)))
    anomaly_scores = score(Blurring(), settings, most_test=9)
    for name in SCORES:
        assert anomaly_scores.held_out[name].shape == (1, 6)
        assert anomaly_scores.test[name].shape == (1, 9)


@every_score
def test_thresholds_are_of_held_out_normal_pictures_alone(name: str, serve: Callable[..., TrainingSettings]) -> None:
    pictures = make_set(400, 30, (12, 14, 1))
    indices = hold_out(np.flatnonzero(np.isin(pictures.train_labels, NORMAL)), 0)[1]

    def scored_with(train: np.ndarray, test: np.ndarray) -> AnomalyScores:
        return score(Blurring(), serve(replace(pictures, train=train, test=test)))

    before = scored_with(pictures.train, pictures.test)
    other_places = np.flatnonzero(~np.isin(pictures.train_labels, NORMAL))
    train, test = pictures.train.copy(), pictures.test.copy()
    train[other_places], test[:] = 1 - train[other_places] ** 2, np.random.default_rng(0).random(test.shape)
    after = scored_with(train, test)
    assert not np.allclose(before.test[name], after.test[name])
    np.testing.assert_array_equal(before.held_out[name], after.held_out[name])
    np.testing.assert_array_equal(before.baseline_error, after.baseline_error)
    for share in (0.0, 0.25, 0.5):
        threshold = threshold_for(after.held_out[name][0], share)
        assert threshold == threshold_for(before.held_out[name][0], share)
        assert (after.held_out[name][0] > threshold).mean() == pytest.approx(share)
    train = train.copy()  # a set of pictures keeps its own from changes
    train[indices] = 1 - train[indices] ** 2
    assert not np.allclose(scored_with(train, test).held_out[name], before.held_out[name])


def test_by_pixel_the_maps_of_damaged_pictures_are_judged(
    serve: Callable[..., TrainingSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures, masks = make_set(400, 30, (12, 14, 1)), np.zeros((40, 12, 14), bool)
    for place in range(1, 40, 2):
        masks[place, place % 8 :, 3:9] = True
    shares = {"dents": masks.mean(axis=(1, 2), dtype=np.float32)}
    monkeypatch.setattr(module, "known_damage", lambda source: Damage(pictures.test, masks, shares))
    anomaly_scores = score(Blurring(), serve(pictures))
    np.testing.assert_array_equal(anomaly_scores.damage["dents"], shares["dents"][:30])
    damage, test = masks[1:30:2].ravel(), pictures.test[1:30:2]
    rebuilt = Blurring().decode(test, anomaly_scores.sizes[0])
    assert anomaly_scores.damaged_share == pytest.approx(damage.mean())
    for name in SCORES:
        maps = maps_of(test, rebuilt, anomaly_scores.baseline_error[0], name, anomaly_scores.outlines).ravel()
        assert anomaly_scores.pixel_auroc[name].tolist() == pytest.approx([roc_auc_score(damage, maps)], abs=1e-6)
        expected = average_precision_score(damage, maps)
        assert anomaly_scores.pixel_average_precision[name].tolist() == pytest.approx([expected], abs=1e-6)


@pytest.mark.slow  # imports TensorFlow
@pytest.mark.parametrize("noise", [{}, {"noise": "gaussian", "noise_low": 0.3, "noise_high": 0.3}], ids=["", "noisy"])
def test_a_training_keeps_the_scores_of_its_network(
    tmp_path: Path, ordered_network: Exported, serve: Callable[..., TrainingSettings], noise: dict
) -> None:
    settings = serve(make_set(400, 24, (8, 8, 1)), bottleneck="ordered", bottleneck_size=12, **noise)
    folder = RunFolder(tmp_path / "run")
    folder.create(settings)
    folder.write_network(*ordered_network.files)
    measure(folder)
    found, expected = AnomalyScores.of(folder), score(CompiledNetwork(*ordered_network.files), settings)
    assert found is not None
    assert found.sizes == expected.sizes == (1, 2, 4, 8, 12)
    for name in SCORES:
        np.testing.assert_allclose(found.test[name], expected.test[name], rtol=1e-3)
        np.testing.assert_allclose(found.held_out[name], expected.held_out[name], rtol=1e-3)
    assert not np.allclose(found.test["squared"][0], found.test["squared"][-1])


# The defaults


def test_own_pictures_are_looked_at_for_another_thing_or_for_damage(
    serve: Callable[..., TrainingSettings],
) -> None:
    serve(make_set(400, 24, (12, 14, 1)))
    thing, damage = default_settings(MADE_UP), default_settings(MADE_UP, damage=True)
    assert (thing.bottleneck, default_score(thing)) == ("exact", "outlines")
    assert (damage.network, damage.bottleneck, default_score(damage)) == ("repairer", "open", "strongest")
    assert thing.normal_classes == damage.normal_classes == (0,)


@pytest.mark.extended
def test_the_default_detector_is_as_good_as_pca() -> None:
    for normal, abnormal in ((3, 5), (7, 9)):
        found = next(judge_pair(normal, abnormal))
        assert found["default"] >= max(found["PCA, squared"], found["PCA, SSIM"]) - 0.02


def test_every_source_has_a_default_and_something_is_abnormal_in_it() -> None:
    assert set(DEFAULTS) == set(DEFAULT_SCORE) == set(SOURCES)
    for name, settings in DEFAULTS.items():
        assert settings.source == name
        assert 0 < len(settings.normal_classes) < len(SOURCES[name].class_names)
        assert DEFAULT_SCORE[name] in SCORES
        assert TrainingSettings(**asdict(settings)) == settings
