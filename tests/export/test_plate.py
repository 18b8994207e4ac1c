import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.export.plate import HEIGHT, MARGIN, WIDTH, label_room, lay_out, lines_of_parts
from tests.export.plates import BAR, GRID, plate

SIDES = st.tuples(st.integers(8, 96), st.integers(8, 96))


@given(st.integers(1, 9), st.integers(1, 30), SIDES, st.booleans())
def test_nothing_stands_on_anything_else(rows: int, columns: int, tile: tuple[int, int], full: bool) -> None:
    texts = {"names": ("one",) * columns, "notes": ("0.1",) * columns, "bar": BAR, "grid": GRID, "footer": "Settings"}
    drawn = plate(rows, columns, tile, **(texts if full else {}))
    layout = lay_out(drawn)
    wide, high = layout.pixel * tile[0], layout.pixel * tile[1]
    assert layout.lefts[0] == MARGIN + label_room(drawn)
    assert all(right - left > wide for left, right in zip(layout.lefts, layout.lefts[1:], strict=False))
    assert all(lower - upper > high for upper, lower in zip(layout.tops, layout.tops[1:], strict=False))
    assert layout.lefts[-1] + wide <= layout.width - MARGIN
    order = [layout.title_at, layout.position_at, layout.caption_at, layout.names_at, layout.tops[0]]
    assert order == sorted(order)
    order = [layout.tops[-1] + high, layout.notes_at, layout.below_at, layout.footer_at, layout.height]
    assert order == sorted(order)


@pytest.mark.parametrize(("rows", "columns", "side"), [(3, 10, 28), (8, 10, 28), (2, 3, 28), (1, 1, 28), (4, 10, 64)])
def test_what_the_pages_show_fits_on_a_slide_as_large_as_there_is_room(rows: int, columns: int, side: int) -> None:
    layout = lay_out(plate(rows, columns, (side, side), bar=BAR, footer="Settings"))
    assert layout.width == WIDTH
    assert layout.height <= HEIGHT
    assert layout.pixel >= 2 or side > 28
    larger = layout.lefts[-1] + (layout.pixel + 1) * side > WIDTH - MARGIN or layout.pixel == 24
    assert larger or layout.height + rows * side > HEIGHT


def test_a_row_that_is_wider_than_a_slide_makes_it_wider_and_keeps_its_pixels() -> None:
    layout = lay_out(plate(1, 40, (96, 96)))
    assert layout.pixel == 1
    assert layout.width > 40 * 96


@given(st.lists(st.text("ab ", min_size=1, max_size=60).map(str.strip).filter(bool)), st.integers(20, 80))
def test_a_footer_keeps_its_words_and_breaks_between_its_parts(parts: list[str], letters: int) -> None:
    lines = lines_of_parts(" · ".join(parts), letters)
    assert all(len(line) <= letters and line.strip(" ·") == line for line in lines)
    assert " ".join(lines).replace("·", "").split() == " ".join(parts).split()


def test_what_does_not_fit_together_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`notes` to be 0 or 3 long. Received: 2"):
        plate(notes=("0.1", "0.2"))
    with pytest.raises(ValueError, match="at least one row"):
        plate(rows=0)
