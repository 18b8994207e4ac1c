"""What the command line says, for every benchmark."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
NO_MNIST = "HOURGLASS_MNIST names no file, so what needs MNIST is skipped."


@dataclass(frozen=True)
class Options:
    """How to measure.

    Args:
        quick: Fewer repetitions and shorter trainings, to see that everything works.
        full: Measure what is otherwise measured in part and scaled up.
        epochs: Of all trainings of `ordered`; None: as many for each as that says.
        torch_python: A Python that has PyTorch, where this one has not.
    """

    quick: bool = False
    full: bool = False
    epochs: int | None = None
    torch_python: str = sys.executable

    def count(self, default: int, quick: int) -> int:
        """Return how many repetitions."""
        return quick if self.quick else default

    @property
    def has_mnist(self) -> bool:
        """Return whether the real MNIST is here."""
        return Path(os.environ.get("HOURGLASS_MNIST", ROOT / "no such file")).is_file()
