import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.training.settings import TrainingSettings
from tests.pages.running import App, address, button, group, move, words
from ui.shell.share import PARTS

BOTTLENECK, DENOISING, ANOMALIES = "pages/bottleneck.py", "pages/denoising.py", "pages/anomalies.py"
LATENT, FAMILY, PICTURES, IDEA = "pages/latent.py", "pages/family.py", "pages/pictures.py", "pages/idea.py"


def _lines(tab: AppTest) -> list[str]:
    return [line.value for line in tab.warning]


def _said(tab: AppTest) -> dict[str, str | None]:
    return {name: address(tab, name) for name in tab.query_params}


FIRST = {"source": "mnist_sample"}  # what a page's address says at first, for other servers begin with other pictures
BANANAS = {"source": "bananas"}


def test_of_settings_as_they_are_at_first_the_address_says_what_was_another_once(app: App, no_mnist: object) -> None:
    for page in (BOTTLENECK, LATENT):
        assert _said(app.open(page)) == {**FIRST, "network": "gated"}
    assert _said(app.open(DENOISING)) == {**FIRST, "batch_size": "16", "optimizer": "muon"}
    assert _said(app.open(FAMILY)) == FIRST
    assert _said(app.open(ANOMALIES)) == BANANAS
    for page in (PICTURES, IDEA):
        assert _said(app.open(page)) == {}


def test_a_link_that_names_no_network_or_optimizer_means_that_of_then(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK, **FIRST)
    assert tab.selectbox(key="network").value == "dense"
    assert _said(tab) == FIRST
    tab = app.open(DENOISING, **FIRST)
    assert tab.selectbox(key="denoiser_optimizer_denoiser").value == "adam"
    assert _said(tab) == FIRST


def test_a_setting_goes_into_the_address_and_out_again(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    tab.selectbox(key="network").set_value("convolutional")
    move(tab, "size", 3)
    assert _said(tab) == {**FIRST, "network": "convolutional", "size": "3"}
    tab.selectbox(key="network").set_value("dense")
    move(tab, "size", 8)
    assert _said(tab) == FIRST


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (BOTTLENECK, {"size": "5", "difference": "absolute", "pictures": "3", "draw": "4", "seed": "7"}),
        (BOTTLENECK, {"source": "mnist", "epochs": "3", "batch_size": "512", "learning_rate": "0.0001"}),
        (LATENT, {"numbers": "8", "tab": "numbers", "a": "3", "b": "17", "knobs": "16", "knob_2": "3"}),
        (LATENT, {"tab": "new", "like": "4", "new_pictures": "7"}),
        (LATENT, {"step": "3", "x": "0", "y": "0"}),
        (
            DENOISING,
            {"level": "0.8", "noise_seed": "5", "filters": "median", "try_noise": "blur"},
        ),
        (ANOMALIES, {"threshold": "40", "picture": "6", "score": "absolute", "false_alarms": "0.2"}),
        (ANOMALIES, {"pictures": "abnormal", "draw": "2", "source": "mnist_sample", "normal_classes": "3.7"}),
        (FAMILY, {"member": "variational", "penalty_weight": "0.01", "bottleneck_size": "2", "epochs": "5"}),
        (FAMILY, {"member": "denoising", "noise_levels": "0.1-0.2", "level": "0.5"}),
        (FAMILY, {"member": "variational", "tab": "random", "new_pictures": "2"}),
        (PICTURES, {}),
    ],
    ids=str,
)
def test_a_link_shows_the_same_page(app: App, no_mnist: object, page: str, said: dict[str, str]) -> None:
    tab = app.open(page, **said)
    assert not tab.exception
    assert _lines(tab) == [] or "source" in said
    assert _said(tab) == (BANANAS if page == ANOMALIES else {} if page == PICTURES else FIRST) | said


def test_a_link_says_everything(app: App, no_mnist: object) -> None:
    """What it does not name is as it is at first, whatever this tab has chosen before."""
    tab = app.open(BOTTLENECK)
    tab.session_state["size"] = 3
    tab.number_input(key="epochs_mnist_sample").set_value(7).run()
    tab.query_params.clear()
    tab.switch_page(IDEA).run()
    tab.switch_page(BOTTLENECK)
    tab.query_params["seed"] = "4"
    tab.run()
    assert tab.session_state["size"] == 8
    assert tab.number_input(key="epochs_mnist_sample").value == 40
    assert tab.number_input(key="seed").value == 4


