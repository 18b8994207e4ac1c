"""The Makefile's set-up: which Python it takes, what it installs with, and what it does with half an environment."""

import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NEEDED = ("make", "sh", "rm", "cp", "mkdir", "touch")  # all that is on the PATH beside what a test puts there
SAID = "Installing"
pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")

# Says that it is the version in its folder's name; makes an environment that holds a copy of it; notes what it is told.
PYTHON = """#!/bin/sh
case "$1 $2" in
"--version ") echo "Python {version}" ;;
"-c "*) exec {real} -c "import sys; sys.version_info = {number}; sys._base_executable = '$0'; {without}$2" ;;
"-m venv") echo "{version} $*" >> {log}; mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
*) echo "{version} $*" >> {log}; echo "$HOME" >> {log}.home ;;
esac
"""
UV = """#!/bin/sh
echo "uv $*" >> {log}
if [ "$1" = venv ]; then mkdir -p .venv/bin; while [ "$1" != --python ]; do shift; done; cp "$2" .venv/bin/python; fi
"""


class Machine:
    """A folder with the Makefile, and a PATH on which only chosen tools are."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path, self.log = folder / "app", folder / "path", folder / "log"
        self.venv = self.folder / ".venv"
        self.folder.mkdir()
        self.path.mkdir()
        for name in ("Makefile", "requirements.txt"):
            shutil.copy(ROOT / name, self.folder)
        for name in NEEDED:
            (self.path / name).symlink_to(str(shutil.which(name)))

    def add_python(self, name: str, version: str) -> None:
        self._add(self.path / name, self._python(version))

    def add_venv(self, version: str, *, pip: bool = True) -> None:
        self.venv.joinpath("bin").mkdir(parents=True)
        self.venv.joinpath("kept").touch()
        self._add(self.venv / "bin" / "python", self._python(version, "" if pip else "sys.modules['pip'] = None; "))

    def add_uv(self) -> None:
        self._add(self.path / "uv", UV.format(log=self.log))

    def make(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run make, and let the next one find only what it left on the disk."""
        self.log.write_text("")
        said = {"PATH": str(self.path), **environment}
        return subprocess.run(["make", *arguments], cwd=self.folder, env=said, capture_output=True, text=True)

    def did(self) -> list[str]:
        return self.log.read_text().splitlines()

    def _python(self, version: str, without: str = "") -> str:
        number = tuple(map(int, version.split(".")))
        return PYTHON.format(version=version, number=number, real=sys.executable, log=self.log, without=without)

    def _add(self, path: Path, script: str) -> None:
        path.write_text(script)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


PIP = "-m pip install --disable-pip-version-check --quiet -r requirements.txt"
RUN = "-m streamlit run app.py"


def test_run_says_what_it_installs_and_how_long_that_takes_before_it_does(machine: Machine) -> None:
    machine.add_python("python3", "3.12.1")
    first = machine.make("run")
    assert machine.did() == ["3.12.1 -m venv .venv", f"3.12.1 {PIP}", f"3.12.1 {RUN}"]
    said, how_long, *_ = first.stdout.splitlines()
    assert SAID in said
    assert "GB" in said
    assert "minutes" in how_long
    later = machine.make("run")
    assert machine.did() == [f"3.12.1 {RUN}"]
    assert SAID not in later.stdout


@pytest.mark.parametrize("version", ["3.10.13", "3.14.0"])
def test_a_python_that_does_not_serve_is_one_line(machine: Machine, version: str) -> None:
    machine.add_python("python3", version)
    made = machine.make("run")
    assert made.returncode != 0
    assert machine.did() == []
    said, of_make = made.stderr.splitlines()
    assert "3.11, 3.12 or 3.13" in said
    assert f"Python {version}" in said
    assert of_make.startswith("make: ***")
    machine.add_python("python3", "3.13.0")
    assert machine.make("run").returncode == 0


def test_no_python_at_all_is_one_line_too(machine: Machine) -> None:
    said, _of_make = machine.make("run").stderr.splitlines()
    assert "3.11, 3.12 or 3.13" in said


