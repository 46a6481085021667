"""The capstones' networks run forward, and their losses: what chapter 12's checks look at. There is no backward pass.

An adder's cell has U (d, 3), b (d,), V (2, d), c (2,). A network with two chains has U, W, b, h0 for the one that
runs with time, Ub, Wb, bb, hb0 for the one against it, and V, Vb, c for the output. All arrays are float64.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from through_time import losses

Array = NDArray[np.float64]
Parameters = Mapping[str, Array]

ROWS = np.array([[a, b, carry] for a in (0.0, 1.0) for b in (0.0, 1.0) for carry in (0.0, 1.0)])
"""All cases of two bits and a carry, (8, 3)."""


def cell(params: Parameters, x: Array) -> Array:
    """The cell's two logits (2,), of the sum bit and of the carry, for x (3,)."""
    return np.asarray(params["V"] @ np.tanh(params["U"] @ x + params["b"]) + params["c"])


def _cross_entropy(o: Array, tau: Array) -> float:
    return float(np.sum(np.logaddexp(0.0, o) - tau * o))


def rows_loss(params: Parameters) -> float:
    """The cross entropy of both outputs, summed over the 8 cases."""
    ones = ROWS.sum(axis=1)
    wanted = np.stack([ones % 2, ones // 2], axis=1)
    return sum(_cross_entropy(cell(params, x), tau) for x, tau in zip(ROWS, wanted, strict=True))


def sum_logits(params: Parameters, a: Array, b: Array) -> Array:
    """The logits of the N + 1 sum bits, lowest first; the carry goes on as it comes, unrounded."""
    carry, found = 0.0, []
    for bits in zip([*a, 0.0], [*b, 0.0], strict=True):
        o = cell(params, np.array([*bits, carry]))
        carry = float(0.5 + 0.5 * np.tanh(0.5 * o[1]))
        found.append(o[0])
    return np.array(found)


def adder(params: Parameters, a: Array, b: Array, target: Array) -> float:
    """The cross entropy of the sum bits, summed over the N + 1 steps."""
    return _cross_entropy(sum_logits(params, a, b), target)


def gap_logits(p: Parameters, X: Array, gap: int) -> Array:
    """The logits (k,) at row `gap` of X (T, n): one chain has read up to it, the other down to it."""
    h, hb = p["h0"], p["hb0"]
    for x in X[: gap + 1]:
        h = np.tanh(p["U"] @ x + p["W"] @ h + p["b"])
    for x in X[gap:][::-1]:
        hb = np.tanh(p["Ub"] @ x + p["Wb"] @ hb + p["bb"])
    return np.asarray(p["V"] @ h + p["Vb"] @ hb + p["c"])


def gap(p: Parameters, X: Array, tau: Array, gap: int) -> float:
    """Softmax and cross entropy at row `gap` alone, with target tau (k,)."""
    return losses.one_output(gap_logits(p, X, gap), tau, "softmax-ce")


def last_logits(p: Parameters, X: Array) -> Array:
    """The logits (k,) after the last row of X (T, n)."""
    h = p["h0"]
    for x in X:
        h = np.tanh(p["U"] @ x + p["W"] @ h + p["b"])
    return np.asarray(p["V"] @ h + p["c"])
