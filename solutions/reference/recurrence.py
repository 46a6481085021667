"""A recurrence with no output layer of its own: what encoders and decoders are made of."""

from __future__ import annotations

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.shapes import Array, Gradients, Params, Sizes, check_params, check_shapes
from solutions.reference.steps import sum_of_outer

RECURRENCE = "U (d,n) W (d,d) b (d) h0 (d)"
"""The parameters of z_t = U x_t + W h_{t−1} + b."""


def check_recurrence(p: Params) -> Sizes:
    """Check U, W, b, h0, and return n, d. Raises ArrayError."""
    return check_params(RECURRENCE, p)


def recurrence_forward(p: Params, X: Array, f: Activation = TANH) -> dict[str, Array]:
    """Return z (T,d) and h (T+1,d) with h[0] = h_0, for X (T,n); float64.

    Raises ArrayError. Source: lectures A to E.
    """
    check_shapes("X (T,n)", X, **check_recurrence(p))
    z = X @ p["U"].T + p["b"]
    h = np.concatenate([p["h0"][None], np.empty_like(z)])
    for t in range(len(X)):
        z[t] += p["W"] @ h[t]
        h[t + 1] = f.f(z[t])
    return {"z": z, "h": h}


def recurrence_deltas(W: Array, z: Array, dH: Array, f: Activation = TANH) -> Array:
    """Return δ_t = f'(z_t) ⊙ (dH_t + Wᵀ δ_{t+1}) for all t, (T,d), for W (d,d), z (T,d), dH (T,d); float64.

    dH_t is what E takes from h_t outside the recurrence. Raises ArrayError.
    Source: lecture D (MIMO slides), with dH_t for Vᵀ ε_t.
    """
    check_shapes("W (d,d) z (T,d) dH (T,d)", W, z, dH)
    slope, delta, carry = f.prime(z), np.empty_like(z), np.zeros(len(W))
    for t in reversed(range(len(z))):
        delta[t] = slope[t] * (dH[t] + carry)
        carry = W.T @ delta[t]
    return delta


def recurrence_backward(p: Params, X: Array, run: Params, dH: Array, f: Activation = TANH) -> Gradients:
    """Return dU, dW, db, dh0, dX, each of its array's shape, for X (T,n) and dH (T,d); float64.

    `run` is what `recurrence_forward` returned for X. Raises ArrayError. Source: as `recurrence_deltas`.
    """
    check_shapes("X (T,n) h (T+1,d)", X, run["h"], **check_recurrence(p))
    delta = recurrence_deltas(p["W"], run["z"], dH, f)
    return {
        "dU": sum_of_outer(delta, X),
        "dW": sum_of_outer(delta, run["h"][:-1]),
        "db": delta.sum(axis=0),
        "dh0": p["W"].T @ delta[0],
        "dX": delta @ p["U"],
    }
