"""What a learner is told of the time that a training takes, and of what more time would bring."""

from dataclasses import replace

from autoencoder.training.estimates import budget
from autoencoder.training.outlook import Outlook
from autoencoder.training.settings import MOST_EPOCHS, TrainingSettings
from ui.lessons.common.text import epochs_in_words, seconds_in_words
from ui.services.services import get_jobs
from ui.training.runs import ShownRun
from ui.words import read_texts

TEXTS = read_texts("training/outlook.toml")


def time_in_words(settings: TrainingSettings, seconds: float) -> tuple[str, str | None]:
    """Return what is said of a training that takes about so many s: a sentence, and what more there is on request."""
    about, most = seconds_in_words(max(1.0, seconds)), seconds_in_words(budget())
    if get_jobs().bound(settings) is None:
        return TEXTS["takes"].format(seconds=about), None
    return TEXTS["bounded"].format(seconds=about, most=most), TEXTS["why_bounded"].format(most=most)


def outlook_in_words(found: Outlook | None, shown: ShownRun) -> str:
    """Return how long a training has taken, whether more time would help, and how much of it is left."""
    now = shown.snapshot
    words: str = TEXTS["took"].format(epochs=epochs_in_words(now.epoch), seconds=seconds_in_words(now.seconds))
    words += _trend_in_words(found) if found else TEXTS["unknown"]
    if now.state.resumable:
        left = epochs_in_words(shown.settings.epochs - now.epoch)
        seconds = seconds_in_words(get_jobs().seconds_for(shown.settings, now))
        words += TEXTS["resume"].format(left=left, seconds=seconds)
    return words


def _trend_in_words(found: Outlook) -> str:
    epochs, lowest = epochs_in_words(found.epochs), round(found.lowest, 2)
    words = TEXTS["trends"][found.trend]
    return str(words.format(epochs=epochs, change=abs(found.change), signed=found.change, lowest=lowest))


def longer(settings: TrainingSettings) -> TrainingSettings | None:
    """Return settings with twice as many epochs, as far as there may be more; None where there may not."""
    epochs = min(MOST_EPOCHS, 2 * settings.epochs)
    return replace(settings, epochs=epochs) if epochs > settings.epochs else None
