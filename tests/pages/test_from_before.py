"""Links and runs from before the code was moved and renamed mean what they meant. The app of then wrote the run."""

import zipfile
from pathlib import Path

import pytest

from autoencoder.training.run_state import RunState
from tests.pages.running import App, words

FAMILY = "pages/family.py"

RUN = Path(__file__).with_name("run_from_before.zip")
KEY = "b2a6f55008e4a5c8508000c7"


@pytest.fixture
def run_from_before(hourglass_home: Path) -> str:
    with zipfile.ZipFile(RUN) as archive:
        archive.extractall(hourglass_home / "runs")
    return KEY


def test_a_run_is_shown_with_its_settings(app: App, run_from_before: str) -> None:
    tab = app.open(FAMILY, run=run_from_before)
    assert not tab.exception
    assert [warning.value for warning in tab.warning] == []
    assert app.folder_of(run_from_before).settings().key == run_from_before
    assert app.jobs.snapshot(run_from_before).state is RunState.FINISHED
    assert "bottleneck size (2 → 8), epochs (1 → 30), batch size (64 → 32), seed (5 → 0)" in words(tab)


@pytest.mark.parametrize(
    ("page", "address"),
    [
        (
            "pages/bottleneck.py",
            {"network": "convolutional", "bottleneck": "exact", "epochs": "7"},
        ),
        ("pages/latent.py", {"numbers": "4", "drawn_by": "tsne", "step": "3"}),
        ("pages/denoising.py", {"noise": "stains", "level": "0.35"}),
        ("pages/anomalies.py", {"false_alarms": "0.1", "score": "structural", "picture": "3"}),
        ("pages/family.py", {"member": "variational"}),
    ],
)
def test_a_link_opens_what_it_opened(app: App, page: str, address: dict[str, str]) -> None:
    tab = app.open(page, **address)
    assert not tab.exception
    assert [warning.value for warning in tab.warning] == []
    assert {name: tab.query_params.get(name) for name in address} == address
