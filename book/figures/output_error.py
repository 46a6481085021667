"""The numbers of widgets W3.1 and W3.2: the error at a sigmoid output, and what many layers leave of one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def sigmoid(z: Array | float) -> Array:
    """1 / (1 + e^−z), without overflow; of any shape."""
    return np.asarray(0.5 * (1 + np.tanh(np.asarray(z) / 2)))


def squared(z: Array | float, tau: float) -> Array:
    """∂E/∂z of half the squared error at y = sigmoid(z): (y − τ) y (1 − y)."""
    y = sigmoid(z)
    return np.asarray((y - tau) * y * (1 - y))


def entropy(z: Array | float, tau: float) -> Array:
    """∂E/∂z of the cross entropy: y − τ."""
    return np.asarray(sigmoid(z) - tau)


def left(w: float, layers: int) -> Array:
    """(w/4)^l for l = 1 … layers: an error's factor after l layers of one sigmoid unit each, at z = 0."""
    return np.asarray((w / 4) ** np.arange(1, layers + 1), dtype=np.float64)
