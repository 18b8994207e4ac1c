"""What a long measurement says while it goes on."""

import sys
import time

_BEGIN = time.monotonic()


def say(sentence: str) -> None:
    """Tell whoever waits how far it is; not among the results."""
    print(f"[{time.monotonic() - _BEGIN:5.0f} s] {sentence}", file=sys.stderr, flush=True)
