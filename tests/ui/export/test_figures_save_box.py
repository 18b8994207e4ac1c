from concurrent.futures import Future
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.export.chart_figure import ChartFigure, draw_chart
from autoencoder.export.figure import FigureSpec, draw_figure
from tests.pages.running import App
from tests.ui.saving import CHART, Handed, handed
from ui.export import figures as module

__all__ = ["handed"]


@pytest.fixture
def tab(app: App, tmp_path: Path) -> AppTest:
    script = tmp_path / "page.py"
    script.write_text("from tests.ui.saving import page\npage()\n")
    return AppTest.from_file(script, default_timeout=30)


def opened(tab: AppTest) -> AppTest:
    tab.session_state["save small"] = True
    return tab.run()


def test_closed_it_draws_nothing(tab: AppTest, app: App, handed: Handed) -> None:
    tab.run()
    assert not tab.exception
    assert not app.background.work
    assert not handed.files


def test_open_it_draws_nothing_before_a_button_is_pressed(tab: AppTest, app: App, handed: Handed) -> None:
    opened(tab)
    name = "hourglass-test-bottleneck-size-2-of-3-numbers"
    assert list(handed.files) == [f"{name}.png", f"{name}.pdf", "hourglass-test-errors.csv"]
    assert not app.background.work
    (figure,) = handed.figures(app.background)
    assert isinstance(figure, FigureSpec)
    assert (figure.title, figure.position) == ("A network trained on digits", "Bottleneck size: 2 of 3 numbers")


@pytest.mark.parametrize(("format", "content"), [("png", b"the PNG"), ("pdf", b"the PDF")])
def test_a_button_hands_out_what_another_process_draws(
    tab: AppTest, app: App, handed: Handed, monkeypatch: pytest.MonkeyPatch, format: str, content: bytes
) -> None:
    def submit(function: object, figure: object, asked: str) -> Future:
        assert (function, asked) == (draw_figure, format)
        future: Future = Future()
        future.set_result(content)
        return future

    monkeypatch.setattr(app.background, "submit", submit)
    opened(tab)
    data = handed.files[f"hourglass-test-bottleneck-size-2-of-3-numbers.{format}"]
    assert callable(data)
    assert data() == content


def test_at_another_position_another_figure_is_drawn(tab: AppTest, app: App, handed: Handed) -> None:
    opened(tab)
    tab.session_state["index"] = 2
    tab.run()
    figures = handed.figures(app.background)
    positions = [figure.position for figure in figures if isinstance(figure, FigureSpec)]
    assert positions == ["Bottleneck size: 2 of 3 numbers", "Bottleneck size: 3 of 3 numbers"]


def test_a_figure_that_nobody_waits_for_any_longer_is_given_up(tab: AppTest, app: App, handed: Handed) -> None:
    opened(tab)
    handed.figures(app.background)
    assert [future.cancelled() for _, _, future in app.background.work] == [True]


def test_a_chart_is_drawn_in_place_of_the_pictures(tab: AppTest, app: App, handed: Handed) -> None:
    opened(tab)
    assert tab.radio[0].options == ["The pictures", "The chart: Errors"]
    handed.files.clear()
    tab.radio[0].set_value(1).run()
    assert handed.figures(app.background) == [ChartFigure(CHART, "A network trained on digits", "seed 0", 1)]
    assert app.background.asked(draw_chart)
    assert "hourglass-test-errors.pdf" in handed.files


def test_the_numbers_are_made_when_their_button_is_pressed(tab: AppTest, app: App, handed: Handed) -> None:
    opened(tab)
    make = handed.files["hourglass-test-errors.csv"]
    assert callable(make)
    assert make() == b"\xef\xbb\xbfsize\r\n0.5\r\n"


def test_the_numbers_can_have_a_decimal_comma(tab: AppTest, app: App, handed: Handed) -> None:
    opened(tab)
    tab.toggle[0].set_value(True).run()
    assert handed.files["hourglass-test-errors.csv"]() == b"\xef\xbb\xbfsize\r\n0,5\r\n"


@pytest.mark.parametrize("error", [MemoryError(), ValueError("Expected …"), OSError("broken")])
def test_where_it_cannot_be_drawn_the_button_fails_and_can_be_pressed_again(
    tab: AppTest, app: App, handed: Handed, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def submit(*arguments: object) -> Future:
        raise error

    monkeypatch.setattr(app.background, "submit", submit)
    opened(tab)
    data = handed.files["hourglass-test-bottleneck-size-2-of-3-numbers.png"]
    assert callable(data)
    with pytest.raises(type(error)):
        data()
    monkeypatch.undo()
    monkeypatch.setattr(module, "TIMEOUT", 0)
    with pytest.raises(TimeoutError):
        data()
    assert len(app.background.work) == 1
