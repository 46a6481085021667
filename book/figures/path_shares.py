"""What each path contributes in the standard scalar record, and in the small network of chapter 6."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from figures import scalar

Array = NDArray[np.float64]

SMALL_X = np.array([1.0, -1.0, 1.0, 0.5])
SMALL_TAU = np.array([0.2, 0.0, 1.0, -0.3])
SMALL = {"u": 0.6, "w": 0.5, "v": 1.0, "h0": 0.4}
"""The network that a reader can redo by hand: tanh states and outputs, half the squared error, no biases."""


def last_loss(w: float, T: int) -> Array:
    """The terms of ∂E_T/∂u, (T,), one for each path, in the record with recurrent weight `w`."""
    trace = scalar.run("many-to-one", w, T)
    return trace.delta * trace.x


def triangle(w: float, T: int) -> Array:
    """The share of every path in ∂E/∂u, (T,T) at [t−1, k−1], zero for k > t; a loss at every step."""
    shares = np.zeros((T, T))
    for t in range(1, T + 1):
        # The losses after t send nothing to it, so the record of t steps with one loss has the paths of E_t.
        shares[t - 1, :t] = last_loss(w, t)
    return shares


def small_states() -> Array:
    """h_0, ..., h_4 of the small network."""
    h = [SMALL["h0"]]
    for x in SMALL_X:
        h.append(np.tanh(SMALL["u"] * x + SMALL["w"] * h[-1]))
    return np.array(h)


def small_uses() -> Array:
    """The terms of dh_4/dw in the small network, (4,), for the uses k = 1, ..., 4."""
    h = small_states()
    slope = 1 - h[1:] ** 2
    along = np.append(np.cumprod((SMALL["w"] * slope)[:0:-1])[::-1], 1.0)
    return along * slope * h[:-1]


def small_triangle() -> Array:
    """The share of every path in ∂E/∂w of the small network, (4,4), zero for k > t."""
    h = small_states()
    slope, y = 1 - h[1:] ** 2, np.tanh(SMALL["v"] * h[1:])
    eps = (y - SMALL_TAU) * (1 - y**2)
    delta = np.diag(slope * SMALL["v"] * eps)
    for t in range(4):
        for k in range(t - 1, -1, -1):
            delta[t, k] = slope[k] * SMALL["w"] * delta[t, k + 1]
    return delta * h[:-1]
