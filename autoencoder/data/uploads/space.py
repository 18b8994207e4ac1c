"""How much of the disk learners' own pictures may take: of each browser tab, and of all."""

import shutil
import threading
import time
from pathlib import Path

from autoencoder.data import own
from autoencoder.data.uploads.limits import MB, Reason, Refusal, most_of_a_tab, most_of_all
from autoencoder.files import bytes_in

MEASURED_FOR = 5.0  # s for which what another tab takes is not measured again
SHARE_OF_DISK = 4  # all together take at most this part of what would be free without them


class UploadSpace:
    """Says whether there is room for a file before it arrives, and keeps that room for it.

    As the bound of all is neared, a tab may take half of what is left, so that others never find nothing at all.
    """

    def __init__(self) -> None:
        self._measured: dict[Path, tuple[float, int]] = {}  # each tab's folder: when, and how much
        self._coming: dict[Path, int] = {}  # bytes that a folder will have beside these
        self._lock = threading.Lock()

    def reserve(self, folder: Path, size: int) -> Refusal | None:
        """Keep room for so many bytes in a tab's folder; return why not, where it may not have them."""
        with self._lock:
            self._measured.pop(folder, None)
            taken = {other: self._bytes_of(other) for other in {folder, *own.session_folders()}}
            self._measured = {other: self._measured[other] for other in taken}
            mine = taken.pop(folder)
            others = sum(taken.values())
            if mine + size > most_of_a_tab():
                return Refusal(Reason.TAB_FULL, values={"megabytes": most_of_a_tab() / MB})
            free = shutil.disk_usage(folder).free
            most = min(most_of_all(), (free + mine + others) // SHARE_OF_DISK)
            if mine + size > (most - others) / 2:
                return Refusal(Reason.ALL_FULL)
            self._coming[folder] = self._coming.get(folder, 0) + size
            return None

    def release(self, folder: Path, size: int) -> None:
        """Keep room for so many bytes less: they are there, or do not come."""
        with self._lock:
            self._coming[folder] = self._coming.get(folder, 0) - size
            if self._coming[folder] <= 0:
                del self._coming[folder]

    def _bytes_of(self, folder: Path) -> int:
        when, size = self._measured.get(folder, (-float("inf"), 0))
        if time.monotonic() - when > MEASURED_FOR:
            size = bytes_in(folder)
            self._measured[folder] = time.monotonic(), size
        return size + self._coming.get(folder, 0)
