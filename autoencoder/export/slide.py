"""What figures have in common: the size of a slide, type, a title, small print at the bottom, and the files.

Importing matplotlib and drawing with it takes 60 MB, so only background processes call what is here, see
`autoencoder.training.executors`. Figures are made without pyplot, which keeps every figure until it is closed.
"""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.text import Text

DPI = 200
WIDTH, HEIGHT = 2667, 1500  # dots of a slide, 16:9
MARGIN = 60  # dots
TITLE, SUBTITLE, LABEL, NOTE, FOOTER = 26, 20, 16.5, 15, 12  # points
TITLE_LETTERS, FOOTER_LETTERS = 56, 138  # in a line as wide as a slide
SEPARATOR = " · "  # between the parts of a footer
STYLE = Path(__file__).with_suffix(".mplstyle")  # with the colors that follow
INK, GRAY = "#1a1a1a", "#5a5a5a"

Format = Literal["png", "pdf"]


@contextmanager
def new(title: str, footer: str) -> "Iterator[Figure]":
    """Yield a figure of a slide's size with a title and a footer, which lays itself out when it is drawn."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with rc_context(fname=STYLE):
        pads: Any = {"w_pad": MARGIN / DPI, "h_pad": MARGIN / 3 / DPI, "wspace": 0, "hspace": 0}
        figure = Figure(dpi=DPI, layout=ConstrainedLayoutEngine(**pads))
        resize(figure, WIDTH, HEIGHT)
        place: Any = {"x": MARGIN / WIDTH, "ha": "left"}
        head = figure.suptitle(textwrap.fill(title, TITLE_LETTERS), fontsize=TITLE, fontweight="bold", **place)
        foot = figure.supxlabel(wrap_parts(footer), fontsize=FOOTER, color=GRAY, **place)
        for text in (head, foot):
            shrink(text, WIDTH - 2 * MARGIN)
        yield figure


def resize(figure: "Figure", width: float, height: float) -> None:
    """Make a figure so many dots wide and high."""
    figure.set_size_inches((width + 0.01) / DPI, (height + 0.01) / DPI)  # matplotlib rounds down to whole dots


def shrink(text: "Text", width: float) -> None:
    """Make type smaller where it is wider than so many dots."""
    wide = text.get_window_extent().width
    if wide > width:
        text.set_fontsize(0.97 * float(text.get_fontsize()) * width / wide)  # letters do not shrink all alike


def wrap_parts(text: str, letters: int = FOOTER_LETTERS) -> str:
    """Wrap text of parts with " · " between them in lines of so many letters; no line begins or ends with the dot."""
    lines: list[str] = []
    for part in filter(None, text.split(SEPARATOR)):
        if lines and len(lines[-1]) + len(SEPARATOR) + len(part) <= letters:
            lines[-1] += SEPARATOR + part
        else:
            lines += textwrap.wrap(part, letters)
    return "\n".join(lines)


def to_file(figure: "Figure", title: str, format: Format) -> bytes:
    """Return a figure of `new`, inside its `with` block, as a file: PNG, 200 dots to an inch, or PDF as large."""
    undated = {"Software": None} if format == "png" else {"CreationDate": None}  # the same bytes each time
    buffer = BytesIO()
    figure.savefig(buffer, format=format, dpi=DPI, metadata={"Title": title, **undated})
    return buffer.getvalue()
