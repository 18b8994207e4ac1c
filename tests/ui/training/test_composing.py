import html
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs
from streamlit.testing.v1 import AppTest

from autoencoder.networks.architectures import FIRST_COMPOSITION
from autoencoder.networks.composition import Composition
from autoencoder.training.estimates import modeled_seconds
from autoencoder.training.run_state import RunState
from autoencoder.training.settings import TrainingSettings
from tests.pages.anomaly_runs import ANOMALIES, BANANAS
from tests.pages.running import (
    BOTTLENECK,
    DENOISER,
    DENOISING,
    LIKE_PRETRAINED,
    App,
    address,
    component,
    fill,
    labels,
    trained,
    words,
)
from ui.markdown import WORD_JOINER
from ui.training.composing import costs_of, fitting

OWN = replace(LIKE_PRETRAINED, network="own")
TEXT = "dense-40.20-to-64-gelu-dropout0.2-decay0.0001-norm"


def known(tab: Any, key: str = "composition") -> dict[str, Any]:
    """What the composer is told of what it has composed."""
    return component(tab, f"{key} composer known")


def edit(tab: AppTest, turn: int, **change: object) -> AppTest:
    """Have the browser say that this was composed; the page is not run yet."""
    first = vars(Composition.parse(FIRST_COMPOSITION))
    tab.session_state["composition composer"] = {"composition": {**first, **change, "turn": turn}}
    return tab


def test_a_form_has_a_composer_only_where_the_network_is_ones_own(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    fields = labels(tab.selectbox)
    assert component(tab, "composition composer") is None
    fill(tab, {"network": "own"})
    shown = component(tab, "composition composer")
    assert shown["composition"]["encoder"] == [[256, 0, 0], [128, 0, 0]]
    assert shown["composition"]["decoder"] is None
    assert (shown["shape"], shown["bounds"]["units"]) == ([28, 28, 1], {"dense": 2048, "conv": 256})
    assert labels(tab.selectbox) == fields, "no more fields than before"
    assert trained(app, tab) == OWN
    assert OWN.composition == FIRST_COMPOSITION


@pytest.mark.parametrize(
    ("page", "key", "wanted"),
    [
        (BOTTLENECK, "composition", replace(OWN, composition=TEXT)),
        (
            DENOISING,
            "denoiser_composition",
            replace(DENOISER, network="own", bottleneck="exact", composition=TEXT),
        ),
        (
            ANOMALIES,
            "anomaly_composition_bananas",
            replace(BANANAS, network="own", bottleneck="ordered", optimizer="adam", composition=TEXT),
        ),
    ],
)
def test_a_link_says_what_was_composed_and_it_is_trained(
    app: App, no_mnist: object, page: str, key: str, wanted: TrainingSettings
) -> None:
    tab = app.open(page, network="own", composition=TEXT)
    assert address(tab, "composition") == TEXT
    assert component(tab, f"{key} composer")["composition"]["activation"] == "gelu"
    found = trained(app, tab)
    assert (found.network, found.composition, found.source) == ("own", TEXT, wanted.source)
    assert known(tab, key)["problem"] == ""


def test_what_the_browser_says_is_in_the_form_and_in_the_address(app: App, no_mnist: object) -> None:
    tab = edit(app.open(BOTTLENECK, network="own"), 1, encoder=[[30, 0, 0]]).run()
    assert address(tab, "composition") == "dense-30"
    edit(tab, 2, encoder=[[30, 0, 0], [20, 0, 0]])
    assert trained(app, tab) == replace(OWN, composition="dense-30.20"), "also where it is told with the very click"


def test_what_was_composed_gives_way_to_what_is_said_later(app: App, no_mnist: object) -> None:
    tab = edit(app.open(BOTTLENECK, network="own"), 1, encoder=[[30, 0, 0]]).run()
    tab.session_state["composition"] = TEXT  # as where another network is shown
    tab.run()
    assert component(tab, "composition composer")["composition"]["activation"] == "gelu"
    del tab.session_state["composition composer"]  # as where the page was left
    tab.run()
    edit(tab, 1, norm=True).run()  # the first of a new composer
    assert trained(app, tab) == replace(OWN, composition="dense-256.128-norm")


def test_it_is_told_what_the_network_costs(app: App, no_mnist: object) -> None:
    told = known(app.open(BOTTLENECK, network="own", bottleneck="exact", numbers="8", composition="dense-100"))
    settings = replace(OWN, bottleneck="exact", bottleneck_size=64, composition="dense-100")
    plan = settings.plan
    values = dict(told["costs"])
    assert values["Encoder"] == f"{plan.encoder_parameters:,} parameters" == f"{785 * 100 + 101 * 64:,} parameters"
    assert values["Decoder"] == f"{65 * 100 + 101 * 784:,} parameters"
    assert values["Together"].endswith(" · 0.7 MB")
    assert values["Compression"] == "784 → 64 (12 : 1)"
    assert values["An epoch here"].startswith("about ")
    assert (told["code"], told["code_text"], told["problem"]) == (64, "code 64", "")
    assert costs_of(settings) == [tuple(pair) for pair in told["costs"]]


def test_where_it_was_trained_it_is_told_how_long_that_took_beside_the_estimate(app: App, no_mnist: object) -> None:
    folder = app.prepare(OWN, RunState.FINISHED)
    folder.write_snapshot(structs.replace(folder.snapshot(), seconds=30.0))
    folder.write_pace(0.5)
    costs = known(app.open(BOTTLENECK, network="own"))["costs"]
    unseen = modeled_seconds(OWN, OWN.epochs)
    assert costs[-1] == ["In all it took", f"30 s ({unseen:.0f} s estimated)"]
    assert app.jobs.seconds_per_epoch(OWN) == pytest.approx(0.5), "which the next estimate knows"


def test_what_does_not_work_is_said_and_what_worked_before_is_trained(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK, network="own", composition="dense-50")
    tab.session_state["composition"] = "dense-2048.2048.2048.2048.2048"
    tab.run()
    assert known(tab)["problem"].startswith("Your network has 37,180,240 parameters, and may have at most 20,000,000.")
    costs = dict(known(tab)["costs"])
    assert costs["Together"] == "37,180,240 · 148.7 MB", "what is too large is still to be seen"
    assert "An epoch here" not in costs
    assert "*Train*, and the time that it takes, are of what worked before: `dense-50`." in words(tab)
    assert trained(app, tab) == replace(OWN, composition="dense-50")
    tab.session_state["composition"] = "dense-60"
    tab.run()
    assert known(tab)["problem"] == ""
    assert "are of what worked before" not in words(tab)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("dense-2049", "to have 1 to 2048 units in a layer. Received: dense-2049."),
        ("dense-1.2.3.4.5.6", "to have 1 to 5 hidden layers each way. Received: "),
        ("deep", "to begin with one of dense, conv."),
        ("conv-3k99", "to have a kernel from 1 to 9. Received: conv-3k99."),
        (
            "dense-9-swish",
            "to have after its layers an activation (relu, leaky_relu, gelu, silu, tanh, sigmoid, linear)",
        ),
    ],
)
def test_a_link_that_means_none_is_told_with_what_may_be(app: App, no_mnist: object, text: str, why: str) -> None:
    tab = app.open(BOTTLENECK, network="own", composition=text)
    said = html.unescape(words(tab)).replace(WORD_JOINER, "")
    assert "Expected **composition** in the address to be layers such as dense-512.256" in said
    assert f", and {why}" in said
    assert trained(app, tab) == OWN


