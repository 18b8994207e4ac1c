from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from autoencoder.analysis.measured import best_of_each_size, from_json, readable
from autoencoder.files import read_json, write_json
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings


@dataclass(frozen=True)
class Part:
    size: int
    error: float | None


@dataclass(frozen=True)
class Whole:
    name: str
    parts: tuple[Part, ...]
    by_name: dict[str, list[Part]]
    numbers: tuple[float, ...] = ()


WHOLE = Whole("a", (Part(1, 0.5), Part(2, None)), {"b": [Part(3, 0.25)], "c": []}, (1.5, 2.0))


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    write_json(tmp_path / "kept.json", asdict(WHOLE))
    assert from_json(Whole, read_json(tmp_path / "kept.json")) == WHOLE


@pytest.mark.parametrize(
    "changes",
    [
        {"parts": "3"},
        {"numbers": ["x"]},
        {"parts": 3},
        {"parts": [0.1]},
        {"parts": [{"size": 1}]},
        {"by_name": [1]},
        {"numbers": None},
    ],
    ids=str,
)
def test_what_is_of_another_form_is_not_there(changes: dict) -> None:
    assert from_json(Whole, asdict(WHOLE) | changes) is None
    for values in (None, {}, [1], 3, "damage"):
        assert from_json(Whole, values) is None


def test_a_damaged_run_does_not_hide_the_others(tmp_path: Path) -> None:
    runs = [RunFolder(tmp_path / name) for name in ("a", "damaged", "b")]
    for run in runs:
        run.create(TrainingSettings())
    (runs[1].path / "settings.json").write_bytes(b"{")
    assert list(readable(runs)) == [(runs[0], TrainingSettings()), (runs[2], TrainingSettings())]


def test_several_networks_are_as_good_as_the_best_at_each_size() -> None:
    points = [(2, 0.5), (8, 0.9), (1, 0.4), (2, 0.7), (8, 0.8)]
    assert best_of_each_size(points, max) == ((1, 0.4), (2, 0.7), (8, 0.9))
    assert best_of_each_size(points, min) == ((1, 0.4), (2, 0.5), (8, 0.8))
    assert best_of_each_size([], max) == ()
