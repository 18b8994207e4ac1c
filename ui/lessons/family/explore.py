"""All members of the family that were trained so far on the same pictures, side by side."""

from functools import partial

import streamlit as st

from autoencoder.analysis.family import latest, member_of
from autoencoder.analysis.family_figures import MEASURED, measure
from autoencoder.data.own import token_of
from autoencoder.training.run_folder import RunFolder, Snapshot
from autoencoder.training.settings import TrainingSettings
from ui.components.linked_player import linked_frames
from ui.components.player.player import frames
from ui.lessons.common.players import default_indices
from ui.lessons.family.export import save_family
from ui.lessons.family.players import (
    Relative,
    agreement,
    family_player,
    figures_table,
    linear_player,
    relatives_of,
)
from ui.services.polling import wait_for
from ui.services.services import PRETRAINED_FAMILY, get_jobs, shown_source

PRETRAINED_SOURCE = "mnist_sample"
EXPLAINED = (
    "**Error**: mean squared, on all test pictures; **noisy**: when they are shown with noise 0.3. **Active**: numbers "
    "that are not close to 0. **Sensitivity**: how far the code moves with the pixels, relative to how far codes lie "
    "apart. **Random codes**: how far what is painted from codes drawn at random, with the mean and the variance of "
    "the test pictures' codes, is from the closest test picture; blur scores well too, and variety is not measured."
)


def explore_family(folder: RunFolder, settings: TrainingSettings, snapshot: Snapshot | None) -> None:
    """The same pictures through every member, and what was measured of each.

    Args:
        folder: The run that is shown: one of the members.
        settings: What it was trained with.
        snapshot: How it was trained, where that was here.
    """
    if snapshot is not None and folder.measured(MEASURED) is None:
        _wait_for_figures(folder)
    source = shown_source(settings.source)
    relatives = relatives_of(_runs(folder, settings))
    indices = default_indices(source)
    st.subheader("Side by side")
    st.caption(
        "All that were trained on these pictures so far, the latest of each; slide the noise on what they are shown."
        + (
            " Where you have trained none, the one that came with the app."
            if settings.source == PRETRAINED_SOURCE
            else ""
        )
    )
    player, key = family_player(relatives, source, indices), f"family {source} {len(relatives)}"
    index = linked_frames(player, key=key, name="level", spelled=player.positions, start=0)
    save_family(player, index, key, relatives)
    st.markdown(figures_table(relatives))
    st.caption(EXPLAINED)
    for relative in relatives:
        if relative.member == "linear":
            _beside_pca(relative, source)


def _runs(folder: RunFolder, settings: TrainingSettings) -> dict[str, RunFolder]:
    """The members to show: those that came with the app, those trained here, and the one that was chosen."""
    shipped = PRETRAINED_FAMILY if settings.source == PRETRAINED_SOURCE and not token_of(settings.source) else {}
    trained = latest(settings.source, get_jobs().store.finished(settings))
    member = member_of(settings)
    chosen = {member: folder} if member else {}
    together = {**shipped, **trained, **chosen}
    return {name: together[name] for name in PRETRAINED_FAMILY if name in together}


def _wait_for_figures(folder: RunFolder) -> None:
    under_way = partial(get_jobs().evaluate, folder.path.name, measure)
    if under_way():
        wait_for([lambda: not under_way()], "Measuring this network")


def _beside_pca(relative: Relative, source: str) -> None:
    words = agreement(relative)
    player = linear_player(relative, source, default_indices(source))
    if words is None or player is None:
        return
    st.subheader("Linear is PCA in disguise")
    key = f"linear {relative.folder.path.name}"
    save_family(player, frames(player, key=key, start=0), key, (relative,))
    st.markdown(words)
