"""How TensorFlow comes into a worker, and what XLA has compiled onto the disk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autoencoder.training import backend
from autoencoder.training.backend import _keep_compiled, _remove_oldest, compiled_folder, forget_compiled

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def no_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TF_XLA_FLAGS", "XLA_FLAGS"):
        monkeypatch.setenv(name, "")  # so that it is taken back
        monkeypatch.delenv(name)


def test_compiled_code_is_kept_at_home_and_apart_for_what_makes_other_code(
    hourglass_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = compiled_folder()
    assert folder == compiled_folder()
    assert folder.parent == hourglass_home / "compiled"
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_max_isa=AVX2")
    assert compiled_folder() != folder
    monkeypatch.delenv("XLA_FLAGS")
    monkeypatch.setattr(backend.platform, "processor", lambda: "another one")
    assert compiled_folder() not in (folder, hourglass_home / "compiled")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, "--tf_xla_persistent_cache_directory='{folder}'"),
        ("--tf_xla_clustering_debug", "--tf_xla_clustering_debug --tf_xla_persistent_cache_directory='{folder}'"),
        ("--tf_xla_persistent_cache_directory=/own", "--tf_xla_persistent_cache_directory=/own"),
    ],
)
def test_xla_is_told_where_beside_what_it_is_told_already(
    monkeypatch: pytest.MonkeyPatch, given: str | None, expected: str
) -> None:
    if given:
        monkeypatch.setenv("TF_XLA_FLAGS", given)
    _keep_compiled()
    assert os.environ["TF_XLA_FLAGS"] == expected.format(folder=compiled_folder())


def test_of_all_compiled_code_the_oldest_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "MOST_COMPILED", 30)
    for number, name in enumerate(("former/a", "now/b", "former/c", "now/d", "now/e")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes(10))
        os.utime(path, (number, number))
    _remove_oldest(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*/*")) == ["c", "d", "e"]


def test_what_may_be_damaged_is_forgotten_whole() -> None:
    forget_compiled()  # where there is none
    compiled_folder().mkdir(parents=True)
    (compiled_folder() / "code").touch()
    forget_compiled()
    assert not compiled_folder().parent.exists()


IMPORTED = """
import sys
from autoencoder.training.backend import UNUSED, import_tensorflow, is_imported
assert not is_imported()
import_tensorflow()
assert is_imported()
assert "tensorflow" in sys.modules
assert not {name.split(".")[0] for name in sys.modules} & set(UNUSED)
from sklearn.manifold import TSNE  # what is not imported with it can be imported later
"""
COMPILED = """
import hashlib, sys
from autoencoder.training.backend import import_tensorflow
import_tensorflow()
from autoencoder.training.trainer import Trainer, TrainingSettings
trainer = Trainer(TrainingSettings("bananas", "linear", bottleneck_size=4, seed=int(sys.argv[1])))
for compile_part in trainer.trace():
    compile_part()
trainer.advance(3)
print(hashlib.sha256(b"".join(map(bytes, trainer.arrays().values()))).hexdigest())
"""


def run(script: str, *arguments: str) -> str:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


@pytest.mark.slow
def test_tensorflow_is_imported_without_what_it_does_not_need() -> None:
    run(IMPORTED)


@pytest.mark.slow
@pytest.mark.extended
def test_what_one_process_has_compiled_another_runs_and_what_is_damaged_it_compiles_again() -> None:
    learned = run(COMPILED, "0")
    files = sorted(compiled_folder().iterdir())
    assert files
    assert run(COMPILED, "1") != learned
    assert run(COMPILED, "0") == learned
    assert sorted(compiled_folder().iterdir()) == files, "for every seed the same"
    for path in files:
        path.write_bytes(path.read_bytes()[:1000])
    assert run(COMPILED, "0") == learned
