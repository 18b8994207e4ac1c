"""Players and tables of the family: the same pictures through every member, at every level of noise."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autoencoder.analysis.family import MEMBERS, NOISE, PCA, Figures
from autoencoder.analysis.principal import project
from autoencoder.data.noise import NOISES, SHOWN_LEVELS, SHOWN_SEED, add_noise
from ui.components.player.player import Player
from ui.lessons.common.players import Indices, class_names, player_of, row_of, shown_pictures
from ui.services.cache import clearable_cache
from ui.services.trained_run import TrainedRun

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
class TrainedMember:
    """A trained member of the family.

    Args:
        name: A key of MEMBERS.
        run: Its network.
    """

    name: str
    run: TrainedRun

    @property
    def title(self) -> str:
        """Return what a learner reads."""
        return MEMBERS[self.name].title


@clearable_cache(3)
def family_player(members: tuple[TrainedMember, ...], indices: Indices) -> Player:
    """Return a player whose slider is the noise on what all members are shown.

    Args:
        members: All shown on the test pictures of one source; at least one.
        indices: Which test pictures.
    """
    source = members[0].run.source
    clean = shown_pictures(source, indices)
    noisy = np.stack([add_noise(clean, NOISE, level, SHOWN_SEED) for level in SHOWN_LEVELS])
    rows = [row_of("Shown", noisy, "What every member is shown, at noise {position}")]
    for member in members:
        rebuilt = member.run.model.reconstruct(noisy.reshape(-1, *clean.shape[1:])).reshape(noisy.shape)
        rows.append(
            row_of(member.title, rebuilt, f"What the {member.title.lower()} one rebuilds, at noise {{position}}")
        )
    return player_of(
        clean,
        rows,
        slider_label=f"{NOISES[NOISE].title}, level",
        positions=[f"{level:g}" for level in SHOWN_LEVELS],
        column_names=class_names(source, indices),
        ticks=[0, 5, 10],
    )


@clearable_cache(3)
def linear_player(run: TrainedRun, indices: Indices) -> Player | None:
    """Return the linear member's pictures beside PCA's with as many numbers; None where PCA was not worked out."""
    plane = run.folder.measured_arrays(PCA)
    if plane is None:
        return None
    clean = shown_pictures(run.source, indices)
    by_pca = np.clip(project(clean, plane["mean"], plane["components"]).reshape(clean.shape), 0, 1)
    titled = {"Input": clean, "Linear": run.model.reconstruct(clean), "PCA": by_pca}
    return player_of(
        clean,
        [row_of(title, pictures[np.newaxis], f"{title}: the same pictures") for title, pictures in titled.items()],
        slider_label="Numbers in the code",
        positions=[str(plane["components"].shape[1])],
        column_names=class_names(run.source, indices),
        play=False,
    )


def figures_table(members: Sequence[TrainedMember]) -> str:
    """Return what was measured of every member, as a Markdown table."""
    lines = [" | ".join(COLUMNS), " | ".join(["---", *["---:"] * (len(COLUMNS) - 1)])]
    for member in members:
        figures = Figures.of(member.run.folder)
        if figures is not None:
            lines.append(" | ".join(_cells(member.title, figures)))
    return "\n".join(f"| {line} |" for line in lines)


def agreement(member: TrainedMember) -> str | None:
    """Return how far a linear network and PCA agree, in a sentence; None where that was not measured."""
    figures = Figures.of(member.run.folder)
    if figures is None or figures.pca_angle is None or figures.pca_error is None:
        return None
    ending = "Nobody told it of PCA: training found it." if figures.pca_angle < FOUND else "It has not come there yet."
    return (
        f"The error is **{figures.error:.5f}**, PCA's with as many numbers **{figures.pca_error:.5f}**. The planes of "
        f"all pictures that the two can paint are **{figures.pca_angle:.1f}°** apart at most (90° is at right "
        f"angles). {ending}"
    )


def _cells(title: str, figures: Figures) -> tuple[str, ...]:
    return (
        title,
        str(figures.numbers),
        f"{figures.active:.1f}",
        f"{figures.error:.4f}",
        f"{figures.noisy_error:.4f}",
        f"{figures.sensitivity:.2f}",
        f"{figures.sample_error:.4f}",
    )
