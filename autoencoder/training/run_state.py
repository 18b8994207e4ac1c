"""Where a run stands, what is wanted of it, and why it cannot be read, see `autoencoder.training.run_folder`."""

import sys
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

Amount = Annotated[float, Meta(ge=0, le=sys.float_info.max)]


class RunState(StrEnum):
    """The one state that a run is in."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def active(self) -> bool:
        """Return whether a worker has it, or will have it without being asked again."""
        return self in (RunState.QUEUED, RunState.RUNNING)

    @property
    def resumable(self) -> bool:
        """Return whether it can go on from its last checkpoint."""
        return self in (RunState.PAUSED, RunState.STOPPED, RunState.FAILED)


class Command(StrEnum):
    """What the page wants of the worker."""

    RUN = "run"
    ONE_EPOCH = "one epoch"
    ONE_STEP = "one step"
    PAUSE = "pause"
    STOP = "stop"


class Control(Struct, frozen=True, rename={"command": "wish"}):
    """The page's word to the worker."""

    command: Command = Command.RUN  # on disk "wish"
    rate_factor: float = 1.0  # the learning rate is this many times the settings'; 1 unless it was changed by hand
    most_seconds: float | None = None  # of training, after which it stops by itself; None for as long as it takes


class Loss(Struct, frozen=True):
    """The loss at a point of the training."""

    epoch: Amount  # how many epochs had passed, with a fraction
    training: float  # the mean over the training pictures since the point before
    validation: float | None = None  # the mean over the pictures that are held out, where it was measured


class NoticeCode(StrEnum):
    """Why a run stands as it does; the sentences to it are in `ui.services.errors`."""

    IMPORTING = "importing"
    COMPILING = "compiling"
    APP_CLOSED = "app closed"
    UNWATCHED = "unwatched"
    BUDGET = "budget"
    DIVERGED = "diverged"
    WORKER_KILLED = "worker killed"
    SILENT = "silent"
    NO_WORKER = "no worker"
    DISK_FULL = "disk full"
    OUT_OF_MEMORY = "out of memory"
    NO_PICTURES = "no pictures"
    UNREADABLE = "unreadable"
    UNEXPECTED = "unexpected"


class Notice(Struct, frozen=True):
    """What is to be said of a run."""

    code: NoticeCode
    detail: str = ""  # the first line of the error, where there was one
    kept_epoch: float = 0.0  # of a training that has diverged: that of the weights that are kept, with a fraction


class Snapshot(Struct, frozen=True, rename={"previews": "moments"}, forbid_unknown_fields=True):
    """Where a run stands; immutable, to be drawn by any number of pages."""

    state: RunState
    epochs: Annotated[int, Meta(ge=1)]  # how many there will be
    epoch: Amount = 0.0  # how many have passed, with a fraction
    seconds: Amount = 0.0  # how long it has trained so far, without the pauses
    seconds_left: Amount | None = None  # how long it will still take; None where that is not known yet
    losses: tuple[Loss, ...] = ()  # from the first to the latest
    previews: tuple[Amount, ...] = ()  # the epochs at which the ten test pictures were kept; on disk "moments"
    rate_factor: Amount = 1.0  # the learning rate by hand, as in `Control`
    rate_changes: tuple[tuple[float, float], ...] = ()  # (epoch, factor) of every change by hand
    message: str = ""  # a sentence that an older version of the app wrote
    notice: Notice | None = None  # why it stands so, where there is something to say

    @property
    def fraction(self) -> float:
        """Return how much of the training is done, in [0, 1]."""
        return min(1.0, self.epoch / self.epochs)

    @property
    def opening(self) -> bool:
        """Return whether it is a network that was taken along and is made ready: all is learned, no loss is known."""
        return self.state.active and self.epoch >= self.epochs and not self.losses


class DamagedRun(ValueError):
    """A run's files are not there, or not what they were."""

    def __init__(self, part: str, detail: str = "", changed: tuple[str, ...] = ()) -> None:
        super().__init__(part, detail, changed)
        self.part = part  # what was read: "settings", "state", "network", "pictures", or the name of a file
        self.detail = detail  # what is wrong with it, as the error before says it
        self.changed = changed  # the files of a network that are not what was written

    def __str__(self) -> str:
        return f"{self.part} cannot be read ({self.detail or 'changed: ' + ', '.join(self.changed)})."


class UnreadableRun(DamagedRun):
    """A run cannot be read now: the disk, the network or a permission is in the way. Its files may be whole."""


class UnknownRun(DamagedRun):
    """A run's settings mean nothing here: another version's, or on pictures that are gone. Its files may be whole."""
