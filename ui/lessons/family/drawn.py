"""What the members of the family make of a drawing at every noise level."""

from autoencoder.rendering.difference import DifferenceStyle
from ui.drawing.answers import Drawing
from ui.lessons.common.drawing import nearest_in_words, packed_answer
from ui.lessons.family.players import family_player_of, member_player_of
from ui.services.trained_run import TrainedRun


def by_member(run: TrainedRun, style: DifferenceStyle, drawing: Drawing) -> bytes:
    """Return the column of a drawing in `member_player`, its code, and what is said of it at every level."""
    clean = drawing.picture[None]
    player, code = member_player_of(run, clean, [], style), run.model.network.encode(clean)[0]
    nearest = nearest_in_words(run.source, drawing)
    words = [f"{nearest}; error {error}" for (error,) in player.notes]
    return packed_answer(words, player, code=code.tolist(), active=[len(code)])


def by_all(runs: tuple[TrainedRun, ...], drawing: Drawing) -> bytes:
    """Return the column of a drawing in `family_player`."""
    return packed_answer([""], family_player_of(runs, drawing.picture[None]))
