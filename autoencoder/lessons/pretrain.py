"""Train the small network that comes with the app, on the digits that are built in, and keep it in `assets/`.

python -m autoencoder.lessons.pretrain
"""

import shutil
import tempfile
from pathlib import Path

from autoencoder.lessons.compression import MEASURED, measure
from autoencoder.training.run_folder import RESULT_FILES, RunFolder, RunState
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.worker import train

FOLDER = Path(__file__).parents[2] / "assets" / "pretrained"
SETTINGS = TrainingSettings(source="digits", epochs=100, batch_size=32, learning_rate=0.003)
KEPT = (*RESULT_FILES, "manifest.json", f"measured/{MEASURED}.json")


def pretrain(target: Path = FOLDER, settings: TrainingSettings = SETTINGS) -> None:
    """Train and measure, then copy what the pages need.

    Raises:
        RuntimeError: If the training did not finish.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = RunFolder(Path(temporary))
        folder.create(settings)
        train(temporary, measure)
        snapshot = folder.snapshot()
        if snapshot.state is not RunState.FINISHED:
            raise RuntimeError(f"Expected the training to finish. Received: {snapshot.state}, {snapshot.message}")
        for name in KEPT:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder.path / name, target / name)


if __name__ == "__main__":
    pretrain()
