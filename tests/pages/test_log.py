"""Nothing that learners do fills the server's log: Streamlit's warnings bring fifty lines of stack with them."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.elements.lib import policies
from streamlit.testing.v1 import AppTest

from autoencoder.training.run_state import RunState
from tests.pages.running import BOTTLENECK, DENOISING, IDEA, LIKE_PRETRAINED, ROOT, App, group, words
from ui.lessons.bottleneck.explore import REPLAY
from ui.teacher.plan import STEPS

PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "pages").glob("*.py"))
ANOMALIES, FAMILY, LATENT = "pages/anomalies.py", "pages/family.py", "pages/latent.py"
FORM = {"epochs": "7", "batch_size": "64", "learning_rate": "0.001", "loss": "mean_absolute_error", "seed": "5"}
LINKS: list[tuple[str, dict[str, str]]] = [
    (IDEA, {"size": "3"}),
    (BOTTLENECK, FORM | {"network": "convolutional", "bottleneck_size": "16", "size": "3", "hide": "texts"}),
    (BOTTLENECK, {"bottleneck": "exact", "difference": "absolute", "pictures": "any", "draw": "4"}),
    (BOTTLENECK, {"source": "bananas", "rates": "yes", "rates_way": "alone", "pictures": "3", "present": "1"}),
    (BOTTLENECK, dict.fromkeys([*FORM, "source", "size", "network", "bottleneck", "difference", "pictures"], "?")),
    (LATENT, FORM | {"numbers": "2", "drawn_by": "tsne", "section": "numbers", "knobs": "3", "step": "2"}),
    (LATENT, {"section": "new", "like": "3", "a": "2", "b": "3", "x": "0.5", "y": "0.25"}),
    (DENOISING, FORM | {"network": "dense", "schedule": "constant", "noise": "salt_pepper", "noise_levels": "0.1-0.6"}),
    (DENOISING, {"try_noise": "salt_pepper", "filters": "median.gaussian", "noise_seed": "3", "level": "0.7"}),
    (ANOMALIES, FORM | {"network": "dense", "optimizer": "adam", "noise_levels": "0.1-0.6", "bottleneck_size": "8"}),
    (ANOMALIES, {"score": "structural", "false_alarms": "0.1", "pictures": "abnormal", "draw": "2", "picture": "3"}),
    (ANOMALIES, {"source": "mnist_sample", "normal_classes": "1.2", "threshold": "20"}),
    *(
        (FAMILY, FORM | {"member": member, "level": "0.2"})
        for member in ("sparse", "denoising", "variational", "linear")
    ),
    (FAMILY, {"member": "sparse", "penalty_weight": "0.01", "bottleneck_size": "16", "noise_levels": "0.1-0.6"}),
]


@pytest.fixture(autouse=True)
def warned(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What Streamlit warns of, which it says once in a server's life: here, every time."""
    found: list[str] = []
    check = policies.check_session_state_rules

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage())

    def check_each(*arguments: Any, **more: Any) -> None:
        monkeypatch.setattr(policies, "_shown_default_value_warning", False)
        check(*arguments, **more)

    monkeypatch.setattr(policies, "check_session_state_rules", check_each)
    handler = Collect(logging.WARNING)
    policies._LOGGER.addHandler(handler)
    yield found
    policies._LOGGER.removeHandler(handler)


def quiet(tab: AppTest, warned: list[str]) -> None:
    """Fail if Streamlit has warned of anything."""
    assert not tab.exception
    assert warned == []


def test_what_streamlit_warns_of_is_seen_here(warned: list[str]) -> None:
    def script() -> None:
        import streamlit as st

        for key in ("one", "another"):
            st.session_state[key] = 3
            st.slider("A slider", 0, 9, 5, key=key)

    AppTest.from_function(script).run()
    assert len(warned) == 2


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_opened_left_and_opened_again(app: App, no_mnist: object, warned: list[str], page: str) -> None:
    tab = app.open(page)
    for other in (BOTTLENECK, DENOISING, page):
        tab.switch_page(other).run()
    quiet(tab, warned)


@pytest.mark.parametrize(
    ("page", "link"), LINKS, ids=lambda value: value if isinstance(value, str) else "&".join(value)
)
def test_a_link_is_followed(app: App, no_mnist: object, warned: list[str], page: str, link: dict[str, str]) -> None:
    tab = app.open(page, **link)
    assert ("Expected **" in words(tab)) == ("?" in link.values()), "a link of this test is not understood"
    tab.run()
    quiet(tab, warned)


@pytest.mark.parametrize("page", [BOTTLENECK, LATENT, DENOISING, ANOMALIES, FAMILY])
def test_one_link_is_followed_after_another(app: App, no_mnist: object, warned: list[str], page: str) -> None:
    """What the second does not name is put back."""
    tab = app.open(page, **FORM)
    tab.switch_page(IDEA).run()
    tab.switch_page(page)
    tab.query_params["seed"] = "6"
    tab.run()
    quiet(tab, warned)


def test_the_link_of_a_run_in_time(app: App, no_mnist: object, warned: list[str]) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    tab = app.open(BOTTLENECK, run=folder.path.name, view="replay", replay_size="4")
    assert group(tab, "view").value == REPLAY
    quiet(tab, warned)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.title)
def test_the_links_of_the_lesson(app: App, no_mnist: object, warned: list[str], step: Any) -> None:
    page = f"pages/{step.page}.py" if step.page else IDEA
    quiet(app.open(page, **step.parameters), warned)
