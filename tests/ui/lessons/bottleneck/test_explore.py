from dataclasses import replace

from autoencoder.analysis.compression import MEASURED, CompressionReport
from autoencoder.training.run_state import RunState
from tests.pages.running import (
    BOTTLENECK,
    LIKE_PRETRAINED,
    PRETRAINED,
    App,
    address,
    button,
    component,
    labels,
    players,
    trained,
    words,
)
from ui.lessons.bottleneck.explore import error_chart

KEY = LIKE_PRETRAINED.key
CHART = f"details sizes {KEY} 110"
EXACT = replace(LIKE_PRETRAINED, bottleneck="exact", bottleneck_size=8)


def opened(app: App) -> object:
    app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    tab = app.open(BOTTLENECK, run=KEY)
    assert not tab.exception
    return tab


def test_the_size_in_the_session_moves_the_player(app: App, no_mnist: object) -> None:
    app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    tab = app.open(BOTTLENECK, run=KEY, tab="inside")
    before = component(tab, f"sizes {KEY}")
    tab.session_state["size"] = 1
    tab.run()
    assert not tab.exception
    assert component(tab, f"sizes {KEY}") == before, "the pictures are not sent again"
    assert component(tab, f"sizes {KEY} known")["told"] == 0
    assert "a code of 1 number." in words(tab)


def test_other_pictures_are_drawn(app: App, no_mnist: object) -> None:
    tab = opened(app)
    assert players(tab)[f"sizes {KEY}"]["names"] == list("0123456789")
    tab.selectbox(key="class mnist_sample").set_value(3).run()
    assert players(tab)[f"sizes {KEY}"]["names"] == ["3"] * 10
    before = component(tab, f"sizes {KEY}")
    button(tab, "Draw others").click().run()
    assert players(tab)[f"sizes {KEY}"]["names"] == ["3"] * 10
    assert component(tab, f"sizes {KEY}") != before


def test_draw_others_leaves_one_of_each(app: App, no_mnist: object) -> None:
    tab = opened(app)
    button(tab, "Draw others").click().run()
    assert not tab.exception
    assert tab.selectbox(key="class mnist_sample").value == "any"


def test_absolute_differences_have_another_legend(app: App, no_mnist: object) -> None:
    tab = opened(app)
    assert players(tab)[f"sizes {KEY}"]["legend"]["low"] == "−1"
    next(group for group in tab.button_group if group.key == "difference").set_value("absolute").run()
    assert not tab.exception
    assert players(tab)[f"sizes {KEY}"]["legend"]["low"] == "0"


def test_the_training_is_replayed(app: App, no_mnist: object) -> None:
    tab = opened(app)
    next(group for group in tab.button_group if group.key == "view").set_value("Time: a replay of the training").run()
    assert not tab.exception
    player = players(tab)[f"replay {KEY} 8"]
    assert player["positions"] == ["0", "20", "40"]
    assert player["captions"][0].startswith("Before the first step")


def test_a_link_says_where_the_replay_stands(app: App, no_mnist: object) -> None:
    app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    tab = app.open(BOTTLENECK, run=KEY, view="replay", epoch="20")
    assert component(tab, f"replay {KEY} 8 known")["index"] == 1
    assert address(tab, "epoch") == "20"


def test_the_network_that_came_with_the_app_has_no_replay(app: App, no_mnist: object) -> None:
    assert "The slider moves" not in labels(app.open(BOTTLENECK).button_group)


def test_an_exact_network_has_one_position(app: App, no_mnist: object) -> None:
    app.prepare(EXACT, RunState.FINISHED)
    # its network was made for 64 numbers; one that was made for 8 is trained in tests/browser
    tab = app.open(BOTTLENECK, run=EXACT.key)
    assert not tab.exception
    assert "size" not in tab.session_state


def test_the_chart_has_the_measured_errors_and_those_of_exact_networks(app: App, no_mnist: object) -> None:
    measured = CompressionReport.of(PRETRAINED)
    folder = app.prepare(EXACT, RunState.FINISHED)
    values = {**folder.measured(MEASURED), "sizes": [8], "errors": [0.004]}
    folder.write_measured(MEASURED, values)
    lines = {line.name: line for line in error_chart(measured, LIKE_PRETRAINED, [folder], 40).lines}
    assert lines["This autoencoder"].points == measured.points
    assert lines["PCA"].points == measured.pca_points
    assert lines["Exact-size networks"].points == ((8, 0.004),)
    assert "Exact-size networks" not in {line.name for line in error_chart(measured, LIKE_PRETRAINED, [], 40).lines}
    every = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    unequal = error_chart(measured, replace(EXACT, epochs=2), [every], 2)
    assert unequal.lines[1].name == "The network for every size (40 epochs, this one 2)"


def test_a_network_that_is_not_measured_yet_is_shown_without_a_chart(app: App, no_mnist: object) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    next(folder.path.rglob(f"{MEASURED}.json")).unlink()
    tab = app.open(BOTTLENECK, run=KEY)
    assert not tab.exception
    assert component(tab, CHART)["charts"] == []
    folder.write_measured(MEASURED, PRETRAINED.measured(MEASURED))
    tab.run()
    assert component(tab, CHART)["charts"] != []


def test_only_the_open_tab_is_worked_out(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    assert component(tab, "details sizes bottleneck 110")["charts"]
    assert component(tab, "hourglass") is None
    assert address(tab, "tab") is None
    tab.session_state["bottleneck tab"] = "Inside"
    tab.run()
    assert not tab.exception
    assert component(tab, "details sizes bottleneck 110") is None
    assert component(tab, "hourglass")
    assert component(tab, "details sizes bottleneck 011")["codes"]
    assert address(tab, "tab") == "inside"


def test_after_a_training_the_tab_is_open_that_was(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK, tab="inside")
    settings = trained(app, tab)
    app.prepare(settings, RunState.RUNNING)
    for _ in range(2):
        tab.run()
        assert component(tab, "hourglass") is None, "no tabs"
        assert address(tab, "tab") == "inside"
    app.prepare(settings, RunState.FINISHED)
    app.worker.end(settings.key)
    tab.run()
    assert not tab.exception
    assert component(tab, "hourglass")
    assert address(tab, "tab") == "inside"
    tab.session_state["bottleneck tab"] = "Take along"
    tab.run()
    assert address(tab, "tab") == "take"


def test_a_link_of_before_opens_the_comparison(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK, rates="yes")
    assert "Bytes of JPEG and WebP" in labels(tab.button_group)


def test_a_network_for_every_size_up_to_1_has_one_position(app: App, no_mnist: object) -> None:
    one = replace(LIKE_PRETRAINED, bottleneck_size=1)
    app.prepare(one, RunState.FINISHED)
    tab = app.open(BOTTLENECK, run=one.key)
    assert not tab.exception
    assert players(tab)[f"sizes {one.key}"]["positions"] == ["1"]
