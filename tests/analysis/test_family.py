import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autoencoder.analysis import family_figures
from autoencoder.analysis.family import MEMBERS, NETWORKS, latest, member_of, settings_of
from autoencoder.analysis.family_figures import Figures
from autoencoder.analysis.pretrain import FOLDER
from autoencoder.analysis.pretrain import NETWORKS as SHIPPED
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings

SOURCES = ("mnist", "mnist_sample", "bananas")


def figures(member: str) -> Figures:
    """Of the network that came with the app."""
    found = Figures.of(RunFolder(FOLDER / "family" / member))
    assert found is not None
    return found


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("member", MEMBERS)
def test_settings_are_of_the_member_that_they_are_made_for(member: str, source: str) -> None:
    settings = settings_of(member, source)
    assert settings.source == source
    assert member_of(settings) == member
    assert member_of(replace(settings, epochs=3, seed=9)) == member


@pytest.mark.parametrize(
    "settings",
    [
        TrainingSettings("mnist_sample"),
        TrainingSettings("mnist_sample", "dense", "exact", 8),
        TrainingSettings("mnist_sample", "shallow", "ordered"),
        TrainingSettings("mnist_sample", "shallow", "exact", 8, normal_classes=(1,)),
        TrainingSettings("mnist_sample", "denoiser", "open", noise="gaussian", noise_high=0.5),
    ],
)
def test_networks_of_other_pages_are_no_members(settings: TrainingSettings) -> None:
    assert member_of(settings) is None


def test_all_but_the_linear_one_are_the_same_network() -> None:
    assert {member: settings_of(member, "mnist_sample").network for member in MEMBERS} == {
        member: "linear" if member == "linear" else "shallow" for member in MEMBERS
    }
    assert set(NETWORKS) == {"shallow", "linear"}


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[[str, TrainingSettings, float], RunFolder]:
    def make(name: str, settings: TrainingSettings, used: float) -> RunFolder:
        run = RunFolder(tmp_path / name)
        run.create(settings)
        os.utime(run.path, (used, used))
        return run

    return make


def test_of_each_member_the_run_that_was_used_last_is_found(make_run: Callable[..., RunFolder]) -> None:
    sparse = settings_of("sparse", "mnist_sample")
    old = make_run("old", sparse, 10.0)
    new = make_run("new", replace(sparse, seed=2), 20.0)
    linear = make_run("linear", settings_of("linear", "mnist_sample"), 5.0)
    others = [
        make_run("mnist", settings_of("undercomplete", "mnist"), 30.0),
        make_run("other", TrainingSettings("mnist_sample"), 40.0),
    ]
    damaged = make_run("damaged", settings_of("denoising", "mnist_sample"), 50.0)
    (damaged.path / "settings.json").write_text("damage")
    assert latest("mnist_sample", [new, old, linear, *others, damaged]) == {"sparse": new, "linear": linear}
    assert list(latest("mnist_sample", [linear, new])) == ["sparse", "linear"], "in the order of the members"


# What is said of them, of the networks that come with the app


def test_every_member_came_with_the_app() -> None:
    for member in MEMBERS:
        assert SHIPPED[f"family/{member}"] == (settings_of(member, "mnist_sample"), family_figures.measure)
        assert figures(member).numbers == settings_of(member, "mnist_sample").bottleneck_size


def test_sparse_is_better_with_a_part_of_its_code_and_noise_takes_much_of_its_lead() -> None:
    plain, sparse = figures("undercomplete"), figures("sparse")
    assert sparse.error < plain.error * 0.6
    assert sparse.active < sparse.numbers / 2
    assert sparse.noisy_error / plain.noisy_error > 1.2 * sparse.error / plain.error


def test_denoising_repairs_best_and_costs_hardly_anything() -> None:
    plain, denoising = figures("undercomplete"), figures("denoising")
    assert denoising.noisy_error == min(figures(member).noisy_error for member in MEMBERS)
    assert denoising.error < plain.error * 1.1


def test_contractive_is_less_sensitive_and_repairs_better_but_is_further_off() -> None:
    plain, contractive = figures("undercomplete"), figures("contractive")
    assert contractive.sensitivity < plain.sensitivity * 0.6
    assert contractive.noisy_error < plain.noisy_error * 0.97
    assert contractive.error > plain.error * 1.05


def test_variational_paints_best_from_random_codes_but_is_further_off() -> None:
    plain, variational = figures("undercomplete"), figures("variational")
    assert variational.sample_error == min(figures(member).sample_error for member in MEMBERS)
    assert plain.error < variational.error < plain.error * 1.1
    assert variational.divergence is not None
    assert variational.divergence > 1


def test_linear_found_pca() -> None:
    linear = figures("linear")
    assert linear.pca_error is not None
    assert linear.pca_angle is not None
    assert linear.error == pytest.approx(linear.pca_error, rel=0.01)
    assert linear.pca_angle < 2
    assert linear.error > figures("undercomplete").error * 1.2