def test_the_menu_keeps_what_was_chosen(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    move(tab, "size", 3)
    tab.query_params.clear()  # as the browser does
    tab.switch_page(IDEA).run()
    tab.switch_page(BOTTLENECK).run()
    assert address(tab, "size") == "3"


def test_bad_values_are_replaced_and_one_line_says_so(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK, size="99", seed="<b>x</b>", epochs="5", difference="upside_down")
    assert not tab.exception
    (line,) = _lines(tab)
    assert "Expected **size** in the address to be a whole number from 1 to 64. Received: 99." in line
    assert "Expected **difference** in the address to be one of signed, absolute." in line
    assert "<b>" not in line
    assert tab.session_state["size"] == 8
    assert tab.number_input(key="epochs_mnist_sample").value == 5
    assert _said(tab) == {**FIRST, "epochs": "5"}
    tab.run()
    assert len(_lines(tab)) == 1, "it stays until another page is opened"
    tab.switch_page(IDEA).run()
    assert _lines(tab) == []


def test_what_the_page_does_not_know_is_left_alone(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK, utm_source="letter")
    assert _lines(tab) == []


def test_a_field_that_is_gone_leaves_the_address(app: App, no_mnist: object) -> None:
    tab = app.open(ANOMALIES, noise="gaussian", noise_levels="0.1-0.3")
    tab.selectbox(key="anomaly_noise_bananas").set_value("none").run()
    assert address(tab, "noise") == "none"
    assert address(tab, "noise_levels") is None


def test_what_a_page_shows_after_a_training_stays_in_the_address_meanwhile(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK, size="3")
    button(tab, "Train").click().run()
    assert "size" not in [slider.key for slider in tab.slider]
    assert address(tab, "size") == "3"


def test_a_moved_threshold_is_in_the_address_until_others_are_accepted(app: App, no_mnist: object) -> None:
    tab = app.open(ANOMALIES)
    first = tab.session_state["threshold"]
    move(tab, "threshold", first - 5)
    assert address(tab, "threshold") == str(first - 5)
    tab.select_slider(key="false_alarms").set_value(0.2).run()
    assert address(tab, "threshold") is None
    assert address(tab, "false_alarms") == "0.2"


def test_the_names_of_settings_are_those_of_the_training(app: App, no_mnist: object) -> None:
    """So that a link can be written by hand."""
    names = set(TrainingSettings.__dataclass_fields__)
    said = {"network": "convolutional", "bottleneck": "exact", "bottleneck_size": "4", "loss": "mean_absolute_error"}
    tab = app.open(BOTTLENECK, **said)
    assert set(tab.query_params) <= names
    assert len(tab.query_params) == 5


# What a link hides


def _hiding(tab: AppTest) -> str:
    """The style that hides what the address says."""
    styles = [element.proto.body for element in tab.get("html")]
    return "\n".join(style for style in styles if style.endswith(" { display: none !important; }</style>"))


def test_a_link_can_hide_parts_and_there_is_a_way_out(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK, hide="settings.texts", size="2")
    assert ".stSidebar, [data-testid" in _hiding(tab)
    assert ".st-key-choices" not in _hiding(tab)
    assert "the one that came with the app" in words(tab), "it is hidden, but there"
    tab.query_params.clear()
    tab.switch_page(IDEA).run()
    assert address(tab, "hide") == "settings.texts", "the menu keeps it"
    button(tab, "Show all controls").click().run()
    assert address(tab, "hide") is None
    assert _hiding(tab) == ""


def test_unknown_parts_hide_nothing_and_are_named(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK, hide="everything")
    assert _lines(tab)[0].startswith(
        f"Expected **hide** in the address to be none, or with points between them any of {', '.join(PARTS)}."
    )
    assert "Show all controls" not in [one.label for one in tab.button]


def test_the_segmented_controls_follow_a_link(app: App, no_mnist: object) -> None:
    assert group(app.open(BOTTLENECK, difference="absolute"), "difference").value == "absolute"
