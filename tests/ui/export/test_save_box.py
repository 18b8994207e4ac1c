from concurrent.futures import Future
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.export.canvas import Drawn
from autoencoder.export.chart_figure import draw_chart
from autoencoder.export.figure import draw_plate
from tests.pages.running import App, button, labels, words
from tests.ui.saving import Handed, handed
from ui.export import save_box as module
from ui.export.save_box import DRAWN, FAILED, LATE

__all__ = ["handed"]
FIGURE = Drawn(b"the PNG", b"the PDF")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 0)


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


def test_open_it_waits_for_the_figure_and_then_hands_it_out(tab: AppTest, app: App, handed: Handed) -> None:
    opened(tab)
    assert "Drawing the figure" in words(tab)
    ((plate,),) = app.background.asked(draw_plate)
    assert (plate.title, plate.position) == ("A network trained on digits", "Bottleneck size: 2 of 3 numbers")
    assert list(handed.files) == ["hourglass-test-errors.csv"]
    app.background.answer(draw_plate, FIGURE)
    tab.run()
    assert "Drawing the figure" not in words(tab)
    assert handed.files["hourglass-test-bottleneck-size-2-of-3-numbers.png"] == b"the PNG"
    assert handed.files["hourglass-test-bottleneck-size-2-of-3-numbers.pdf"] == b"the PDF"
    assert len(app.background.work) == 1


def test_the_numbers_are_made_when_their_button_is_pressed(tab: AppTest, app: App, handed: Handed) -> None:
    opened(tab)
    make = handed.files["hourglass-test-errors.csv"]
    assert callable(make)
    assert make() == b"size\r\n1\r\n"


def test_at_another_position_another_figure_is_drawn_and_the_first_given_up(tab: AppTest, app: App) -> None:
    opened(tab)
    tab.session_state["index"] = 2
    tab.run()
    positions = [plate.position for (plate,) in app.background.asked(draw_plate)]
    assert positions == ["Bottleneck size: 2 of 3 numbers", "Bottleneck size: 3 of 3 numbers"]
    assert [future.cancelled() for _, _, future in app.background.work] == [True, False]


def test_a_chart_is_drawn_in_place_of_the_pictures(tab: AppTest, app: App, handed: Handed) -> None:
    opened(tab)
    assert tab.radio[0].options == ["The pictures", "The chart: Errors"]
    tab.radio[0].set_value(1).run()
    ((chart,),) = app.background.asked(draw_chart)
    assert (chart.title, chart.subtitle, chart.marker) == ("Errors", "A network trained on digits", 2)
    app.background.answer(draw_chart, FIGURE)
    tab.run()
    assert handed.files["hourglass-test-errors.pdf"] == b"the PDF"


@pytest.mark.parametrize("error", [MemoryError(), ValueError("Expected …"), OSError("broken")])
def test_where_it_cannot_be_drawn_there_is_a_sentence_and_a_button(tab: AppTest, app: App, error: Exception) -> None:
    opened(tab)
    app.background.answer(draw_plate, error=error)
    tab.run()
    assert not tab.exception
    assert FAILED in words(tab)
    assert len(app.background.work) == 1  # not again and again
    button(tab, "Try again").click().run()
    assert len(app.background.work) == 2
    assert FAILED not in words(tab)


def test_where_no_process_can_be_started_there_is_a_sentence(tab: AppTest, app: App, monkeypatch: object) -> None:
    app.background.submit = _no_process  # type: ignore[method-assign]
    opened(tab)
    assert not tab.exception
    assert FAILED in words(tab)


def _no_process(*arguments: object, **more: object) -> Future:
    raise OSError("no more processes")


def test_a_busy_process_is_not_waited_for_without_end(tab: AppTest, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(tab)
    monkeypatch.setattr(module, "LONGEST", -1.0)
    tab.run()
    assert LATE in words(tab)
    monkeypatch.setattr(module, "LONGEST", 60.0)
    button(tab, "Try again").click().run()
    assert LATE not in words(tab)
    assert len(app.background.work) == 1  # it keeps its place in the queue
    app.background.answer(draw_plate, FIGURE)
    tab.run()
    assert "Try again" not in labels(tab.button)


def test_closing_gives_the_figure_up(tab: AppTest, app: App) -> None:
    opened(tab)
    assert list(tab.session_state[DRAWN]) == ["small"]
    tab.session_state["save small"] = False
    tab.run()
    assert not tab.session_state[DRAWN]
    assert app.background.work[0][2].cancelled()
