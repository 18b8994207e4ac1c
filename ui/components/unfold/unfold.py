"""Points that move: where the codes of pictures lay on a plane, from moment to moment of a training.

The browser has all moments, and draws what is between them without asking. Of a training under way it is sent each
moment once: some travel together in a letter, and a letter that is full stays as it is.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from ui.components.bridge import bundle, pack, read_assets, send_letter

_CSS = ("chart/chart.css", "player/player.css", "scatter/scatter.css", "unfold/unfold.css")
_unfold = st.components.v2.component(
    "hourglass_unfold",
    css=read_assets(*(f"components/{name}" for name in _CSS)),
    js=bundle("components/unfold/unfold.js"),
)
IN_A_LETTER = 4  # moments


@dataclass(frozen=True, eq=False)
class Moment:
    """Where the points are after some epochs."""

    epoch: float
    points: np.ndarray = field(repr=False)  # float (n, 2)
    said: str = ""  # of them, in a few words

    @property
    def content(self) -> bytes:
        """Return the points as they travel."""
        return self.points.astype("<f4").tobytes()


@dataclass(frozen=True, eq=False)
class Plane:
    """On what points move."""

    labels: Sequence[int]  # the class of every point, or nothing
    class_names: Sequence[str]
    axes: str  # what its two directions are, in a sentence
    description: str  # for screen readers

    def pack(self, key: str, moments: Sequence[Moment] = ()) -> bytes:
        """Return it with its moments as the browser takes it, the same each time. See `ui.components.bridge.pack`."""
        header = {
            "key": key,
            "axes": self.axes,
            "plane": self.axes,
            "description": self.description,
            "labels": [int(label) for label in self.labels],
            "names": list(self.class_names),
            "classes": sorted({int(label) for label in self.labels}),
            "moments": [{"epoch": moment.epoch, "said": moment.said} for moment in moments],
        }
        return pack(header, [moment.content for moment in moments])


def moving_points(plane: Plane, moments: Sequence[Moment], *, key: str, live: bool = False) -> None:
    """Show points that move, with a slider and Play.

    Args:
        plane: On what they move. On another one all moments are sent anew.
        moments: Where they are, by rising epochs.
        key: A name that no other element of the app has.
        live: Whether more moments come.
    """
    with st.container(gap=None):
        for first in range(0, len(moments) if live else 0, IN_A_LETTER):
            some = [_written(number, moments[number]) for number in range(len(moments))[first : first + IN_A_LETTER]]
            send_letter(key, f"moments {first // IN_A_LETTER}", plane=plane.axes, moments=some)
        _unfold(data=plane.pack(key, () if live else moments), key=key)


def _written(number: int, moment: Moment) -> dict[str, object]:
    points = base64.b64encode(moment.content).decode()
    return {"number": number, "epoch": moment.epoch, "said": moment.said, "points": points}
