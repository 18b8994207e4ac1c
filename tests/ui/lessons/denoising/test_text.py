from dataclasses import replace

import pytest

from autoencoder.analysis.denoising import Quality
from autoencoder.analysis.filters import FILTERS, FilterTable
from tests.pages.running import DENOISER
from tests.ui.noise_tables import denoising_table, filter_table_of, qualities
from ui.lessons.common.text import level_range_in_words
from ui.lessons.denoising.text import idle_filters, network_in_words, qualities_table, who_wins

LATER = [20.0] * 8


def cells(table: str) -> dict[str, list[str]]:
    """Row → its cells, without the head."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return {row[0]: row[1:] for row in rows}


# The table


def test_the_best_of_each_measure_is_bold() -> None:
    before, after = (Quality(0.05, 13.0, 0.4),) * 11, (Quality(0.002, 27.0, 0.9),) * 11
    table = denoising_table(after, before)
    rows = cells(qualities_table(table, None, 0.4))
    assert rows == {
        "Noisy, as it came": ["13.0", "0.400", "0.0500"],
        "This autoencoder": ["**27.0**", "**0.900**", "**0.0020**"],
    }
    filters = filter_table_of((Quality(0.001, 26.0, 0.95),) * 11)
    rows = cells(qualities_table(table, filters, 0.4))
    assert rows["This autoencoder"] == ["**27.0**", "0.900", "0.0020"]
    assert rows["Median filter"] == ["26.0", "**0.950**", "**0.0010**"]
    assert len(rows) == 6


@pytest.mark.parametrize(("level", "measured"), [(0.0, 0), (0.05, 0), (0.4, 4), (0.95, 9), (1.0, 10)])
def test_the_table_is_of_the_nearest_measured_level(level: float, measured: int) -> None:
    table = denoising_table(qualities(*range(30, 41)))
    shown = qualities_table(table, None, level)
    near = {measured} if round(level * 20) % 2 == 0 else {measured, measured + 1}
    assert cells(shown)["This autoencoder"][0] in {f"**{30 + number}.0**" for number in near}
    assert f"noise level {measured / 10:g}, the 300 test pictures" in shown


# Who wins


def test_a_network_that_is_ahead_everywhere_wins_by_its_largest_margin() -> None:
    table = denoising_table(qualities(0, 20, 20, 20, 20, 20, 25, 20, 20, 20, 20))
    said = who_wins(table, filter_table_of(qualities(18.5)), DENOISER, "gaussian")
    assert said.startswith("**The network wins** at levels 0.1 to 1, by up to 6.5 dB (at 0.6)")
    assert "A filter wins" not in said
    assert "leave the picture alone" not in said


def test_a_filter_that_is_ahead_is_named_with_its_levels() -> None:
    filters = filter_table_of(qualities(5, 25, 25, *[10.0] * 8))
    said = who_wins(denoising_table(qualities(5, 20, 20, *LATER)), filters, DENOISER, "gaussian")
    assert "**The network wins** at levels 0.3 to 1, by up to 10.0 dB" in said
    assert "**A filter wins** at levels 0.1 to 0.2. With little noise there is little to guess" in said


def test_where_noisy_is_best_the_picture_is_left_alone() -> None:
    before = qualities(60, 40, *[5.0] * 9)
    table = denoising_table(qualities(20.0), before)
    said = who_wins(table, filter_table_of(qualities(19.0)), DENOISER, "gaussian")
    assert "At level 0.1 the best is to **leave the picture alone**" in said
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
            "This network was taught “Grain (Gaussian noise)”, and takes much of another noise for drawing.",
        ),
        ({"noise_high": 0.4}, "gaussian", 5, "It was taught levels 0 to 0.4 only"),
        ({"noise_low": 0.4, "noise_high": 0.4}, "gaussian", 5, "It was taught level 0.4 only"),
        ({}, "gaussian", 1, "With little noise there is little to guess"),
        ({}, "gaussian", 5, "It may not have learned enough yet"),
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
    assert "**This network has no small bottleneck.**" in said
    assert "a stack of 32 little pictures of 14 × 14: 6,272 numbers for 784 pixel values, 8.0 times as many" in said
    dense = replace(DENOISER, network="dense", bottleneck="exact", bottleneck_size=8)
    assert network_in_words(dense).startswith("**This network has a bottleneck of 8 numbers.**")


def test_filters_that_leave_the_pictures_alone_are_named_with_their_levels() -> None:
    strengths = {name: [one.strengths[0], *[one.strengths[1]] * 10] for name, one in FILTERS.items()}
    assert idle_filters(FilterTable(strengths, {})) == ""
    strengths["median"][1:4] = [FILTERS["median"].strengths[0]] * 3
    strengths["non_local_means"][10] = 0
    said = idle_filters(FilterTable(strengths, {}))
    assert said.startswith(
        "On the line of the noisy pictures: Median filter (levels 0.1 to 0.3), Non-local means (level 1). "
    )
