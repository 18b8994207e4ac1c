"""What the page For teachers says besides its steps."""

from collections.abc import Sequence

from ui.teacher.plan import Step, begins

INTRODUCTION = (
    "A lesson of 45 minutes for a class that has never heard of autoencoders. It tells three things: an autoencoder "
    "is **lossy compression that was learned**; **what is common gets through, what is uncommon does not**; and it can "
    "be taught to **find what is odd and take noise away**. Nobody has to train anything: each link opens a page in a "
    "new tab, in the right state, with a network that comes with the app."
)
BEFORE = """
- **Start the app** on one computer (`make run`). In the same Wi-Fi, others open `http://` with that computer's name
  or address, and `:8501`. A phone is enough.
- **No internet is needed** for this lesson: 5,000 digits of MNIST are built in. For homework on all 70,000, put
  the file where `HOURGLASS_MNIST` says, or choose *Full MNIST* once on the page Bottleneck: it downloads 11 MB, unless
  the server was told to stay offline.
- **Projector**: open step 1 and read it from the last row. The presenter's view has large type and hides
  distractions; the button in its corner, or Escape, leaves it.
- **A link for the class**: *Share*, at the top of every page, gives a link to exactly what you see, with controls
  hidden if you like.
- **Terms**: on every page, point at a word with dots below it to see its meaning. All of them are on the page
  Glossary.
- **Photos for step 5**: a face, a hand, a word on paper. They stay on that computer and go when the tab is
  closed.
"""
AFTER = """
**To take home.** At the foot of every lesson's page, *Take it with you* has the trained network as a `.keras` file,
which Keras reads without this app, and its training as a script and a notebook; *Save* under the pictures has figures
and tables. A link from *Share* brings back settings and sliders, so that others can train the same.

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
