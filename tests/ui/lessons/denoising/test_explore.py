from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.analysis.denoising import LEVELS, measure, table_of
from autoencoder.analysis.filters import filter_frames, filter_table, filters_for
from autoencoder.data import own
from autoencoder.data.noise import NOISES
from autoencoder.training import worker
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import RunState
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
from ui.lessons.denoising import explore

pytestmark = pytest.mark.long

KEY = DENOISER.key
MEASURING, FILTERING = "Measuring the filters on the test pictures", "Finding each filter's best strength"
MEASURING_NETWORK = "Measuring the network on the test pictures"
UNMEASURED = "The network could not be measured with this noise, so there is no chart."
NEVER_SHOWN = "this network never learned from this kind of noise."
ROWS = ["Clean", "Noisy", "Denoised", "Difference", "Median filter"]


@pytest.fixture(autouse=True)
def no_filters_came(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No figures of the filters came with the app, but in the test of these."""
    if "came" not in request.node.name:
        monkeypatch.setattr(explore, "PRETRAINED_DENOISER", RunFolder(tmp_path))


def opened(app: App) -> AppTest:
    """A network that was trained here."""
    app.prepare(DENOISER, RunState.FINISHED)
    tab = app.open(DENOISING, run=KEY, filters="median")
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


def quality(tab: AppTest, key: str = f"noise {KEY} gaussian") -> dict[str, Any] | None:
    """What the tab says of how good the network is: a chart and a table."""
    return component(tab, f"details {key} 111")


def at_level(tab: AppTest, level: float) -> AppTest:
    tab.session_state["level"] = level
    return tab.run()


# The slider


def test_the_player_moves_to_a_level_and_sends_no_pictures(app: App, no_mnist: object) -> None:
    tab = opened(app)
    assert component(tab, f"noise {KEY} gaussian known")["told"] == 8
    before = component(tab, f"noise {KEY} gaussian")
    for index in (0, 3, 20):
        assert component(at_level(tab, LEVELS[index]), f"noise {KEY} gaussian known")["told"] == index
    assert not tab.exception
    assert component(tab, f"noise {KEY} gaussian") == before


def test_chart_and_table_follow_the_slider_in_the_browser(app: App, no_mnist: object) -> None:
    shown = quality(with_filters(app))
    table = table_of(PRETRAINED_DENOISER, "gaussian")
    assert shown["follows"] == f"noise {KEY} gaussian"
    assert shown["charts"][0]["marker_x"] == list(LEVELS)
    assert shown["table"]["rows"][:3] == ["Noisy", "This autoencoder", "Median filter"]
    assert len(shown["table"]["cells"]) == len(LEVELS)
    for index in (8, 20):
        assert shown["table"]["cells"][index][3].startswith(f"{table.after[index // 2].psnr:.1f}")


def test_other_noise_is_another_draw(app: App, no_mnist: object) -> None:
    tab = opened(app)
    before = component(tab, f"noise {KEY} gaussian")
    button(tab, "Other noise").click().run()
    assert not tab.exception
    assert component(tab, f"noise {KEY} gaussian") != before
    assert [arguments[4] for arguments in app.background.asked(filter_frames)] == [0, 1]


def test_the_filters_are_asked_for_other_pictures_too(app: App, no_mnist: object) -> None:
    tab = opened(app)
    tab.selectbox(key="class mnist_sample").set_value(3).run()
    assert player(tab)["names"] == ["3"] * 10
    assert len(set(app.background.asked(filter_frames)[-1][2])) == 10


# The filters


def test_the_filters_are_asked_for_once_by_any_number_of_tabs(app: App, no_mnist: object) -> None:
    tabs = [opened(app), opened(app)]
    tabs[0].run()
    (asked,) = app.background.asked(filter_table)
    assert asked == ("mnist_sample", "gaussian", app.home / "filters" / "mnist_sample gaussian.json")
    assert len(app.background.asked(filter_frames)) == 1


def test_what_is_kept_of_own_pictures_goes_with_them_and_no_file_elsewhere_has_their_name() -> None:
    token = "a" * 32
    kept = explore._kept_filters(own.name_of(token, "b" * 12), "gaussian")
    assert kept.is_relative_to(own.session_folder(token))
    assert token not in kept.name


def test_filters_that_nobody_looks_at_are_not_worked_out(app: App, no_mnist: object) -> None:
    tab = app.open(DENOISING, filters="none", tab="try")
    assert not tab.exception
    assert app.background.work == []
    assert rows(tab) == ROWS[:4]


def test_filters_appear_when_they_have_come_and_keep_their_place_until_then(app: App, no_mnist: object) -> None:
    tab = opened(app)
    assert MEASURING in words(tab)
    assert FILTERING in words(tab)
    assert rows(tab) == ROWS
    assert player(tab)["rows"][4]["frames"] == 1
    assert len(quality(tab)["charts"][0]["lines"]) == 2
    assert "The network wins" not in words(tab)

    app.background.answer(filter_table, filter_table_of(qualities(1.0)))
    app.background.answer(filter_frames, filter_frames_of(10))
    tab.run()
    assert MEASURING not in words(tab)
    assert FILTERING not in words(tab)
    assert rows(tab) == ROWS
    assert player(tab)["rows"][4]["frames"] == len(LEVELS)
    shown = quality(tab)
    assert [line["name"] for line in shown["charts"][0]["lines"][2:]] == [
        one.title for one in filters_for("gaussian").values()
    ]
    assert shown["table"]["cells"][8][6] == "1.0"
    assert "**The network wins** at levels 0.1 to 1" in words(tab)


def test_stop_leaves_the_filters_out(app: App, no_mnist: object) -> None:
    tab = opened(app)
    stop(tab, FILTERING)
    assert rows(tab) == ROWS[:4]
    assert FILTERING not in words(tab)
    assert group(tab, "filters").value == []


def test_stop_ends_the_wait_for_the_chart_of_the_filters_until_it_is_wanted_again(app: App, no_mnist: object) -> None:
    tab = opened(app)
    stop(tab, MEASURING)
    assert f"{MEASURING}: you stopped waiting." in words(tab)
    assert len(quality(tab)["charts"][0]["lines"]) == 2
    button(tab, "Wait again").click().run()
    assert f"{MEASURING} … " in words(tab)


def stop(tab: AppTest, saying: str) -> None:
    tab.button(key=f"stop: {saying}").click().run()
    assert not tab.exception


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
    assert "The filters could not be applied, so only the network's pictures are shown." in words(tab)
    assert "The filters could not be measured, so only the network is shown." in words(tab)
    assert rows(tab) == ROWS[:4]
    assert MEASURING not in words(tab)


def test_what_filters_reach_that_came_with_the_app_is_there_at_once(app: App, no_mnist: object) -> None:
    tab = app.open(DENOISING, source="mnist_sample")
    assert MEASURING not in words(tab)
    assert len(quality(tab, "noise denoising gaussian")["charts"][0]["lines"]) == 6
    assert app.background.work == []


# Other kinds of noise


@pytest.mark.parametrize("kind", ["masked", "blur"])
def test_another_noise_was_never_shown_to_the_network(app: App, no_mnist: object, kind: str) -> None:
    tab = opened(app)
    assert NEVER_SHOWN not in words(tab)
    group(tab, "try gaussian").set_value(kind).run()
    assert not tab.exception
    assert f"**{NOISES[kind].title}:** {NEVER_SHOWN}" in words(tab)
    assert NOISES[kind].meaning in words(tab)
    assert player(tab, kind)["slider_label"] == f"Noise level: {NOISES[kind].title}"
    assert app.background.asked(filter_table)[-1][1] == kind
    folder = app.folder(DENOISER)
    assert app.background.asked(measure) == [(folder, kind, folder.network_version())]


def measured(app: App, kind: str) -> None:
    """The process aside comes back from measuring."""
    like = PRETRAINED_DENOISER.measured("denoising gaussian")
    app.folder(DENOISER).write_measured(f"denoising {kind}", like)
    app.background.answer(measure)
    app.background.answer(filter_table, filter_table_of(qualities(50.0)))


def test_the_chart_of_another_noise_comes_when_it_is_measured(app: App, no_mnist: object) -> None:
    tab = with_filters(app)
    group(tab, "try gaussian").set_value("blur").run()
    assert quality(tab, f"noise {KEY} blur") is None
    assert MEASURING_NETWORK in words(tab)
    measured(app, "blur")
    tab.run()
    (chart,) = quality(tab, f"noise {KEY} blur")["charts"]
    assert chart["shade"] is None
    assert "This network learned from “Grain (Gaussian noise)”. It mistakes much other noise for strokes." in words(tab)
    assert MEASURING_NETWORK not in words(tab)


def test_another_noise_that_cannot_be_measured_gives_a_sentence(app: App, no_mnist: object) -> None:
    tab = with_filters(app)
    assert UNMEASURED not in words(tab)
    group(tab, "try gaussian").set_value("blur").run()
    assert UNMEASURED not in words(tab)
    app.background.answer(measure, error=MemoryError())
    app.background.answer(filter_table, filter_table_of(qualities(1.0)))
    tab.run()
    assert not tab.exception
    assert UNMEASURED in words(tab)
    assert MEASURING_NETWORK not in words(tab)
    assert quality(tab, f"noise {KEY} blur") is None


def test_another_noise_is_measured_anew_for_another_network(app: App, no_mnist: object) -> None:
    """Whoever trains on, or trains again from the start, keeps the run's folder and gets another network."""
    tab = opened(app)
    group(tab, "try gaussian").set_value("blur").run()
    measured(app, "blur")
    tab.run()
    folder = app.folder(DENOISER)
    folder.write_network(*(part + b"\0" for part in PRETRAINED_DENOISER.network()))
    tab.run()
    assert MEASURING_NETWORK in words(tab)
    assert len(app.background.asked(measure)) == 2


def test_the_network_that_came_with_the_app_is_not_written_to(app: App, no_mnist: object) -> None:
    tab = app.open(DENOISING, filters="median")
    group(tab, "try gaussian").set_value("blur").run()
    assert not tab.exception
    assert NEVER_SHOWN in words(tab)
    assert len(quality(tab, "noise denoising blur")["charts"]) == 1
    assert app.background.asked(measure) == []


# A network that is not measured yet


def test_a_network_that_is_not_measured_yet_is_shown_without_a_chart(app: App, no_mnist: object) -> None:
    app.prepare(DENOISER, RunState.STOPPED)
    tab = app.open(DENOISING, run=KEY, filters="median")
    assert not tab.exception
    assert quality(tab) is None
    assert MEASURING_NETWORK in words(tab)
    assert app.worker.asked(worker.evaluate) == [(str(app.folder(DENOISER).path), measure)]
    app.folder(DENOISER).write_measured("denoising gaussian", PRETRAINED_DENOISER.measured("denoising gaussian"))
    app.worker.answer(worker.evaluate)
    tab.run()
    assert len(quality(tab)["charts"]) == 1


# During the training


def test_live_pictures_have_eleven_levels_and_begin_at_the_fifth(app: App, no_mnist: object) -> None:
    app.prepare(DENOISER, RunState.PAUSED)
    tab = app.open(DENOISING, run=KEY, filters="median")
    assert progress(tab) == ["Epoch 8 of 15 · paused"]
    live = players(tab)[f"live {KEY}"]
    assert live["positions"] == [f"{level:.2f}" for level in np.arange(11) / 10]
    assert [row["label"] for row in live["rows"]] == ["Clean", "Noisy", "Denoised", "Difference"]
    assert component(tab, f"live {KEY} known")["index"] == 4