@pytest.mark.parametrize("name", ["python3.11", "python3.12", "python3.13"])
def test_another_python_that_serves_is_taken(machine: Machine, name: str) -> None:
    machine.add_python("python3", "3.14.0")
    machine.add_python(name, f"{name.removeprefix('python')}.4")
    assert machine.make("run").returncode == 0
    assert machine.did()[0] == f"{name.removeprefix('python')}.4 -m venv .venv"


def test_the_python_that_is_named_is_taken_and_no_other(machine: Machine) -> None:
    machine.add_python("python3", "3.12.1")
    machine.add_python("mine", "3.11.7")
    assert machine.make("run", "PYTHON=mine").returncode == 0
    assert machine.did()[0] == "3.11.7 -m venv .venv"
    machine.add_python("mine", "3.10.1")
    shutil.rmtree(machine.venv)
    assert "Python 3.10.1" in machine.make("run", "PYTHON=mine").stderr


def test_uv_is_used_where_it_is(machine: Machine) -> None:
    machine.add_python("python3", "3.10.13")
    machine.add_python("python3.12", "3.12.1")
    machine.add_uv()
    assert machine.make("run").returncode == 0
    make_venv, install, run = machine.did()
    assert make_venv == f"uv venv --quiet --seed --python {machine.path}/python3.12 .venv", "uv finds others by a name"
    assert install == "uv pip install --python .venv/bin/python --quiet -r requirements.txt"
    assert run == f"3.12.1 {RUN}"


@pytest.mark.parametrize("uv", [False, True])
def test_an_environment_that_serves_is_kept(machine: Machine, uv: bool) -> None:
    """Whoever made it: uv installs where there is no pip, and pip where uv was before."""
    machine.add_python("python3", "3.13.0")
    machine.add_venv("3.11.7", pip=not uv)
    if uv:
        machine.add_uv()
    assert machine.make("run").returncode == 0
    assert (machine.venv / "kept").exists()
    assert machine.did()[-1] == f"3.11.7 {RUN}"


@pytest.mark.parametrize(("version", "pip"), [("3.10.13", True), ("3.14.0", True), ("3.12.1", False)])
def test_an_environment_that_does_not_serve_is_made_anew(machine: Machine, version: str, pip: bool) -> None:
    """Also where everything was installed, and only its Python is gone since."""
    machine.add_python("python3", "3.13.0")
    machine.add_venv(version, pip=pip)
    (machine.venv / "installed").touch()
    assert machine.make("run").returncode == 0
    assert not (machine.venv / "kept").exists()
    assert machine.did() == ["3.13.0 -m venv .venv", f"3.13.0 {PIP}", f"3.13.0 {RUN}"]


def test_an_environment_without_its_python_is_made_anew(machine: Machine) -> None:
    machine.add_python("python3", "3.13.0")
    (machine.venv / "bin").mkdir(parents=True)
    (machine.venv / "bin" / "python").symlink_to("gone")
    (machine.venv / "installed").touch()
    assert machine.make("run").returncode == 0
    assert machine.did() == ["3.13.0 -m venv .venv", f"3.13.0 {PIP}", f"3.13.0 {RUN}"]


def test_an_installation_that_broke_off_is_gone_on_with(machine: Machine) -> None:
    machine.add_python("python3", "3.13.0")
    machine.add_venv("3.13.0")
    assert machine.make("run").returncode == 0
    assert machine.did() == [f"3.13.0 {PIP}", f"3.13.0 {RUN}"]


@pytest.mark.parametrize("home", [None, "/somebody"])
def test_there_is_a_home_even_for_a_user_who_has_none(machine: Machine, home: str | None) -> None:
    """Streamlit does not start without."""
    machine.add_python("python3", "3.13.0")
    assert machine.make("run", **({"HOME": home} if home else {})).returncode == 0
    seen = (machine.folder.parent / "log.home").read_text().splitlines()
    assert set(seen) == {home or str(machine.venv)}
