"""The box below the pictures of the page The family, with what was measured of each member."""

from collections.abc import Sequence
from functools import partial

from autoencoder.analysis.family import Figures
from autoencoder.export.lesson_tables import family_table
from ui.components.player.player import Player
from ui.export.figures import family_subject
from ui.export.save_box import Offer, save_pictures
from ui.lessons.family.players import TrainedMember


def save_family(player: Player, index: int, key: str, members: Sequence[TrainedMember]) -> None:
    """Draw the box below the same pictures through several members, with what was measured of each."""
    subject = family_subject([(member.name, member.run.settings) for member in members])
    save_pictures(player, index, subject, key=key, tables=partial(_family_offers, members))


def _family_offers(members: Sequence[TrainedMember]) -> list[Offer]:
    found = {member.name: Figures.of(member.run.folder) for member in members}
    known = {name: figures for name, figures in found.items() if figures is not None}
    return [Offer("What was measured", partial(family_table, known))] if known else []
