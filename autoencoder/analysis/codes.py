"""The codes of test pictures at one bottleneck size, and the pictures that the decoder makes of any codes."""

from dataclasses import dataclass, field

import numpy as np

from autoencoder.data.image_dataset import ImageDataset
from autoencoder.training.store import TrainedModel

MOST_CODES = 2000
MOST_VALUES = 2_000_000  # pixel values of all thumbnails together, which travel to the browser
THUMBNAIL = 32 * 32  # pixels, the most of one


@dataclass(frozen=True, eq=False)
class Codes:
    """The codes of the first test pictures: number `i` is that of test picture `i`.

    Args:
        values: float32 (n, size).
        labels: integer (n,), or None where the pictures have no labels.
        class_names: The name of each label.
    """

    values: np.ndarray = field(repr=False)
    labels: np.ndarray | None = field(default=None, repr=False)
    class_names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    @property
    def size(self) -> int:
        """Return how many numbers a code has."""
        return int(self.values.shape[1])

    @property
    def classes(self) -> list[int]:
        """The labels that occur, in rising order."""
        return [] if self.labels is None else np.unique(self.labels).tolist()

    def of_class(self, label: int | None) -> np.ndarray:
        """The codes of one class, float32 (m, size); all of them for None or where there are no labels."""
        return self.values if label is None or self.labels is None else self.values[self.labels == label]


def code_sizes(model: TrainedModel) -> list[int]:
    """The bottleneck sizes to choose from: 2, 4, 8, … and the largest of an ordered network; else its only one."""
    largest = model.settings.bottleneck_size
    if not model.settings.ordered:
        return [largest]
    return [size for size in (2, 4, 8, 16, 32) if size < largest] + [largest]


def codes_of(model: TrainedModel, pictures: ImageDataset, size: int) -> Codes:
    """The codes of the first test pictures, at most MOST_CODES of them, fewer where they are in color.

    Args:
        model: A trained network whose code is a vector.
        pictures: Their test pictures are looked at.
        size: How many numbers of each code are kept; one of `model.settings.sizes`.

    Raises:
        ValueError: If the network does not answer for `size`.
    """
    if size not in model.settings.sizes:
        raise ValueError(f"Expected `size` to be one that the network answers for. Received: {size}.")
    height, width, channels = pictures.shape
    count = min(MOST_CODES, MOST_VALUES // (min(height * width, THUMBNAIL) * channels), len(pictures.test))
    labels = None if pictures.test_labels is None else pictures.test_labels[:count]
    return Codes(model.network.encode(pictures.test[:count])[:, :size], labels, pictures.class_names)


def decode(model: TrainedModel, codes: np.ndarray) -> np.ndarray:
    """Pictures from codes, whether any picture has such a code or not.

    Args:
        model: A trained network.
        codes: float (n, size), the first numbers of codes; an ordered network is told how many there are.

    Returns:
        float32 (n, height, width, channels) in [0, 1].
    """
    whole = np.zeros((len(codes), model.settings.bottleneck_size), np.float32)
    whole[:, : codes.shape[1]] = codes
    return model.network.decode(whole, codes.shape[1])
