"""Short trainings of small pictures, and what is compared of them."""

from dataclasses import replace

import numpy as np

from autoencoder.data.image_dataset import ImageDataset
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import PENALTIES, TrainingSettings
from autoencoder.training.trainer import Trainer
from tests.examples import make_set

GRAY = make_set(90, 24, (28, 28, 1))
ALIKE = replace(GRAY, train=np.repeat(np.rint(GRAY.train[:1] * 255) / np.float32(255), 90, axis=0))
SETTINGS = TrainingSettings(source="mnist_sample", epochs=3, batch_size=8, bottleneck_size=6)
EXACT = replace(SETTINGS, bottleneck="exact")
GRAIN = {"noise": "gaussian", "noise_low": 0.1, "noise_high": 0.6}
ALL_BLACK = {"noise": "masked", "noise_low": 1.0, "noise_high": 1.0}
KINDS = {name: {"network": name, "bottleneck": "open" if NETWORKS[name].open else "ordered"} for name in NETWORKS}
NOISY_KINDS = {
    "dense, fresh noise": KINDS["dense"] | GRAIN,
    "dense, noise once": KINDS["dense"] | GRAIN | {"fresh_noise": False},
    "keras_example, fresh noise": KINDS["keras_example"] | GRAIN,
    "convolutional, exact, fresh noise": {"network": "convolutional", "bottleneck": "exact"} | GRAIN,
}
SHALLOW = {"network": "shallow", "bottleneck": "exact", "penalty_weight": 0.01}
PENALISED_KINDS = {name: SHALLOW | {"penalty": name} for name in PENALTIES}
AUGMENTED_KINDS = {"dense, augmented": KINDS["dense"] | {"augmentation": "affine"}}
OWN = "dense-40.20-gelu-dropout0.2-decay0.0001-norm"
OWN_CONVOLUTIONS = "conv-6k5s2.5k3s2-leaky_relu-dropout0.1-decay0.0001-norm"
EXACT_OWN = {"network": "own", "bottleneck": "exact"}
OWN_KINDS = {
    "own, all options": KINDS["own"] | {"composition": OWN},
    "own convolutions, all options": EXACT_OWN | GRAIN | {"composition": OWN_CONVOLUTIONS},
}
PENALISED_KINDS["variational, fresh noise"] = PENALISED_KINDS["variational"] | GRAIN


def weights(trainer: Trainer) -> list[np.ndarray]:
    return [*trainer.encoder.get_weights(), *trainer.decoder.get_weights()]


def train(settings: TrainingSettings, *, parts: list[int] | None = None, pictures: ImageDataset = GRAY) -> Trainer:
    """A whole training, an epoch at a time or in these many steps at a time."""
    trainer = Trainer(settings, pictures)
    for steps in parts or [trainer.steps_per_epoch] * settings.epochs:
        trainer.advance(steps)
    return trainer


def equal(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(np.array_equal(*pair) for pair in zip(one, other, strict=True))


def rebuild(trainer: Trainer, pictures: np.ndarray) -> np.ndarray:
    return trainer.decoder(trainer.encoder(pictures)).numpy()
