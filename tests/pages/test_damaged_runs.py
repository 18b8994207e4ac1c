"""Whatever has become of a run's files: each page has a sentence, or does without that run."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from autoencoder.analysis.family import MEASURED, settings_of
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import RunState
from autoencoder.training.settings import TrainingSettings
from tests.pages.anomaly_runs import ANOMALIES, OF_BANANAS
from tests.pages.anomaly_runs import prepare as prepare_anomalies
from tests.pages.running import BOTTLENECK, DENOISER, DENOISING, LIKE_PRETRAINED, App
from tests.training.damages import damages, restore
from ui.services.services import PRETRAINED_FAMILY

FAMILY, LATENT = "pages/family.py", "pages/latent.py"


@dataclass(frozen=True)
class Case:
    """A run and the page that shows it."""

    page: str
    make: Callable[[App], RunFolder]
    beside: TrainingSettings | None = None  # of another run, which is the one that is shown


def _of_family(app: App) -> RunFolder:
    settings = settings_of("linear", "mnist_sample")
    folder, like = app.prepare(settings, RunState.FINISHED), PRETRAINED_FAMILY["linear"]
    folder.write_network(*like.network())
    folder.write_measured(MEASURED, like.measured(MEASURED))
    folder.write_measured_arrays("family pca", like.measured_arrays("family pca"))
    return folder


def _twin(app: App) -> RunFolder:
    app.prepare(EXACT, RunState.FINISHED)
    return app.prepare(LIKE_PRETRAINED, RunState.FINISHED)


EXACT = replace(LIKE_PRETRAINED, bottleneck="exact", bottleneck_size=8)
CASES = {
    "twin": Case(BOTTLENECK, _twin, EXACT),
    "trained": Case(BOTTLENECK, lambda app: app.prepare(LIKE_PRETRAINED, RunState.FINISHED)),
    "in training": Case(BOTTLENECK, lambda app: app.prepare(LIKE_PRETRAINED, RunState.PAUSED)),
    "latent": Case(LATENT, lambda app: app.prepare(LIKE_PRETRAINED, RunState.FINISHED)),
    "denoiser": Case(DENOISING, lambda app: app.prepare(DENOISER, RunState.FINISHED)),
    "anomalies": Case(ANOMALIES, lambda app: prepare_anomalies(app, OF_BANANAS)),
    "family": Case(FAMILY, _of_family),
}


def _check(app: App, case: Case, key: str, log: pytest.LogCaptureFixture) -> str:
    """Open the page for whoever trained it and for another learner; return what is wrong."""
    for address in ({"run": key}, {}):
        tab = app.open(case.page, **address)
        if tab.exception:
            return f"{address}: {tab.exception[0].value} {tab.exception[0].stack_trace[-3:]}"
        if any("did not expect" in said.value for said in tab.error):
            return f"{address}: {tab.error[0].value} {log.text[-600:]}"
        if not tab.get("bidi_component"):
            return f"{address}: an empty page"
    return ""


@pytest.mark.extended
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("name", CASES)
def test_no_damage_breaks_a_page(
    app: App, no_mnist: object, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    case, found = CASES[name], []
    folder = case.make(app)
    whole = Path(shutil.copytree(folder.path, tmp_path / "whole"))
    files = [file.relative_to(whole) for file in sorted(whole.rglob("*")) if file.is_file() and file.name != "lease"]
    for file in files:
        for damage, spoil in damages(whole / file):
            spoil(folder.path / file)
            if wrong := _check(app, case, case.beside.key if case.beside else folder.path.name, caplog):
                found.append(f"{file} {damage}: {wrong}")
                print(found[-1], flush=True)
            caplog.clear()
            if folder.path.exists():
                restore(folder.path, whole)
            else:
                shutil.copytree(whole, folder.path)
    assert not found
