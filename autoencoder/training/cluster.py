"""Trainings on the workers of a Dask cluster instead of this computer's, where HOURGLASS_DASK names its scheduler.

The workers need this project, what `requirements.txt` names, and the same folder for HOURGLASS_HOME (and, for
learners' own pictures, HOURGLASS_UPLOADS): all that a page and a worker tell each other goes through files there.
"""

import os
from concurrent.futures import Executor
from typing import Any

VARIABLE = "HOURGLASS_DASK"
CONNECT = 10.0  # s to wait for the scheduler


def scheduler() -> str | None:
    """Return the address of the cluster's scheduler, tcp://host:port; None where trainings run on this computer."""
    return os.environ.get(VARIABLE) or None


class Cluster:
    """The workers of a Dask cluster.

    Args:
        address: Of its scheduler.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._client: Any = None

    def executor(self) -> Executor:
        """Connect anew, and return what work is handed to.

        Raises:
            RuntimeError: If Dask is not installed.
            OSError: If nobody answers at the address.
        """
        try:
            from distributed import Client
        except ImportError as error:
            raise RuntimeError(f"{VARIABLE} is set: install requirements-cluster.txt too.") from error
        self._client = Client(self._address, timeout=CONNECT, set_as_default=False)
        executor: Executor = self._client.get_executor(pure=False)  # the same work again is other work
        return executor

    def capacity(self) -> int:
        """Return how many trainings run at once: one for each worker that the cluster has now; 1 before it is known."""
        return max(1, len(self._client.scheduler_info(n_workers=-1)["workers"])) if self._client is not None else 1
