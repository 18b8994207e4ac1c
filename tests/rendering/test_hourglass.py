import itertools
from xml.etree import ElementTree

import pytest

from autoencoder.networks.plan import VECTOR_NETWORKS, Plan, make_plan
from autoencoder.rendering.hourglass import HEIGHT, SHORTCUT, WIDTH, describe, hourglass_svg

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=VECTOR_NETWORKS)
def plan(request: pytest.FixtureRequest) -> Plan:
    return make_plan(request.param, (30, 45, 3), 16, ordered=True)


def bars(plan: Plan, size: int) -> list[dict[str, float]]:
    root = ElementTree.fromstring(hourglass_svg(plan, size))
    names = ("x", "y", "width", "height")
    return [{name: float(bar.attrib[name]) for name in names} for bar in root.iter(f"{SVG}rect")]


def test_every_layer_has_a_bar_and_its_number(plan: Plan) -> None:
    root = ElementTree.fromstring(hourglass_svg(plan, 16))
    texts = [text.text for text in root.iter(f"{SVG}text") if text.text != SHORTCUT]
    assert len(bars(plan, 16)) == len(plan.widths)
    assert [text for text in texts[::2] if text] == [f"{width:,}" for _, width in plan.widths]


def test_a_higher_bar_means_more_numbers(plan: Plan) -> None:
    heights = [bar["height"] for bar in bars(plan, 16)]
    widths = [width for _, width in plan.widths]
    by_width = sorted(zip(widths, heights, strict=True))
    assert [height for _, height in by_width] == sorted(heights)
    for width, height in by_width:
        for other_width, other_height in by_width:
            assert (width == other_width) == (height == pytest.approx(other_height, abs=0.01))


def test_the_code_is_the_narrowest_and_follows_the_size(plan: Plan) -> None:
    middle = [name for name, _ in plan.widths].index("code")
    heights = []
    for size in (1, 4, 16):
        drawn = [bar["height"] for bar in bars(plan, size)]
        assert min(drawn) == drawn[middle]
        heights.append(drawn[middle])
    assert heights[0] < heights[1] < heights[2]


def test_bars_stand_inside_the_drawing_and_do_not_touch(plan: Plan) -> None:
    drawn = bars(plan, 16)
    assert all(bar["y"] >= 0 and bar["y"] + bar["height"] <= HEIGHT for bar in drawn)
    assert drawn[0]["x"] >= 0
    assert drawn[-1]["x"] + drawn[-1]["width"] <= WIDTH
    assert all(one["x"] + one["width"] < other["x"] for one, other in itertools.pairwise(drawn))
    centers = {round(bar["y"] + bar["height"] / 2) for bar in drawn}
    assert max(centers) - min(centers) <= 1


def test_what_is_drawn_is_all_that_has_weights() -> None:
    """The dense encoder's 599,872 parameters are those of its layers and of the line over them."""
    plan = make_plan("dense", (28, 28, 1), 64, ordered=True)
    root = ElementTree.fromstring(hourglass_svg(plan, 64))
    widths = [width for _, width in plan.widths][:4]
    layers = sum((before + 1) * after for before, after in itertools.pairwise(widths))
    assert plan.encoder_parameters == 599_872 == layers + 784 * 64
    (line,) = root.iter(f"{SVG}path")
    assert SHORTCUT in [text.text for text in root.iter(f"{SVG}text")]
    first, *_, last = line.attrib["d"].removeprefix("M").replace("C", " ").split()[::2]
    drawn = bars(plan, 64)
    assert [float(first), float(last)] == [drawn[number]["x"] + drawn[number]["width"] / 2 for number in (0, 3)]
    assert "A linear shortcut leads from the picture straight to the code." in describe(plan, 64)
    without = make_plan("convolutional", (28, 28, 1), 64, ordered=True)
    assert "shortcut" not in hourglass_svg(without, 64)


def test_a_screen_reader_hears_the_numbers(plan: Plan) -> None:
    root = ElementTree.fromstring(hourglass_svg(plan, 5))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == describe(plan, 5)
    assert "4,050 → " in describe(plan, 5)
    assert " 5 →" in describe(plan, 5)
