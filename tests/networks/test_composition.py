import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.networks.composition import ACTIVATIONS, LONGEST, MOST_PARAMETERS, Composition, Hidden
from autoencoder.networks.layers import Activate, BatchNormalization, Dense, Dropout
from autoencoder.networks.plan import make_plan
from tests.networks.compositions import COMPOSITIONS, small_compositions

DIGIT, PHOTO = (28, 28, 1), (45, 50, 3)


@given(COMPOSITIONS)
def test_a_text_means_the_composition_that_wrote_it(composition: Composition) -> None:
    text = str(composition)
    assert Composition.parse(text) == composition
    assert str(Composition.parse(text)) == text
    assert len(text) <= LONGEST
    assert re.fullmatch(r"[a-z0-9._-]+", text), "which an address carries as it is"


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("dense-512.256-to-256.512", "dense-512.256"),
        ("dense-512.256-relu-dropout0-decay0.0", "dense-512.256"),
        ("dense-0512-norm-dropout0.10-tanh", "dense-512-tanh-dropout0.1-norm"),
        ("conv-32.64s2", "conv-32k3s1.64k3s2"),
        ("conv-32k5s2.64-to-64.32k5s2-decay0.00001", "conv-32k5s2.64k3s1-decay0.00001"),
    ],
)
def test_what_says_the_same_is_written_alike(text: str, same: str) -> None:
    assert str(Composition.parse(text)) == same


@pytest.mark.parametrize(
    ("text", "expected", "received"),
    [
        ("", "begin with one of dense, conv", "''"),
        ("deep-3", "begin with one of dense, conv", "'deep-3'"),
        ("dense", "have layers such as 512.256", "''"),
        ("conv-", "have layers such as 32k3s2.64k3s2", "''"),
        ("dense-3.x", "have layers such as 512.256", "'3.x'"),
        ("dense-٣", "have layers such as 512.256", "'٣'"),
        ("dense-3-to", "have layers such as 512.256", "''"),
        ("dense-1.2.3.4.5.6", "have 1 to 5 hidden layers each way", "6"),
        ("dense-1-to-1.2.3.4.5.6", "have 1 to 5 hidden layers each way", "6"),
        ("dense-0", "have 1 to 2048 units in a layer", "0"),
        ("dense-2049", "have 1 to 2048 units in a layer", "2049"),
        ("conv-257", "have 1 to 256 filters in a layer", "257"),
        ("dense-8k3", "have kernels and strides in convolutions alone", "'8k3s0'"),
        ("conv-8k10", "have a kernel from 1 to 9", "10"),
        ("conv-8s5", "have a stride from 1 to 4", "5"),
        ("conv-8s0", "have a stride from 1 to 4", "0"),
        ("dense-8-dropout0.95", "have a dropout from 0 to 0.9", "0.95"),
        ("dense-8-decay2", "have a decay from 0 to 0.1", "2.0"),
        ("dense-8-dropout", "have after its layers an activation", "'dropout'"),
        ("dense-8-decay1e", "have after its layers an activation", "'decay1e'"),
        ("dense-8-swish", "have after its layers an activation", "'swish'"),
        ("dense-8-norm-norm", "say its norm once", "'dense-8-norm-norm'"),
        ("dense-" + "8." * 200, "be a text of at most 200 characters", f"'dense-{'8.' * 96}8"),
    ],
)
def test_what_means_none_is_refused_with_what_was_expected(text: str, expected: str, received: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"Expected `composition` to {expected}")) as refused:
        Composition.parse(text)
    assert f"Received: {received}" in str(refused.value)


@given(st.text() | st.from_regex(r"(dense|conv)-[0-9ks.]{1,20}(-[a-z0-9.]{0,9})*"))
def test_any_text_is_a_composition_or_a_value_error(text: str) -> None:
    try:
        composition = Composition.parse(text)
    except ValueError:
        return
    assert Composition.parse(str(composition)) == composition


@pytest.mark.parametrize("shape", [DIGIT, PHOTO], ids=str)
def test_its_layers_lead_from_picture_to_code_and_back(shape: tuple[int, int, int]) -> None:
    for composition in small_compositions(100, 0):
        plan = make_plan("own", shape, 7, ordered=True, composition=str(composition))
        assert plan.code_shape == (7,)
        assert plan.decoder.output_shape(plan.decoder_input) == shape


@pytest.mark.parametrize("text", ["dense-90.80.70", "conv-8k3s2.6k5s2.4k3s1", "conv-8k4s4"])
def test_a_mirrored_decoder_has_the_widths_of_the_encoder(text: str) -> None:
    plan = make_plan("own", DIGIT, 5, ordered=False, composition=text)
    widths = [width for _, width in plan.widths]
    assert widths[:-1] == widths[:0:-1]


def test_the_hourglass_ends_with_the_picture_and_not_with_what_is_cropped() -> None:
    plan = make_plan("own", DIGIT, 5, ordered=False, composition="conv-8k3s2.6k3s2.4k3s2")
    assert [width for _, width in plan.widths] == [
        784,
        8 * 14**2,
        6 * 7**2,
        4 * 4**2,
        5,
        4 * 4**2,
        6 * 8**2,
        8 * 16**2,
        784,
    ]


def test_every_hidden_layer_has_its_options_and_code_and_picture_have_none() -> None:
    plan = make_plan("own", DIGIT, 5, ordered=False, composition="dense-30.20-to-9-tanh-dropout0.5-decay0.01-norm")
    around = [BatchNormalization(), Activate("tanh"), Dropout(0.5)]
    hidden = [(30, "linear", False), *around, (20, "linear", False), *around]
    layers = [layer for layer, *_ in plan.steps()]
    found = [(one.units, one.activation, one.bias) if isinstance(one, Dense) else one for one in layers]
    assert found[1:-1] == [*hidden, (5, "linear", True), (9, "linear", False), *around, (784, "sigmoid", True)]
    assert all(one.decay == 0.01 for one in layers if isinstance(one, Dense))


@pytest.mark.parametrize(("text", "found"), [("conv-8k9s4.8k9s1", "7 × 7"), ("conv-8-to-8k9s1.8k3s4", "7 × 7")])
def test_what_does_not_fit_the_pictures_is_refused(text: str, found: str) -> None:
    composition = Composition.parse(text)
    with pytest.raises(ValueError, match=rf"Received: '8k9s1 on {found} places'\.$"):
        composition.halves(DIGIT, 8)
    composition.halves((96, 96, 3), 8)


def test_too_many_parameters_are_refused() -> None:
    large = {"ordered": False, "composition": "dense-2048.2048"}
    assert make_plan("own", DIGIT, 64, **large).encoder_parameters < MOST_PARAMETERS
    with pytest.raises(ValueError, match=r"^Expected `composition` to have at most 20,000,000 parameters\. Received: "):
        make_plan("own", (96, 96, 3), 64, **large)


def test_the_bounds_are_those_of_what_is_composed_by_hand() -> None:
    wrong = [
        {"kind": "deep"},
        {"encoder": ()},
        {"decoder": ()},
        {"activation": "swish"},
        {"dropout": math.nan},
        {"decay": -0.1},
        {"encoder": (Hidden(8, 3, 1),)},
        {"kind": "conv"},
    ]
    for changes in wrong:
        with pytest.raises(ValueError, match="Expected `composition` to "):
            Composition(**{"kind": "dense", "encoder": (Hidden(8),)} | changes)
    assert len(ACTIVATIONS) == 7
