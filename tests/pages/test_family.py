from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.analysis import family
from autoencoder.analysis.family import MEASURED, MEMBERS, Figures, settings_of
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import RunState
from tests.pages.running import App, button, players, trained, words
from ui.lessons.family.explore import TABS
from ui.lessons.family.players import TEXTS
from ui.lessons.table import BOTTLENECK, DENOISING, FAMILY, LATENT
from ui.services.services import PRETRAINED_FAMILY, learner

PAGE = "pages/family.py"


@pytest.fixture
def opened(app: App, no_mnist: object) -> AppTest:
    """The page with the networks that came with the app."""
    tab = app.open(PAGE)
    assert not tab.exception
    return tab


def open_tab(tab: AppTest, title: str) -> AppTest:
    tab.session_state[TABS] = title
    tab.run()
    assert not tab.exception
    return tab


def test_the_stage_has_the_pictures_of_the_member_at_every_level_of_noise(opened: AppTest) -> None:
    player = players(opened)["member undercomplete"]
    assert [row["label"] for row in player["rows"]] == ["Input", "Reconstruction", "Difference"]
    assert len(player["positions"]) == 11
    assert len(player["notes"][0]) == player["columns"] == 10


@pytest.mark.parametrize("title", ["Its code", "Random codes", "Its plane of codes", "Things to try", "Take along"])
@pytest.mark.parametrize("member", ["sparse", "variational"])
def test_every_tab_can_be_opened(opened: AppTest, member: str, title: str) -> None:
    opened.selectbox(key="member").set_value(member).run()
    open_tab(opened, title)


def test_random_codes_stand_above_the_nearest_test_pictures(opened: AppTest) -> None:
    player = players(open_tab(opened, "Random codes"))["random undercomplete"]
    assert [row["label"] for row in player["rows"]] == ["Random codes", "Nearest"]
    assert len(player["positions"]) == 20


def test_all_members_stand_side_by_side(opened: AppTest) -> None:
    open_tab(opened, "All members")
    player = players(opened)["family mnist_sample 6"]
    assert [row["label"] for row in player["rows"]] == ["Input", *map(str.capitalize, MEMBERS)]
    assert player["columns"] == 10
    assert len(player["positions"]) == 11
    (table,) = [text.value for text in opened.markdown if text.value.startswith("| Member")]
    for member in MEMBERS:
        figures = Figures.of(PRETRAINED_FAMILY[member])
        assert figures is not None
        (line,) = [line for line in table.splitlines() if line.startswith(f"| {member.capitalize()} |")]
        assert f"{figures.error:.4f}" in line


@pytest.mark.parametrize("member", MEMBERS)
def test_each_is_explained_and_has_settings_of_its_own(opened: AppTest, member: str) -> None:
    opened.selectbox(key="member").set_value(member).run()
    assert not opened.exception
    about = TEXTS["members"][member]
    assert [formula.value for formula in opened.latex] == [f"$$\n{about['formula']}\n$$"]
    assert list(players(opened)) == [f"member {member}"]
    assert players(opened)[f"member {member}"]["captions"][0] == about["caption"]
    said = words(opened)
    assert all(f"${symbol}$: {meaning}" in said for symbol, meaning in about["symbols"].items())
    assert about["costs"] in said
    assert about["buys"] in said
    button(opened, "Train")
    assert f"exactly {settings_of(member, 'mnist_sample').bottleneck_size} numbers" in said


def test_what_the_form_says_is_trained(app: App, opened: AppTest) -> None:
    opened.selectbox(key="member").set_value("contractive").run()
    opened.select_slider(key="family_weight_contractive_mnist_sample").set_value(0.01).run()
    opened.number_input(key="family_epochs_contractive_mnist_sample").set_value(3).run()
    settings = trained(app, opened)
    assert (settings.penalty, settings.penalty_weight, settings.epochs) == ("contractive", 0.01, 3)
    assert settings.network == "shallow"
    assert FAMILY.measure is family.measure


