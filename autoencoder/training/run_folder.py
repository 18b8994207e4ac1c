"""A training run as a folder: the worker writes it, pages read it, and it outlives both.

    settings.json      what was asked for
    control.json       what the page wants of the worker: go on, pause, stop, another learning rate
    owner              a name for the learner who began it, and who alone steers it; runs from before have none
    claim              there while a server goes on with a run that was left
    lease              touched by the server while somebody watches; a worker whose lease grows old stops
    state.json         where the run stands, with the losses so far
    moments/0007.npz   the same ten test pictures, as the network rebuilt them by then: a preview
    checkpoint.npz     the weights and Adam's memory, to go on from
    encoder.tflite     the trained network for the pages, see `autoencoder.networks.compiled`
    decoder.tflite
    network.keras      the same for Keras, see `autoencoder.networks.build`; trainings from before have none
    measured/….json    (or .npz) what was worked out from the trained network, by its name
    manifest.json      the checksums of what a finished run holds; written last

Every file is replaced atomically, so a reader never meets half of one.
"""

import math
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from autoencoder import files
from autoencoder.data.image_dataset import PictureError
from autoencoder.training.damage import DamagedRun, UnknownRun, UnreadableRun
from autoencoder.training.settings import TrainingSettings, UnknownSettings

NEW = ".new-"  # so begin the names of folders that are not whole yet
CLAIMED = 10.0  # s after which a claim to go on with a run is that of a server that was killed
KERAS_FILE = "network.keras"
RESULT_FILES = ("settings.json", "encoder.tflite", "decoder.tflite", KERAS_FILE)


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
    PAUSE = "pause"
    STOP = "stop"


@dataclass(frozen=True)
class Control:
    """The page's word to the worker."""

    command: Command = Command.RUN  # on disk "wish"
    rate_factor: float = 1.0  # the learning rate is this many times the settings'; 1 unless it was changed by hand


@dataclass(frozen=True)
class Loss:
    """The loss at a point of the training."""

    epoch: float  # how many epochs had passed, with a fraction
    training: float  # the mean over the training pictures since the point before
    validation: float | None = None  # the mean over the pictures that are held out, where it was measured


class NoticeCode(StrEnum):
    """Why a run stands as it does; the sentences to it are in `ui.services.errors`."""

    COMPILING = "compiling"
    APP_CLOSED = "app closed"
    UNWATCHED = "unwatched"
    DIVERGED = "diverged"
    WORKER_KILLED = "worker killed"
    SILENT = "silent"
    NO_WORKER = "no worker"
    DISK_FULL = "disk full"
    OUT_OF_MEMORY = "out of memory"
    NO_PICTURES = "no pictures"
    UNREADABLE = "unreadable"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True)
class Notice:
    """What is to be said of a run."""

    code: NoticeCode
    detail: str = ""  # the first line of the error, where there was one
    kept_epoch: float = 0.0  # of a training that has diverged: that of the weights that are kept, with a fraction


@dataclass(frozen=True)
class Snapshot:
    """Where a run stands; immutable, to be drawn by any number of pages."""

    state: RunState
    epochs: int  # how many there will be
    epoch: float = 0.0  # how many have passed, with a fraction
    seconds: float = 0.0  # how long it has trained so far, without the pauses
    seconds_left: float | None = None  # how long it will still take; None where that is not known yet
    losses: tuple[Loss, ...] = ()  # from the first to the latest
    previews: tuple[float, ...] = ()  # the epochs at which the ten test pictures were kept; on disk "moments"
    rate_factor: float = 1.0  # the learning rate by hand, as in `Control`
    rate_changes: tuple[tuple[float, float], ...] = ()  # (epoch, factor) of every change by hand
    message: str = ""  # a sentence that an older version of the app wrote
    notice: Notice | None = None  # why it stands so, where there is something to say

    @property
    def fraction(self) -> float:
        """Return how much of the training is done, in [0, 1]."""
        return min(1.0, self.epoch / self.epochs)


