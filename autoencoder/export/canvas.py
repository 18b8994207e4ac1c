"""What is drawn with matplotlib: a white sheet, type on it, and the sheet as files.

Importing matplotlib and drawing with it takes 60 MB, so only background processes call what is here, see
`autoencoder.training.background`. Figures are made without pyplot, which keeps every figure until it is closed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from autoencoder.export.plate import DPI

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

INK, GRAY, ALARM = "#1a1a1a", "#5a5a5a", "#c44e00"
SMALLEST = 0.6  # of its height that type may be made smaller to fit
STYLE: Any = {
    "text.parse_math": False,  # a learner's "$" is a dollar
    "text.usetex": False,
    "axes.unicode_minus": True,
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib: the same on every computer
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GRAY,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "savefig.facecolor": "white",
    "pdf.fonttype": 42,  # type stays type, which can be searched and changed
    "image.composite_image": False,
}


@dataclass(frozen=True)
class Drawn:
    """A figure as files: PNG, 200 dots to an inch, and PDF of the same size."""

    png: bytes = field(repr=False)
    pdf: bytes = field(repr=False)


@contextmanager
def sheet(width: int, height: int) -> "Iterator[tuple[Figure, Axes]]":
    """A white sheet of so many dots, and axes over all of it that count dots from its top left corner."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        figure = Figure(figsize=((width + 0.01) / DPI, (height + 0.01) / DPI), dpi=DPI)  # it rounds down to whole dots
        axes = figure.add_axes((0, 0, width / (width + 0.01), height / (height + 0.01)))
        axes.set_axis_off()
        axes.set(xlim=(0, width), ylim=(height, 0), autoscale_on=False)
        yield figure, axes


def write(axes: "Axes", x: float, y: float, text: str, size: float, *, most: float = 0, **more: Any) -> "Text":
    """One line of type.

    Args:
        axes: Of a `sheet`.
        x: In dots from the left.
        y: In dots from the top.
        text: What it says.
        size: The height of the type, in dots.
        most: How wide it may be, in dots: it is made smaller, then shorter, to fit; 0 for no limit.
        more: What else matplotlib's `text` takes.
    """
    written = axes.text(x, y, text, fontsize=_points(size), **{"va": "center", **more})
    if most:
        _fit(written, size, most)
    return written


def _fit(written: "Text", size: float, most: float) -> None:
    """Make it smaller, then cut its end off, until it is no wider than `most`."""
    wide = width_of(written)
    if wide <= most:
        return
    written.set_fontsize(_points(size * max(SMALLEST, most / wide)))
    text = written.get_text()
    while len(text) > 1 and width_of(written) > most:
        text = text[:-1].rstrip()
        written.set_text(f"{text}…")


def width_of(written: "Text") -> float:
    """Return how wide type is, in dots."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = written.get_figure(root=True)
    if figure is None:
        raise ValueError("Expected type on a sheet. Received: type that stands nowhere.")
    canvas = figure.canvas
    if not isinstance(canvas, FigureCanvasAgg):
        canvas = FigureCanvasAgg(figure)
    return float(written.get_window_extent(canvas.get_renderer()).width)


def save(figure: "Figure", title: str) -> Drawn:
    """The figure as files.

    Args:
        figure: Of a `sheet`.
        title: What the files say that they are.
    """
    png, pdf = BytesIO(), BytesIO()
    figure.savefig(png, format="png", dpi=DPI, metadata={"Title": title, "Software": None})
    figure.savefig(pdf, format="pdf", dpi=DPI, metadata={"Title": title, "CreationDate": None})
    return Drawn(png.getvalue(), pdf.getvalue())


def _points(dots: float) -> float:
    """Dots in typographic points, 72 to an inch."""
    return 72 * dots / DPI
