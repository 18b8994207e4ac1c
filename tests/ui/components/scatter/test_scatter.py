import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.running import component, header
from ui.components.scatter.scatter import Scatter


def made(points: list[list[float]] | None = None, labels: tuple[int, ...] = (1, 0)) -> Scatter:
    where = points or [[0.5, 0.25], [1.0, 0.0]]
    return Scatter(where, labels, ("a", "b"), 8, 8, b"first", 2, b"second!", (3, 3), "axes", "said", "about", True)


def test_it_is_packed_as_version_header_and_sheets() -> None:
    packed = made().pack("plot")
    assert packed.endswith(b"firstsecond!")
    shown = header(packed)
    assert shown["points"] == [5000, 2500, 10000, 0]
    assert (shown["labels"], shown["classes"], shown["bytes"]) == ([1, 0], [0, 1], [5, 7])
    assert (shown["key"], shown["map"], shown["tile"], shown["columns"]) == (
        "plot",
        [3, 3],
        [8, 8],
        2,
    )


def test_equal_plots_are_packed_alike_and_others_are_not() -> None:
    assert made().pack("plot") == made().pack("plot")
    others = [made().pack("other"), made([[0.5, 0.25], [1, 0.5]]).pack("plot"), made(labels=()).pack("plot")]
    assert len({made().pack("plot")[:40], *(other[:40] for other in others)}) == 4


def page() -> None:
    import streamlit as st

    from tests.ui.components.scatter.test_scatter import made
    from ui.components.scatter.scatter import clicked_pair, clicked_place, scatter, show_place

    scatter(made(), key="plot", pair=(0, 1), behind=True)
    show_place("plot", (0.123456, 0.5), b"PNG", "here")
    st.text(f"{clicked_pair('plot')} {clicked_place('plot')}")


@pytest.mark.parametrize(
    ("state", "said", "turn"),
    [
        ({}, "None None", 0),
        ({"chosen": {"a": 1, "b": 0, "turn": 3}}, "(1, 0) None", 3),
        ({"chosen": {"a": 1, "b": 0, "turn": 3}, "place": {"x": 0.5, "y": 1, "turn": 4}}, "(1, 0) (0.5, 1.0)", 4),
    ],
)
def test_clicks_are_heard_and_answered_with_their_turn(state: dict, said: str, turn: int) -> None:
    tab = AppTest.from_function(page, default_timeout=30)
    tab.session_state["plot"] = state
    tab.run()
    assert not tab.exception
    assert tab.text[0].value == said
    known = {"to": "plot", "kind": "known", "pair": [0, 1], "behind": True, "turn": turn}
    assert component(tab, "plot known") == known
    letter = component(tab, "plot place")
    assert (letter["x"], letter["y"], letter["text"], letter["turn"]) == (0.1235, 0.5, "here", turn)
    assert letter["picture"] == "data:image/png;base64,UE5H"
