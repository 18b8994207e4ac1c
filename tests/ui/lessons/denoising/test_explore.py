from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.analysis.denoising import LEVELS, measure, measure_kind, table_of
from autoencoder.analysis.filters import FILTERS, filter_frames, filter_table
from autoencoder.data.noise import NOISES
from autoencoder.training import worker
from autoencoder.training.run_folder import RunState
from tests.pages.running import (
    DENOISER,
    DENOISING,
    PRETRAINED_DENOISER,
    App,
    button,
    component,
    group,
    players,
    progress,
    words,
)
from tests.ui.noise_tables import filter_frames_of, filter_table_of, qualities

pytestmark = pytest.mark.long

KEY = DENOISER.key
WORKING = "Working out the chart on the test pictures"
UNMEASURED = "The network could not be measured against this noise, so there is no chart of it here."
NEVER_SHOWN = "**This network was never shown this kind of noise.**"


def opened(app: App) -> AppTest:
    """A network that was trained here."""
    app.prepare(DENOISER, RunState.FINISHED)
    tab = app.open(DENOISING, run=KEY)
    assert not tab.exception
    return tab


def with_filters(app: App, best: float = 1.0) -> AppTest:
    """The same, when the filters have come: the median filter reaches `best` dB."""
    tab = opened(app)
    app.background.answer(filter_table, filter_table_of(qualities(best)))
    app.background.answer(filter_frames, filter_frames_of(10))
    tab.run()
    assert not tab.exception
    return tab


def player(tab: AppTest, kind: str = "gaussian") -> dict[str, Any]:
    (key,) = players(tab)
    assert key.endswith(f" {kind}")
    return players(tab)[key]


def rows(tab: AppTest, kind: str = "gaussian") -> list[str]:
    return [row["label"] for row in player(tab, kind)["rows"]]


# The slider


def test_the_plain_slider_moves_the_player_and_sends_no_pictures(app: App, no_mnist: object) -> None:
    tab = opened(app)
    assert component(tab, f"noise {KEY} gaussian known")["index"] == 8
    before = component(tab, f"noise {KEY} gaussian")
    for index in (0, 3, 7, 20):
        tab.slider(key="level").set_value(LEVELS[index]).run()
        assert component(tab, f"noise {KEY} gaussian move")["index"] == index
    assert not tab.exception
    assert component(tab, f"noise {KEY} gaussian") == before


def test_the_table_follows_the_slider(app: App, no_mnist: object) -> None:
    tab = opened(app)
    table = table_of(PRETRAINED_DENOISER, "gaussian")
    for number in (0, 4, 10):
        tab.slider(key="level").set_value(number / 10).run()
        assert f"| noise level {number / 10:g}, the 300 test pictures" in words(tab)
        assert f"| This autoencoder | {'' if number == 0 else '**'}{table.after[number].psnr:.1f}" in words(tab)


def test_other_noise_is_another_draw(app: App, no_mnist: object) -> None:
    tab = opened(app)
    before = component(tab, f"noise {KEY} gaussian")
    button(tab, "Other noise").click().run()
    assert not tab.exception
    assert component(tab, f"noise {KEY} gaussian") != before
    assert [arguments[4] for arguments in app.background.asked(filter_frames)] == [0, 1]


def test_other_pictures_and_absolute_differences(app: App, no_mnist: object) -> None:
    tab = opened(app)
    tab.selectbox(key="class mnist_sample").set_value(3).run()
    assert player(tab)["names"] == ["3"] * 10
    assert len(set(app.background.asked(filter_frames)[-1][2])) == 10
    group(tab, "difference").set_value("absolute").run()
    assert player(tab)["legend"]["low"] == "0"


# The filters


def test_the_filters_are_asked_for_once_by_any_number_of_tabs(app: App, no_mnist: object) -> None:
    tabs = [opened(app), opened(app)]
    tabs[0].run()
    (asked,) = app.background.asked(filter_table)
    assert asked == ("mnist_sample", "gaussian", app.home / "filters" / "mnist_sample gaussian.json")
    assert len(app.background.asked(filter_frames)) == 1


def test_filters_appear_when_they_have_come(app: App, no_mnist: object) -> None:
    tab = opened(app)
    assert WORKING in words(tab)
    assert "The filters are at work on these pictures" in words(tab)
    assert rows(tab) == ["Clean", "Noisy", "Denoised", "Difference"]
    (chart,) = player(tab)["charts"]
    assert len(chart["lines"]) == 2
    assert "The network wins" not in words(tab)

    app.background.answer(filter_table, filter_table_of(qualities(1.0)))
    app.background.answer(filter_frames, filter_frames_of(10))
    tab.run()
    assert WORKING not in words(tab)
    assert "at work" not in words(tab)
    assert rows(tab) == ["Clean", "Noisy", "Denoised", "Difference", "Median filter"]
    (chart,) = player(tab)["charts"]
    assert [line["name"] for line in chart["lines"][2:]] == [one.title for one in FILTERS.values()]
    assert "**The network wins** at levels 0.1 to 1" in words(tab)
    assert "| Median filter | 1.0" in words(tab)


def test_any_filters_are_chosen_and_stand_in_their_order(app: App, no_mnist: object) -> None:
    tab = with_filters(app)
    group(tab, "filters").set_value(["non_local_means", "gaussian"]).run()
    assert rows(tab)[4:] == ["Gaussian filter", "Non-local means"]
    group(tab, "filters").set_value([]).run()
    assert not tab.exception
    assert rows(tab)[4:] == []


