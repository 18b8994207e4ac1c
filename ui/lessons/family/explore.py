"""Explore one member of the family: its pictures, its code, random codes, its plane, and all members side by side."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import numpy as np
import streamlit as st

from autoencoder.analysis import family
from autoencoder.analysis.family import Figures, member_of
from autoencoder.data.noise import SHOWN_LEVELS, SHOWN_SEED, add_noise
from autoencoder.export.lesson_tables import family_table
from autoencoder.training.run_folder import DamagedRun
from ui.components.pad.pad import reserve_column
from ui.components.player.player import Player, Position, details, frames
from ui.components.scatter.scatter import scatter, show_place
from ui.export.downloads import take_away
from ui.export.figures import Offer, family_subject, save_pictures
from ui.lessons.common.controls import choose_difference, choose_pictures, draws, tabs, view_options
from ui.lessons.common.drawing import ask, beside_pad, is_drawing
from ui.lessons.common.inside import look_inside
from ui.lessons.common.players import Indices, class_names, shown_pictures
from ui.lessons.common.text import plan_in_words
from ui.lessons.family.drawn import by_all, by_member
from ui.lessons.family.players import (
    LEVELS,
    TEXTS,
    description_of,
    family_player,
    linear_player,
    member_player,
    random_player,
)
from ui.lessons.latent.drawn import on_plane
from ui.lessons.latent.players import View, place_picture, scatter_of
from ui.services.polling import wait_for
from ui.services.services import PRETRAINED_FAMILY, get_jobs
from ui.services.trained_run import TrainedRun
from ui.url.codecs import named

PRETRAINED_SOURCE = "mnist_sample"
TABS = "family tab"
LEVEL = Position("level", "family level", range(len(LEVELS)), 0, named(LEVELS))
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


def explore_family(run: TrainedRun) -> None:
    """Show what a member makes of pictures, and what else is to be known of it."""
    with view_options():
        style = choose_difference()
        indices = choose_pictures(run.source)
    player, key = member_player(run, indices, style=style), f"member {run.key}"
    with beside_pad(run, key, partial(by_member, run, style), has_code=True):
        index = LEVEL.play(player, key=key)
    figures = Figures.of(run.folder)
    if figures and figures.collapsed:
        weight = run.settings.penalty_weight
        st.info(TEXTS["collapse"].format(figures=figures, weight=weight, least=family.LEAST_NATS))

    def take_along() -> None:
        _save(player, index, key, [run])
        take_away("family", run)

    tabs(
        {
            "small": ("What it makes small", partial(_describe, run)),
            "code": ("Its code", partial(_code, run, player, key)),
            "inside": ("Inside", partial(_inside, run, indices)),
            "random": ("Random codes", partial(_random, run)),
            "plane": ("Its plane of codes", partial(_plane, run)),
            "all": ("All members", partial(_all, run, indices)),
            "try": ("Things to try", partial(st.markdown, TEXTS["try"])),
            "take": ("Take along", take_along),
        },
        TABS,
    )
    if figures is None:
        wait_for(run.evaluating(family.measure), "Measuring this network")


def _describe(run: TrainedRun) -> None:
    about = description_of(run.settings)
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


def _inside(run: TrainedRun, indices: Indices) -> None:
    st.markdown(plan_in_words(run.settings.plan, run.settings.bottleneck_size))
    noisy = add_noise(shown_pictures(run.source, indices), family.NOISE, SHOWN_LEVELS[LEVEL.index], SHOWN_SEED)
    look_inside(run, (noisy, class_names(run.source, indices)))


def _random(run: TrainedRun) -> None:
    st.caption(TEXTS["random"])
    player = random_player(run)
    draws(len(player.positions)).play(player, key=f"random {run.key}")
    if figures := Figures.of(run.folder):
        st.expander("Answer").markdown(TEXTS["likeness"].format(figures=figures))


def _plane(run: TrainedRun) -> None:
    st.caption("Move the pointer over the points, then between them. **Are there gaps between the classes?**")
    view, key = View(run, run.settings.bottleneck_size), f"plane {run.key}"
    middle = np.median(view.plane.points, axis=0).tolist()  # half of the points on either side
    scatter(scatter_of(view), key=key)
    if is_drawing():
        ask(run, key, partial(on_plane, view))
    show_place(key, view.frame.shares([middle])[0], place_picture(view, middle), view.words["decoded"])


def _all(run: TrainedRun, indices: Indices) -> None:
    runs = _members(run)
    st.caption(TEXTS["all_shipped" if run.settings.source == PRETRAINED_SOURCE else "all"])
    player, key = family_player(runs, indices), f"family {run.source} {len(runs)}"
    if is_drawing():
        ask(run, key, partial(by_all, runs))
        reserve_column(key)
    _save(player, LEVEL.play(player, key=key), key, runs)
    with st.container(key="figures"):
        st.html("<style>.st-key-figures table { display: block; overflow-x: auto; }</style>")
        lines = [" | ".join(["Member", *COLUMNS]), " | ".join(["---", *["---:"] * len(COLUMNS)])]
        for name, known in _measured(runs).items():
            lines.append(" | ".join([name.capitalize(), *(text.format(known) for text in COLUMNS.values())]))
        st.markdown("\n".join(f"| {line} |" for line in lines))
    st.markdown(TEXTS["columns"])
    for linear in runs:
        figures, beside = Figures.of(linear.folder), linear_player(linear, indices)
        if beside and figures and figures.pca_angle is not None and figures.pca_error is not None:
            st.header("Linear is PCA in disguise")
            key = f"linear {linear.key}"
            _save(beside, frames(beside, key=key), key, [linear])
            ending = TEXTS["found" if figures.pca_angle < FOUND else "not_found"]
            st.markdown(TEXTS["agreement"].format(figures=figures, ending=ending))


def _members(run: TrainedRun) -> tuple[TrainedRun, ...]:
    """Return the members to show: those that came with the app, those trained here, and the one that was chosen."""
    source = run.settings.source
    folders = dict(PRETRAINED_FAMILY) if source == PRETRAINED_SOURCE else {}
    folders |= family.latest(source, get_jobs().store.finished(run.settings))
    folders[str(member_of(run.settings))] = run.folder
    members = []
    for name in PRETRAINED_FAMILY:
        if name in folders:
            with suppress(DamagedRun):  # it is reported when somebody looks at it alone
                members.append(TrainedRun.load(folders[name]))
    return tuple(members)


def _measured(runs: Sequence[TrainedRun]) -> dict[str, Figures]:
    """Return what was measured of some members, by their names."""
    return {str(member_of(run.settings)): figures for run in runs if (figures := Figures.of(run.folder))}


def _save(player: Player, index: int, key: str, runs: Sequence[TrainedRun]) -> None:
    """Draw the box below the same pictures through some members, with what was measured of each."""
    known = _measured(runs)
    tables = [Offer("What was measured", partial(family_table, known))] if known else []
    save_pictures(player, index, family_subject([run.settings for run in runs]), key=key, tables=tables)
