"""Pictures made by a formula."""

import numpy as np

from autoencoder.data.image_dataset import ImageDataset


def make_pictures(count: int, shape: tuple[int, int, int], seed: int = 0) -> np.ndarray:
    """Waves of random direction and phase: float32 (count, *shape) in [0, 1]."""
    height, width, channels = shape
    generator = np.random.default_rng(seed)
    rows, columns = np.mgrid[:height, :width] / max(height, width)
    slopes = generator.uniform(-3, 3, (count, 1, 1, 2))
    phases = generator.uniform(0, 6, (count, 1, 1, channels))
    waves = (slopes[..., 0] * rows + slopes[..., 1] * columns)[..., np.newaxis] + phases
    return ((1 + np.sin(waves)) / 2).astype(np.float32)


def make_set(train: int, test: int, shape: tuple[int, int, int], *, labels: bool = True) -> ImageDataset:
    return ImageDataset(
        train=make_pictures(train, shape),
        test=make_pictures(test, shape, seed=1),
        train_labels=np.arange(train) % 10 if labels else None,
        test_labels=np.arange(test) % 10 if labels else None,
        class_names=tuple("0123456789"),
    )
