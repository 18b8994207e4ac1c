from dataclasses import replace

import pytest

from autoencoder.analysis.filters import FILTERS, FilterTable, filters_for
from tests.pages.running import DENOISER
from tests.ui.noise_tables import denoising_table, filter_table_of, qualities
from ui.lessons.common.text import level_range_in_words
from ui.lessons.denoising.players import idle_filters, network_in_words, who_wins

LATER = [20.0] * 8


# Who wins


def test_a_network_that_is_ahead_everywhere_wins_by_its_largest_margin() -> None:
    table = denoising_table(qualities(0, 20, 20, 20, 20, 20, 25, 20, 20, 20, 20))
    said = who_wins(table, filter_table_of(qualities(18.5)), DENOISER, "gaussian")
    assert said.startswith("**The network wins** at levels 0.1 to 1, by up to 6.5 dB (at 0.6)")
    assert "A filter wins" not in said
    assert "The noisy picture wins" not in said


def test_a_filter_that_is_ahead_is_named_with_its_levels() -> None:
    filters = filter_table_of(qualities(5, 25, 25, *[10.0] * 8))
    said = who_wins(denoising_table(qualities(5, 20, 20, *LATER)), filters, DENOISER, "gaussian")
    assert "**The network wins** at levels 0.3 to 1, by up to 10.0 dB" in said
    assert "**A filter wins** at levels 0.1 to 0.2. With little noise, a filter hardly changes the picture." in said


def test_where_noisy_is_best_the_picture_is_left_alone() -> None:
    before = qualities(60, 40, *[5.0] * 9)
    table = denoising_table(qualities(20.0), before)
    said = who_wins(table, filter_table_of(qualities(19.0)), DENOISER, "gaussian")
    assert "**The noisy picture wins** at level 0.1." in said
    assert "**The network wins** at levels 0.2 to 1, by up to 1.0 dB" in said


def test_levels_with_gaps_are_listed() -> None:
    filters = filter_table_of(qualities(0, 25, 10, 25, *[10.0] * 7))
    said = who_wins(denoising_table(qualities(20.0)), filters, DENOISER, "gaussian")
    assert "**A filter wins** at levels 0.1, 0.3." in said
    assert "**The network wins** at levels 0.2, 0.4, 0.5" in said


@pytest.mark.parametrize(
    ("changes", "kind", "ahead", "why"),
    [
        (
            {},
            "blur",
            1,
            "This network learned from “Grain (Gaussian noise)”. It mistakes much other noise for strokes.",
        ),
        ({"noise_high": 0.4}, "gaussian", 5, "This network learned levels 0 to 0.4 only."),
        ({"noise_low": 0.4, "noise_high": 0.4}, "gaussian", 5, "This network learned level 0.4 only."),
        ({}, "gaussian", 1, "With little noise, a filter hardly changes the picture."),
        ({}, "gaussian", 5, "It may not have learned enough."),
    ],
)
def test_why_a_filter_wins(changes: dict[str, object], kind: str, ahead: int, why: str) -> None:
    filters = filter_table_of(qualities(*(30.0 if number == ahead else 10.0 for number in range(11))))
    said = who_wins(denoising_table(qualities(20.0)), filters, replace(DENOISER, **changes), kind)
    assert f"**A filter wins** at level {ahead / 10:g}. {why}" in said


# The network


def test_the_levels_that_were_taught() -> None:
    assert level_range_in_words(DENOISER) == "levels 0 to 1"
    assert level_range_in_words(replace(DENOISER, noise_low=0.15, noise_high=0.4)) == "levels 0.15 to 0.4"
    assert level_range_in_words(replace(DENOISER, noise_low=0.4, noise_high=0.4)) == "level 0.4"


def test_an_open_network_has_no_bottleneck_and_a_dense_one_names_its_size() -> None:
    said = network_in_words(DENOISER)
    assert "**This network has no bottleneck.** Its code is a stack of 32 small pictures of 14 × 14." in said
    assert "6,272 numbers for 784 pixel values, 8.0 times as many" in said
    dense = replace(DENOISER, network="dense", bottleneck="exact", bottleneck_size=8)
    assert network_in_words(dense).startswith("**This network has a bottleneck of 8 numbers.**")


def test_filters_that_leave_the_pictures_alone_are_named_with_their_levels() -> None:
    strengths = {name: [one.strengths[0], *[one.strengths[1]] * 10] for name, one in filters_for("gaussian").items()}
    assert idle_filters(FilterTable(strengths, {})) == ""
    strengths["median"][1:4] = [FILTERS["median"].strengths[0]] * 3
    strengths["non_local_means"][10] = 0
    said = idle_filters(FilterTable(strengths, {}))
    assert "switched off: Median filter (levels 0.1 to 0.3), Non-local means (level 1)." in said
