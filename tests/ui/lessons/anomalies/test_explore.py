from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.analysis.anomalies import DEFAULT_SCORE, SCORES, measure
from autoencoder.analysis.detection import threshold_for
from autoencoder.data.selection import draw
from autoencoder.training import worker
from autoencoder.training.settings import TrainingSettings
from tests.pages.anomaly_runs import (
    ANOMALIES,
    DIGITS,
    OF_BANANAS,
    PRETRAINED_ANOMALIES,
    SIZES,
    prepare,
    raw_score,
    scores,
    truth,
    view_of,
)
from tests.pages.running import App, address, button, component, group, header, players, words
from ui.lessons.anomalies.explore import PICTURE
from ui.lessons.anomalies.players import THRESHOLDS, threshold_view
from ui.lessons.common.inside import ALL, VIEW

pytestmark = pytest.mark.long

THRESHOLD, STUDY = "threshold anomalies", "study anomalies"


def look(app: App, settings: TrainingSettings | None = None, **address: str) -> AppTest:
    """The page with the network that came with the app, or with a finished run of these settings."""
    if settings is not None:
        address["run"] = prepare(app, settings).path.name
    tab = app.open(ANOMALIES, **address)
    assert not tab.exception
    return tab


def player(tab: AppTest, key: str = THRESHOLD) -> dict[str, Any]:
    return players(tab)[key]


def table(tab: AppTest, key: str = THRESHOLD) -> dict[str, Any]:
    """The counts, which follow the slider in a tab."""
    return component(tab, f"details {key} 111")["table"]


def move_threshold(tab: AppTest, index: int) -> None:
    """Release the slider at a position."""
    tab.session_state["threshold"] = index
    tab.run()


def threshold_index(tab: AppTest) -> int:
    """Where the player stands, in the session and in the browser."""
    assert not tab.exception
    index = tab.session_state["threshold"]
    (key,) = [key for key in players(tab) if key.startswith("threshold ")]
    moves = component(tab, f"{key} known")
    assert moves["index"] == index
    return int(index)


# The threshold


@pytest.mark.parametrize("score", SCORES)
def test_the_threshold_stands_where_so_many_held_out_normal_pictures_are_above(
    app: App, no_mnist: object, score: str
) -> None:
    tab = look(app)
    group(tab, "score bananas").set_value(score).run()
    held_out = scores(OF_BANANAS).held_out[score][-1]
    seen = []
    for share in (0.0, 0.005, 0.05, 0.5):
        tab.select_slider(key="false_alarms").set_value(share).run()
        threshold = threshold_view(view_of(PRETRAINED_ANOMALIES, score)).thresholds[threshold_index(tab)]
        assert threshold == threshold_for(held_out, share)
        assert (held_out > threshold).mean() == pytest.approx(share)
        seen.append(threshold_index(tab))
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 4


def test_a_threshold_by_hand_stays_until_what_it_depends_on_changes(app: App, no_mnist: object) -> None:
    tab = look(app)
    first = threshold_index(tab)
    move_threshold(tab, 30)
    assert threshold_index(tab) == 30
    matrix, notes = table(tab), player(tab)["notes"]
    button(tab, "Draw others").click().run()
    assert threshold_index(tab) == 30
    assert table(tab) == matrix, "it is of all test pictures"
    assert player(tab)["notes"] != notes
    group(tab, "score bananas").set_value("absolute").run()
    assert threshold_index(tab) != 30
    group(tab, "score bananas").set_value(DEFAULT_SCORE["bananas"]).run()
    assert threshold_index(tab) == first


