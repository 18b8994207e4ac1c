"""Codes as bytes: every number of a code is rounded to one of 256 steps, so that a code has a size in real bytes."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np

TOP = 255  # the highest byte


@dataclass(frozen=True, eq=False)
class Quantizer:
    """One byte for each number of a code, evenly between the lowest and the highest value that it takes.

    The ranges belong to the decoder: they come from other pictures than those that are coded.

    Args:
        low: float32 (numbers,), what byte 0 stands for.
        high: float32 (numbers,), what byte 255 stands for.
    """

    low: np.ndarray = field(repr=False)
    high: np.ndarray = field(repr=False)

    @classmethod
    def of(cls, codes: np.ndarray) -> Self:
        """The ranges of the codes of some training pictures, float32 (n, numbers), n ≥ 1.

        Raises:
            ValueError: If there is no code.
        """
        if codes.ndim != 2 or len(codes) == 0:
            raise ValueError(f"Expected `codes` of shape (n, numbers), n at least 1. Received: {codes.shape}.")
        return cls(codes.min(axis=0), codes.max(axis=0))

    @property
    def step(self) -> np.ndarray:
        """Return how far two neighboring bytes are apart: float32 (numbers,)."""
        return (self.high - self.low) / np.float32(TOP)

    def to_bytes(self, codes: np.ndarray) -> np.ndarray:
        """float32 (n, numbers) → uint8 (n, numbers); what is out of range becomes the nearest end of it"""
        step = np.where(self.step > 0, self.step, 1)  # a number that is always the same needs no step
        return np.rint(np.clip((codes - self.low) / step, 0, TOP)).astype(np.uint8)

    def to_codes(self, stored: np.ndarray) -> np.ndarray:
        """uint8 (n, numbers) → float32 (n, numbers)"""
        return (self.low + stored * self.step).astype(np.float32)