@contextmanager
def _reading(part: str) -> Iterator[None]:
    """Tell trouble that may pass from what is damaged, gone or unknown here."""
    try:
        yield
    except DamagedRun:
        raise
    except UnknownSettings as error:
        raise UnknownRun(part, files.reason(error)) from error
    except PictureError as error:
        raise UnknownRun("pictures", files.reason(error)) from error
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError) as error:
        raise DamagedRun(part, files.reason(error)) from error
    except OSError as error:
        raise UnreadableRun(part, files.reason(error)) from error


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run; of what cannot be read the errors in `autoencoder.training.damage` say why."""

    path: Path

    def create(self, settings: TrainingSettings, owner: str = "") -> None:
        """Write what was asked for, and who did; the run is queued."""
        if owner:
            files.write_atomically(self.path / "owner", owner.encode())
        files.write_atomically(self.path / "settings.json", settings.to_json().encode())
        self.write_control(Control())
        self.touch_lease()
        self.write_snapshot(Snapshot(RunState.QUEUED, settings.epochs))

    def claim(self, settings: TrainingSettings, owner: str = "") -> bool:
        """Create the run whole at once, as only one of several servers can; return False where it is there already."""
        new = RunFolder(self.path.with_name(f"{NEW}{secrets.token_hex(8)}"))
        try:
            new.create(settings, owner)
            try:
                files.rename_folder(new.path, self.path)
            except OSError:  # something is there, which a folder does not replace
                if self.exists():
                    return False
                shutil.rmtree(self.path, ignore_errors=True)  # what the worker of a removed run has still written
                files.rename_folder(new.path, self.path)
            return True
        finally:
            shutil.rmtree(new.path, ignore_errors=True)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Tell whether no other server goes on with this run in this moment; one that was killed at that counts not."""
        claim = self.path / "claim"
        if 0 < files.modified(claim) < time.time_ns() - CLAIMED * 1e9:
            claim.unlink(missing_ok=True)
        try:
            claim.touch(exist_ok=False)
        except FileExistsError:
            yield False
            return
        try:
            yield True
        finally:
            claim.unlink(missing_ok=True)

    def exists(self) -> bool:
        """Return whether there is a run here, or what cannot be looked at now."""
        try:
            return (self.path / "state.json").is_file()
        except OSError:
            return True

    def settings(self) -> TrainingSettings:
        """Return what was asked for."""
        with _reading("settings"):
            return TrainingSettings.from_json(files.read_whole(self.path / "settings.json").decode())

    def owner(self) -> str:
        """Return a name for the learner who began it; empty where nobody is known to have."""
        try:
            return files.read_whole(self.path / "owner").decode()
        except (OSError, ValueError):
            return ""

    def is_whole(self) -> bool:
        """Return whether the state and the settings are what was written; raises an `UnreadableRun`.

        Of a run with the key of known settings: another version's would have another, so what is unknown is damage.
        """
        try:
            return bool(self.snapshot() and self.settings())
        except UnreadableRun:
            raise
        except DamagedRun:
            return False

    def write_control(self, control: Control) -> None:
        """Tell the worker what is wanted of it."""
        files.write_json(self.path / "control.json", {"wish": control.command, "rate_factor": control.rate_factor})

    def control(self) -> Control:
        """Return what the page wants; to go on, where nothing can be read."""
        values = files.read_json(self.path / "control.json") or {}
        try:
            return Control(Command(values["wish"]), float(values["rate_factor"]))
        except (ValueError, KeyError, TypeError):
            return Control()

    def touch_lease(self) -> None:
        """Note that somebody still watches."""
        (self.path / "lease").touch()

    def lease_time(self) -> float:
        """Return when somebody was last seen to watch, in seconds as `time.time` has them; 0 where nobody was."""
        return files.modified(self.path / "lease") / 1e9

    def write_snapshot(self, snapshot: Snapshot) -> None:
        """Publish where the run stands."""
        values = asdict(snapshot)
        values["moments"] = values.pop("previews")
        if snapshot.notice is None:  # an older version of the app can read what has none
            del values["notice"]
        files.write_json(self.path / "state.json", values)

    def snapshot(self) -> Snapshot:
        """Return where the run stands."""
        with _reading("state"):
            values = files.parse_json(files.read_whole(self.path / "state.json"))
            values["previews"] = values.pop("moments")
            if unknown := values.keys() - {field.name for field in fields(Snapshot)}:
                raise ValueError(f"Expected no {sorted(unknown)}.")
            snapshot = msgspec.convert(values, Snapshot)
            epochs = [snapshot.epoch, *snapshot.previews, *(loss.epoch for loss in snapshot.losses)]
            others = [snapshot.seconds, snapshot.seconds_left or 0.0, snapshot.rate_factor]
            if snapshot.epochs < 1 or not all(0 <= number < math.inf for number in [*epochs, *others]):
                raise ValueError("Expected numbers from 0 on, and at least one epoch.")
            return snapshot

    def change_state(self, state: RunState, notice: Notice | None = None) -> None:
        """Publish another state of a run that no worker has in hand."""
        self.write_snapshot(replace(self.snapshot(), state=state, seconds_left=None, message="", notice=notice))

    def write_preview(self, number: int, reconstructions: np.ndarray) -> None:
        """Keep a preview, the ten test pictures: uint8 (sizes, 10, height, width, channels)."""
        files.write_arrays(self.path / _preview(number), {"reconstructions": reconstructions})

    def preview(self, number: int) -> np.ndarray:
        """Return up to ten test pictures of a preview: uint8 (sizes, 10 or fewer, height, width, channels)."""
        arrays = self._read_arrays(_preview(number))
        pictures = arrays.get("reconstructions", np.zeros(0))
        if pictures.dtype != np.uint8 or pictures.ndim != 5 or pictures.shape[1] > 10 or not pictures.size:
            raise DamagedRun(_preview(number), f"it holds {sorted(arrays)}, {pictures.dtype} {pictures.shape}")
        return pictures

    def preview_version(self, number: int) -> int:
        """Return another number whenever another preview was kept for this one; 0 where there is none."""
        return files.modified(self.path / _preview(number))

    def write_checkpoint(self, arrays: dict[str, np.ndarray]) -> None:
        """Keep what is needed to go on from here."""
        files.write_arrays(self.path / "checkpoint.npz", arrays)

    def has_checkpoint(self) -> bool:
        """Return whether anything was learned that can be gone on from."""
        return (self.path / "checkpoint.npz").is_file()

    def checkpoint(self) -> dict[str, np.ndarray] | None:
        """Return what is needed to go on, None where nothing is whole; an UnreadableRun is not to be written over."""
        try:
            return self._read_arrays("checkpoint.npz")
        except UnreadableRun:
            raise
        except DamagedRun:
            return None

    def write_measured(self, name: str, values: dict[str, Any]) -> None:
        """Keep something worked out from the trained network."""
        files.write_json(self.path / "measured" / f"{name}.json", values)

    def measured(self, name: str) -> dict[str, Any] | None:
        """Return what was worked out from the trained network, or None where it is not there yet."""
        return files.read_json(self.path / "measured" / f"{name}.json")

    def write_measured_arrays(self, name: str, arrays: dict[str, np.ndarray]) -> None:
        """Keep larger things worked out from the trained network."""
        files.write_arrays(self.path / f"measured/{name}.npz", arrays)

    def measured_arrays(self, name: str) -> dict[str, np.ndarray] | None:
        """Return what was kept so, or None where it is not there yet."""
        try:
            return self._read_arrays(f"measured/{name}.npz")
        except DamagedRun:
            return None

    def write_network(self, encoder: bytes, decoder: bytes, keras_file: bytes | None = None) -> None:
        """Keep the trained network, and last the checksums that make it whole; forget what an older one measured.

        Encoder and decoder are LiteRT files; `keras_file` is both as one `.keras` file, None where there is none.
        """
        (self.path / "manifest.json").unlink(missing_ok=True)
        shutil.rmtree(self.path / "measured", ignore_errors=True)
        (self.path / KERAS_FILE).unlink(missing_ok=True)
        written = {"encoder.tflite": encoder, "decoder.tflite": decoder}
        written |= {} if keras_file is None else {KERAS_FILE: keras_file}
        for name, content in written.items():
            files.write_atomically(self.path / name, content)
        checksums = {name: files.sha256(self.path / name) for name in ("settings.json", *written)}
        files.write_json(self.path / "manifest.json", checksums)

    def has_network(self) -> bool:
        """Return whether a trained network was kept here."""
        return (self.path / "manifest.json").is_file()

    def network_version(self) -> str:
        """Return another text whenever another network was kept here; empty where there is none."""
        try:
            return files.sha256(self.path / "manifest.json")[:16]
        except (OSError, ValueError):
            return ""

    def network(self) -> tuple[bytes, bytes]:
        """Return the encoder and the decoder, for `autoencoder.networks.compiled`."""
        with _reading("network"):
            checksums = files.parse_json(files.read_whole(self.path / "manifest.json"))
            names = [name for name in RESULT_FILES if name != KERAS_FILE or name in checksums]
            damaged = [name for name in names if files.sha256(self.path / name) != checksums[name]]
            if damaged:
                raise DamagedRun("network", changed=tuple(damaged))
            return files.read_whole(self.path / "encoder.tflite"), files.read_whole(self.path / "decoder.tflite")

    def keras_file(self) -> Path | None:
        """Return where the trained network is as a `.keras` file; None where a training from before has kept none."""
        path = self.path / KERAS_FILE
        return path if path.is_file() else None

    def _read_arrays(self, name: str) -> dict[str, np.ndarray]:
        with _reading(name):
            content = files.read_whole(self.path / name)
        try:
            with np.load(BytesIO(content), allow_pickle=False) as file:
                return dict(file)
        except Exception as error:  # a damaged zip raises many kinds of error
            raise DamagedRun(name, files.reason(error)) from error


def _preview(number: int) -> str:
    return f"moments/{number:04d}.npz"
