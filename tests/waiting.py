"""Wait for what another thread or process does."""

import time
from collections.abc import Callable

PATIENCE = 180.0  # s; a bound on a test that hangs, no expectation of speed


def wait_for(condition: Callable[[], object]) -> None:
    """Return when the condition holds; fail where it does not for long."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.005)
