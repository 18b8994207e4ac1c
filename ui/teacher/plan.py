"""A lesson in steps, as data: what to show, what to ask, what to expect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from ui.url.state import HIDE, LESSON, PRESENT

IDEA = ""  # the first page's address
YES, NO = "1", "0"  # of the presenter's view, in the address


@dataclass(frozen=True)
class Step:
    """One step of a lesson. What is read is Markdown."""

    minutes: int
    title: str
    page: str  # as the address has it, e.g. "bottleneck"; IDEA for the first one
    parameters: Mapping[str, str]  # what the page's address says: name → text
    show: str  # what to do there
    question: str  # to the class
    expect: str  # what will be seen and the answer, about the networks that come with the app
    misunderstanding: str = ""  # what learners often think instead, and what is so; "" for nothing
    hide: str = "settings.choices"  # the parts of its page that it does not need, as the address has them


def link(page: str, parameters: Mapping[str, str]) -> str:
    """Return the address of a page whose address says `parameters`, relative to that of another page of the app.

    Example:
        >>> link("bottleneck", {"size": "1"})
        'bottleneck?size=1'
    """
    return (page or "./") + (f"?{urlencode(parameters)}" if parameters else "")


def slide_parameters(step: Step, number: int) -> dict[str, str]:
    """Return what the address of a step says in the presenter's view. `number`: of the step, from 1."""
    return {**step.parameters, PRESENT: YES, LESSON: str(number)}


def step_link(step: Step, number: int, *, presenting: bool) -> str:
    """Return where a step is shown."""
    hidden = {HIDE: step.hide} if step.hide else {}
    return link(step.page, slide_parameters(step, number) if presenting else {**step.parameters, **hidden})


def begins(steps: Sequence[Step]) -> list[int]:
    """The minute at which each step begins."""
    return [sum(step.minutes for step in steps[:number]) for number in range(len(steps))]


def contents(steps: Sequence[Step]) -> str:
    """The steps with their times as a table in Markdown, each with a way to it on the page."""
    lines = ["| Minute | Step | For |", "|--:|---|--:|"]
    for number, (step, begin) in enumerate(zip(steps, begins(steps), strict=True), start=1):
        lines.append(f"| {begin} | [{number} · {step.title}](#step-{number}) | {step.minutes} min |")
    total = sum(step.minutes for step in steps)
    return "\n".join([*lines, f"| {total} | End | {total} min |"])


def step_in_words(step: Step) -> str:
    """A step in Markdown."""
    parts = [f"**Show.** {step.show}", f"**Ask.** {step.question}", f"**Expect.** {step.expect}"]
    if step.misunderstanding:
        parts.append(f"**A common misunderstanding.** {step.misunderstanding}")
    return "\n\n".join(parts)
