"""Explore one member of the family: its pictures, its code, random codes, its plane, and all members side by side."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from autoencoder.analysis import family
from autoencoder.analysis.denoising import denoise
from autoencoder.analysis.family import Figures, member_of
from autoencoder.analysis.latent import nearest
from autoencoder.analysis.principal import project
from autoencoder.data.noise import NOISES, SHOWN_LEVELS, SHOWN_SEED
from autoencoder.data.selection import SHOWN
from autoencoder.export.lesson_tables import family_table
from autoencoder.rendering.difference import DifferenceStyle
from autoencoder.training.run_folder import DamagedRun
from autoencoder.training.settings import TrainingSettings
from ui.components.player.player import Player, Position, details, frames
from ui.components.scatter.scatter import scatter, show_place
from ui.export.downloads import take_away
from ui.export.figures import Offer, family_subject, save_pictures
from ui.lessons.common import players
from ui.lessons.common.controls import choose_difference, choose_pictures, draws, tabs, view_options
from ui.lessons.common.players import Indices, player_of, row_of, shown_pictures
from ui.lessons.latent.players import View, place_picture, scatter_of
from ui.services.polling import wait_for
from ui.services.services import PRETRAINED_FAMILY, clearable_cache, get_jobs, test_pictures
from ui.services.trained_run import TrainedRun
from ui.url.codecs import named
from ui.words import read_texts

PRETRAINED_SOURCE = "mnist_sample"
TABS = "family tab"
LEVELS = {f"{level:g}": index for index, level in enumerate(SHOWN_LEVELS)}  # of noise, of all players of the page
LEVEL = Position("level", "family level", range(len(LEVELS)), 0, named(LEVELS))
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
TEXTS = read_texts("lessons/family/texts.toml")


def explore_family(run: TrainedRun) -> None:
    """Show what a member makes of pictures, and what else is to be known of it."""
    with view_options():
        style = choose_difference()
        indices = choose_pictures(run.source)
    player, key = member_player(run, indices, style=style), f"member {run.key}"
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
    show_place(key, view.frame.shares([middle])[0], place_picture(view, middle), view.words["decoded"])


def _all(run: TrainedRun, indices: Indices) -> None:
    runs = _members(run)
    st.caption(TEXTS["all_shipped" if run.settings.source == PRETRAINED_SOURCE else "all"])
    player, key = family_player(runs, indices), f"family {run.source} {len(runs)}"
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


def description_of(settings: TrainingSettings) -> dict[str, Any]:
    """Return what a learner reads of the member that is trained with some settings, as it stands in `texts.toml`."""
    return dict(TEXTS["members"][member_of(settings)])


@clearable_cache(4)
def member_player(run: TrainedRun, indices: Indices, *, style: DifferenceStyle) -> Player:
    """Return a player of one member, with its codes; the slider is the noise on what it is shown."""
    noisy, denoised = _denoised(run, indices)
    codes = run.model.network.encode(shown_pictures(run.source, indices))
    player = players.test_pictures_player(
        run.source,
        indices,
        denoised,
        "at noise {position}",
        style=style,
        captions=[description_of(run.settings)["caption"]] * len(noisy),
        codes=codes.tolist(),
        active=[codes.shape[1]] * len(noisy),
        **NOISE_SLIDER,
    )
    about = players.with_names(f"{len(indices)} test pictures at noise {{position}}", player.column_names)
    rows = [row_of("Input", noisy, about), *player.rows[1:]]
    return replace(player, rows=rows, legend=players.difference_legend(style, "Reconstruction − clean input"))


def _denoised(run: TrainedRun, indices: Indices) -> tuple[np.ndarray, np.ndarray]:
    return denoise(run.model, shown_pictures(run.source, indices), family.NOISE, SHOWN_SEED, SHOWN_LEVELS)


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
    made = {str(member_of(run.settings)): _denoised(run, indices) for run in runs}
    noisy, _ = next(iter(made.values()))
    rows = [row_of("Input", noisy, "What every member is shown, at noise {position}")]
    for member, (_, denoised) in made.items():
        rows.append(row_of(member.capitalize(), denoised, f"What the {member} one rebuilds, at noise {{position}}"))
    return player_of(noisy[0], rows, column_names=players.class_names(runs[0].source, indices), **NOISE_SLIDER)


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
