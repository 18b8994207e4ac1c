import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image

from autoencoder.export.canvas import SMALLEST, save, sheet, width_of, write


@pytest.mark.parametrize("size", [(2667, 1402), (1999, 333), (100, 101)])
def test_a_sheet_has_exactly_the_dots_that_were_asked_for(size: tuple[int, int]) -> None:
    with sheet(*size) as (figure, _):
        assert Image.open(BytesIO(save(figure, "A title").png)).size == size


def test_type_that_has_room_is_left_as_it_is() -> None:
    with sheet(1000, 200) as (_, page):
        written = write(page, 0, 100, "short", 40, most=900)
        assert written.get_text() == "short"
        assert written.get_fontsize() == pytest.approx(40 * 72 / 200)


def test_type_without_room_becomes_smaller_then_shorter_and_fits() -> None:
    with sheet(1000, 200) as (_, page):
        free = width_of(write(page, 0, 100, "a name of some length", 40))
        smaller = write(page, 0, 100, "a name of some length", 40, most=0.8 * free)
        assert smaller.get_text() == "a name of some length"
        cut = write(page, 0, 100, "a name of some length", 40, most=0.3 * free)
        assert cut.get_text().endswith("…")
        assert cut.get_fontsize() >= 40 * 72 / 200 * SMALLEST * 0.999
        assert width_of(smaller) <= 0.8 * free * 1.01
        assert width_of(cut) <= 0.3 * free


def test_what_a_learner_typed_is_no_formula() -> None:
    with sheet(600, 200) as (figure, page):
        plain = width_of(write(page, 0, 100, "$x^2$", 40))
        assert plain > width_of(write(page, 0, 100, "x^2", 40))
        assert save(figure, "$\\frac{$").pdf.startswith(b"%PDF")


def test_importing_it_does_not_import_matplotlib() -> None:
    modules = ("canvas", "figure", "chart_figure", "plate", "table")
    script = f"import sys, {', '.join(f'autoencoder.export.{name}' for name in modules)}\n"
    script += "print('matplotlib' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "False\n"
    )
