"""Derivatives from numbers alone, and how far two arrays are apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STEP = 1e-5
"""Width of the central difference: its error, of order STEP**2, meets the rounding of E / STEP near here."""


def central_difference(E: Callable[[Array], float], theta: Array, step: float = STEP) -> Array:
    """Differentiate the number E(theta) by each entry of theta (any shape); same shape, float64.

    Every entry costs two evaluations of E. `theta` itself is not changed.
    """
    theta = np.asarray(theta, dtype=np.float64)
    slope = np.empty_like(theta)
    for index in np.ndindex(theta.shape):
        ahead, behind = theta.copy(), theta.copy()
        ahead[index] += step
        behind[index] -= step
        slope[index] = (E(ahead) - E(behind)) / (2 * step)
    return slope


def gradient(loss: Callable[..., float], p: Mapping[str, Array], *data: Any) -> dict[str, Array]:
    """Differentiate loss(p, *data) by every array of `p`: a dict with "d" before each name."""

    def slope(name: str) -> Array:
        return central_difference(lambda array: loss({**p, name: array}, *data), p[name])

    return {f"d{name}": slope(name) for name in p}


def relative_error(a: Array, b: Array) -> float:
    """Norm of a - b divided by the norm of b (by 1 where b is all zeros)."""
    return float(np.linalg.norm(a - b) / (np.linalg.norm(b) or 1.0))
