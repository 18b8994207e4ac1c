"""The players of the family: one member, random codes, all members side by side, and the linear one beside PCA."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autoencoder.analysis import family
from autoencoder.analysis.denoising import denoise
from autoencoder.analysis.family import member_of
from autoencoder.analysis.latent import nearest
from autoencoder.analysis.principal import project
from autoencoder.data.noise import NOISES, SHOWN_LEVELS, SHOWN_SEED
from autoencoder.data.selection import SHOWN
from autoencoder.rendering.difference import DifferenceStyle
from autoencoder.training.settings import TrainingSettings
from ui.components.player.player import Player, Row
from ui.lessons.common import players
from ui.lessons.common.players import Indices, player_of, row_of, shown_pictures
from ui.services.services import clearable_cache, test_pictures
from ui.services.trained_run import TrainedRun
from ui.words import read_texts

LEVELS = {f"{level:g}": index for index, level in enumerate(SHOWN_LEVELS)}  # of noise, of all players of the page
NOISE = f"{NOISES[family.NOISE].title}, level"
NOISE_SLIDER: Any = {"slider_label": NOISE, "positions": [*LEVELS], "ticks": [0, 5, 10]}
TEXTS = read_texts("lessons/family/texts.toml")


def description_of(settings: TrainingSettings) -> dict[str, Any]:
    """Return what a learner reads of the member that is trained with some settings, as it stands in `texts.toml`."""
    return dict(TEXTS["members"][member_of(settings)])


@clearable_cache(4)
def member_player(run: TrainedRun, indices: Indices, *, style: DifferenceStyle) -> Player:
    """Return a player of one member, with its codes; the slider is the noise on what it is shown."""
    inputs, names = shown_pictures(run.source, indices), players.class_names(run.source, indices)
    codes = run.model.network.encode(inputs)
    more = {"codes": codes.tolist(), "active": [codes.shape[1]] * len(LEVELS)}
    caption = description_of(run.settings)["caption"]
    return member_player_of(run, inputs, names, style, captions=[caption] * len(LEVELS), **more)


def member_player_of(
    run: TrainedRun, inputs: np.ndarray, names: Sequence[str], style: DifferenceStyle, **more: Any
) -> Player:
    """Return the same of any pictures, float32 (n, height, width, channels) in [0, 1], with what else it shows."""
    noisy, denoised = noisy_and_denoised(run, inputs)
    about = f"{len(inputs)} test pictures at noise {{position}}"
    player = players.rebuilt_player(
        inputs, names, denoised, description=f"of {about}", style=style, **NOISE_SLIDER, **more
    )
    rows = [row_of("Input", noisy, players.with_names(about, names)), *player.rows[1:]]
    return replace(player, rows=rows, legend=players.difference_legend(style, "Reconstruction − clean input"))


def noisy_and_denoised(run: TrainedRun, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures at every level of the noise, and what a member makes of them: (levels, n, …) both."""
    return denoise(run.model, inputs, family.NOISE, SHOWN_SEED, SHOWN_LEVELS)


@clearable_cache(3)
def random_player(run: TrainedRun) -> Player:
    """Return a player whose slider draws other random codes, decoded, above the nearest test pictures."""
    real = test_pictures(run.source).test[: family.MOST_NEIGHBORS]
    drawn = family.draw_codes(run.model.network.encode(real), family.SAMPLES, family.SAMPLE_SEED)
    made = run.model.network.decode(drawn)
    frames, closest = (some.reshape(-1, SHOWN, *real.shape[1:]) for some in (made, real[nearest(made, real)[0]]))
    rows = [
        row_of("Random codes", frames, "Ten pictures decoded from random codes, draw {position}"),
        row_of("Nearest", closest, "The test picture nearest to each"),
    ]
    return player_of(frames[0], rows, slider_label="Draw", positions=[str(number + 1) for number in range(len(frames))])


@clearable_cache(3)
def family_player(runs: tuple[TrainedRun, ...], indices: Indices) -> Player:
    """Return a player whose slider is the noise on what all members are shown: at least one, of the same source."""
    names = players.class_names(runs[0].source, indices)
    return family_player_of(runs, shown_pictures(runs[0].source, indices), column_names=names)


def family_player_of(runs: Sequence[TrainedRun], inputs: np.ndarray, **more: Any) -> Player:
    """Return the same of any pictures, float32 (n, height, width, channels) in [0, 1], with what else it shows."""
    made = {str(member_of(run.settings)): noisy_and_denoised(run, inputs) for run in runs}
    noisy, _ = next(iter(made.values()))
    rows = [row_of("Input", noisy, "What every member is shown, at noise {position}")]
    rows += [_row_of_member(member, denoised) for member, (_, denoised) in made.items()]
    return player_of(inputs, rows, **NOISE_SLIDER, **more)


def _row_of_member(member: str, denoised: np.ndarray) -> Row:
    return row_of(member.capitalize(), denoised, f"What the {member} one rebuilds, at noise {{position}}")


@clearable_cache(3)
def linear_player(run: TrainedRun, indices: Indices) -> Player | None:
    """Return the linear member's pictures beside PCA's with as many numbers; None where PCA was not worked out."""
    plane: Mapping[str, np.ndarray] = run.folder.measured_arrays(family.PCA) or {}
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
