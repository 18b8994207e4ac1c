import base64

import numpy as np
from streamlit.testing.v1 import AppTest

from tests.pages.running import component, header
from ui.components.unfold.unfold import IN_A_LETTER, Moment, Plane


def plane(axes: str = "axes") -> Plane:
    return Plane([1, 0, 1], ("a", "b"), axes, "about")


def moments(count: int) -> list[Moment]:
    points = np.random.default_rng(0).normal(size=(count, 3, 2)).astype(np.float32)
    return [Moment(number / 2, one, f"said {number}") for number, one in enumerate(points)]


def test_it_is_packed_as_a_header_and_little_endian_floats() -> None:
    made = moments(2)
    packed = plane().pack("key", made)
    shown = header(packed)
    assert (shown["labels"], shown["classes"], shown["names"]) == ([1, 0, 1], [0, 1], ["a", "b"])
    assert (shown["key"], shown["axes"], shown["description"]) == ("key", "axes", "about")
    assert shown["moments"] == [{"epoch": 0.0, "said": "said 0"}, {"epoch": 0.5, "said": "said 1"}]
    assert shown["bytes"] == [24, 24]
    found = np.frombuffer(packed[-48:], "<f4").reshape(2, 3, 2)
    np.testing.assert_array_equal(found, [moment.points for moment in made])


def page(count: int, live: bool) -> None:
    from tests.ui.components.unfold.test_unfold import moments, plane
    from ui.components.unfold.unfold import moving_points

    moving_points(plane(), moments(count), key="points", live=live)


def letters(tab: AppTest) -> list[dict]:
    found = []
    while letter := component(tab, f"points moments {len(found)}"):
        found.append(letter)
    return found


def test_what_is_finished_is_sent_at_once() -> None:
    tab = AppTest.from_function(page, args=(6, False)).run()
    assert not tab.exception
    assert len(header(component(tab, "points"))["moments"]) == 6
    assert letters(tab) == []


def test_live_what_was_sent_stays_as_it_is() -> None:
    before = AppTest.from_function(page, args=(IN_A_LETTER + 1, True)).run()
    after = AppTest.from_function(page, args=(2 * IN_A_LETTER + 1, True)).run()
    assert not after.exception
    assert component(before, "points") == component(after, "points")
    assert header(component(after, "points"))["moments"] == []
    assert letters(before)[0] == letters(after)[0]
    told = [moment for letter in letters(after) for moment in letter["moments"]]
    assert [moment["number"] for moment in told] == [*range(2 * IN_A_LETTER + 1)]
    for moment, wanted in zip(told, moments(2 * IN_A_LETTER + 1), strict=True):
        assert (moment["epoch"], moment["said"]) == (wanted.epoch, wanted.said)
        points = np.frombuffer(base64.b64decode(moment["points"]), "<f4").reshape(-1, 2)
        np.testing.assert_array_equal(points, wanted.points)
    assert {letter["plane"] for letter in letters(after)} == {header(component(after, "points"))["plane"]}
