"""What the page For teachers says besides its steps."""

from collections.abc import Sequence

from ui.teacher.plan import Step, begins

INTRODUCTION = (
    "A lesson of 45 minutes for a class that has never heard of autoencoders. It shows three things. An autoencoder is "
    "**learned lossy compression**. **Common features survive**, others do not. It can **find anomalies and remove "
    "noise**. "
    "Nobody has to train anything. Each link opens a new tab with a network that comes with the app."
)
BEFORE = """
- **Start the app** on one computer (`make run`). Others in the same Wi-Fi open `http://`, that computer's name or
  address, and `:8501`. A phone is enough.
- **No internet is needed**: 5,000 digits of MNIST are built in. For homework on all 70,000, choose *Full MNIST* once on
  the page Bottleneck: it downloads 11 MB. An offline server needs the file where `HOURGLASS_MNIST` says.
- **Projector**: open step 1 and read it from the last row. Page Down and Page Up go to the next and the previous step;
  a remote control sends the same keys. Escape leaves the presenter's view.
- **A link for the class**: *Share*, at the top of every page, gives a link to exactly what you see. It can hide
  controls.
- **Terms**: point at a word with dots below it to read its meaning. The page Glossary has all of them.
- **Photos for step 5**: a face, a hand, a word on paper. They stay on that computer and go when the tab is closed.
"""
AFTER = """
**To take home.** On every lesson's page, the tab *Take along* has the trained network as a `.keras` file. Keras reads
it without this app. The tab also has the training as a script and a notebook, and figures and tables. A link from
*Share* brings back all settings, so that others can train the same.

**To print** this page, use the browser's own menu.
"""


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
