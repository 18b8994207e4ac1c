"""Files dropped on a page, and the process that reads them: here it reads at once, in this one."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from streamlit.testing.v1 import AppTest

from autoencoder.training.executors import RestartingExecutor
from tests.data.uploads.corpus import encoded, scene


class Inline(Executor):
    """Does its work at once; what it was handed is kept."""

    def __init__(self) -> None:
        self.work: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **more: Any) -> Future:
        self.work.append((function, arguments))
        future: Future = Future()
        try:
            future.set_result(function(*arguments, **more))
        except Exception as error:
            future.set_exception(error)
        return future


class Broken(Executor):
    """Its process is lost by whatever it is handed."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **more: Any) -> Future:
        future: Future = Future()
        future.set_exception(RuntimeError("the process ended"))
        return future


def renewed(executor: Executor) -> Callable[[], RestartingExecutor]:
    """In place of a function that gives the process for all learners."""
    reader = RestartingExecutor(lambda: executor)
    return lambda: reader


def picture(seed: int = 0) -> bytes:
    return encoded(scene(64, 48, seed), "PNG")


def drop(tab: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Drop these files on the field for pictures to try."""
    (field,) = [one for one in tab.file_uploader if str(one.key).startswith("try files")]
    field.set_value([(name, content, "image/png") for name, content in files])
    tab.run()
    assert not tab.exception
    return tab
