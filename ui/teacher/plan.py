"""A lesson in steps, as data: what to show, what to ask, what to expect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from ui.url.state import HIDE, LESSON, PRESENT

IDEA = ""  # the first page's address
YES, NO = "1", "0"  # of the presenter's view, in the address


@dataclass(frozen=True)
class Step:
    """One step of a lesson.

    Args:
        minutes: How long it takes.
        title: A few words.
        page: Its page as the address has it, e.g. "bottleneck"; IDEA for the first one.
        parameters: What the page's address says: name → text.
        show: What to do there.
        question: What to ask the class.
        expect: What will be seen and the answer, about the networks that come with the app.
        misunderstanding: What learners often think instead, and what is so; "" for nothing.
        hide: The parts of its page that it does not need, as the address has them.
    """

    minutes: int
    title: str
    page: str
    parameters: Mapping[str, str]
    show: str
    question: str
    expect: str
    misunderstanding: str = ""
    hide: str = "settings.choices"

    def __post_init__(self) -> None:
        if self.minutes < 1:
            raise ValueError(f"Expected a step of at least a minute. Received: {self.title!r}.")


@dataclass(frozen=True)
class Task:
    """Homework.

    Args:
        text: What to do and to find out, in Markdown.
        page: As for a step.
        parameters: As for a step.
    """

    text: str
    page: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def link(page: str, parameters: Mapping[str, str]) -> str:
    """Return the address of a page in a state, relative to that of another page of the app.

    Args:
        page: As the address has it.
        parameters: What it says: name → text.

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
