"""What was measured, as dataclasses: from what `asdict` and JSON made of them, and of many runs at once."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

import msgspec

from autoencoder.training.run_folder import DamagedRun, RunFolder
from autoencoder.training.settings import TrainingSettings

T = TypeVar("T")
Curve = tuple[tuple[int, float], ...]  # (bottleneck size, value), by rising size


def from_json(kind: type[T], values: Any) -> T | None:
    """Return the dataclass `kind` that was kept as `values`; None for anything else."""
    try:
        return msgspec.convert(values, kind)
    except (msgspec.ValidationError, ValueError, TypeError):
        return None


def readable(runs: Iterable[RunFolder]) -> Iterator[tuple[RunFolder, TrainingSettings]]:
    """Yield those of `runs` whose settings can be read, with these; of the others it is said where they are shown."""
    for run in runs:
        with suppress(DamagedRun):
            yield run, run.settings()


def best_of_each_size(points: Iterable[tuple[int, float]], best: Callable[[Iterable[float]], float]) -> Curve:
    """Return several networks' points as one curve: at every size the `best`, min or max, of the values."""
    by_size: dict[int, list[float]] = {}
    for size, value in points:
        by_size.setdefault(size, []).append(value)
    return tuple((size, best(values)) for size, values in sorted(by_size.items()))
