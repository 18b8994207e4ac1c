import os
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from autoencoder.analysis import family
from autoencoder.analysis.family import (
    MEMBERS,
    NETWORKS,
    Figures,
    active_share,
    decoder_directions,
    divergences,
    draw_codes,
    latest,
    mean_squared_jacobian,
    member_of,
    sample_error,
    settings_of,
)
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from benchmarks.assets import FOLDER
from benchmarks.assets import NETWORKS as SHIPPED
from tests.examples import make_pictures

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


# What is measured of them

KERNEL = np.random.default_rng(1).normal(size=(64, 5)).astype(np.float32) / 8
PICTURES = make_pictures(30, (8, 8, 1))


class Linear:
    """A network that is a matrix."""

    def encode(self, pictures: np.ndarray) -> np.ndarray:
        return pictures.reshape(len(pictures), -1) @ KERNEL

    def decode(self, codes: np.ndarray) -> np.ndarray:
        return (codes @ KERNEL.T).reshape(-1, 8, 8, 1)


def test_the_jacobian_of_a_matrix_is_the_matrix() -> None:
    estimate = mean_squared_jacobian(Linear(), PICTURES)  # type: ignore[arg-type]
    assert estimate == pytest.approx(np.square(KERNEL).sum(), rel=0.05)


def test_the_directions_of_a_linear_decoder_are_its_columns() -> None:
    found = decoder_directions(Linear(), 5)  # type: ignore[arg-type]
    np.testing.assert_allclose(found, KERNEL, rtol=0, atol=1e-6)


def test_active_is_what_counts_beside_the_rest_at_every_scale() -> None:
    codes = np.array([[0, 1, -1, 0.001], [0, 0, 2, 1]], np.float32)
    assert active_share(codes) == active_share(1000 * codes) == 4 / 8
    assert active_share(np.zeros((2, 3), np.float32)) == 0


def test_the_divergence_is_nothing_from_itself_and_known_elsewhere() -> None:
    nothing = np.zeros((4, 3), np.float32)
    assert divergences(nothing, nothing).tolist() == [0, 0, 0]
    assert divergences(nothing + np.array([2, 0, 1]), nothing) == pytest.approx([2**2 / 2, 0, 1 / 2])
    assert divergences(nothing, nothing + 1) == pytest.approx([(np.e - 2) / 2] * 3)


def test_a_number_has_collapsed_whose_distribution_is_the_same_for_every_picture(tmp_path: Path) -> None:
    known = replace(figures("variational"), divergences=(1.2, 0.009, 0.0, 0.02), numbers=4)
    assert (known.active, known.collapsed) == (2, 2)
    assert figures("variational").active == 8
    assert figures("sparse").collapsed == 0
    folder = RunFolder(tmp_path)
    folder.write_measured(family.MEASURED, asdict(replace(known, divergences=None)))
    assert Figures.of(folder) is None, "it was measured before, and is again"


def test_random_codes_have_the_means_and_the_variances() -> None:
    codes = Linear().encode(PICTURES)
    drawn = draw_codes(codes, 20000, 0)
    np.testing.assert_allclose(drawn.mean(axis=0), codes.mean(axis=0), atol=0.03)
    np.testing.assert_allclose(drawn.std(axis=0), codes.std(axis=0), rtol=0.05)


def test_samples_that_are_real_pictures_are_no_way_off() -> None:
    codes = Linear().encode(np.repeat(PICTURES[:1], 30, axis=0))  # all alike, so all that is drawn is this one
    real = np.concatenate([PICTURES, Linear().decode(codes[:1])])
    assert 0 <= sample_error(Linear(), codes, real) < 1e-10  # type: ignore[arg-type]  # squares of roundings


# What is said of them, of the networks that come with the app


def test_every_member_came_with_the_app() -> None:
    for member in MEMBERS:
        assert SHIPPED[f"family/{member}"] == (settings_of(member, "mnist_sample"), family.measure)
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
    assert variational.divergences is not None
    assert variational.divergence == pytest.approx(sum(variational.divergences))
    assert variational.mean_error is not None
    assert variational.error < variational.mean_error / 2


def test_linear_found_pca() -> None:
    linear = figures("linear")
    assert linear.pca_error is not None
    assert linear.pca_angle is not None
    assert linear.error == pytest.approx(linear.pca_error, rel=0.01)
    assert linear.pca_angle < 2
    assert linear.error > figures("undercomplete").error * 1.2
