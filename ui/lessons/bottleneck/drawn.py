"""What a network makes of a drawing at every bottleneck size."""

from autoencoder.analysis.compression import reconstruct
from autoencoder.rendering.difference import DifferenceStyle
from ui.drawing.answers import Drawing
from ui.lessons.common import players
from ui.lessons.common.drawing import nearest_in_words, packed_answer
from ui.services.trained_run import TrainedRun


def by_size(run: TrainedRun, style: DifferenceStyle, beside: TrainedRun | None, drawing: Drawing) -> bytes:
    """Return the column of a drawing in `players.size_player`, its code, and what is said of it at every size."""
    inputs = drawing.picture[None]
    result = reconstruct(run.model, inputs)
    extra = players.rows_beside(run, beside, inputs, reconstruct(beside.model, inputs), style) if beside else []
    player = players.rebuilt_player(
        inputs,
        [],
        result.reconstructions,
        description="",
        style=style,
        extra=extra,
        **players.size_slider(result.sizes),
    )
    nearest = nearest_in_words(run.source, drawing)
    words = [f"{nearest}; error {error}" for (error,) in player.notes]
    return packed_answer(words, player, code=result.codes[0].tolist(), active=list(result.sizes))