def test_where_the_threshold_was_moved_the_field_says_how_many_it_accepts(app: App, no_mnist: object) -> None:
    tab = look(app, threshold="30", false_alarms="0.1")
    held_out = scores(OF_BANANAS).held_out[DEFAULT_SCORE["bananas"]][-1]

    def shown() -> str:
        field = tab.select_slider(key="false_alarms")
        return str(field.options[[*field.options].index(field.format_func(field.value))])

    known = threshold_view(view_of(PRETRAINED_ANOMALIES, DEFAULT_SCORE["bananas"]))
    assert shown() == f"by hand: {(held_out > known.thresholds[30]).mean():.1%}"
    move_threshold(tab, 100)
    assert shown() == f"by hand: {(held_out > known.thresholds[100]).mean():.1%}"
    assert (address(tab, "threshold"), address(tab, "false_alarms")) == ("100", "0.1")
    tab.select_slider(key="false_alarms").set_value(0.05).run()
    assert (shown(), address(tab, "threshold"), address(tab, "false_alarms")) == ("5 %", None, None)
    move_threshold(tab, 30)
    group(tab, "score bananas").set_value("absolute").run()
    assert shown() == "5 %"


def test_a_released_slider_sends_no_pictures(app: App, no_mnist: object) -> None:
    tab = look(app, OF_BANANAS)
    (key,) = [key for key in players(tab) if key.startswith("threshold ")]
    before = component(tab, key)
    move_threshold(tab, 17)
    assert component(tab, f"{key} known")["told"] == 17
    assert component(tab, key) == before  # nothing but a letter is sent
    assert header(before)["positions"] == list(
        threshold_view(view_of(app.folder(OF_BANANAS), DEFAULT_SCORE["bananas"])).words
    )


# What is looked at


def test_every_score_has_its_own_maps_and_figures(app: App, no_mnist: object) -> None:
    tab = look(app)
    legends = set()
    for name in SCORES:
        group(tab, "score bananas").set_value(name).run()
        assert not tab.exception
        legends.add(player(tab)["legend"]["text"])
        assert "AUROC by pixel" in words(tab)
    assert len(legends) == len(SCORES)


@pytest.mark.parametrize(("kind", "rotten"), [("mixed", 5), ("normal", 0), ("abnormal", 10)])
def test_half_or_none_or_all_of_the_pictures_are_abnormal(app: App, no_mnist: object, kind: str, rotten: int) -> None:
    tab = look(app, true_classes="yes")
    tab.selectbox(key="anomaly_pictures").set_value(kind).run()
    assert not tab.exception
    assert player(tab)["columns"] == 10
    assert sorted(player(tab)["names"]) == ["ripe"] * (10 - rotten) + ["rotten"] * rotten


@pytest.mark.parametrize("column", [0, 3, 7, 9])
def test_a_chosen_picture_is_shown_large_beside_its_ripe_twin(app: App, no_mnist: object, column: int) -> None:
    tab = look(app, tab="picture")
    tab.session_state[PICTURE] = column
    tab.run()
    assert address(tab, "picture") == (str(column) if column else None)
    assert not tab.exception
    shown = player(tab, STUDY)
    assert shown["names"] == ["Input", "Reconstruction", "Difference", "Ripe twin", "Damage"]
    assert shown["large"]
    abnormal = truth(OF_BANANAS).astype(int)
    indices = [*draw(abnormal, 1000, 1, 0, 5), *draw(abnormal, 1000, 0, 1, 5)]
    score = scores(OF_BANANAS).test[DEFAULT_SCORE["bananas"]][-1, indices[column]]
    assert raw_score(shown["captions"][-1]) == pytest.approx(score, rel=0.06)  # two digits


# Networks for several sizes


def test_every_size_has_its_threshold_verdicts_and_matrix(app: App, no_mnist: object) -> None:
    tab = look(app, SIZES)
    key = app.folder(SIZES).path.name
    seen = []
    for size in (1, 8, 64):
        tab.select_slider(key="anomaly_view_size").set_value(size).run()
        index, folder = threshold_index(tab), app.folder(SIZES)
        view = view_of(folder, "structural", size)
        number = scores(SIZES).sizes.index(size)
        held_out = scores(SIZES).held_out["structural"][number]
        assert threshold_view(view).thresholds[index] == threshold_for(held_out, 0.05)
        seen.append(table(tab, f"threshold {key}")["cells"])
    assert len({str(cells) for cells in seen}) == 3


