"""What is shown of the family: each member's description, its pictures and random codes, and all side by side."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from autoencoder.analysis import family
from autoencoder.analysis.denoising import Denoised, denoise
from autoencoder.analysis.latent import nearest
from autoencoder.analysis.principal import project
from autoencoder.data.noise import NOISES, SHOWN_LEVELS, SHOWN_SEED
from autoencoder.data.selection import SHOWN
from autoencoder.rendering.difference import DifferenceStyle
from autoencoder.training.settings import TrainingSettings
from ui.components.player.player import Player
from ui.lessons.common import players
from ui.lessons.common.players import Indices, player_of, row_of, shown_pictures
from ui.services.services import clearable_cache, test_pictures
from ui.services.trained_run import TrainedRun

LEVELS = {f"{level:g}": index for index, level in enumerate(SHOWN_LEVELS)}
NOISE = f"{NOISES[family.NOISE].title}, level"
NOISE_SLIDER: Any = {"slider_label": NOISE, "positions": [*LEVELS], "ticks": [0, 5, 10]}
FOUND = 10.0  # degrees; below it, a plane is said to be PCA's
COLUMNS = {  # of the table of all members → how it says what was measured
    "Numbers": "{0.numbers}",
    "of them active": "{0.active:.1f}",
    "Epochs": "{0.epochs:g}",
    "Error": "{0.error:.4f}",
    "Error, noisy": "{0.noisy_error:.4f}",
    "Sensitivity": "{0.sensitivity:.2f}",
    "Random codes": "{0.sample_error:.4f}",
}
TEXTS = tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8"))


def description_of(settings: TrainingSettings) -> dict[str, Any]:
    """Return what a learner reads of the member that is trained with some settings, as it stands in `texts.toml`."""
    return dict(TEXTS["members"][family.member_of(settings)])


def title_of(run: TrainedRun) -> str:
    """Return what a learner reads of the member that a run has trained."""
    return str(family.member_of(run.settings)).capitalize()


@clearable_cache(4)
def member_player(run: TrainedRun, indices: Indices, *, style: DifferenceStyle) -> Player:
    """Return a player of one member, with its codes; the slider is the noise on what it is shown."""
    result = _denoised(run, indices)
    codes = run.model.network.encode(result.clean)
    player = players.test_pictures_player(
        run.source,
        indices,
        result.denoised,
        "at noise {position}",
        style=style,
        captions=[description_of(run.settings)["caption"]] * len(result.noisy),
        codes=codes.tolist(),
        active=[codes.shape[1]] * len(result.noisy),
        **NOISE_SLIDER,
    )
    about = players.with_names(f"{len(indices)} test pictures at noise {{position}}", player.column_names)
    rows = [row_of("Input", result.noisy, about), *player.rows[1:]]
    return replace(player, rows=rows, legend=players.difference_legend(style, "Reconstruction − clean input"))


def _denoised(run: TrainedRun, indices: Indices) -> Denoised:
    return denoise(run.model, shown_pictures(run.source, indices), family.NOISE, SHOWN_SEED, SHOWN_LEVELS)


@clearable_cache(3)
def random_player(run: TrainedRun) -> Player:
    """Return a player whose slider draws other random codes, decoded, above the nearest test pictures."""
    real = test_pictures(run.source).test[: family.MOST_NEIGHBORS]
    drawn = family.draw_codes(run.model.network.encode(real), family.SAMPLES, family.SAMPLE_SEED)
    made = run.model.network.decode(drawn)
    nearest_pictures = real[nearest(made, real)[0]]
    frames, closest = (some.reshape(-1, SHOWN, *real.shape[1:]) for some in (made, nearest_pictures))
    rows = [
        row_of("Random codes", frames, "Ten pictures decoded from random codes, draw {position}"),
        row_of("Nearest", closest, "The test picture nearest to each"),
    ]
    return player_of(frames[0], rows, slider_label="Draw", positions=[str(number + 1) for number in range(len(frames))])


@clearable_cache(3)
def family_player(runs: tuple[TrainedRun, ...], indices: Indices) -> Player:
    """Return a player whose slider is the noise on what all members are shown: at least one, of the same source."""
    results = {title_of(run): _denoised(run, indices) for run in runs}
    first = next(iter(results.values()))
    rows = [row_of("Input", first.noisy, "What every member is shown, at noise {position}")]
    for title, result in results.items():
        rows.append(row_of(title, result.denoised, f"What the {title.lower()} one rebuilds, at noise {{position}}"))
    return player_of(first.clean, rows, column_names=players.class_names(runs[0].source, indices), **NOISE_SLIDER)


@clearable_cache(3)
def linear_player(run: TrainedRun, indices: Indices) -> Player | None:
    """Return the linear member's pictures beside PCA's with as many numbers; None where PCA was not worked out."""
    plane = run.folder.measured_arrays(family.PCA) or {}
    clean = shown_pictures(run.source, indices)
    try:
        by_pca = np.clip(project(clean, plane["mean"], plane["components"]).reshape(clean.shape), 0, 1)
    except (KeyError, ValueError, TypeError):  # it is not there yet, or damaged
        return None
    titled = {"Input": clean, "Linear": run.model.reconstruct(clean), "PCA": by_pca}
    return player_of(
        clean,
        [row_of(title, pictures[np.newaxis], f"{title}: the same pictures") for title, pictures in titled.items()],
        slider_label="Numbers in the code",
        positions=[str(plane["components"].shape[1])],
        column_names=players.class_names(run.source, indices),
        play=False,
    )


def figures_table(runs: Sequence[TrainedRun]) -> str:
    """Return what was measured of every member, as a Markdown table."""
    lines = [" | ".join(["Member", *COLUMNS]), " | ".join(["---", *["---:"] * len(COLUMNS)])]
    for run in runs:
        if figures := family.Figures.of(run.folder):
            lines.append(" | ".join([title_of(run), *(text.format(figures) for text in COLUMNS.values())]))
    return "\n".join(f"| {line} |" for line in lines)


def collapse(run: TrainedRun) -> str:
    """Return how much of a variational network's code has collapsed, why, and what helps; "" where nothing has."""
    figures = family.Figures.of(run.folder)
    if figures is None or not figures.collapsed:
        return ""
    weight = run.settings.penalty_weight
    return str(TEXTS["collapse"]).format(figures=figures, weight=weight, least=family.LEAST_NATS)


def agreement(run: TrainedRun) -> str | None:
    """Return how far a linear network and PCA agree, in a sentence; None where that was not measured."""
    figures = family.Figures.of(run.folder)
    if figures is None or figures.pca_angle is None or figures.pca_error is None:
        return None
    ending = TEXTS["found" if figures.pca_angle < FOUND else "not_found"]
    return str(TEXTS["agreement"]).format(figures=figures, ending=ending)
