"""Who watches which training: sessions, each a browser tab, by their names."""

import os
import time
from collections.abc import Callable, Collection

VARIABLE = "HOURGLASS_GRACE"
GRACE = 30.0  # s between the last sign of a watcher and the end of the training


def grace_seconds(variable: str = VARIABLE, default: float = GRACE) -> float:
    """Return how long something outlives the last sign of its watchers: what the variable says, or `default`, in s."""
    named = os.environ.get(variable, "")
    return float(named) if named.isdecimal() else default


class Watchers:
    """Remembers who watches which run, until a while after they have left. Not for several threads at once."""

    def __init__(self, is_alive: Callable[[str], bool], grace: float | None) -> None:
        self._is_alive = is_alive  # whether the watcher of this name still has the app open
        self._grace = grace_seconds() if grace is None else grace  # s for which one counts after the last sign
        self.seen: dict[str, dict[str, float]] = {}  # run → watcher, or who left lately → when it last watched
        self.last: dict[str, str] = {}  # watcher → the run that it asked for last

    def add(self, key: str, watcher: str) -> None:
        """Note that `watcher` wants this run to go on."""
        self.seen.setdefault(key, {})[watcher] = time.monotonic()
        self.last[watcher] = key

    def remove(self, key: str, watcher: str) -> bool:
        """Note that `watcher` wants another run instead; return whether others watch this one."""
        self.seen.get(key, {}).pop(watcher, None)
        return self.count(key) > 0

    def count(self, key: str) -> int:
        """Return how many watch this run and still have the app open."""
        return sum(1 for name in self.seen.get(key, ()) if self._is_alive(name))

    def look(self, key: str) -> bool:
        """Return whether anybody watches this run, or did until lately."""
        seen, now = self.seen.setdefault(key, {}), time.monotonic()
        seen.update({name: now for name in seen if self._is_alive(name)})
        return any(now - last < self._grace for last in seen.values())

    def forget_gone(self, in_hand: Collection[str]) -> None:
        """Forget who has left for longer than the grace, and the runs that nobody watches, but for those `in_hand`."""
        now = time.monotonic()
        for key, seen in list(self.seen.items()):
            for name in [name for name in seen if not self._is_alive(name) and now - seen[name] > self._grace]:
                del seen[name]
            if not seen and key not in in_hand:
                del self.seen[key]
        self.last = {name: key for name, key in self.last.items() if name in self.seen.get(key, ())}