def test_filters_that_fail_leave_the_network_alone(app: App, no_mnist: object) -> None:
    tab = opened(app)
    for function in (filter_table, filter_frames):
        app.background.answer(function, error=MemoryError())
    tab.run()
    assert not tab.exception
    assert "The filters could not be worked out, so the network stands alone here." in words(tab)
    assert rows(tab) == ["Clean", "Noisy", "Denoised", "Difference"]
    assert WORKING not in words(tab)


# Other kinds of noise


@pytest.mark.parametrize("kind", ["masked", "blur"])
def test_another_noise_was_never_shown_to_the_network(app: App, no_mnist: object, kind: str) -> None:
    tab = opened(app)
    assert NEVER_SHOWN not in words(tab)
    group(tab, "try gaussian").set_value(kind).run()
    assert not tab.exception
    assert f"{NOISES[kind].meaning} {NEVER_SHOWN}" in words(tab)
    assert player(tab, kind)["slider_label"] == f"Noise level: {NOISES[kind].title}"
    assert app.background.asked(filter_table)[-1][1] == kind
    folder = app.folder(DENOISER)
    assert app.background.asked(measure_kind) == [(folder, kind, folder.network_version())]


def measured(app: App, kind: str) -> None:
    """The process aside comes back from measuring."""
    like = PRETRAINED_DENOISER.measured("denoising gaussian")
    app.folder(DENOISER).write_measured(f"denoising {kind}", like)
    app.background.answer(measure_kind)
    app.background.answer(filter_table, filter_table_of(qualities(50.0)))


def test_the_chart_of_another_noise_comes_when_it_is_measured(app: App, no_mnist: object) -> None:
    tab = with_filters(app)
    group(tab, "try gaussian").set_value("blur").run()
    assert player(tab, "blur")["charts"] == []
    assert WORKING in words(tab)
    measured(app, "blur")
    tab.run()
    (chart,) = player(tab, "blur")["charts"]
    assert chart["shade"] is None
    assert "This network was taught “Grain (Gaussian noise)”, and takes much of another noise for drawing." in words(
        tab
    )
    assert WORKING not in words(tab)


def test_another_noise_that_cannot_be_measured_gives_a_sentence(app: App, no_mnist: object) -> None:
    tab = with_filters(app)
    assert UNMEASURED not in words(tab)
    group(tab, "try gaussian").set_value("blur").run()
    assert UNMEASURED not in words(tab)
    app.background.answer(measure_kind, error=MemoryError())
    app.background.answer(filter_table, filter_table_of(qualities(1.0)))
    tab.run()
    assert not tab.exception
    assert UNMEASURED in words(tab)
    assert WORKING not in words(tab)
    assert player(tab, "blur")["charts"] == []


def test_another_noise_is_measured_anew_for_another_network(app: App, no_mnist: object) -> None:
    """Whoever trains on, or trains again from the start, keeps the run's folder and gets another network."""
    tab = opened(app)
    group(tab, "try gaussian").set_value("blur").run()
    measured(app, "blur")
    tab.run()
    folder = app.folder(DENOISER)
    folder.write_network(*(part + b"\0" for part in PRETRAINED_DENOISER.network()))
    tab.run()
    assert WORKING in words(tab)
    assert len(app.background.asked(measure_kind)) == 2


@pytest.mark.parametrize("kind", NOISES)
def test_the_network_that_came_with_the_app_is_measured_against_every_noise(kind: str) -> None:
    assert table_of(PRETRAINED_DENOISER, kind) is not None


def test_the_network_that_came_with_the_app_is_not_written_to(app: App, no_mnist: object) -> None:
    tab = app.open(DENOISING)
    group(tab, "try gaussian").set_value("blur").run()
    assert not tab.exception
    assert NEVER_SHOWN in words(tab)
    assert len(player(tab, "blur")["charts"]) == 1
    assert app.background.asked(measure_kind) == []


# A network that is not measured yet


def test_a_network_that_is_not_measured_yet_is_shown_without_a_chart(app: App, no_mnist: object) -> None:
    app.prepare(DENOISER, RunState.STOPPED)
    tab = app.open(DENOISING, run=KEY)
    assert not tab.exception
    assert player(tab)["charts"] == []
    assert WORKING in words(tab)
    assert app.worker.asked(worker.evaluate) == [(str(app.folder(DENOISER).path), measure)]
    app.folder(DENOISER).write_measured("denoising gaussian", PRETRAINED_DENOISER.measured("denoising gaussian"))
    app.worker.answer(worker.evaluate)
    tab.run()
    assert len(player(tab)["charts"]) == 1


# During the training


def test_live_pictures_have_eleven_levels_and_begin_at_the_fifth(app: App, no_mnist: object) -> None:
    app.prepare(DENOISER, RunState.PAUSED)
    tab = app.open(DENOISING, run=KEY)
    assert progress(tab) == ["Epoch 8 of 15 · paused"]
    live = players(tab)[f"live {KEY}"]
    assert live["positions"] == [f"{level:.2f}" for level in np.arange(11) / 10]
    assert [row["label"] for row in live["rows"]] == ["Clean", "Noisy", "Denoised", "Difference"]
    assert component(tab, f"live {KEY} known")["index"] == 4
