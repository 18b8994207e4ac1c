"""The tests of the JavaScript, which Node runs."""

import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.mark.skipif(shutil.which("node") is None, reason="The unit tests of the JavaScript need Node.js.")
def test_the_javascript() -> None:
    tests = sorted(Path(__file__).parent.glob("*.test.js"))
    done = subprocess.run(["node", "--test", *tests], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
