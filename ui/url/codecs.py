"""How the value of a field is written in a page's address, and read from there."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LONGEST_LIST = 12  # of names, in a sentence


class Refusal(ValueError):
    """A text means no value; the argument says more exactly what was expected than its codec does."""


@dataclass(frozen=True)
class UrlCodec:
    """A value as text."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]  # raises ValueError where a text means none, or a Refusal that says why
    expected: str  # for the sentence about such a text


def one_of(options: Iterable[Any]) -> UrlCodec:
    """One of some values that are text already, or numbers, which are written as short as can be."""
    return named({_text(option): option for option in options})


def named(values: Mapping[str, Any]) -> UrlCodec:
    """One of some values, each with a name of its own in addresses."""
    names, listed = {value: name for name, value in values.items()}, list(values)
    expected = f"one of {', '.join(listed)}" if len(listed) <= LONGEST_LIST else f"one of {listed[0]} to {listed[-1]}"
    return UrlCodec(names.__getitem__, lambda text: _pick(values, text), expected)


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
        # int() reads digits of any script, and takes its time over thousands
        if len(text) > 20 or not text.isascii() or not lowest <= int(text) <= highest:
            raise ValueError(text)
        return int(text)

    return UrlCodec(str, read, f"a whole number from {lowest} to {highest}")


def decimal(lowest: float, highest: float, step: float | None = None) -> UrlCodec:
    """A number within bounds; with a step, on the step that is closest."""

    def read(text: str) -> float:
        value = float(text)
        if not lowest <= value <= highest:  # nor is what is no number
            raise ValueError(text)
        return value if step is None else min(highest, round(lowest + step * round((value - lowest) / step), 10))

    return UrlCodec(_text, read, f"a number from {lowest:g} to {highest:g}")


def span(lowest: float, highest: float, step: float) -> UrlCodec:
    """Two numbers within bounds, from one to the other; the two may stand the other way round."""
    end, expected = decimal(lowest, highest, step), f"two numbers from {lowest:g} to {highest:g} such as 0.1-0.5"

    def read(text: str) -> tuple[float, float]:
        low, high = sorted(map(end.read, text.split("-")))
        return low, high

    return UrlCodec(lambda pair: "-".join(map(_text, pair)), read, expected)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.10g}"


def _pick(values: Mapping[str, Any], text: str) -> Any:
    if text in values:
        return values[text]
    number = float(text)
    for name, value in values.items():  # 1e-3 is 0.001, and 1.0 is 1
        if isinstance(value, int | float) and not isinstance(value, bool) and float(name) == number:
            return value
    raise ValueError(text)


FLAG = named({"yes": True, "no": False})
