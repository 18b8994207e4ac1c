"""The page Anomalies: verdicts that follow the threshold, however it is moved, and a training on bananas."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import button, choice, columns, go, pixels, train, until, wait_for_pictures
from tests.browser.serving import TITLES, Server

pytestmark = pytest.mark.browser

ROWS = {"Input": "test pictures$", "Reconstruction": "^What the network makes", "Difference": "^Where they differ"}
LAST = 160  # position of the slider


@pytest.fixture
def opened(server: Server, page: Page) -> Page:
    """The page with the network that came with the app."""
    go(page, server.address("anomalies"))
    expect(page.get_by_text("the one that came with the app")).to_be_visible()
    expect(judge(page)).to_be_visible()
    expect(details(page)).to_be_visible()
    return page


def judge(page: Page) -> Locator:
    """The player whose slider is the threshold: it is drawn."""
    return page.locator(f"[data-frames='{LAST + 1}'][data-drawn]")


def details(page: Page) -> Locator:
    """Charts and counts, which follow the slider in a tab."""
    return page.get_by_role("tabpanel").locator(".frames")


def study(page: Page) -> Locator:
    """The player of one picture, large."""
    return page.locator("[data-frames='7'][data-drawn]")


def row(page: Page, name: str) -> Locator:
    return judge(page).get_by_role("img", name=re.compile(ROWS[name])).locator("canvas")


def rail(page: Page) -> Locator:
    return judge(page).get_by_role("slider", name="Threshold")


def at(page: Page, position: int) -> tuple[float, float]:
    """Where on the page the slider's thumb is at a position."""
    box = rail(page).bounding_box()
    assert box is not None
    return box["x"] + 14 + position / LAST * (box["width"] - 28), box["y"] + box["height"] / 2


def index(page: Page) -> int:
    return int(judge(page).get_attribute("data-index") or -1)


def verdicts(page: Page) -> list[str]:
    return [text.split("\n")[1] for text in judge(page).locator(".note").all_inner_texts()]


def counts(page: Page) -> list[int]:
    """Found, missed, false alarms, rightly normal."""
    return [int(text.replace(",", "")) for text in details(page).get_by_role("cell").all_inner_texts() if text]


def check_what_is_shown(page: Page) -> tuple[int, int]:
    """Verdicts, alarms and the matrix agree; returns how many anomalies are seen and counted."""
    called = [verdict == "anomaly" for verdict in verdicts(page)]
    assert len(called) == 10
    assert judge(page).locator(".note.alarm").count() == sum(called)
    found, missed, false_positive_rate, normal = counts(page)
    assert found + missed == false_positive_rate + normal == 500
    said = judge(page).locator(".caption:not(.ghost)").inner_text()
    assert f"Recall {found} of 500" in said
    assert f"false alarms {false_positive_rate} of 500" in said
    return sum(called), found + false_positive_rate


def test_three_aligned_rows_of_ten_with_verdicts_and_on_request_true_classes(opened: Page) -> None:
    indices = [columns(row(opened, name)) for name in ROWS]
    assert len(indices[0]) == 10
    assert indices[0] == indices[1] == indices[2]
    boxes = [row(opened, name).bounding_box() for name in ROWS]
    for above, below in pairwise(boxes):
        assert above["y"] + above["height"] <= below["y"]
    for place, note in zip(indices[0], judge(opened).locator(".note").all(), strict=True):
        box = note.bounding_box()
        assert abs(box["x"] + box["width"] / 2 - sum(place) / 2) < 3
        assert box["y"] >= boxes[2]["y"] + boxes[2]["height"] - 1
    seen, _ = check_what_is_shown(opened)
    assert 4 <= seen <= 6

    assert judge(opened).locator(".name").count() == 0
    called = verdicts(opened)
    button(opened, "View").click()
    opened.get_by_text("Show the true classes").click()
    expect(judge(opened).locator(".name")).to_have_count(10)
    names = judge(opened).locator(".name").all_inner_texts()
    assert sorted(names) == ["ripe"] * 5 + ["rotten"] * 5
    assert names[:5] != ["rotten"] * 5, "their place does not tell what they are"
    assert sum((name == "rotten") == (one == "anomaly") for name, one in zip(names, called, strict=True)) >= 9


