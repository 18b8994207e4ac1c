"""A page with nothing but a small player and the box below it, and what the box's buttons hand out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import streamlit as st

from autoencoder.export.chart_figure import ChartFigure, draw_chart
from autoencoder.export.figure import FigureSpec, draw_figure
from autoencoder.rendering.chart import ChartData, Line
from autoencoder.rendering.difference import FIXED_SCALE
from autoencoder.rendering.sprites import png, sheet
from tests.pages.running import IdleWorker
from ui.components.player.player import Player, Row
from ui.export import figures
from ui.export.figures import Offer, Subject, save_pictures
from ui.lessons.common.players import difference_legend

SUBJECT = Subject("A network trained on digits", "seed 0", "hourglass-test")
CHART = ChartData(
    "Errors", "Size", "Error", [Line("Own", ((1, 0.5), (2, 0.25), (3, 0.1)))], hint="drag it", marker_x=(1, 2, 3)
)
FRAMES = np.random.default_rng(0).integers(0, 256, (3, 2, 5, 4, 1), np.uint8)  # (frames, pictures, height, width, 1)


def small_player(**more: Any) -> Player:
    """Three positions, two pictures; the first row stays as it is."""
    rows = [
        Row("Input", png(sheet(FRAMES[:1])), 1, "The pictures"),
        Row("Reconstruction", png(sheet(FRAMES)), 3, "Them at {position}"),
    ]
    settings: dict[str, Any] = {
        "slider_label": "Bottleneck size",
        "position_text": "Bottleneck size: {position} of 3 numbers",
        "positions": ["1", "2", "3"],
        "rows": rows,
        "columns": 2,
        "tile_width": 4,
        "tile_height": 5,
        "legend": difference_legend(FIXED_SCALE),
    }
    return Player(**settings | more)


def page() -> None:
    """What AppTest runs."""
    index = int(st.session_state.get("index", 1))
    offer = Offer("Errors", lambda: {"size": [0.5]})
    save_pictures(small_player(charts=[CHART]), index, SUBJECT, key="small", tables=[offer])


@dataclass
class Handed:
    """What the download buttons of the latest run hand out: file name → data."""

    files: dict[str, bytes | Callable[[], bytes]] = field(default_factory=dict)

    def __call__(self, label: str, data: Any, file_name: str, *arguments: Any, **more: Any) -> bool:
        assert more["on_click"] == "ignore"
        self.files[file_name] = data
        return False

    def figures(self, background: IdleWorker) -> list[FigureSpec | ChartFigure]:
        """What is drawn when the buttons for PNG are pressed, in order; the process is too busy to answer."""
        for name, data in self.files.items():
            if name.endswith(".png"):
                assert callable(data)
                with pytest.raises(TimeoutError):
                    data()
        return [arguments[0] for function, arguments, _ in background.work if function in (draw_figure, draw_chart)]


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> Handed:
    handed = Handed()
    monkeypatch.setattr(st, "download_button", handed)
    monkeypatch.setattr(figures, "TIMEOUT", 0)
    return handed
