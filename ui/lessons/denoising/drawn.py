"""What a network that removes noise makes of a drawing at every noise level."""

from autoencoder.analysis.denoising import LEVELS, denoise
from autoencoder.rendering.difference import DifferenceStyle
from ui.drawing.answers import Drawing
from ui.lessons.common.drawing import nearest_in_words, packed_answer
from ui.lessons.denoising.players import denoised_player
from ui.services.trained_run import TrainedRun


def by_noise(run: TrainedRun, kind: str, seed: int, style: DifferenceStyle, drawing: Drawing) -> bytes:
    """Return the column of a drawing in `noise_player`, and what is said of it at every level."""
    clean = drawing.picture[None]
    noisy, denoised = denoise(run.model, clean, kind, seed)
    player = denoised_player(clean, noisy, denoised, kind, [], style=style, captions=[""] * len(LEVELS))
    nearest = nearest_in_words(run.source, drawing)
    return packed_answer([f"{nearest}; denoised to {psnr} dB" for (psnr,) in player.notes], player)
