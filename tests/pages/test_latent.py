import base64
from concurrent.futures import Future
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from autoencoder.analysis.latent import STAGES
from autoencoder.data.sources import SOURCES
from autoencoder.training.run_state import RunState
from tests.pages.running import (
    BOTTLENECK,
    LIKE_PRETRAINED,
    App,
    address,
    button,
    component,
    group,
    header,
    labels,
    players,
    progress,
    words,
)
from ui.lessons.latent.explore import SECTIONS, TABS
from ui.services.services import forget_all

LATENT = "pages/latent.py"
PLOT = "scatter bottleneck"


@pytest.fixture
def opened(app: App, no_mnist: object) -> AppTest:
    """The page with the network that came with the app."""
    tab = app.open(LATENT)
    assert not tab.exception
    return tab


def plot(tab: AppTest, key: str = PLOT) -> dict[str, Any]:
    """What the scatter plot is told."""
    return header(component(tab, key))


def place(tab: AppTest) -> tuple[str, np.ndarray]:
    """What is told of the place: its words and its picture."""
    letter = component(tab, f"{PLOT} place")
    content = base64.b64decode(letter["picture"].partition(",")[2])
    return letter["text"], np.asarray(Image.open(BytesIO(content)))


def number(tab: AppTest, label: str) -> Any:
    return next(field for field in tab.number_input if field.label == label)


def slider(tab: AppTest, label: str) -> Any:
    return next(field for field in tab.slider if label in field.label)


def choose(tab: AppTest, key: str, value: object) -> AppTest:
    group(tab, key).set_value(value)
    tab.run()
    assert not tab.exception
    return tab


def open_section(tab: AppTest, name: str) -> AppTest:
    tab.session_state[TABS] = SECTIONS[name][0]
    tab.run()
    assert not tab.exception
    return tab


def test_without_a_training_the_plot_of_the_network_that_came_with_the_app_is_there(opened: AppTest) -> None:
    assert "the one that came with the app" in words(opened)
    shown = plot(opened)
    assert len(shown["points"]) == 2 * 1000
    assert all(0 <= share <= 10_000 for share in shown["points"])
    assert shown["classes"] == list(range(10))
    assert "first number" in shown["axes"]
    assert list(players(opened)) == ["walk bottleneck"]
    assert address(opened, "tab") is None


@pytest.mark.parametrize("size", [2, 64])
def test_everything_can_be_chosen_at_every_size(opened: AppTest, size: int) -> None:
    choose(opened, "numbers of 64", size)
    for section in SECTIONS:
        open_section(opened, section)
        assert address(opened, "tab") == (None if section == "walk" else section)


def test_links_of_before_open_the_tab_that_they_named(app: App, no_mnist: object) -> None:
    tab = app.open(LATENT, section="numbers")
    assert not tab.exception
    assert tab.session_state[TABS] == SECTIONS["numbers"][0]
    assert address(tab, "section") is None


def test_more_numbers_are_drawn_by_pca_and_a_place_can_still_be_decoded(opened: AppTest) -> None:
    before = place(opened)[1]
    choose(opened, "numbers of 64", 16)
    shown = plot(opened)
    assert shown["axes"].startswith("PCA: the two directions in which the 16 numbers vary most")
    assert shown["straight"]
    assert (place(opened)[1] != before).any()


def test_the_fields_choose_pictures_and_the_walk_follows(opened: AppTest) -> None:
    number(opened, "Picture A").set_value(3)
    number(opened, "Picture B").set_value(200).run()
    assert component(opened, f"{PLOT} known")["pair"] == [2, 199]
    names = players(opened)["walk bottleneck"]["names"]
    shown = plot(opened)
    assert names == [f"A: {shown['labels'][2]}", "on the way", f"B: {shown['labels'][199]}"]


def test_the_answer_to_a_click_carries_its_turn(opened: AppTest) -> None:
    opened.session_state[PLOT] = {"chosen": {"a": 7, "b": 11, "turn": 4}, "place": {"x": 0.5, "y": 0.5, "turn": 5}}
    opened.run()
    assert [component(opened, f"{PLOT} {kind}")["turn"] for kind in ("known", "place")] == [5, 5]


def test_the_sliders_choose_a_place_which_is_decoded(opened: AppTest) -> None:
    before, picture = place(opened)
    slider(opened, "first number").set_value(-12.0).run()
    after, other = place(opened)
    assert before != after
    assert "(−12, " in after
    assert (picture != other).any()


def test_a_link_says_where_the_walk_stands(app: App, no_mnist: object) -> None:
    assert component(app.open(LATENT, step="40"), "walk bottleneck known")["index"] == 40


def test_decoded_places_can_be_drawn_behind_the_points(opened: AppTest) -> None:
    assert component(opened, f"{PLOT} known")["behind"] is False
    opened.toggle(key="latent_behind").set_value(True).run()
    assert component(opened, f"{PLOT} known")["behind"] is True


def test_each_number_has_a_slider_and_more_are_shown_on_demand(opened: AppTest) -> None:
    choose(opened, "numbers of 64", 64)
    open_section(opened, "numbers")
    assert len(players(opened)) == 8
    button(opened, "Show more of the 64 numbers").click().run()
    assert len(players(opened)) == 16
    assert "Number 1" in [shown["slider_label"] for shown in players(opened).values()]


def test_new_pictures_of_one_class(opened: AppTest) -> None:
    open_section(opened, "new")
    assert "the covariance of all these codes" in words(opened)
    next(box for box in opened.selectbox if box.label.startswith("Draw codes")).set_value(3).run()
    assert not opened.exception
    assert "the codes of class 3" in words(opened)


