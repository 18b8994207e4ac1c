from dataclasses import replace

import pytest

from autoencoder.analysis.anomalies import DEFAULTS, REPAIR
from autoencoder.analysis.compression import MEASURED
from autoencoder.training.run_state import RunState
from autoencoder.training.settings import TrainingSettings
from tests.pages.anomaly_runs import ANOMALIES, BANANAS, DIGITS, OF_BANANAS, SIZES, prepare
from tests.pages.running import (
    BOTTLENECK,
    LIKE_PRETRAINED,
    PRETRAINED,
    App,
    address,
    button,
    component,
    group,
    labels,
    players,
    progress,
    trained,
    words,
)

KEY = BANANAS.key


def test_it_opens_with_the_network_that_came_with_the_app(app: App, no_mnist: object) -> None:
    tab = app.open(ANOMALIES)
    assert not tab.exception
    assert "**Network shown:** the one that came with the app (Convolutional network · Bananas · normal: ripe" in words(
        tab
    )
    assert list(players(tab)) == ["threshold anomalies"]
    player = players(tab)["threshold anomalies"]
    assert [(row["label"], row["frames"]) for row in player["rows"]] == [
        ("Input", 1),
        ("Reconstruction", 1),
        ("Difference", 1),
    ]
    assert player["columns"] == 10
    assert player["names"] == [], "a learner decides first"


def test_ripe_bananas_are_normal_and_rotten_ones_anomalies(app: App, no_mnist: object) -> None:
    tab = app.open(ANOMALIES, true_classes="yes")
    player, index = players(tab)["threshold anomalies"], tab.session_state["threshold"]
    called = [note.endswith("anomaly") for note in player["notes"][index]]
    truly = [name == "rotten" for name in player["names"]]
    assert sum(one == other for one, other in zip(called, truly, strict=True)) >= 9
    assert player["notes_label"] == "Score, verdict"
    assert player["alarms"][index] == called
    tp, fn, fp, tn = (int(cell) for cell in component(tab, "details threshold anomalies 111")["table"]["cells"][index])
    assert tp + fn == fp + tn == 500
    assert tp > 450
    assert fp < 50


@pytest.mark.mnist
def test_with_mnist_it_opens_with_the_same_network(app: App, with_mnist: object) -> None:
    tab = app.open(ANOMALIES)
    assert not tab.exception
    assert list(players(tab)) == ["threshold anomalies"]


def test_train_hands_the_form_to_a_worker_and_shows_the_training(app: App, no_mnist: object) -> None:
    tab = app.open(ANOMALIES)
    button(tab, "Train").click().run()
    assert not tab.exception
    assert app.worker.trainings == [KEY]
    assert app.folder(BANANAS).settings() == BANANAS
    assert address(tab, "run") == KEY
    assert progress(tab) == ["Starting"]
    assert {"Pause", "One epoch", "Stop", "Start over"} <= set(labels(tab.button))
    assert "Convolutional network · Bananas · normal: ripe · 1 to 64 numbers · Stains, levels 0 to 0.3" in words(tab)


@pytest.mark.parametrize(
    ("settings", "positions"),
    [
        (BANANAS, [f"{number / 10:.2f}" for number in range(11)]),
        (DIGITS, [f"{number / 10:.2f}" for number in range(11)]),
        (SIZES, ["1", "2", "4", "8", "16", "32", "64"]),
        (replace(DIGITS, noise="none", bottleneck_size=3), ["3"]),
        (replace(REPAIR, noise="none", network="denoiser"), None),
    ],
    ids=["stains", "noisy", "every size", "exact", "copies"],
)
def test_the_training_is_watched(
    app: App, no_mnist: object, settings: TrainingSettings, positions: list[str] | None
) -> None:
    prepare(app, settings, RunState.PAUSED)
    tab = app.open(ANOMALIES, run=settings.key)
    assert not tab.exception
    (player,) = players(tab).values()
    assert player["columns"] == 10
    assert player["positions"] == (positions or player["positions"])
    assert {row["frames"] for row in player["rows"]} <= {1, len(player["positions"])}


def test_the_finished_network_is_shown(app: App, no_mnist: object) -> None:
    prepare(app, OF_BANANAS)
    tab = app.open(ANOMALIES, run=OF_BANANAS.key)
    assert not tab.exception
    assert f"epochs (1 → {DEFAULTS['bananas'].epochs})" in words(tab)
    assert list(players(tab)) == [f"threshold {OF_BANANAS.key}"]
    assert component(tab, f"loss {OF_BANANAS.key}") is not None
    tab.number_input(key="anomaly_epochs_bananas").set_value(1).run()
    assert "yours (Convolutional network · Bananas · normal: ripe" in words(tab)


def test_the_network_that_learned_to_repair_is_one_click_away(app: App, no_mnist: object) -> None:
    tab = app.open(ANOMALIES)
    group(tab, "anomaly_step").set_value("repair").run()
    assert not tab.exception
    assert "the one that came with the app (Inpainter network · Bananas · normal: ripe · no bottleneck" in words(tab)
    assert list(players(tab)) == ["threshold repair"]
    assert trained(app, tab) == REPAIR
    assert "anomaly_step" not in {one.key for one in tab.button_group}, "one's own is shown"
    assert list(players(app.open(ANOMALIES, step="repair"))) == ["threshold repair"]


# The pages are kept apart


@pytest.mark.extended
def test_a_bottleneck_is_not_compared_with_a_network_for_anomalies(app: App, no_mnist: object) -> None:
    exact = replace(LIKE_PRETRAINED, bottleneck="exact", bottleneck_size=8)
    app.prepare(exact, RunState.FINISHED)
    folder = prepare(app, replace(SIZES, epochs=60, loss="mean_squared_error", learning_rate=0.003))
    folder.write_measured(MEASURED, PRETRAINED.measured(MEASURED))
    tab = app.open(BOTTLENECK, run=exact.key)
    assert not tab.exception
    assert all(row["label"] != "Every size, at 8" for player in players(tab).values() for row in player["rows"])
