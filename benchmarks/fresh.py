"""Work in a fresh Python process: it begins cold, and gives all its memory back.

The work is a generator function of a module of `benchmarks`; each question makes it go on to its next `yield`, and
what it yields comes back as JSON. So processes that are warm can take turns.
"""

import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

from benchmarks.options import ROOT

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": ""}

Work = Callable[..., Iterator[Any]]


class FreshError(RuntimeError):
    """The process ended instead of answering; the message is the end of what it said."""


class Fresh:
    """A process that works on questions; leave the `with` and it is gone.

    Args:
        work: A generator function at the top of a module of `benchmarks`.
        python: Which Python; by default this one.
        environment: Variables set in the process besides those of this one.
        arguments: Given to `work`; what JSON can carry.
    """

    def __init__(
        self,
        work: Work,
        /,
        *,
        python: str = sys.executable,
        environment: dict[str, str] | None = None,
        **arguments: Any,
    ) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115, closed on leaving
        self._process = subprocess.Popen(
            [python, "-m", __spec__.name, work.__module__, work.__name__, json.dumps(arguments)],
            cwd=ROOT,
            env={**os.environ, **QUIET, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def ask(self) -> Any:
        """Return what the work yields next.

        Raises:
            FreshError: If it ended instead.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write("\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended; the reading below says so
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._errors.seek(0)
            raise FreshError(self._errors.read()[-2000:])
        return json.loads(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()


def once(work: Work, /, **arguments: Any) -> Any:
    """The first thing that `work` yields, in a process of its own."""
    with Fresh(work, **arguments) as fresh:
        return fresh.ask()


def _main(module: str, function: str, arguments: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    work = getattr(importlib.import_module(module), function)(**json.loads(arguments))
    for _ in sys.stdin:
        answers.write(json.dumps(next(work)) + "\n")
        answers.flush()


if __name__ == "__main__":
    _main(*sys.argv[1:])
