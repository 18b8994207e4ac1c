"""The store of trained networks: on disk across restarts, within bounds, and the latest one in memory.

A network takes 14 MB there, and loading one again 20 ms; what pages show of it is cached by them.
"""

import os
import re
import secrets
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autoencoder.data import own
from autoencoder.data.uploads.limits import most_of_a_tab
from autoencoder.files import bytes_in, modified, reason, rename_folder
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import NEW, RunFolder
from autoencoder.training.run_state import DamagedRun, Notice, NoticeCode, RunState, UnknownRun, UnreadableRun
from autoencoder.training.settings import KEY_DIGITS, TrainingSettings

MOST_RUNS = 100
MOST_OWN_RUNS = 20  # of a session that has pictures of its own
MOST_BYTES = 2 * 1024**3  # of everybody's runs
DAY = 86_400.0  # s for which the newest network that a learner has trained is theirs
RUN = re.compile("(?:[0-9a-f]{32})?[0-9a-f]{24}(?:-[0-9a-f]{8})?")  # the name of a run, see `another_run`
FURTHER = "-"  # between the key and what tells further runs
DAMAGED = ".damaged-"  # so begin the names of damaged runs that were set aside
GONE = ".gone-"  # what a folder that is being removed is called meanwhile
IN_USE = 120.0  # s for which a run stays that was used, whatever the bounds: another server may show it


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """A trained network, ready to look at pictures."""

    settings: TrainingSettings  # what it was trained with
    network: CompiledNetwork

    def reconstruct(self, pictures: np.ndarray, size: int | None = None) -> np.ndarray:
        """Pass pictures, float32 (n, height, width, channels) in [0, 1], through the bottleneck and back.

        `size` numbers pass it, by default as many as there are.
        """
        return self.network.decode(self.network.encode(pictures), size)


class Store:
    """Runs under one folder, which is made where it is missing; each in a folder named by the key of its settings.

    Further runs with the same settings have names that begin with that key, see `another_run`.
    """

    def __init__(self, root: Path, most_runs: int = MOST_RUNS, most_bytes: int = MOST_BYTES) -> None:
        self.root = root
        self.in_hand: Callable[[str], bool] = lambda key: False  # whether the run waits or is trained: `Jobs` knows
        self._most_runs, self._most_bytes = most_runs, most_bytes
        self._latest: tuple[tuple[Path, str], TrainedModel] | None = None  # of this folder and version

    def folder(self, key: str) -> RunFolder:
        """Return the folder of a run, there or not; one on a session's own pictures lies, and ends, with these."""
        return RunFolder(self._runs(key) / key)

    def load(self, folder: RunFolder) -> TrainedModel:
        """Return the trained network of a run; the one that was loaded last is still in memory.

        Raises a DamagedRun, see `RunFolder`; what is damaged indeed is then set aside, unless it is under way.
        """
        name, latest = (folder.path, folder.network_version()), self._latest
        if latest is not None and latest[0] == name:
            return latest[1]
        try:
            settings, files = folder.settings(), folder.network()
            model = TrainedModel(settings, CompiledNetwork(*files))
        except (UnreadableRun, UnknownRun):
            raise
        except ValueError as error:  # a DamagedRun, or what LiteRT says of its files
            self.set_aside(folder)
            if isinstance(error, DamagedRun):
                raise
            raise DamagedRun("network", reason(error)) from error
        self.mark_used(folder)
        self._latest = name, model
        return model

    def mark_used(self, folder: RunFolder) -> None:
        """Say, to other servers that share the store too, that somebody looks at this run."""
        with suppress(OSError):  # a folder that cannot be written to is only read
            os.utime(folder.path)

    def remove(self, key: str) -> None:
        """Forget a run, in memory and on disk."""
        self.forget()
        shutil.rmtree(_put_away(self.folder(key).path, GONE), ignore_errors=True)

    def set_aside(self, folder: RunFolder) -> bool:
        """Put a damaged run out of the way, so that the same settings can be trained anew; the next `prune` removes it.

        Return whether nothing is in the way now. A run that is under way, here or on another server, stays, because its
        worker will write whole files; so does what came with the app, which is not ours to move.
        """
        self.forget()
        if not any(folder.path.is_relative_to(kept) for kept in (self.root, own.root())):
            return False
        try:
            under_way = self.in_hand(folder.path.name) or folder.snapshot().state.active
        except DamagedRun as error:
            under_way = isinstance(error, UnreadableRun)  # it may be
        if not under_way:
            _put_away(folder.path, DAMAGED)
        return not under_way

    def forget(self) -> None:
        """Keep no network in memory; those on disk stay."""
        self._latest = None

    def finished(self, settings: TrainingSettings | None = None) -> list[RunFolder]:
        """Return the runs that were trained to their end: everybody's, or with settings of a session's own, its own."""
        return [*filter(_is_finished, _runs_in(self._runs("" if settings is None else settings.key)))]

    def paced(self, settings: TrainingSettings) -> list[RunFolder]:
        """Return the runs of which it is known how long an epoch took: everybody's, and a session's own beside them.

        They have ended by themselves, be it that their time was up: where that is always so, it tells most.
        """
        places = {self._runs(""), self._runs(settings.key)}
        return [folder for runs in sorted(places) for folder in _runs_in(runs) if folder.pace() and _has_ended(folder)]

    def alike(self, settings: TrainingSettings) -> list[RunFolder]:
        """Return the runs with these settings, the one that was used last first."""
        found = _runs_in(self._runs(settings.key), f"{settings.key}*")
        return sorted(found, key=lambda folder: modified(folder.path), reverse=True)

    def prune(self, keep: Iterable[str] = ()) -> None:
        """Remove runs until the rest is within the bounds: first what has learned nothing, then what was not finished.

        Of these, and then of what was finished, whoever keeps most loses what was not used for longest. The newest that
        each learner has finished within a DAY goes only beyond twice the bounds. What is in `keep`, or was used in the
        last IN_USE seconds, here or on another server, stays as well; but it takes nobody else's room.
        """
        self._prune(self._runs(""), self._most_runs, self._most_bytes, set(keep))
        for folder in own.session_folders():
            runs = folder / "runs"
            if os.path.isdir(runs) and not os.path.islink(runs):  # False where we may not look
                left = most_of_a_tab() - (bytes_in(folder) - bytes_in(runs))  # by the pictures beside them
                self._prune(runs, min(self._most_runs, MOST_OWN_RUNS), min(self._most_bytes, left), set(keep))

    def _prune(self, runs: Path, most: int, most_bytes: int, keep: set[str]) -> None:
        lately = time.time_ns() - int(IN_USE * 1e9)
        half_made = [new for new in runs.glob(f"{NEW}*") if modified(new) < lately]
        for path in [*runs.glob(f"{DAMAGED}*"), *runs.glob(f"{GONE}*"), *half_made]:
            shutil.rmtree(path, ignore_errors=True)
        kept = [_Kept(folder, lately) for folder in _runs_in(runs)]
        latest = {one.owner: one for one in sorted(kept, key=lambda one: one.ended) if one.ended}
        stays = [one for owner, one in latest.items() if owner and one.ended > time.time_ns() - int(DAY * 1e9)]
        while kept:
            held: dict[str, float] = defaultdict(float)
            for one in kept:
                held[one.owner] += max(1 / max(most, 1), one.bytes / max(most_bytes, 1))
            first = min(kept, key=lambda one: (one in stays, one.rank, -held[one.owner], one.used))
            bound = 2 if first in stays else 1
            if len(kept) <= bound * most and sum(one.bytes for one in kept) <= bound * most_bytes:
                return
            kept.remove(first)
            if first.used < lately and first.key not in keep:
                self.remove(first.key)

    def _runs(self, key: str) -> Path:
        """Return where the run of this key is, beside others."""
        token = key.partition(FURTHER)[0][:-KEY_DIGITS]
        return (own.session_folder(token) if token else self.root) / "runs"


