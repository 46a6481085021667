"""The echo of one input: a scalar network that hears x_1 = 1 and then nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FAINT = 0.05
"""Below this size the tables call an echo gone."""


def echo(w_h: float, T: int, activation: str = "tanh") -> Array:
    """h_1..h_T (T,): h_1 = f(1), h_t = f(w_h h_{t-1}); `activation` is "tanh" or "linear"."""
    h = np.empty(T)
    before = 1.0
    for t in range(T):
        z = before if t == 0 else w_h * before
        before = float(np.tanh(z)) if activation == "tanh" else z
        h[t] = before
    return h


def gone_at(w_h: float, T: int) -> int | None:
    """The first step at which |h_t| is under FAINT, if there is one up to T."""
    steps = np.flatnonzero(np.abs(echo(w_h, T)) < FAINT)
    return int(steps[0]) + 1 if steps.size else None
