"""How the value of a field is written in a page's address, and read from there."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class UrlCodec:
    """A value as text.

    Args:
        write: A value → its text.
        read: A text → its value; raises ValueError where it means none.
        expected: What is expected, for the sentence about a text that means nothing.
    """

    write: Callable[[Any], str]
    read: Callable[[str], Any]
    expected: str


def one_of(options: Iterable[Any]) -> UrlCodec:
    """One of some values that are text already, or numbers, which are written as short as can be."""
    return named({_text(option): option for option in options})


def named(values: Mapping[str, Any]) -> UrlCodec:
    """One of some values, each with a name of its own in addresses."""
    names = {value: name for name, value in values.items()}
    return UrlCodec(names.__getitem__, lambda text: _pick(values, text), _listed(list(values)))


def some_of(values: Mapping[str, Any]) -> UrlCodec:
    """A list of any of some values, written with points between them; "none" for an empty list."""
    names = {value: name for name, value in values.items()}

    def write(chosen: Iterable[Any]) -> str:
        return ".".join(names[value] for value in chosen) or "none"

    def read(text: str) -> list[Any]:
        return [] if text == "none" else [_pick(values, name) for name in dict.fromkeys(text.split("."))]

    return UrlCodec(write, read, f"none, or with points between them any of {', '.join(values)}")


def whole_from(lowest: int, highest: int) -> UrlCodec:
    """A whole number within bounds."""

    def read(text: str) -> int:
        value = _whole(text)
        if not lowest <= value <= highest:
            raise ValueError(text)
        return value

    return UrlCodec(str, read, f"a whole number from {lowest} to {highest}")


def decimal(lowest: float, highest: float, step: float | None = None) -> UrlCodec:
    """A number within bounds; with a step, on the step that is closest."""
    return UrlCodec(
        _text, lambda text: _decimal(text, lowest, highest, step), f"a number from {lowest:g} to {highest:g}"
    )


def span(lowest: float, highest: float, step: float) -> UrlCodec:
    """Two numbers within bounds, from one to the other; the two may stand the other way round."""

    def read(text: str) -> tuple[float, float]:
        first, second = text.split("-")
        low, high = sorted(_decimal(one, lowest, highest, step) for one in (first, second))
        return low, high

    return UrlCodec(
        lambda pair: "-".join(map(_text, pair)), read, f"two numbers from {lowest:g} to {highest:g} such as 0.1-0.5"
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.10g}"


def _pick(values: Mapping[str, Any], text: str) -> Any:
    if text in values:
        return values[text]
    for name, value in values.items():  # 1e-3 is 0.001, and 1.0 is 1
        if isinstance(value, int | float) and not isinstance(value, bool) and _is_number(text, float(name)):
            return value
    raise ValueError(text)


def _is_number(text: str, number: float) -> bool:
    try:
        return float(text) == number
    except ValueError:
        return False


def _whole(text: str) -> int:
    if len(text) > 20 or not text.isascii():  # int() reads digits of any script, and takes its time over thousands
        raise ValueError(text)
    return int(text)


def _decimal(text: str, lowest: float, highest: float, step: float | None) -> float:
    value = float(text)
    if not math.isfinite(value) or not lowest <= value <= highest:
        raise ValueError(text)
    return value if step is None else min(highest, round(lowest + step * round((value - lowest) / step), 10))


def _listed(names: Sequence[str]) -> str:
    many = 12
    return f"one of {', '.join(names)}" if len(names) <= many else f"one of {names[0]} to {names[-1]}"


FLAG = named({"yes": True, "no": False})
