"""All members of the family that were trained so far on the same pictures, side by side."""

from contextlib import suppress

import streamlit as st

from autoencoder.analysis.family import latest, member_of
from autoencoder.analysis.family_figures import MEASURED, measure
from autoencoder.data.own import token_of
from autoencoder.training.run_folder import DamagedRun
from ui.components.linked_player import linked_frames
from ui.components.player.player import frames
from ui.lessons.common.players import default_indices
from ui.lessons.family.export import save_family
from ui.lessons.family.players import TrainedMember, agreement, family_player, figures_table, linear_player
from ui.services.polling import wait_for
from ui.services.services import PRETRAINED_FAMILY, get_jobs
from ui.services.trained_run import TrainedRun

PRETRAINED_SOURCE = "mnist_sample"
EXPLAINED = (
    "**Error**: mean squared, on all test pictures; **noisy**: when they are shown with noise 0.3. **Active**: numbers "
    "that are not close to 0. **Sensitivity**: how far the code moves with the pixels, relative to how far codes lie "
    "apart. **Random codes**: how far what is painted from codes drawn at random, with the mean and the variance of "
    "the test pictures' codes, is from the closest test picture; blur scores well too, and variety is not measured."
)


def explore_family(run: TrainedRun) -> None:
    """Show the same pictures through every member, and what was measured of each; the run is one of them."""
    if run.folder.measured(MEASURED) is None:
        wait_for(run.evaluating(measure), "Measuring this network")
    members = _members(run)
    indices = default_indices(run.source)
    st.header("Side by side")
    st.caption(
        "All that were trained on these pictures so far, the latest of each; slide the noise on what they are shown."
        + (
            " Where you have trained none, the one that came with the app."
            if run.settings.source == PRETRAINED_SOURCE
            else ""
        )
    )
    player, key = family_player(members, indices), f"family {run.source} {len(members)}"
    index = linked_frames(player, key=key, name="level", texts=player.positions, start=0)
    save_family(player, index, key, members)
    st.markdown(figures_table(members))
    st.caption(EXPLAINED)
    for member in members:
        if member.name == "linear":
            _beside_pca(member)


def _members(run: TrainedRun) -> tuple[TrainedMember, ...]:
    """Return the members to show: those that came with the app, those trained here, and the one that was chosen."""
    source = run.settings.source
    shipped = PRETRAINED_FAMILY if source == PRETRAINED_SOURCE and not token_of(source) else {}
    trained = latest(source, get_jobs().store.finished(run.settings))
    folders = {**shipped, **trained}
    if chosen := member_of(run.settings):
        folders[chosen] = run.folder
    members = []
    for name in PRETRAINED_FAMILY:
        if name in folders:
            with suppress(DamagedRun):  # it is reported when somebody looks at it alone
                members.append(TrainedMember(name, TrainedRun.load(folders[name])))
    return tuple(members)


def _beside_pca(member: TrainedMember) -> None:
    words, player = agreement(member), linear_player(member.run, default_indices(member.run.source))
    if words is None or player is None:
        return
    st.header("Linear is PCA in disguise")
    key = f"linear {member.run.key}"
    save_family(player, frames(player, key=key, start=0), key, (member,))
    st.markdown(words)
