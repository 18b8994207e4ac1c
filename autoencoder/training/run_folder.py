"""A training run as a folder: the worker writes it, pages read it, and it outlives both.

    settings.json      what was asked for
    control.json       what the page wants of the worker: go on, pause, stop, another learning rate
    owner              a name for the learner who began it, and who alone steers it; runs from before have none
    claim              there while a server goes on with a run that was left
    lease              touched by the server while somebody watches; a worker whose lease grows old stops
    state.json         where the run stands, with the losses so far
    pace.json          how long an epoch takes, once that is known
    moments/0007.npz   the same ten test pictures, as the network rebuilt them by then: a preview; some with
                       tiles of weights and codes, see `growth` and `unfolding` beside this file
    step.npz           the latest step that was taken alone, see `gradient_step`; of no use where the run went on
    checkpoint.npz     the weights and Adam's memory, to go on from
    encoder.tflite     the trained network for the pages, see `autoencoder.networks.compiled`
    decoder.tflite
    network.keras      the same for Keras, see `autoencoder.networks.build`; trainings from before have none
    measured/….json    (or .npz) what was worked out from the trained network, by its name
    manifest.json      the checksums of what a finished run holds; written last

Every file is replaced atomically, so a reader never meets half of one.
"""

import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace

from autoencoder import files
from autoencoder.data.image_dataset import PictureError
from autoencoder.training import growth, unfolding
from autoencoder.training.gradient_step import GradientStep
from autoencoder.training.run_state import (
    Amount,
    Control,
    DamagedRun,
    Notice,
    RunState,
    Snapshot,
    UnknownRun,
    UnreadableRun,
)
from autoencoder.training.settings import TrainingSettings, UnknownSettings

NEW = ".new-"  # so begin the names of folders that are not whole yet
CLAIMED = 10.0  # s after which a claim to go on with a run is that of a server that was killed
STEP = "step.npz"
KERAS_FILE = "network.keras"
RESULT_FILES = ("settings.json", "encoder.tflite", "decoder.tflite", KERAS_FILE)


@contextmanager
def _reading(part: str) -> Iterator[None]:
    """Tell trouble that may pass from what is damaged, gone or unknown here."""
    try:
        yield
    except DamagedRun:
        raise
    except (UnknownSettings, PictureError) as error:
        raise UnknownRun("pictures" if isinstance(error, PictureError) else part, files.reason(error)) from error
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError) as error:
        raise DamagedRun(part, files.reason(error)) from error
    except OSError as error:
        raise UnreadableRun(part, files.reason(error)) from error


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run; of what cannot be read the errors in `run_state` say why."""

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

    def write_control(self, control: Control) -> None:
        """Tell the worker what is wanted of it."""
        values = msgspec.to_builtins(control)
        if control.most_seconds is None:  # an older version of the app can read what has none
            del values["most_seconds"]
        files.write_json(self.path / "control.json", values)

    def control(self) -> Control:
        """Return what the page wants; to go on, where nothing can be read."""
        try:
            return msgspec.convert(files.read_json(self.path / "control.json"), Control)
        except msgspec.ValidationError:
            return Control()

    def touch_lease(self) -> None:
        """Note that somebody still watches."""
        (self.path / "lease").touch()

    def lease_time(self) -> float:
        """Return when somebody was last seen to watch, in seconds as `time.time` has them; 0 where nobody was."""
        return files.modified(self.path / "lease") / 1e9

    def write_snapshot(self, snapshot: Snapshot) -> None:
        """Publish where the run stands."""
        values = msgspec.to_builtins(snapshot)
        if snapshot.notice is None:  # an older version of the app can read what has none
            del values["notice"]
        files.write_json(self.path / "state.json", values)

    def snapshot(self) -> Snapshot:
        """Return where the run stands."""
        with _reading("state"):
            return msgspec.convert(files.parse_json(files.read_whole(self.path / "state.json")), Snapshot)

    def write_pace(self, seconds: float) -> None:
        """Keep how long an epoch takes, in s, apart from the state, whose fields older versions of the app know."""
        files.write_json(self.path / "pace.json", {"seconds_per_epoch": seconds})

    def pace(self) -> float | None:
        """Return how long an epoch took, in s; None of a run of one epoch, or of an older version."""
        try:
            return msgspec.convert(files.read_json(self.path / "pace.json"), dict[str, Amount]).get("seconds_per_epoch")
        except msgspec.ValidationError:
            return None

    def change_state(self, state: RunState, notice: Notice | None = None) -> None:
        """Publish another state of a run that no worker has in hand."""
        self.write_snapshot(replace(self.snapshot(), state=state, seconds_left=None, message="", notice=notice))

    def write_preview(
        self, number: int, reconstructions: np.ndarray, more: Mapping[str, np.ndarray] | None = None
    ) -> None:
        """Keep a preview, the ten test pictures: uint8 (sizes, 10, height, width, channels); packed tiles and codes."""
        files.write_arrays(self.path / _preview(number), {"reconstructions": reconstructions, **(more or {})})

    def preview(self, number: int) -> np.ndarray:
        """Return up to ten test pictures of a preview: uint8 (sizes, 10 or fewer, height, width, channels)."""
        arrays = self._read_arrays(_preview(number))
        pictures = arrays.get("reconstructions", np.zeros(0))
        if pictures.dtype != np.uint8 or pictures.ndim != 5 or pictures.shape[1] > 10 or not pictures.size:
            raise DamagedRun(_preview(number), f"it holds {sorted(arrays)}, {pictures.dtype} {pictures.shape}")
        return pictures

    def tiles(self, number: int) -> growth.Tiles:
        """Return the tiles that are kept with a preview, see `growth.unpack`; {} where there are none."""
        return growth.unpack(self._read_arrays(_preview(number)))

    def codes(self, number: int) -> np.ndarray | None:
        """Return the codes that are kept with a preview, see `unfolding.unpack`; None where there are none."""
        return unfolding.unpack(self._read_arrays(_preview(number)))

    def preview_version(self, number: int) -> int:
        """Return another number whenever another preview was kept for this one; 0 where there is none."""
        return files.modified(self.path / _preview(number))

    def write_step(self, step: GradientStep) -> None:
        """Keep a gradient step, in the place of the one before."""
        files.write_arrays(self.path / STEP, step.arrays())

    def step(self, epoch: float) -> GradientStep | None:
        """Return the step taken alone that ended here; None where there is none, or none that is whole."""
        try:
            step = GradientStep.from_arrays(self._read_arrays(STEP))
        except (DamagedRun, KeyError, ValueError):
            return None
        return step if step.epoch == epoch else None

    def step_version(self) -> int:
        """Return another number whenever another step was kept; 0 where there is none."""
        return files.modified(self.path / STEP)

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

        Encoder and decoder are LiteRT files; `keras_file` is both as one `.keras` file, None where there is none. A
        step that was taken alone is forgotten too.
        """
        (self.path / "manifest.json").unlink(missing_ok=True)
        shutil.rmtree(self.path / "measured", ignore_errors=True)
        for name in (KERAS_FILE, STEP):
            (self.path / name).unlink(missing_ok=True)
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
