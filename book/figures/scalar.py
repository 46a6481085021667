"""The standard scalar record: one small network, run in all four mappings, for figures and tables.

n = d = k = 1, u = 0.8, v = 1, b = 0.1, c = 0, h_0 = 0.2, x_t = sin 0.7t, τ_t = 0.5 cos 0.4t, tanh hidden,
identity output, E_t = ½ (y_t − τ_t)². SISO and SIMO keep x_1 only, SISO and many-to-one keep E_T only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MAPPINGS = {
    "SISO": (False, False),
    "SIMO": (False, True),
    "MIMO": (True, True),
    "many-to-one": (True, False),
}
"""Name -> (an input at every step, a loss at every step)."""

u, v, b, c, h0 = 0.8, 1.0, 0.1, 0.0, 0.2


@dataclass(frozen=True)
class Trace:
    """One run, forward and backward: arrays (T,) for the steps t = 1..T, and what they add up to.

    `own` and `from_next` are the two parts of `delta`: f'(z_t) v ε_t and f'(z_t) w δ_{t+1}.
    """

    E: float
    x: Array
    h_before: Array
    delta: Array
    own: Array
    from_next: Array

    @property
    def dU(self) -> float:
        """∂E/∂u."""
        return float(self.delta @ self.x)

    @property
    def dW(self) -> float:
        """∂E/∂w."""
        return float(self.delta @ self.h_before)

    @property
    def largest_at(self) -> int:
        """The step t at which |δ_t| is largest."""
        return int(np.argmax(np.abs(self.delta))) + 1


def run(mapping: str, w: float, T: int) -> Trace:
    """Run the record in one of MAPPINGS with recurrent weight `w` over T steps."""
    every_input, every_loss = MAPPINGS[mapping]
    t = np.arange(1, T + 1)
    x = np.sin(0.7 * t) * (1.0 if every_input else t == 1)
    tau = 0.5 * np.cos(0.4 * t)
    mask = np.ones(T) if every_loss else (t == T) * 1.0
    h = np.empty(T + 1)
    h[0] = h0
    for i in range(T):
        h[i + 1] = np.tanh(u * x[i] + w * h[i] + b)
    eps = mask * (v * h[1:] + c - tau)
    slope = 1 - h[1:] ** 2
    own, from_next = slope * v * eps, np.zeros(T)
    delta = np.empty(T)
    carry = 0.0
    for i in reversed(range(T)):
        from_next[i] = slope[i] * carry
        delta[i] = own[i] + from_next[i]
        carry = w * delta[i]
    return Trace(float(0.5 * np.sum(eps**2)), x, h[:-1], delta, own, from_next)
