"""Large files, each in a fresh process, and all others in one: how long it takes, and how much more memory.

Seconds are the processor's, of all threads, so that it does not count what else the machine does.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.data.uploads.corpus import ACCEPTED, ARCHIVES, REFUSED, heavy

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
MOST_MB, MOST_SECONDS = 300, 2.0

SCRIPT = """
import json, sys, time, warnings
from pathlib import Path
from tests.data.uploads.examples import collected
from tests.data.uploads.peak import forget_peak, peak_mb

warnings.simplefilter("ignore")
from PIL import Image
Image.init()
for line in sys.stdin:
    content = Path(line.strip()).read_bytes()
    forget_peak()
    before, begin = peak_mb(), time.process_time()
    found = collected([("file", content)])
    seconds = time.process_time() - begin
    reasons = [refusal.reason for refusal in found.refusals]
    print(json.dumps([seconds, peak_mb() - before, len(found.photos), reasons]), flush=True)
"""


class Reader:
    """A process that reads files and says what that took."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "content"
        self._process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def read(self, content: bytes) -> tuple[float, float, int, list[str]]:
        """Seconds of the processor, MB more than before, photos, reasons of refusals."""
        self._file.write_bytes(content)
        self._process.stdin.write(f"{self._file}\n")
        self._process.stdin.flush()
        seconds, more, photos, reasons = json.loads(self._process.stdout.readline())
        return seconds, more, photos, reasons

    def end(self) -> None:
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    process = Reader(tmp_path)
    yield process
    process.end()


QUICKEST = ("64 megapixels.jpg", "48 megapixels.png", "24 megapixels of JPEG.tif")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICKEST else pytest.mark.extended) for name in heavy()]
)
def test_large_pictures_are_read_in_time_and_in_little_memory(reader: Reader, name: str) -> None:
    seconds, more, photos, reasons = reader.read(heavy()[name]())
    print(f"{name}: {seconds:.2f} s, {more:.0f} MB")
    assert (photos, reasons) == (1, [])
    assert seconds < MOST_SECONDS
    assert more < MOST_MB


@pytest.mark.extended
def test_every_other_file_too(reader: Reader) -> None:
    built = {name: build() for name, (build, *_) in {**REFUSED, **ARCHIVES}.items()}
    most = 0.0
    for name, content in {**built, **ACCEPTED}.items():
        seconds, more, photos, reasons = reader.read(content)
        most = max(most, more)
        assert seconds < MOST_SECONDS, name
        assert more < MOST_MB, name
        assert photos or reasons or name == "empty.zip", name
    print(f"all others: at most {most:.0f} MB")
    assert most > 10, "memory is not measured"
