"""Ways in which a file of a run can be damaged: each takes the file's path, and leaves it so."""

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

Damage = Callable[[Path], None]
DEEP = b"[" * 100_000 + b"]" * 100_000
WRONG: tuple[Any, ...] = (None, "text", -1, 0, 1e400, True, [], [None], {}, [["x", None]], {"a": "b"}, [{"epoch": "x"}])


def damages(path: Path) -> Iterator[tuple[str, Damage]]:
    """Yield the name of every damage that the file at `path` can have, and what does it."""
    for share in (0, 0.01, 0.5, 0.99):
        yield f"cut to {share:.0%}", lambda file, share=share: _cut(file, share)
    yield "missing", lambda file: file.unlink()
    yield "random bytes", lambda file: _write(file, random.Random(1).randbytes(5000))
    yield "a folder", _to_folder
    yield "a link to nothing", lambda file: _to_link(file, Path("nothing"))
    yield "a link to what never ends", lambda file: _to_link(file, Path("/dev/zero"))
    if hasattr(os, "geteuid") and os.geteuid() != 0:  # root may read everything
        yield "unreadable", lambda file: file.chmod(0)
    if path.suffix == ".json":
        yield from _json_damages(json.loads(path.read_text()))
    if path.suffix == ".npz":
        yield from _array_damages(path)


def _json_damages(values: dict[str, Any]) -> Iterator[tuple[str, Damage]]:
    yield "deep", lambda file: _write(file, DEEP)
    yield "huge", lambda file: _write(file, b"[" + b"0," * 5_000_000 + b"0]")
    yield "of a later version", lambda file: _write(file, json.dumps(values | {"later": 1}).encode())
    for wrong in WRONG:
        yield f"{wrong!r}", lambda file, wrong=wrong: _write(file, json.dumps(wrong).encode())
    for name in values:
        yield f"without {name}", lambda file, name=name: _put(file, values, name)
        yield (
            f"{name} is deep",
            lambda file, name=name: _write(file, json.dumps(values | {name: 12345}).encode().replace(b"12345", DEEP)),
        )
        for wrong in WRONG:
            yield f"{name} is {wrong!r}", lambda file, name=name, wrong=wrong: _put(file, values, name, wrong)


def _array_damages(path: Path) -> Iterator[tuple[str, Damage]]:
    with np.load(path) as file:
        arrays = dict(file)
    yield "no arrays", lambda file: _save(file, {})
    yield "other arrays", lambda file: _save(file, {"other": np.zeros(3)})
    for name, array in arrays.items():
        for kind, wrong in (
            ("a number", np.float32(1)),
            ("empty", array[:0] if array.ndim else np.zeros(0)),
            ("text", np.full(array.shape, "x")),
            ("not numbers", np.full(array.shape, np.nan)),
            ("an object", np.array([{}])),
            ("one axis more", array[..., np.newaxis]),
        ):
            yield f"{name} is {kind}", lambda file, name=name, wrong=wrong: _save(file, {**arrays, name: wrong})


def _write(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def _cut(file: Path, share: float) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])


def _put(file: Path, values: dict[str, Any], name: str, *wrong: Any) -> None:
    rest = {other: value for other, value in values.items() if other != name}
    file.write_text(json.dumps(rest | ({name: wrong[0]} if wrong else {})))


def _save(file: Path, arrays: dict[str, Any]) -> None:
    buffer = BytesIO()
    np.savez(buffer, **arrays)
    file.write_bytes(buffer.getvalue())


def _to_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _to_link(file: Path, target: Path) -> None:
    file.unlink()
    file.symlink_to(target)


def restore(folder: Path, whole: Path) -> None:
    """Put back the files of a run as they are in a copy."""
    shutil.rmtree(folder)
    shutil.copytree(whole, folder)
