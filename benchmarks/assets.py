"""Train the small networks that come with the app, on what is built in, and keep them in `assets/`.

python -m benchmarks.assets [bottleneck] [denoising] [anomalies] [repair] [family/sparse] …
"""

import shutil
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from autoencoder.analysis import anomalies, compression, denoising, family, filters
from autoencoder.data.noise import NOISES
from autoencoder.training.run_folder import RESULT_FILES, RunFolder, RunState
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.worker import OnFinished, train


def measure_every_noise(folder: RunFolder) -> None:
    """Work out the tables for all kinds of noise, of a network and of the filters beside it, and keep them."""
    for kind in NOISES:
        denoising.measure(folder, kind)
        filters.filter_table(folder.settings().source, kind, filters.kept_at(folder, kind))


FOLDER = Path(__file__).parents[1] / "assets" / "pretrained"
DIGITS = "mnist_sample"
NETWORKS: Mapping[str, tuple[TrainingSettings, OnFinished]] = {
    "bottleneck": (
        TrainingSettings(DIGITS, epochs=100, batch_size=64, learning_rate=0.002, augmentation="affine"),
        compression.measure,
    ),
    "denoising": (
        replace(denoising.DEFAULT, source=DIGITS, epochs=40, batch_size=8, optimizer="adam"),
        measure_every_noise,
    ),
    "anomalies": (anomalies.DEFAULTS["bananas"], anomalies.measure),
    "repair": (anomalies.REPAIR, anomalies.measure),
    **{f"family/{member}": (family.settings_of(member, DIGITS), family.measure) for member in family.MEMBERS},
}


def pretrain(target: Path, settings: TrainingSettings, measure: OnFinished) -> None:
    """Train and measure, then copy what the pages need to the folder `target`; a RuntimeError if that did not end."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, over = RunFolder(Path(temporary)), threading.Event()
        folder.create(settings)

        def watch() -> None:
            while not over.wait(1.0):  # somebody watches, as the app says while a page is open
                folder.touch_lease()

        threading.Thread(target=watch, daemon=True).start()
        try:
            train(temporary, measure)
        finally:
            over.set()
        snapshot = folder.snapshot()
        if snapshot.state is not RunState.FINISHED:
            raise RuntimeError(f"Expected the training to finish. Received: {snapshot.state}, {snapshot.notice}")
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for name in (*RESULT_FILES, "manifest.json"):
            shutil.copyfile(folder.path / name, target / name)
        shutil.copytree(folder.path / "measured", target / "measured")


if __name__ == "__main__":
    for name in sys.argv[1:] or NETWORKS:
        pretrain(FOLDER / name, *NETWORKS[name])
