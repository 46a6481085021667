"""The adder that is learnt from its 8 cases: a cell whose carry is its state, fed back as it comes, unrounded.

The cell is a small MLP: x_t = (a_t, b_t, carry_{t−1}), h_t = tanh(U x_t + b), y_t = σ(V h_t + c), whose two
outputs are the sum bit and the carry. Parameters: U (d,3), b (d,), V (2,d), c (2,).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solutions.reference.activations import sigmoid, sigmoid_prime
from solutions.reference.adder import adder_rows, bit_pairs
from solutions.reference.losses import sigmoid_cross_entropy
from solutions.reference.sgd import Descent, sgd
from solutions.reference.shapes import (
    Array,
    Gradients,
    Params,
    Sizes,
    check_count,
    check_params,
    check_shapes,
)
from solutions.reference.steps import sum_of_outer

CELL = "U (d,3) b (d) V (2,d) c (2)"
"""The parameters of the cell."""

UNITS = 4
DESCENT = Descent(eta=1.0, epochs=1000, limit=1.0)
"""Of the seeds 0 to 99, 99 learn all 8 rows so; with 3 units 92 do."""

Row = tuple[Array, Array]


def check_cell(p: Params) -> Sizes:
    """Check U, b, V, c, and return d. Raises ArrayError."""
    return check_params(CELL, p)


def train_adder(seed: int) -> dict[str, Array]:
    """Return a cell trained on the 8 rows of `adder_rows`, U (4,3), b (4,), V (2,4), c (2,); float64.

    The same seed gives the same cell. Source: lecture C (8 training examples). Raises nothing.
    """
    rng = np.random.default_rng(seed)
    p = {
        "U": rng.normal(size=(UNITS, 3)),
        "b": np.zeros(UNITS),
        "V": rng.normal(size=(2, UNITS)),
        "c": np.zeros(2),
    }
    return sgd(rows_objective, p, list(zip(*adder_rows(), strict=True)), DESCENT, rng)[0]


def rows_objective(p: Params, rows: Sequence[Row]) -> tuple[float, Gradients]:
    """Return the cross entropy summed over rows (x (3,), y (2,)), and dU, db, dV, dc; float64.

    Raises ArrayError, CountError. Source: lecture D (delta rule), with sigmoid and cross entropy.
    """
    check_count("the number of rows", len(rows))
    X, Y = (np.array(part) for part in zip(*rows, strict=True))
    check_cell(p)
    check_shapes("X (B,3) Y (B,2)", X, Y)
    h = np.tanh(X @ p["U"].T + p["b"])
    o = h @ p["V"].T + p["c"]
    return float(sigmoid_cross_entropy(o, Y).sum()), _sums(p, X, h, sigmoid(o) - Y)


def run_adder(p: Params, a: Array, b: Array) -> Array:
    """Return the bits of a + b as ints, (N+1,), least significant first, for a, b (N,) float64, of any length.

    Raises ArrayError. Source: lecture C (numbers of any size).
    """
    bits: Array = (_unroll(p, bit_pairs(a, b))["o"][:, 0] > 0.0).astype(int)
    return bits


def adder_loss(p: Params, a: Array, b: Array, target: Array) -> float:
    """Return the cross entropy of the sum bits, over a, b (N,) and target (N+1,); float64.

    Raises ArrayError. Source: lecture D (cross entropy with its minus).
    """
    check_shapes("a (N) b (N) target (N+1)", a, b, target)
    o = _unroll(p, bit_pairs(a, b))["o"]
    return float(sigmoid_cross_entropy(o[:, 0], target))


def adder_bptt(p: Params, a: Array, b: Array, target: Array) -> Gradients:
    """Return dU, db, dV, dc of `adder_loss`, each of its parameter's shape; float64. Raises ArrayError.

    The carry has no target: what it hears comes from the step after, through U's third column and its slope.
    Source: lecture C (a recurrence through the output), by lecture D's rules.
    """
    check_shapes("a (N) b (N) target (N+1)", a, b, target)
    run = _unroll(p, bit_pairs(a, b))
    x, h, o = run["x"], run["h"], run["o"]
    eps = np.stack([sigmoid(o[:, 0]) - target, np.zeros(len(o))], axis=1)
    slope = sigmoid_prime(o[:, 1])
    for t in reversed(range(len(o) - 1)):
        delta_next = (1.0 - h[t + 1] ** 2) * (p["V"].T @ eps[t + 1])
        eps[t, 1] = (p["U"][:, 2] @ delta_next) * slope[t]
    return _sums(p, x, h, eps)


def _unroll(p: Params, pairs: Array) -> dict[str, Array]:
    """Run the cell over the pairs of bits: x (N+1,3), h (N+1,d), o (N+1,2)."""
    d, T = check_cell(p)["d"], len(pairs)
    x, h, o = np.empty((T, 3)), np.empty((T, d)), np.empty((T, 2))
    x[:, :2] = pairs
    carry = 0.0
    for t in range(T):
        x[t, 2] = carry
        h[t] = np.tanh(p["U"] @ x[t] + p["b"])
        o[t] = p["V"] @ h[t] + p["c"]
        carry = float(sigmoid(o[t, 1]))
    return {"x": x, "h": h, "o": o}


def _sums(p: Params, x: Array, h: Array, eps: Array) -> Gradients:
    delta = (1.0 - h**2) * (eps @ p["V"])
    return {
        "dU": sum_of_outer(delta, x),
        "db": delta.sum(axis=0),
        "dV": sum_of_outer(eps, h),
        "dc": eps.sum(axis=0),
    }