@pytest.mark.parametrize("size", [16, 64])
def test_a_link_says_through_how_many_numbers_bananas_are_seen(app: App, no_mnist: object, size: int) -> None:
    tab = look(app, **({"size": str(size)} if size < 64 else {}))
    assert tab.select_slider(key="anomaly_view_size").value == size
    assert address(tab, "size") == ("16" if size < 64 else None), "all of them are the default"
    known = threshold_view(view_of(PRETRAINED_ANOMALIES, DEFAULT_SCORE["bananas"], size))
    assert player(tab)["positions"] == list(known.words)


def test_the_sizes_are_compared_and_one_picture_is_studied_at_each(app: App, no_mnist: object) -> None:
    tab = look(app, SIZES, tab="size", size="8")
    key = app.folder(SIZES).path.name
    assert component(tab, f"auroc {key} structural") is not None
    assert "By this score, the best size is" in words(tab)
    tab = look(app, SIZES, tab="picture", size="8")
    assert component(tab, f"study {key} known")["told"] == scores(SIZES).sizes.index(8)


def test_one_size_is_not_asked_for(app: App, no_mnist: object) -> None:
    for settings, step in ((None, "repair"), (DIGITS, "bottleneck")):
        tab = look(app, settings, tab="size", step=step)
        assert "This network has one code size" in words(tab)
        assert "Bottleneck size" not in [slider.label for slider in tab.select_slider]


def test_digits_have_no_twins_and_their_own_score(app: App, no_mnist: object) -> None:
    tab = look(app, DIGITS, tab="picture")
    key = app.folder(DIGITS).path.name
    assert player(tab, f"study {key}")["names"] == ["Input", "Reconstruction", "Difference"]
    tab = look(app, DIGITS, true_classes="yes")
    assert group(tab, "score mnist_sample").value == "structural"
    names = player(tab, f"threshold {key}")["names"]
    normal = [name in map(str, DIGITS.normal_classes) for name in names]
    assert sum(normal) == 5
    counts = table(tab, f"threshold {key}")
    assert "1,000" in counts["title"]
    assert {sum(map(int, cells)) for cells in counts["cells"]} == {1000}
    assert len(counts["cells"]) == THRESHOLDS


# Where scores are missing


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 damage"], ids=["missing", "empty", "damaged"])
def test_scores_that_are_not_there_are_worked_out(app: App, no_mnist: object, content: bytes | None) -> None:
    folder = prepare(app, OF_BANANAS)
    path = folder.path / "measured" / "anomalies.npz"
    whole = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    tab = app.open(ANOMALIES, run=folder.path.name)
    assert not tab.exception
    assert "Computing the scores of the test pictures" in words(tab)
    assert list(players(tab)) == [f"live {folder.path.name}"], "the pictures of the training stay"
    assert app.worker.asked(worker.evaluate) == [(str(folder.path), measure)]
    if content:
        app.worker.answer(worker.evaluate, error=OSError("the disk is full"))
        sentence = "The scores of this network cannot be read. Please train it again."
        assert [warning.value for warning in tab.run().warning] == [sentence]
    path.write_bytes(whole)
    app.worker.answer(worker.evaluate)
    tab.run()
    assert not tab.exception
    assert f"threshold {folder.path.name}" in players(tab)


@pytest.mark.parametrize(("step", "views"), [("bottleneck", 3), ("repair", 2)])
def test_the_network_can_be_looked_into(app: App, step: str, views: int) -> None:
    tab = look(app, tab="inside", step=step)
    assert len(group(tab, VIEW).options) == views, "behind a gate nothing is painted"
    tab = look(app, tab="inside", step=step, inside="fires")
    options = tab.selectbox(key="inside picture").options
    assert options == ["All of them", *(f"Picture {number + 1}" for number in range(10))], "what they are is not told"
    tab.selectbox(key="inside picture").set_value(ALL).run()
    assert not tab.exception
    assert "dead" in words(tab)
