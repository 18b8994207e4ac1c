"""The box below the pictures of the page The family, with what was measured of each member."""

from collections.abc import Mapping, Sequence
from functools import partial

from autoencoder.analysis.family_figures import Figures
from autoencoder.export.lesson_tables import (
    family_table,
)
from ui.components.player.player import Player
from ui.export.figures import family_subject
from ui.export.save_box import Offer, save_pictures
from ui.lessons.family.players import Relative
from ui.services.services import load_model


def save_family(player: Player, index: int, key: str, relatives: Sequence[Relative]) -> None:
    """The box below the same pictures through several members, with what was measured of each."""
    members = [(relative.member, load_model(relative.folder).settings) for relative in relatives]
    save_pictures(player, index, family_subject(members), key=key, tables=partial(_family_offers, relatives))


def _family_offers(relatives: Sequence[Relative]) -> list[Offer]:
    found = {relative.member: Figures.of(relative.folder) for relative in relatives}
    known: Mapping[str, Figures] = {member: figures for member, figures in found.items() if figures is not None}
    return [Offer("What was measured", partial(family_table, known))] if known else []
