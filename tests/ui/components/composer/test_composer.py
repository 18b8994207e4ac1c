from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.networks.composition import Composition
from tests.pages.running import component

SAID: dict[str, Any] = {
    "kind": "conv",
    "encoder": [[8, 3, 2], [16, 5, 1]],
    "decoder": None,
    "activation": "tanh",
    "dropout": 0.2,
    "decay": 0,
    "norm": True,
    "turn": 3,
}


def page() -> None:
    import streamlit as st

    from autoencoder.networks.composition import Composition
    from ui.components.composer.composer import answer, composed, composer

    composer(Composition.parse("dense-30"), (8, 8, 3), {"kinds": {}}, key="own", on_change=lambda: None)
    answer("own", 4, "code 4", [("Encoder", "1")], "")
    st.session_state["found"] = composed("own")


def run(said: object = None) -> AppTest:
    tab = AppTest.from_function(page).run()
    if said is not None:
        tab.session_state["own"] = {"composition": said}
        tab.run()
    assert not tab.exception
    return tab


def test_it_is_sent_what_it_shows_and_the_bounds() -> None:
    sent = component(run(), "own")
    assert sent["composition"] == {
        "kind": "dense",
        "encoder": [[30, 0, 0]],
        "decoder": None,
        "activation": "relu",
        "dropout": 0,
        "decay": 0,
        "norm": False,
    }
    assert (sent["shape"], sent["turn"], sent["kinds"]) == ([8, 8, 3], 0, {})
    assert sent["bounds"] == {"layers": 5, "units": {"dense": 2048, "conv": 256}, "kernel": 9, "stride": 4}


def test_the_answer_is_a_letter_that_says_to_what_it_answers() -> None:
    letter = component(run(SAID), "own known")
    assert (letter["code"], letter["code_text"], letter["problem"]) == (4, "code 4", "")
    assert (letter["to"], letter["costs"], letter["turn"]) == ("own", [["Encoder", "1"]], 3)


def test_what_was_composed_is_read_and_is_nothing_at_first() -> None:
    assert run().session_state["found"] is None
    assert str(run(SAID).session_state["found"]) == "conv-8k3s2.16k5s1-tanh-dropout0.2-norm"
    assert run(SAID | {"decoder": [[4, 3, 1]]}).session_state["found"] == Composition.parse(
        "conv-8k3s2.16k5s1-to-4k3s1-tanh-dropout0.2-norm"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "deep"},
        {"encoder": [[9999, 3, 1]]},
        {"encoder": [[1]]},
        {"encoder": "x"},
        {"encoder": [[8, 3, 2, 1]]},
        {"decoder": 3},
        {"activation": []},
        {"dropout": "much"},
        {"decay": None},
        {"dropout": float("nan")},
    ],
    ids=str,
)
def test_what_is_no_composition_is_nothing(change: dict) -> None:
    assert run(SAID | change).session_state["found"] is None