@pytest.fixture
def stages(app: App, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Future, tuple[Any, ...]]]:
    """The stages of t-SNE that the page asks for: what each is to give, and what it was asked with."""
    asked: list[tuple[Future, tuple[Any, ...]]] = []

    def submit(function: Any, *arguments: Any) -> Future:
        asked.append((Future(), arguments))
        return asked[-1][0]

    monkeypatch.setattr(app.background, "submit", submit)
    return asked


def drawn(seed: int) -> bytes:
    """What a stage of t-SNE gives."""
    return np.random.default_rng(seed).normal(size=(1000, 2)).astype(np.float32).tobytes()


def test_t_sne_says_how_far_it_is_and_is_drawn_as_it_comes(opened: AppTest, stages: list[Any]) -> None:
    before = plot(opened)["points"]
    choose(opened, "latent plane", "tsne")
    assert progress(opened) == ["t-SNE: 0 of 1,000 iterations"]
    assert plot(opened)["points"] == before
    for done in range(STAGES):
        stages[-1][0].set_result(drawn(done))
        opened.run()
        assert not opened.exception
        left = [] if done == STAGES - 1 else [f"t-SNE: {250 * (done + 1):,} of 1,000 iterations"]
        assert progress(opened) == left
        assert plot(opened)["points"] != before
    assert [arguments[4] for _, arguments in stages] == list(range(STAGES))
    assert {arguments[2] for _, arguments in stages} == {"mnist_sample"}, "whose pictures are drawn"
    assert stages[-1][1][5] == drawn(STAGES - 2)
    assert "t-SNE has no way back" in words(opened)
    assert "5 codes around" in plot(opened)["said"]
    open_section(opened, "map")


def test_t_sne_can_be_stopped_and_goes_on_from_there(opened: AppTest, stages: list[Any]) -> None:
    choose(opened, "latent plane", "tsne")
    stages[-1][0].set_result(drawn(0))
    opened.run()
    after_one = plot(opened)["points"]
    button(opened, "Stop").click().run()
    assert not opened.exception
    assert progress(opened) == []
    assert "t-SNE was stopped after 250 of 1,000 iterations." in words(opened)
    assert plot(opened)["points"] == after_one
    stages[-1][0].set_result(drawn(1))
    opened.run()
    assert plot(opened)["points"] == after_one
    button(opened, "Go on").click().run()
    assert progress(opened) == ["t-SNE: 500 of 1,000 iterations"]


def test_averages_say_where_they_hold(opened: AppTest) -> None:
    open_section(opened, "averages")
    rows = [row["label"] for row in players(opened)["averages bottleneck"]["rows"]]
    assert rows == ["Average code, 2 numbers", "Average code, 4 numbers", "Average picture"]
    assert "this does not hold for every class" in words(opened)
    assert "**With 4 numbers**, every average code is decoded to a picture of its own class." in words(opened)
    choose(opened, "numbers of 64", 8)
    rows = [row["label"] for row in players(opened)["averages bottleneck"]["rows"]]
    assert rows == ["Average code, 8 numbers", "Average picture"]
    assert "does not hold" not in words(opened)


def test_t_sne_that_fails_leaves_the_codes_own_plane(opened: AppTest, stages: list[Any]) -> None:
    choose(opened, "latent plane", "tsne")
    stages[-1][0].set_exception(ValueError("no"))
    opened.run()
    assert "t-SNE did not work here" in words(opened)
    assert "first number" in plot(opened)["axes"]


@pytest.mark.parametrize(("here", "there"), [(BOTTLENECK, LATENT), (LATENT, BOTTLENECK)])
def test_a_run_is_shared_with_the_page_bottleneck(app: App, no_mnist: object, here: str, there: str) -> None:
    tab = app.open(here)
    button(tab, "Train").click().run()
    app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    tab.switch_page(there).run()
    assert not tab.exception
    assert "**Network shown:** yours (Gated network · MNIST sample" in words(tab)
    key = LIKE_PRETRAINED.key
    assert component(tab, f"scatter {key}" if there == LATENT else f"sizes {key}") is not None
    assert address(tab, "run") == key


def test_an_exact_network_has_one_size(app: App, no_mnist: object) -> None:
    exact = replace(LIKE_PRETRAINED, bottleneck="exact")
    app.prepare(exact, RunState.FINISHED)
    tab = app.open(LATENT, run=exact.key)
    assert "PCA" in plot(tab, f"scatter {exact.key}")["axes"]
    assert "Numbers in the code" not in labels(tab.button_group)


@pytest.mark.parametrize(
    ("count", "labeled"),
    [(1, True), (4, False), *(pytest.param(*each, marks=pytest.mark.extended) for each in ((3, True), (9, False)))],
)
def test_few_pictures_or_none_with_a_label_are_enough(
    app: App, no_mnist: object, monkeypatch: Any, count: int, labeled: bool
) -> None:
    digits = SOURCES["mnist_sample"]
    known = digits.load(test_only=True)
    labels = known.test_labels[:count] if labeled else None
    few = replace(known, test=known.test[:count], test_labels=labels, train_labels=None)
    monkeypatch.setitem(SOURCES, "mnist_sample", replace(digits, load=lambda *, test_only=False: few))
    forget_all()
    tab = app.open(LATENT)
    for size in (8, 2):
        choose(tab, "numbers of 64", size)
        for section in SECTIONS:
            open_section(tab, section)
    shown = plot(tab)
    assert len(shown["points"]) == 2 * count
    assert len(shown["labels"]) == (count if labeled else 0)
    forget_all()
