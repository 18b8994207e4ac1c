"""The trainer that a worker has ready for the training that is likely to come next."""

import threading
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from autoencoder.training.backend import forget_graphs, import_tensorflow
from autoencoder.training.capacity import give_back
from autoencoder.training.settings import TrainingSettings

if TYPE_CHECKING:  # it imports Keras
    from autoencoder.training.trainer import Trainer

STEPPED_SECONDS = 120.0  # that the trainer of a run that was stepped is kept for the next step
AHEAD_SECONDS = 600.0  # that one is kept that was made ahead


def is_alike(settings: TrainingSettings, other: TrainingSettings | None) -> bool:
    """Return whether a trainer for the one serves the other: only how long it will learn may differ."""
    return other is not None and replace(settings, epochs=other.epochs) == other


class ReadyTrainer:
    """The trainer of a run that was stepped, or one that was made ahead: to make and compile one takes seconds.

    Of a run that has learned it is given all that it knows from the checkpoint, as a new one is; one that has learned
    nothing is as a new one. At most one is kept, and not for long. Ahead it is made by a thread, which leaves it half
    done where another training wants the worker.

    Args:
        alone: Held by whoever builds networks or trains, because Keras' state is the process's.
    """

    def __init__(self, alone: threading.Lock) -> None:
        self._alone, self._changing = alone, threading.Lock()
        self._kept: tuple[TrainingSettings, Trainer] | None = None
        self._timer = threading.Timer(0, self.forget)
        self._making: tuple[TrainingSettings, threading.Thread] | None = None

    def take(self, settings: TrainingSettings, *, begins: bool) -> "Trainer | None":
        """Return the trainer for a run with these settings that `begins` or goes on, if there is one; keep no other.

        One that is being made is waited for.
        """
        with self._changing:
            making = self._making
        if making and is_alike(settings, making[0]):
            making[1].join()
        kept = self._drop()
        if not kept or not is_alike(settings, kept[0]) or (begins and kept[1].step):
            return None
        kept[1].plan_epochs(settings.epochs)
        return kept[1]

    def keep(self, settings: TrainingSettings, trainer: "Trainer", seconds: float = STEPPED_SECONDS) -> None:
        """Keep a trainer until the next training here, for so many seconds at most."""
        self._timer.cancel()
        self._kept, self._timer = (settings, trainer), threading.Timer(seconds, self.forget)
        self._timer.daemon = True
        self._timer.start()

    def forget(self) -> None:
        """Keep none, and make none."""
        if self._drop():
            give_back()

    def make(self, settings: TrainingSettings) -> None:
        """Begin to make one for a run that begins with these settings, unless that is ready or under way."""
        with self._changing:
            at_hand = [one[0] for one in (self._making, self._kept) if one]
        if not any(is_alike(settings, one) for one in at_hand):
            self.forget()
            thread = threading.Thread(target=self._make, args=(settings,), name="ahead", daemon=True)
            with self._changing:
                self._making = settings, thread
                thread.start()

    def _drop(self) -> "tuple[TrainingSettings, Trainer] | None":
        with self._changing:
            self._timer.cancel()
            kept, self._kept, self._making = self._kept, None, None
        return kept

    def _make(self, settings: TrainingSettings) -> None:
        with suppress(Exception):  # whoever trains this is told
            import_tensorflow()
            from autoencoder.training.trainer import Trainer

            with self._alone:
                if not self._is_wanted():
                    return
                trainer = Trainer(settings)
                parts = trainer.trace()
                forget_graphs()
            for compile_part in parts:  # which takes longest, and may go on beside a training
                if self._is_wanted():
                    compile_part()
            with self._changing:
                if self._is_wanted():
                    self.keep(settings, trainer, AHEAD_SECONDS)
        with self._changing:
            if self._is_wanted():
                self._making = None

    def _is_wanted(self) -> bool:
        return self._making is not None and self._making[1] is threading.current_thread()
