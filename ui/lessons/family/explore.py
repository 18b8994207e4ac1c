"""Explore one member of the family: its pictures, its code, random codes, its plane, and all members side by side."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import numpy as np
import streamlit as st

from autoencoder.analysis.family import Figures, latest, measure, member_of
from autoencoder.export.lesson_tables import family_table
from autoencoder.training.run_folder import DamagedRun
from ui.components.player.player import Player, Position, details, frames
from ui.components.scatter.scatter import scatter, show_place
from ui.export.downloads import take_away
from ui.export.figures import Offer, family_subject, save_pictures
from ui.lessons.common.controls import choose_difference, choose_pictures, draws, tabs, view_options
from ui.lessons.common.players import Indices
from ui.lessons.family import players
from ui.lessons.latent.players import View, place_picture, scatter_of
from ui.services.polling import wait_for
from ui.services.services import PRETRAINED_FAMILY, get_jobs
from ui.services.trained_run import TrainedRun
from ui.url.codecs import named

PRETRAINED_SOURCE = "mnist_sample"
TABS = "family tab"
# The level of noise, of all players of the page
LEVEL = Position("level", "family level", range(len(players.LEVELS)), 0, named(players.LEVELS))


def explore_family(run: TrainedRun) -> None:
    """Show what a member makes of pictures, and what else is to be known of it."""
    with view_options():
        style = choose_difference()
        indices = choose_pictures(run.source)
    player, key = players.member_player(run, indices, style=style), f"member {run.key}"
    index = LEVEL.play(player, key=key)
    if words := players.collapse(run):
        st.info(words)

    def take_along() -> None:
        _save(player, index, key, [run])
        take_away("family", run)

    tabs(
        {
            "small": ("What it makes small", partial(_describe, run)),
            "code": ("Its code", partial(_code, run, player, key)),
            "random": ("Random codes", partial(_random, run)),
            "plane": ("Its plane of codes", partial(_plane, run)),
            "all": ("All members", partial(_all, run, indices)),
            "try": ("Things to try", partial(st.markdown, players.TEXTS["try"])),
            "take": ("Take along", take_along),
        },
        TABS,
    )
    if Figures.of(run.folder) is None:
        wait_for(run.evaluating(measure), "Measuring this network")


def _describe(run: TrainedRun) -> None:
    about = players.description_of(run.settings)
    left, right = st.columns(2, gap="medium")
    with left:
        st.latex(about["formula"])
        st.markdown("{meaning}\n\n**Costs:** {costs}\n\n**Buys:** {buys}\n\n:small[Source: {source}]".format_map(about))
    right.markdown("\n".join(f"- ${symbol}$: {words}" for symbol, words in about["symbols"].items()))


def _code(run: TrainedRun, player: Player, key: str) -> None:
    details(player, key)
    parts = ["The code of the chosen picture, without noise. **Choose another picture above: which numbers change?**"]
    if member_of(run.settings) == "variational":
        parts.append("The bars are the means of its normal distribution of codes.")
    if figures := Figures.of(run.folder):
        parts.append(f"On average, {figures.active:.1f} of the {figures.numbers} numbers are active.")
    st.caption(" ".join(parts))


def _random(run: TrainedRun) -> None:
    st.caption(players.TEXTS["random"])
    player = players.random_player(run)
    draws(len(player.positions)).play(player, key=f"random {run.key}")
    if figures := Figures.of(run.folder):
        st.expander("Answer").markdown(players.TEXTS["likeness"].format(figures=figures))


def _plane(run: TrainedRun) -> None:
    st.caption("Move the pointer over the points, then between them. **Are there gaps between the classes?**")
    view, key = View(run, run.settings.bottleneck_size), f"plane {run.key}"
    middle = np.median(view.plane.points, axis=0).tolist()  # half of the points on either side
    scatter(scatter_of(view), key=key)
    show_place(key, view.frame.shares([middle])[0], place_picture(view, middle), view.words["decoded"])


def _all(run: TrainedRun, indices: Indices) -> None:
    runs = _members(run)
    st.caption(players.TEXTS["all_shipped" if run.settings.source == PRETRAINED_SOURCE else "all"])
    player, key = players.family_player(runs, indices), f"family {run.source} {len(runs)}"
    _save(player, LEVEL.play(player, key=key), key, runs)
    with st.container(key="figures"):
        st.html("<style>.st-key-figures table { display: block; overflow-x: auto; }</style>")
        st.markdown(players.figures_table(runs))
    st.markdown(players.TEXTS["columns"])
    for linear in runs:
        if (words := players.agreement(linear)) and (beside := players.linear_player(linear, indices)):
            st.header("Linear is PCA in disguise")
            key = f"linear {linear.key}"
            _save(beside, frames(beside, key=key), key, [linear])
            st.markdown(words)


def _members(run: TrainedRun) -> tuple[TrainedRun, ...]:
    """Return the members to show: those that came with the app, those trained here, and the one that was chosen."""
    source = run.settings.source
    folders = dict(PRETRAINED_FAMILY) if source == PRETRAINED_SOURCE else {}
    folders |= latest(source, get_jobs().store.finished(run.settings))
    folders[str(member_of(run.settings))] = run.folder
    members = []
    for name in PRETRAINED_FAMILY:
        if name in folders:
            with suppress(DamagedRun):  # it is reported when somebody looks at it alone
                members.append(TrainedRun.load(folders[name]))
    return tuple(members)


def _save(player: Player, index: int, key: str, runs: Sequence[TrainedRun]) -> None:
    """Draw the box below the same pictures through some members, with what was measured of each."""
    known = {str(member_of(run.settings)): figures for run in runs if (figures := Figures.of(run.folder))}
    tables = [Offer("What was measured", partial(family_table, known))] if known else []
    save_pictures(player, index, family_subject([run.settings for run in runs]), key=key, tables=tables)
