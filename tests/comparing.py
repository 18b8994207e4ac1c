"""Comparing what was worked out in single precision along two ways."""

import numpy as np

AT_EDGES = {"stains": 1e-3}  # kind of noise → of the values: where a stain ends, a rounding decides whether it is there


def share_apart(found: np.ndarray, expected: np.ndarray, near: float) -> float:
    """Of the values, how many are further apart than `near`."""
    return float((np.abs(found - expected) > near).mean())