def test_linear_stands_beside_pca(opened: AppTest) -> None:
    open_tab(opened, "All members")
    assert [row["label"] for row in players(opened)["linear linear"]["rows"]] == ["Input", "Linear", "PCA"]
    figures = Figures.of(PRETRAINED_FAMILY["linear"])
    assert figures is not None
    assert f"**{figures.pca_error:.5f}**" in words(opened)
    assert f"**{figures.pca_angle:.1f}°**" in words(opened)


def finished(app: App, member: str) -> RunFolder:
    """A run of a member that is trained, with the files of the network that came with the app."""
    settings, shipped = replace(settings_of(member, "mnist_sample"), epochs=2), PRETRAINED_FAMILY[member]
    folder = app.folder(settings)
    folder.create(settings, learner())
    folder.write_network(*shipped.network())
    folder.write_measured(MEASURED, shipped.measured(MEASURED) or {})
    folder.change_state(RunState.FINISHED)
    return folder


def test_ones_own_takes_the_place_of_the_one_that_came_with_the_app(app: App, no_mnist: object) -> None:
    key = finished(app, "sparse").path.name
    tab = app.open(PAGE, run=key)
    assert list(players(tab)) == [f"member {key}"]
    assert "sparse, weight 0.0001" in words(tab)
    assert len(players(open_tab(tab, "All members"))["family mnist_sample 6"]["rows"]) == 7


def test_a_collapse_is_named_with_its_cause_and_its_remedy(app: App, no_mnist: object) -> None:
    folder = finished(app, "variational")
    measured = folder.measured(MEASURED)
    assert measured is not None
    assert "Posterior collapse" not in words(app.open(PAGE, run=folder.path.name))
    folder.write_measured(MEASURED, {**measured, "divergences": [0.81, 0.64, 0.45, *[0.001] * 5], "error": 0.048})
    said = words(app.open(PAGE, run=folder.path.name))
    assert "**Posterior collapse: 5 of 8 numbers tell nothing about the picture.**" in said
    assert "The error is 0.048; always painting the mean picture has 0.067." in said
    assert "with β = 1," in said


@pytest.mark.parametrize("address", [{}, {"member": "linear"}])
def test_the_form_follows_the_run_of_a_link(app: App, no_mnist: object, address: dict[str, str]) -> None:
    tab = app.open(PAGE, run=finished(app, "sparse").path.name, **address)
    assert tab.selectbox(key="member").value == "sparse"


def test_form_and_stage_always_show_the_same_member(app: App, no_mnist: object) -> None:
    sparse, linear = (finished(app, member).path.name for member in ("sparse", "linear"))
    tab = app.open(PAGE, run=sparse)
    tab.selectbox(key="member").set_value("variational").run()
    assert list(players(tab)) == ["member variational"]
    tab.selectbox(key="member").set_value("sparse").run()
    assert list(players(tab)) == [f"member {sparse}"]
    tab.selectbox(key="network shown family").set_value("").run()
    assert (tab.selectbox(key="member").value, list(players(tab))) == ("sparse", ["member sparse"])
    tab.selectbox(key="member").set_value("linear").run()
    assert list(players(tab)) == ["member linear"], "of that member this tab has shown no run"
    tab.selectbox(key="network shown family").set_value(sparse).run()
    assert (tab.selectbox(key="member").value, list(players(tab))) == ("sparse", [f"member {sparse}"])
    assert not tab.exception
    assert linear not in "".join(players(tab))


def test_while_a_member_is_trained_no_other_is_seen(app: App, no_mnist: object) -> None:
    tab = app.open(PAGE, run=finished(app, "sparse").path.name)
    tab.selectbox(key="member").set_value("contractive").run()
    button(tab, "Train").click().run()
    assert list(players(tab)) == ["member contractive"]
    tab.selectbox(key="member").set_value("sparse").run()
    assert next(iter(players(tab))).startswith("member ")
    assert "sparse, weight" in words(tab)


@pytest.mark.parametrize("member", MEMBERS)
def test_other_pages_leave_the_family_alone(member: str) -> None:
    settings = settings_of(member, "mnist_sample")
    assert FAMILY.fits(settings)
    assert not any(lesson.fits(settings) for lesson in (BOTTLENECK, LATENT, DENOISING))