def test_dragging_the_threshold_or_a_key_changes_verdicts_and_the_matrix(opened: Page) -> None:
    before = {name: pixels(row(opened, name)) for name in ROWS}
    opened.mouse.click(*at(opened, 0))
    expect(judge(opened)).to_have_attribute("data-sent", "0")
    assert check_what_is_shown(opened)[0] == 10
    opened.mouse.move(*at(opened, 0))
    opened.mouse.down()
    seen = []
    for position in range(0, LAST + 1, 20):
        opened.mouse.move(*at(opened, position))
        until(opened, lambda place=position: index(opened) == place, f"position {position}")
        assert judge(opened).get_attribute("data-sent") == "0"
        seen.append(check_what_is_shown(opened))
    opened.mouse.up()
    expect(judge(opened)).to_have_attribute("data-sent", str(LAST))
    assert seen == sorted(seen, reverse=True)
    assert len({called for called, _ in seen}) > 2
    assert len({counted for _, counted in seen}) > 5
    assert seen[-1] == (0, 0)
    assert {name: pixels(row(opened, name)) for name in ROWS} == before
    said = judge(opened).locator(".value").first.inner_text()
    expect(rail(opened)).to_have_attribute("aria-valuetext", re.compile(rf"^{re.escape(said)}\. Recall .* score "))

    rail(opened).focus()
    for key, position in (("Home", 0), ("ArrowRight", 1), ("End", LAST)):
        opened.keyboard.press(key)
        expect(judge(opened)).to_have_attribute("data-index", str(position))
        assert check_what_is_shown(opened)[0] == (0 if key == "End" else 10)


def test_dragging_the_line_in_the_histogram_does_the_same(opened: Page) -> None:
    stage = details(opened).locator(".chart-stage.movable").first
    stage.scroll_into_view_if_needed()
    line = stage.locator("path.here")
    box = stage.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    opened.mouse.move(line.bounding_box()["x"], middle)
    opened.mouse.down()
    seen, thresholds = [], []
    for share in (0.2, 0.4, 0.6, 0.8, 0.98):
        x = box["x"] + share * box["width"]
        opened.mouse.move(x, middle)
        until(opened, lambda x=x: abs(line.bounding_box()["x"] - x) < 12, "the line to follow")
        seen.append(check_what_is_shown(opened))
        thresholds.append(index(opened))
    assert thresholds == sorted(set(thresholds))
    assert int(rail(opened).input_value()) == thresholds[-1]
    assert seen == sorted(seen, reverse=True)
    assert seen[0] > seen[-1]
    assert judge(opened).get_attribute("data-sent") != str(thresholds[-1])
    opened.mouse.up()
    expect(judge(opened)).to_have_attribute("data-sent", str(thresholds[-1]))


@pytest.mark.extended
def test_accepting_more_false_alarms_moves_the_threshold_down(opened: Page) -> None:
    start, (_, called) = index(opened), check_what_is_shown(opened)
    button(opened, "View").click()
    opened.get_by_role("slider", name="False alarms accepted").focus()
    opened.keyboard.press("End")
    until(opened, lambda: index(opened) < start, "a lower threshold")
    assert check_what_is_shown(opened)[1] > called
    found, _, false_positive_rate, _ = counts(opened)
    assert 0.3 < false_positive_rate / 500 < 0.7  # half of the held-out ripe ones
    assert found > 490


@pytest.mark.extended
def test_a_click_on_a_picture_shows_it_large(opened: Page) -> None:
    opened.get_by_role("tab", name="One picture, large").click()
    canvas = study(opened).locator("canvas").first
    before = pixels(canvas)
    judge(opened).get_by_role("radio", name="Picture 3").click()
    until(opened, lambda: pixels(canvas) != before, "another picture")
    assert study(opened).locator(".name").all_inner_texts() == [
        "Input",
        "Reconstruction",
        "Difference",
        "Ripe twin",
        "Damage",
    ]
    one, large = (columns(shown)[0] for shown in (row(opened, "Input"), canvas))
    assert large[1] - large[0] > 1.5 * (one[1] - one[0])
    assert len(columns(canvas)) == 5
    expect(judge(opened).get_by_role("radio", name="Picture 3")).to_be_checked()


@pytest.mark.extended
@pytest.mark.timeout(600)
def test_train_on_bananas_and_judge_with_the_new_network(server: Server, page: Page) -> None:
    go(page, server.address("anomalies", epochs=1))
    expect(choice(page, "Pictures")).to_have_value(TITLES["bananas"])
    expect(page.get_by_role("spinbutton", name="Epochs")).to_have_value("1")
    key = train(page)
    wait_for_pictures(page)
    expect(page.get_by_text(re.compile("Epoch 1 of 1"))).to_be_visible()
    until(page, lambda: server.snapshot(key).state == "finished", "the end of the training")
    until(page, lambda: server.run(key).measured_arrays("anomalies"), "the scores")
    expect(page.get_by_text("yours (Convolutional network")).to_be_visible()
    expect(judge(page)).to_be_visible()
    seen, called = check_what_is_shown(page)
    assert 0 < seen < 10
    assert 0 < called < 1000
    assert counts(page)[0] > counts(page)[2]  # more of the rotten than of the ripe
    assert server.run(key).settings().epochs == 1
    expect(button(page, "Train again from the start")).to_be_visible()