class _Kept:
    """A run as `prune` sees it, in which nothing is half written since `lately`, in ns."""

    def __init__(self, folder: RunFolder, lately: int) -> None:
        self.key, self.owner = folder.path.name, folder.owner()
        self.bytes = _tidy(folder.path, lately)
        self.used = modified(folder.path)  # last, in ns
        self.ended = modified(folder.path / "state.json") if _is_finished(folder) else 0  # in ns; 0 if it was not
        # 0 for what has learned nothing, 1 for what was not trained to its end, else 2
        self.rank = 2 if self.ended else int(folder.has_network() or folder.has_checkpoint())


def _is_finished(folder: RunFolder) -> bool:
    with suppress(DamagedRun):
        return folder.snapshot().state is RunState.FINISHED
    return False


def _has_ended(folder: RunFolder) -> bool:
    with suppress(DamagedRun):
        snapshot = folder.snapshot()
        return snapshot.state is RunState.FINISHED or snapshot.notice == Notice(NoticeCode.BUDGET)
    return False


def another_run(key: str) -> str:
    """Return a name for one more run with the settings of this key, after the first, whose name is the key itself."""
    return f"{key}{FURTHER}{secrets.token_hex(4)}"


def _runs_in(path: Path, pattern: str = "*") -> list[RunFolder]:
    """Return the runs in a folder; a link is none, because what it leads to may be somebody else's."""
    paths = path.glob(f"{pattern}/") if path.is_dir() else []
    return [RunFolder(path) for path in paths if not (path.name.startswith(".") or path.is_symlink()) and path.is_dir()]


def _put_away(path: Path, prefix: str) -> Path:
    """Rename a run, at once: of half a run a checkpoint could be left, which the next one would go on from."""
    name = path.with_name(f"{prefix}{secrets.token_hex(8)}")
    try:
        rename_folder(path, name)
    except OSError:  # it is gone; or, on Windows, somebody reads in it for long
        with suppress(OSError):
            (path / "state.json").unlink()  # without it there is no run here, whatever else is left
        shutil.rmtree(path, ignore_errors=True)
    return name


def _tidy(path: Path, before: int) -> int:
    """Remove what a process killed in the middle of a file has left, see `write_atomically`; return a run's bytes."""
    total = 0
    for file in path.rglob("*"):
        with suppress(OSError):  # another process may be replacing it
            if file.name.startswith(".") and 0 < modified(file) < before:
                file.unlink()
            elif file.is_file():
                total += file.stat().st_size
    return total
