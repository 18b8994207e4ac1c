import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.analysis import family
from autoencoder.analysis.family import MEASURED, MEMBERS, Figures, settings_of
from autoencoder.training.run_folder import RunFolder, RunState
from autoencoder.training.settings import TrainingSettings
from tests.pages.running import App, button, players, trained, words
from ui.lessons.family.text import DESCRIPTIONS
from ui.lessons.table import BOTTLENECK, DENOISING, FAMILY, LATENT
from ui.services.services import PRETRAINED_FAMILY

PAGE = "pages/family.py"


@pytest.fixture
def opened(app: App, no_mnist: object) -> AppTest:
    """The page with the networks that came with the app."""
    tab = app.open(PAGE)
    assert not tab.exception
    return tab


def test_all_members_stand_side_by_side_at_once(opened: AppTest) -> None:
    player = players(opened)["family mnist_sample 6"]
    assert [row["label"] for row in player["rows"]] == ["Shown", *(member.title for member in MEMBERS.values())]
    assert player["columns"] == 10
    assert len(player["positions"]) == 11
    (table,) = [text.value for text in opened.markdown if text.value.startswith("| Member")]
    for name, member in MEMBERS.items():
        figures = Figures.of(PRETRAINED_FAMILY[name])
        assert figures is not None
        (line,) = [line for line in table.splitlines() if line.startswith(f"| {member.title} |")]
        assert f"{figures.error:.4f}" in line


@pytest.mark.parametrize("member", MEMBERS)
def test_each_is_explained_and_has_settings_of_its_own(opened: AppTest, member: str) -> None:
    opened.selectbox(key="member").set_value(member).run()
    assert not opened.exception
    about = DESCRIPTIONS[member]
    assert [formula.value for formula in opened.latex] == [f"$$\n{about.formula}\n$$"]
    said = words(opened)
    assert about.costs in said
    assert about.buys in said
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
    assert [row["label"] for row in players(opened)["linear linear"]["rows"]] == ["Input", "Linear", "PCA"]
    figures = Figures.of(PRETRAINED_FAMILY["linear"])
    assert figures is not None
    assert f"**{figures.pca_error:.5f}**" in words(opened)
    assert f"**{figures.pca_angle:.1f}°**" in words(opened)


def finished(app: App, settings: TrainingSettings) -> RunFolder:
    """A run that is trained, with the files of the network that came with the app."""
    folder = app.folder(settings)
    folder.create(settings)
    shipped = PRETRAINED_FAMILY["sparse"]
    folder.write_network(*shipped.network())
    folder.write_measured(MEASURED, shipped.measured(MEASURED) or {})
    folder.change_state(RunState.FINISHED)
    return folder


def test_ones_own_takes_the_place_of_the_one_that_came_with_the_app(app: App, no_mnist: object) -> None:
    own = TrainingSettings(**{**vars(settings_of("sparse", "mnist_sample")), "epochs": 2})
    tab = app.open(PAGE, run=finished(app, own).path.name)
    tab.selectbox(key="member").set_value("sparse").run()
    tab.number_input(key="family_epochs_sparse_mnist_sample").set_value(2).run()
    assert not tab.exception
    assert "Your network: Shallow network" in words(tab)
    assert len(players(tab)["family mnist_sample 6"]["rows"]) == 7


@pytest.mark.parametrize("member", MEMBERS)
def test_other_pages_leave_the_family_alone(member: str) -> None:
    settings = settings_of(member, "mnist_sample")
    assert FAMILY.fits(settings)
    assert not any(lesson.fits(settings) for lesson in (BOTTLENECK, LATENT, DENOISING))
