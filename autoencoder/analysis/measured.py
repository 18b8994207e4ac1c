"""What was measured, as dataclasses: from what `asdict` and JSON made of them, and of many runs at once."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from autoencoder.training.run_folder import DamagedRun, RunFolder
from autoencoder.training.settings import TrainingSettings

T = TypeVar("T")
Curve = tuple[tuple[int, float], ...]  # (bottleneck size, value), by rising size


def from_json(kind: type[T], values: Any) -> T | None:
    """Return the dataclass `kind` that was kept as `values`, with its tuples, lists, dicts; None for anything else."""
    with suppress(TypeError, ValueError, AttributeError):
        built: T = _build(kind, values)
        return built
    return None


def _build(kind: Any, value: Any) -> Any:
    origin, of = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        kinds = get_type_hints(kind)
        if set(value) != set(kinds):
            raise ValueError(f"Expected the fields of {kind}. Received: {sorted(value)}.")
        return kind(**{name: _build(kinds[name], one) for name, one in value.items()})  # type: ignore[operator]
    if origin in (tuple, list):
        return origin(_build(of[0], one) for one in value)
    if origin is dict:
        return {name: _build(of[1], one) for name, one in value.items()}
    return value


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
