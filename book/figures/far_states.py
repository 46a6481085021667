"""What one decoder loss sends to the first encoder state, by the joint and by attention, for chapter 11.

A random encoder of d tanh units with recurrent weights of norm 0.9, and one decoder step. The loss pulls at the
output in a fixed direction; s and κ are heard with weights of the same size.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

UNITS, INPUTS, OUTPUTS = 8, 3, 5
NORM = 0.9


@dataclass(frozen=True)
class Arrival:
    """Sizes at h_1: of the product of chapter 8 from h_S, and of ∂E/∂h_1 without and with attention."""

    product: float
    joint: float
    equal: float
    found: float


def arrival(S: int, seed: int) -> Arrival:
    """One draw. `equal`: all weights 1/S. `found`: h_1 has 0.9 of the weight, the others share the rest."""
    rng = np.random.default_rng(seed)
    d = UNITS

    def orthogonal() -> Array:
        return np.asarray(np.linalg.qr(rng.normal(size=(d, d)))[0])

    U, W, P, Ws = rng.normal(size=(d, INPUTS)), NORM * orthogonal(), orthogonal(), NORM * orthogonal()
    at_s, at_kappa = rng.normal(size=(2, OUTPUTS, d)) / np.sqrt(d)
    eps = rng.normal(size=OUTPUTS)
    inputs = rng.normal(size=(S, INPUTS))
    h, slopes = np.zeros(d), []
    for x in inputs:
        h = np.tanh(U @ x + W @ h)
        slopes.append(1 - h**2)
    s = np.tanh(Ws @ P @ h)
    by_joint = P.T @ (Ws.T @ ((1 - s**2) * (at_s.T @ eps)))
    straight = at_kappa.T @ eps

    def back(shares: Array) -> float:
        """The size of ∂E/∂h_1 if state i has this share in the context, and the last one hears the joint."""
        total = shares[-1] * straight + by_joint
        for i in range(S - 2, -1, -1):
            total = shares[i] * straight + W.T @ (slopes[i + 1] * total)
        return float(np.linalg.norm(total))

    product = np.eye(d)
    for slope in slopes[1:]:
        product = slope[:, None] * W @ product
    rest = np.full(S, 0.1 / max(S - 1, 1))
    rest[0] = 0.9 if S > 1 else 1.0
    return Arrival(
        product=float(np.linalg.norm(product, 2)),
        joint=back(np.zeros(S)),
        equal=back(np.full(S, 1 / S)),
        found=back(rest),
    )


@cache
def typical(S: int, draws: int = 20) -> Arrival:
    """The geometric mean over this many networks."""
    found = [arrival(S, seed) for seed in range(draws)]
    names = ("product", "joint", "equal", "found")
    return Arrival(
        **{name: float(np.exp(np.mean([np.log(getattr(each, name)) for each in found]))) for name in names}
    )
