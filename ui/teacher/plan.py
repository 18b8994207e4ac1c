"""The lesson of 45 minutes, which stands in `lesson.toml`: what to show, what to ask, what to expect."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ui.url.state import HIDE, LESSON, PRESENT
from ui.words import read_texts

FIGURES = Path(__file__).parents[2] / "assets" / "lesson_figures.json"  # of `python -m benchmarks.lesson_figures`
YES, NO = "1", "0"  # of the presenter's view, in the address
DIGITS = ("zeros", "ones", "twos", "threes", "fours", "fives", "sixes", "sevens", "eights", "nines")


def link(page: str, parameters: Mapping[str, str]) -> str:
    """Return the address of a page whose address says `parameters`, relative to that of another page of the app.

    Example:
        >>> link("bottleneck", {"size": "1"})
        'bottleneck?size=1'
    """
    return (page or "./") + (f"?{urlencode(parameters)}" if parameters else "")


@dataclass(frozen=True)
class Step:
    """One step of the lesson, as `lesson.toml` has it."""

    number: int  # from 1
    begin: int  # minute of the lesson
    minutes: int
    title: str
    page: str
    parameters: Mapping[str, str]
    show: str
    question: str
    expect: str
    misunderstanding: str = ""
    hide: str = "settings.choices"

    def slide_parameters(self) -> dict[str, str]:
        """Return what the step's address says in the presenter's view."""
        return {**self.parameters, PRESENT: YES, LESSON: str(self.number)}

    def link(self, *, presenting: bool) -> str:
        """Return where the step is shown."""
        hidden = {HIDE: self.hide} if self.hide else {}
        return link(self.page, self.slide_parameters() if presenting else {**self.parameters, **hidden})

    def in_words(self) -> str:
        """Return the step in Markdown."""
        names = ("Show", "Ask", "Expect", "A common misunderstanding")
        texts = (self.show, self.question, self.expect, self.misunderstanding)
        return "\n\n".join(f"**{name}.** {text}" for name, text in zip(names, texts, strict=True) if text)


def contents() -> str:
    """Return the steps with their times as a table in Markdown, each with a way to it on the page."""
    lines = ["| Minute | Step | For |", "|--:|---|--:|"]
    lines += [f"| {s.begin} | [{s.number} · {s.title}](#step-{s.number}) | {s.minutes} min |" for s in STEPS]
    total = sum(step.minutes for step in STEPS)
    return "\n".join([*lines, f"| {total} | End | {total} min |"])


def _figures() -> dict[str, Any]:
    """Return the figures of `lesson_figures.json`, sizes as whole numbers, and those that follow from them."""
    known = json.loads(
        FIGURES.read_text("utf-8"),
        object_hook=lambda found: {int(name) if name.isdigit() else name: value for name, value in found.items()},
    )
    read = known["percent_read_from_one_number"]
    return {
        **known,
        "easiest": DIGITS[read.index(max(read))],
        "easiest_percent": max(read),
        "hardest": DIGITS[read.index(min(read))],
        "hardest_percent": min(read),
        "best_codec_times": known["best_codec_bytes"] / 8,
        "decoder_megabytes": known["decoder_bytes"] / 1e6,
        "percent_of_damage_left": 100 * known["share_of_damage_left"],
        "repair_percent_of_damage_left": 100 * known["repair_share_of_damage_left"],
        "pixel_auroc_per_mille": 1000 * known["pixel_auroc"],
    }


def _steps(tables: list[dict[str, Any]]) -> Iterator[Step]:
    figures, begins = _figures(), accumulate((table["minutes"] for table in tables), initial=0)
    for number, (table, begin) in enumerate(zip(tables, begins, strict=False), start=1):
        filled = {name: text.format_map(figures) for name, text in table.items() if isinstance(text, str)}
        yield Step(**table | filled, number=number, begin=begin)


LESSON_PLAN = read_texts("teacher/lesson.toml")
STEPS = tuple(_steps(LESSON_PLAN["steps"]))