def test_a_link_that_says_nothing_of_the_layers_means_the_first(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK, network="own", composition="")
    assert "Expected" not in words(tab)
    assert trained(app, tab) == OWN


def test_what_parameters_are_counted_of_is_said(app: App, no_mnist: object) -> None:
    plain = dict(costs_of(replace(OWN, bottleneck="exact", bottleneck_size=8)))
    assert "Decoder's input" not in plain
    ordered = dict(costs_of(replace(OWN, composition="dense-30-norm")))
    assert ordered["Decoder's input"] == "64 numbers, and for each whether it was kept"
    weights, shifts = 2 * 64 * 30 + 30 * 784, 2 * 30 + 784  # a normalized layer has no bias, but two numbers a unit
    assert ordered["Decoder"] == f"{weights + shifts:,} to be learned"


def filled_in() -> None:
    from dataclasses import replace

    import streamlit as st

    from tests.ui.training.test_composing import OWN, TEXT
    from ui.lessons.bottleneck.form import FORM

    if "said" not in st.session_state:
        FORM.fill(replace(OWN, composition=TEXT))
    st.session_state["said"] = FORM.draw()


def test_a_network_that_was_trained_fills_the_composer_in(app: App, no_mnist: object) -> None:
    tab = AppTest.from_function(filled_in).run()
    assert not tab.exception
    assert tab.session_state["said"].composition == TEXT
    assert component(tab, "composition composer")["composition"]["encoder"] == [[40, 0, 0], [20, 0, 0]]


def test_only_what_was_composed_gives_way() -> None:
    large = "dense-2048.2048.2048.2048.2048"
    assert fitting(TrainingSettings(), {"network": "own", "composition": large}) == TrainingSettings(network="own")
    with pytest.raises(ValueError, match="Expected `epochs`"):
        fitting(TrainingSettings(), {"epochs": 0})
    with pytest.raises(ValueError, match="Expected `epochs`"):
        fitting(TrainingSettings(), {"epochs": 0, "network": "own", "composition": "dense-3"})
