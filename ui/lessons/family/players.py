"""Players and tables of the family: the same pictures through every member, at every level of noise."""

from dataclasses import dataclass

import numpy as np

from autoencoder.analysis.family import MEMBERS
from autoencoder.analysis.family_figures import NOISE, PCA, Figures
from autoencoder.analysis.subspace import project
from autoencoder.data.noise import NOISES, SHOWN_LEVELS, SHOWN_SEED, add_noise
from autoencoder.rendering.sprites import picture_sheet
from autoencoder.training.run_folder import RunFolder
from ui.components.player.player import Player, Row
from ui.lessons.common.players import Indices, class_names
from ui.services.cache import clearable_cache
from ui.services.services import load_model, test_pictures

FOUND = 10.0  # degrees; below it, a plane is said to be PCA's
COLUMNS = (
    "Member",
    "Numbers",
    "of them active",
    "Error",
    "Error, noisy",
    "Sensitivity",
    "Random codes",
)


@dataclass(frozen=True)
class Relative:
    """A trained member of the family.

    Args:
        member: A key of MEMBERS.
        folder: Its run.
        version: Its `network_version`, so that a network that was trained on is looked at anew.
    """

    member: str
    folder: RunFolder
    version: str


def relatives_of(runs: dict[str, RunFolder]) -> tuple[Relative, ...]:
    """Trained members as what players are remembered by."""
    return tuple(Relative(member, run, run.network_version()) for member, run in runs.items())


@clearable_cache(3)
def family_player(relatives: tuple[Relative, ...], source: str, indices: Indices) -> Player:
    """A player whose slider is the noise on what all members are shown.

    Args:
        relatives: The members.
        source: Where the pictures come from.
        indices: Which test pictures.
    """
    clean = test_pictures(source).test[list(indices)]
    shown = np.stack([add_noise(clean, NOISE, level, SHOWN_SEED) for level in SHOWN_LEVELS])
    rows = [Row("Shown", picture_sheet(shown), len(shown), "What every member is shown, at noise {position}")]
    for relative in relatives:
        title = MEMBERS[relative.member].title
        rebuilt = load_model(relative.folder).reconstruct(shown.reshape(-1, *clean.shape[1:]))
        sheet = picture_sheet(rebuilt.reshape(shown.shape))
        rows.append(Row(title, sheet, len(shown), f"What the {title.lower()} one rebuilds, at noise {{position}}"))
    return Player(
        slider_label=f"{NOISES[NOISE].title}, level",
        positions=[f"{level:g}" for level in SHOWN_LEVELS],
        rows=rows,
        columns=len(clean),
        tile_width=clean.shape[2],
        tile_height=clean.shape[1],
        column_names=class_names(source, indices),
        ticks=[0, 5, 10],
    )


@clearable_cache(3)
def linear_player(relative: Relative, source: str, indices: Indices) -> Player | None:
    """The linear member's pictures beside PCA's with as many numbers; None where PCA was not worked out."""
    plane = relative.folder.measured_arrays(PCA)
    if plane is None:
        return None
    clean = test_pictures(source).test[list(indices)]
    rebuilt = load_model(relative.folder).reconstruct(clean)
    by_pca = np.clip(project(clean, plane["mean"], plane["components"]).reshape(clean.shape), 0, 1)
    named = (("Input", clean), ("Linear", rebuilt), ("PCA", by_pca))
    rows = [Row(name, picture_sheet(pictures[np.newaxis]), 1, f"{name}: the same pictures") for name, pictures in named]
    return Player(
        slider_label="Numbers in the code",
        positions=[str(plane["components"].shape[1])],
        rows=rows,
        columns=len(clean),
        tile_width=clean.shape[2],
        tile_height=clean.shape[1],
        column_names=class_names(source, indices),
        play=False,
    )


def figures_table(relatives: tuple[Relative, ...]) -> str:
    """Return what was measured of every member, as a Markdown table."""
    lines = [" | ".join(COLUMNS), " | ".join(["---", *["---:"] * (len(COLUMNS) - 1)])]
    for relative in relatives:
        figures = Figures.of(relative.folder)
        if figures is not None:
            lines.append(" | ".join(_cells(relative.member, figures)))
    return "\n".join(f"| {line} |" for line in lines)


def agreement(relative: Relative) -> str | None:
    """Return how far a linear network and PCA agree, in a sentence; None where that was not measured."""
    figures = Figures.of(relative.folder)
    if figures is None or figures.pca_angle is None or figures.pca_error is None:
        return None
    ending = "Nobody told it of PCA: training found it." if figures.pca_angle < FOUND else "It has not come there yet."
    return (
        f"The error is **{figures.error:.5f}**, PCA's with as many numbers **{figures.pca_error:.5f}**. The planes of "
        f"all pictures that the two can paint are **{figures.pca_angle:.1f}°** apart at most (90° is at right "
        f"angles). {ending}"
    )


def _cells(member: str, figures: Figures) -> tuple[str, ...]:
    return (
        MEMBERS[member].title,
        str(figures.numbers),
        f"{figures.active:.1f}",
        f"{figures.error:.4f}",
        f"{figures.noisy_error:.4f}",
        f"{figures.sensitivity:.2f}",
        f"{figures.sample_error:.4f}",
    )
