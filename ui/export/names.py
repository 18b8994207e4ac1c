"""What files are called that a learner takes along: plain letters, digits and hyphens."""

import re
import unicodedata

from autoencoder.data.own import token_of
from autoencoder.training.settings import NO_PENALTY, TrainingSettings

LONGEST = 40  # letters of what else a file's name says


def file_name(lesson: str, settings: TrainingSettings) -> str:
    """Return a plain name for a file about a run, without an ending: `hourglass-bottleneck-mnist-dense`."""
    source = "own" if token_of(settings.source) else settings.source
    parts = ["hourglass", lesson, source, settings.network, "" if settings.penalty == NO_PENALTY else settings.penalty]
    return "-".join(part.replace("_", "-") for part in parts if part)


def ascii_name(*parts: str) -> str:
    """Return words as a part of a file's name, "" where none is left: `Noise level: 0.40` gives `noise-level-0.40`."""
    text = unicodedata.normalize("NFKD", " ".join(parts)).replace("−", "-").lower()
    plain = text.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9.]+", "-", plain)[:LONGEST].strip("-.")
