from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.rendering.difference import Legend
from tests.pages.running import component, header
from ui.components.chart.chart import ChartData
from ui.components.player.player import LARGEST_SPRITE, Player, Row, Table

MARKED = ChartData("Scores", "x", "y", (), marker_x=(1.0, 2.0, 3.0))


def make(**more: Any) -> Player:
    row = Row("Reconstruction", b"PNG", 3, "Rebuilt from {position} numbers")
    return Player(
        **{
            "slider_label": "Size",
            "positions": ["1", "2", "3"],
            "rows": [row],
            "columns": 2,
            "tile_width": 28,
            "tile_height": 28,
            **more,
        }
    )


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"rows": [Row("Input", b"", 2, "")]}, r"row 'Input' to have 1 or 3 frames .+ Received: 2 in"),
        ({"tile_width": LARGEST_SPRITE}, r"row 'Reconstruction' .+ at most 16384 px"),
        ({"tile_height": LARGEST_SPRITE // 2}, r"row 'Reconstruction' .+ at most 16384 px"),
        ({"captions": ["a"]}, r"length of captions to be 0 or 3\. Received: 1"),
        ({"column_names": ["a", "b", "c"]}, r"length of column_names to be 0 or 2\. Received: 3"),
        (
            {"charts": [MARKED, ChartData("ROC", "x", "y", (), marker_x=(1,))]},
            r"chart 'ROC' to be 0 or 3\.",
        ),
        ({"table": Table("", ("a",), ("b",), [["1"]])}, r"length of table to be 0 or 3\. Received: 1"),
    ],
)
def test_lengths_that_do_not_fit_are_named(more: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(**more)


def test_a_player_is_packed_as_version_header_and_sprites() -> None:
    rows = [Row("Input", b"first", 1, "As they are"), Row("Output", b"second!", 3, "Rebuilt")]
    legend = Legend(False, "0", "", "1", "How far off")
    player = make(rows=rows, codes=[[0.123456], [1.0]], active=[1, 1, 1], legend=legend)
    packed = player.pack("digits", tells_choice=True)
    assert packed.endswith(b"firstsecond!")
    sent = header(packed)
    assert (sent["key"], sent["tells_choice"], sent["positions"], sent["tile"]) == (
        "digits",
        True,
        ["1", "2", "3"],
        [28, 28],
    )
    assert sent["bytes"] == [5, 7]
    assert sent["choosable"] is True
    assert sent["legend"]["colors"][0] == "#000000"
    assert sent["legend"]["text"] == "How far off"


def test_alarms_are_told() -> None:
    alarms = [[1, 0], [0, 0], [True, False]]  # as NumPy has them too
    sent = header(make(alarms=alarms).pack("digits", tells_choice=False))
    assert sent["alarms"] == [[True, False], [False, False], [True, False]]
    assert sent["choosable"] is False


def detailed(player: object, parts: dict[str, bool]) -> None:
    from ui.components.player.player import details

    details(player, "digits", **parts)


def sent_details(player: Player, **parts: bool) -> Any:
    tab = AppTest.from_function(detailed, args=(player, parts), default_timeout=30).run()
    assert not tab.exception
    (element,) = tab.get("bidi_component")
    return component(tab, element.key)


def test_details_have_the_charts_the_table_and_the_code() -> None:
    table = Table("Counts", ("abnormal", "normal"), ("called so", "not"), [["1", "2", "3", "4"]] * 3)
    more = [ChartData("ROC", "x", "y", ()), MARKED]
    player = make(table=table, charts=[MARKED, *more], codes=[[0.123456], [1.0]], active=[1, 1, 1])
    sent = sent_details(player)
    assert sent["follows"] == "digits"
    assert sent["codes"] == [[0.1235], [1.0]]
    assert sent["table"] == {
        "title": "Counts",
        "rows": ["abnormal", "normal"],
        "columns": ["called so", "not"],
        "cells": [["1", "2", "3", "4"]] * 3,
    }
    assert [chart["title"] for chart in sent["charts"]] == ["Scores", "ROC", "Scores"]
    assert [chart["marker_x"] for chart in sent["charts"]] == [[1, 2, 3], [], [1, 2, 3]]
    none = sent_details(player, charts=False, table=False, code=False)
    assert (none["charts"], none["table"], none["codes"]) == ([], None, None)


def test_equal_players_are_packed_alike_and_others_are_not() -> None:
    packed = make().pack("digits", tells_choice=False)
    assert make().pack("digits", tells_choice=False) == packed
    others = (make().pack("letters", False), make().pack("digits", True), make(play=False).pack("digits", False))
    assert len({packed[:40], *(other[:40] for other in others)}) == 4


def page() -> None:
    """A player that follows another control."""
    import streamlit as st

    from ui.components.player.player import Player, Row, frames, known_index

    rows = [Row("Digits", b"PNG", 3, "Rebuilt")]
    player = Player("Size", ["1", "2", "3"], rows, columns=2, tile_width=28, tile_height=28)
    start = st.session_state.get("told", 2)
    released = lambda: st.session_state.update(kept=known_index("digits"))  # noqa: E731
    st.text(frames(player, key="digits", start=start, on_release=released))


def shown(tab: AppTest) -> int:
    assert not tab.exception
    return int(tab.text[0].value)


def test_it_starts_where_it_is_told() -> None:
    tab = AppTest.from_function(page, default_timeout=30).run()
    assert shown(tab) == 2
    letter = component(tab, "digits known")
    assert (letter["to"], letter["index"], letter["turn"], letter["told"]) == ("digits", 2, 0, 2)


def test_a_release_is_heard() -> None:
    tab = AppTest.from_function(page, default_timeout=30).run()
    tab.session_state["digits"] = {"shown": {"index": 1, "turn": 1}}
    assert shown(tab.run()) == 1


def test_another_control_moves_it_and_a_later_release_wins() -> None:
    tab = AppTest.from_function(page, default_timeout=30).run()
    tab.session_state["told"] = 0
    assert shown(tab.run()) == 0
    letter = component(tab, "digits known")
    assert (letter["index"], letter["turn"], letter["told"]) == (0, 0, 0)
    tab.session_state["digits"] = {"shown": {"index": 1, "turn": 1}}
    assert shown(tab.run()) == 1


def test_an_index_beyond_the_end_is_the_last() -> None:
    tab = AppTest.from_function(page, default_timeout=30).run()
    tab.session_state["told"] = 63
    assert shown(tab.run()) == 2


def test_the_pictures_are_sent_alike_whatever_is_shown() -> None:
    tab = AppTest.from_function(page, default_timeout=30).run()
    before = component(tab, "digits")
    tab.session_state["told"] = 1
    assert component(tab.run(), "digits") == before


@pytest.mark.parametrize(
    ("label", "text", "words"),
    [
        ("Threshold", "", "Threshold: 2"),
        ("Noise level: {Grain}", "Noise level {position}: {Grain}", "Noise level 2: {Grain}"),
        ("", "", "2"),
    ],
)
def test_the_position_in_words(label: str, text: str, words: str) -> None:
    assert make(slider_label=label, position_text=text).position_in_words(1) == words
