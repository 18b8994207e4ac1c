"""Explore one member of the family: its pictures, its code, random codes, its plane, and all members side by side."""

from contextlib import suppress
from functools import partial

import streamlit as st

from autoencoder.analysis.family import MEASURED, Figures, latest, measure, member_of
from autoencoder.analysis.planes import frame_of, middle_of
from autoencoder.data.own import token_of
from autoencoder.training.run_folder import DamagedRun
from ui.components.linked_player import Position
from ui.components.player.player import details, frames
from ui.components.scatter.scatter import scatter, show_place
from ui.export.downloads import take_away
from ui.lessons.common.choices import choose_difference, choose_pictures, view_options
from ui.lessons.common.players import Indices
from ui.lessons.common.tabs import tabs
from ui.lessons.family.export import save_family
from ui.lessons.family.players import (
    LEVELS,
    TrainedMember,
    agreement,
    family_player,
    figures_table,
    linear_player,
    member_player,
    random_player,
)
from ui.lessons.family.text import (
    ALL_IN_WORDS,
    COLUMNS_IN_WORDS,
    DESCRIPTIONS,
    PLANE_IN_WORDS,
    RANDOM_IN_WORDS,
    SHIPPED_IN_WORDS,
    TRY_THIS,
    code_in_words,
    random_answer,
)
from ui.lessons.latent.text import decoded_in_words
from ui.lessons.latent.view import View, place_picture, plane_for, scatter_of
from ui.services.polling import wait_for
from ui.services.services import PRETRAINED_FAMILY, get_jobs
from ui.services.trained_run import TrainedRun
from ui.url.codecs import named
from ui.url.state import with_url_sync

PRETRAINED_SOURCE = "mnist_sample"
TABS = "family tab"
LEVEL = Position(  # of noise, of all players of the page
    "level", "family level", range(len(LEVELS)), 0, named({text: index for index, text in enumerate(LEVELS)})
)


def explore_family(run: TrainedRun) -> None:
    """Show what a member makes of pictures, and what else is to be known of it."""
    st.fragment(with_url_sync(_explore))(run)
    if run.folder.measured(MEASURED) is None:
        wait_for(run.evaluating(measure), "Measuring this network")


def _explore(run: TrainedRun) -> None:
    if run.is_outdated:
        st.rerun()
    with view_options():
        style = choose_difference()
        indices = choose_pictures(run.source)
    member = TrainedMember(str(member_of(run.settings)), run)
    player, key = member_player(member, indices, style=style), f"member {run.key}"
    index = LEVEL.play(player, key=key)

    def code() -> None:
        details(player, key)
        st.caption(code_in_words(member.name, Figures.of(run.folder)))

    def take() -> None:
        save_family(player, index, key, (member,))
        take_away("family", run)

    tabs(
        {
            "small": ("What it makes small", partial(_describe, member.name)),
            "code": ("Its code", code),
            "random": ("Random codes", partial(_random, run)),
            "plane": ("Its plane of codes", partial(_plane, run)),
            "all": ("All members", partial(_all, run, indices)),
            "try": ("Things to try", partial(st.markdown, TRY_THIS)),
            "take": ("Take along", take),
        },
        TABS,
    )


# The tabs


def _describe(member: str) -> None:
    """Say what a member makes small, symbol by symbol, what that costs and what it buys."""
    about = DESCRIPTIONS[member]
    left, right = st.columns(2, gap="medium")
    with left:
        st.latex(about.formula)
        st.markdown(
            f"{about.meaning}\n\n**Costs:** {about.costs}\n\n**Buys:** {about.buys}\n\n:small[Source: {about.source}]"
        )
    right.markdown("\n".join(f"- ${symbol}$: {words}" for symbol, words in about.symbols.items()))


def _random(run: TrainedRun) -> None:
    st.caption(RANDOM_IN_WORDS)
    frames(random_player(run), key=f"random {run.key}")
    if figures := Figures.of(run.folder):
        with st.expander("Answer"):
            st.markdown(random_answer(figures))


def _plane(run: TrainedRun) -> None:
    st.caption(PLANE_IN_WORDS)
    view, key = View(run, run.settings.bottleneck_size), f"plane {run.key}"
    plane = plane_for(view, None)
    frame = frame_of(plane.points)
    middle = middle_of(plane.points)
    scatter(scatter_of(view, None, 0), key=key)
    show_place(key, frame.shares([middle])[0], place_picture(view, plane, middle), decoded_in_words(plane))


def _all(run: TrainedRun, indices: Indices) -> None:
    """Show the same pictures through every member, and what was measured of each."""
    members = _members(run)
    st.caption(ALL_IN_WORDS + (SHIPPED_IN_WORDS if run.settings.source == PRETRAINED_SOURCE else ""))
    player, key = family_player(members, indices), f"family {run.source} {len(members)}"
    save_family(player, LEVEL.play(player, key=key), key, members)
    with st.container(key="figures"):
        st.html("<style>.st-key-figures table { display: block; overflow-x: auto; }</style>")
        st.markdown(figures_table(members))
    st.markdown(COLUMNS_IN_WORDS)
    for member in members:
        if member.name == "linear":
            _beside_pca(member, indices)


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


def _beside_pca(member: TrainedMember, indices: Indices) -> None:
    words, player = agreement(member), linear_player(member.run, indices)
    if words is None or player is None:
        return
    st.header("Linear is PCA in disguise")
    key = f"linear {member.run.key}"
    save_family(player, frames(player, key=key, start=0), key, (member,))
    st.markdown(words)
