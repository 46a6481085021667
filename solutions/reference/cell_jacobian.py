"""One step of an LSTM as a map of the pair (h, c): its Jacobian, in which the forget gate stands alone."""

from __future__ import annotations

import numpy as np

from solutions.reference.lstm import check_lstm
from solutions.reference.shapes import Array, Params, check_shapes


def pair_jacobian(q: Params, gates: Array, c_prev: Array, c: Array) -> Array:
    """Return ∂(h_t, c_t)/∂(h_{t−1}, c_{t−1}), (2d,2d), from the gates (4,d) of step t, c_{t−1} and c_t (d,); float64.

    The block of c_t by c_{t−1} is diag(f_t): no weight, and no slope. All others have one or both in them.
    Raises ArrayError. Source: Hochreiter and Schmidhuber 1997; the rest by the chain rule.
    """
    d = check_shapes("gates (4,d) c_prev (d) c (d)", gates, c_prev, c, **check_lstm(q))["d"]
    i, f, g, o = gates
    shown, slope = np.tanh(c), o * (1.0 - np.tanh(c) ** 2)
    Wi, Wf, Wg, Wo = q["Wh"].reshape(4, d, d)
    c_by_h = (
        (g * i * (1.0 - i))[:, None] * Wi
        + (c_prev * f * (1.0 - f))[:, None] * Wf
        + (i * (1.0 - g**2))[:, None] * Wg
    )
    h_by_h = slope[:, None] * c_by_h + (shown * o * (1.0 - o))[:, None] * Wo
    return np.block([[h_by_h, np.diag(slope * f)], [c_by_h, np.diag(f)]])


def pair_product(q: Params, run: Params, first: int = 0) -> Array:
    """Return ∂(h_T, c_T)/∂(h_k, c_k) with k = `first`, (2d,2d): the steps k+1..T, the last on the left; float64.

    `run` is what `lstm_forward` returns. Raises ArrayError. Source: as `pair_jacobian`; lectures A and B.
    """
    d = check_shapes("h (T+1,d) c (T+1,d) gates (T,4,d)", run["h"], run["c"], run["gates"])["d"]
    J = np.eye(2 * d)
    for t in range(first, len(run["gates"])):
        J = pair_jacobian(q, run["gates"][t], run["c"][t], run["c"][t + 1]) @ J
    return J


def half_life(bias: float) -> float:
    """Return n with σ(bias)^n = 1/2: after how many steps half of a cell is left; a float.

    Source: `cell_memory.kept_share`, solved for the steps. Raises nothing.
    """
    # ln σ(b) = −ln(1 + e^−b): the gate itself is too near 1 to take a logarithm of.
    return float(np.log(2.0) / np.logaddexp(0.0, -bias))
