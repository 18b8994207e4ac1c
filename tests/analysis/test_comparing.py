from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from autoencoder.analysis.anomalies import DEFAULTS, AnomalyScores
from autoencoder.analysis.comparing import auroc_by_size, best_of_each_size, comparable_runs
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings

DIGITS = DEFAULTS["mnist_sample"]


def run(root: Path, settings: TrainingSettings) -> RunFolder:
    folder = RunFolder(root / settings.key)
    folder.create(settings)
    return folder


def test_runs_that_learned_the_same_classes_are_comparable(tmp_path: Path) -> None:
    this, other = run(tmp_path, DIGITS), run(tmp_path, replace(DIGITS, bottleneck="ordered", seed=4))
    others = [
        run(tmp_path, replace(DIGITS, normal_classes=(1,))),
        run(tmp_path, replace(DIGITS, source="mnist")),
        broken := run(tmp_path, replace(DIGITS, seed=7)),
    ]
    (broken.path / "settings.json").write_bytes(b"{")
    assert comparable_runs(this, DIGITS, [this, *others, other]) == [other]


def test_the_auroc_at_every_size_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    test = {name: random.random((3, 40), np.float32) for name in ("squared", "absolute")}
    abnormal = np.arange(40) % 3 == 0
    found = auroc_by_size(AnomalyScores((1, 8, 64), {}, test, np.zeros((3, 4, 4)), {}), abnormal)
    assert set(found) == set(test)
    for name, curve in found.items():
        assert [size for size, _ in curve] == [1, 8, 64]
        assert [value for _, value in curve] == pytest.approx([roc_auc_score(abnormal, row) for row in test[name]])


def test_several_networks_are_as_good_as_the_best_at_each_size() -> None:
    assert best_of_each_size([((2, 0.5), (8, 0.9)), ((1, 0.4), (2, 0.7)), ((8, 0.8),)]) == (
        (1, 0.4),
        (2, 0.7),
        (8, 0.9),
    )
    assert best_of_each_size([]) == ()
