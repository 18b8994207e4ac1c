"""One gradient step, looked at: its batch, the loss before and after, the gradient by layer, ten pictures' change."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import streamlit as st

from autoencoder.analysis.inside import scale_of
from autoencoder.rendering.mosaic import tile_sheet, tiles_of
from autoencoder.training.gradient_step import GradientStep
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Command, RunState
from autoencoder.training.settings import TrainingSettings
from ui.components.player.player import Player, Row, frames
from ui.lessons.common.players import player_of, row_of, signed_legend
from ui.lessons.common.text import number_in_words
from ui.services.services import clearable_cache
from ui.services.trained_run import Preview
from ui.training.runs import ShownRun
from ui.words import read_texts

TEXTS = read_texts("training/step.toml")
ROWS, ABOUT = TEXTS["rows"], TEXTS["descriptions"]
DIGITS = range(3, 8)  # of a loss: as few as tell it from the one after the step


def step_of(shown: ShownRun) -> GradientStep | None:
    """Return the step after which a training is paused, also while the next one is taken; None elsewhere."""
    stepping = shown.folder.control().command is Command.ONE_STEP
    if shown.snapshot.state is not RunState.PAUSED and not stepping:
        return None
    return _read(shown.folder, shown.snapshot.epoch, shown.folder.step_version())


@clearable_cache(2)
def _read(folder: RunFolder, epoch: float, version: int) -> GradientStep | None:
    return folder.step(epoch) if version else None


def show_batch(step: GradientStep, shown: ShownRun) -> None:
    """Draw what a step learned from, and say what it did."""
    st.markdown(step_in_words(step))
    frames(batch_player(step, shown.settings), key=f"batch {shown.key}")
    st.caption(batch_in_words(step, shown.settings))


def show_layers(step: GradientStep) -> None:
    """Draw the length of each layer's gradient, and how far the step moved its weights, as a table."""
    st.markdown(layers_table(step))
    st.markdown(TEXTS["about"])


def step_in_words(step: GradientStep) -> str:
    """Return what a step did, in some sentences."""
    said = str(TEXTS["said"].format(**numbers_of(step)))
    return said + (TEXTS["rose"] if step.loss_after > step.loss else "")


def batch_in_words(step: GradientStep, settings: TrainingSettings) -> str:
    """Return which pictures are shown of a batch, and how their losses count."""
    shown = len(step.inputs)
    said = [TEXTS["some" if shown < step.batch else "whole"].format(shown=shown, batch=step.batch)]
    if settings.ordered:
        said += [TEXTS["sizes"], TEXTS["weighted"].format(why=TEXTS["small"])]
    elif settings.noisy and settings.fresh_noise and settings.noise_low < settings.noise_high:
        said.append(TEXTS["weighted"].format(why=TEXTS["noisy"]))
    return " ".join(said)


def numbers_of(step: GradientStep) -> dict[str, str]:
    """Return the numbers of a step as a learner reads them."""
    told = [(number_in_words(step.loss, digits), number_in_words(step.loss_after, digits)) for digits in DIGITS]
    loss, after = next((pair for pair in told if pair[0] != pair[1]), told[0])
    others = {name: number_in_words(getattr(step, name)) for name in ("rate", "gradient", "update")}
    return {"number": f"{step.number:,}", "loss": loss, "after": after, **others}


@clearable_cache(4)
def batch_player(step: GradientStep, settings: TrainingSettings) -> Player:
    """Return a player of the batch as the network saw it, and of what it was to rebuild where that is another thing."""
    pictures = step.inputs / np.float32(255)
    rows = [row_of(ROWS["input"], pictures[np.newaxis], ABOUT["input"].format(shown=len(pictures)))]
    if not np.array_equal(step.inputs, step.targets):
        rows.append(row_of(ROWS["target"], step.targets[np.newaxis] / np.float32(255), ABOUT["target"]))
    sizes = {"notes": [[f"{size}" for size in step.sizes]], "notes_label": ROWS["size"]} if settings.ordered else {}
    return player_of(pictures, rows, slider_label="", positions=[""], **sizes)


@clearable_cache(4)
def change_player(step: GradientStep, live: Callable[[Preview], Player], preview: Preview) -> Player:
    """Return a player of the ten test pictures before and after a step, and of what it changed.

    `live` makes a player of a preview, whose slider and columns this one has.
    """
    change = step.change.astype(np.float32).mean(axis=-1)  # (frames, 10, height, width)
    scale = scale_of(change)
    beyond = np.mean(np.abs(change) > scale)
    channels = TEXTS["channels"] if step.change.shape[-1] > 1 else ""
    means = np.abs(change).mean(axis=(1, 2, 3)).tolist()
    before, after = (
        row_of(ROWS[name], getattr(step, name) / np.float32(255), ABOUT[name]) for name in ("before", "after")
    )
    return replace(
        live(preview),
        rows=[before, after, Row(ROWS["change"], tile_sheet(tiles_of(change, scale)), len(change), ABOUT["change"])],
        captions=[TEXTS["change"].format(change=number_in_words(mean)) for mean in means],
        notes=(),
        notes_label="",
        legend=signed_legend(scale, TEXTS["legend"].format(beyond=beyond, channels=channels)),
        play=False,
    )


def layers_table(step: GradientStep) -> str:
    """Return the same in Markdown."""
    names = [name.capitalize() for name in step.layers]
    rows = [*zip(names, step.gradients.tolist(), step.updates.tolist(), strict=True)]
    rows.append((TEXTS["table"]["all"], step.gradient, step.update))
    head = [TEXTS["table"][name] for name in ("layer", "gradient", "update")]
    cells = [[name, number_in_words(gradient), number_in_words(update)] for name, gradient, update in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---", "---:", "---:"], *cells])
