import json
import math

from streamlit.testing.v1 import AppTest

from tests.pages.running import component
from ui.components.chart.chart import ChartData, Line, to_json


def test_a_chart_becomes_plain_json() -> None:
    lines = (Line("Training", [(0, 0.1), (1, math.nan), (2, math.inf), (3, 0.02)], "dashed", 3),)
    data = ChartData("Loss", "Epochs", "Loss", lines, x_range=(0, 3), shade=(1, 2), x_ticks=(1, 2), marker_x=(4,))
    content = json.loads(json.dumps(to_json(data), allow_nan=False))
    assert content["lines"] == [
        {
            "name": "Training",
            "style": "dashed",
            "color": 3,
            "points": [[0.0, 0.1], [1.0, None], [2.0, None], [3.0, 0.02]],
        }
    ]
    assert (content["x_range"], content["shade"], content["x_ticks"], content["marker_x"]) == (
        [0, 3],
        [1, 2],
        [1, 2],
        [4],
    )


def test_a_histogram_is_told_as_steps() -> None:
    lines = (Line("Normal", [(0.01, 0.3), (0.1, 0.7), (1, 0)], "area", 1), Line("Guessing", [(0, 0)], "dashed"))
    content = to_json(ChartData("", "Score", "Share", lines, x_scale="log"))
    assert [line["style"] for line in content["lines"]] == ["area", "dashed"]
    assert content["lines"][0]["points"] == [[0.01, 0.3], [0.1, 0.7], [1.0, 0.0]]


def test_a_chart_without_ranges_says_so() -> None:
    content = to_json(ChartData("", "x", "y", ()))
    assert content["x_range"] is None
    assert content["shade"] is None


def test_what_can_be_done_with_it_stands_after_the_title_on_the_page_alone() -> None:
    data = ChartData("Scores", "x", "y", (), hint="drag the line")
    assert to_json(data)["title"] == "Scores: drag the line"
    assert data.heading == "Scores"
    assert ChartData("", "Epochs", "Loss", ()).heading == "Loss against epochs"


def test_numbers_keep_seven_digits() -> None:
    content = to_json(ChartData("", "x", "y", (Line("a", [(1 / 3, 123456.789)]),)))
    assert content["lines"][0]["points"] == [[0.3333333, 123456.8]]


def test_growing_lines_do_not_touch_the_chart_itself() -> None:
    def page() -> None:
        import streamlit as st

        from ui.components.chart.chart import ChartData, Line, chart

        count = st.session_state.get("count", 2)
        lines = (Line("Training", [(x, 1 / (1 + x)) for x in range(count)]),)
        chart(ChartData("", "Epochs", "Loss", lines), key="loss", height=300)

    tab = AppTest.from_function(page, default_timeout=30).run()
    before, letter = component(tab, "loss"), component(tab, "loss chart")
    tab.session_state["count"] = 5
    tab.run()
    assert not tab.exception
    assert component(tab, "loss") == before == {"key": "loss", "height": 300}
    assert len(letter["chart"]["lines"][0]["points"]) == 2
    assert len(component(tab, "loss chart")["chart"]["lines"][0]["points"]) == 5
