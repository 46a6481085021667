"""An RNN that hears its own last output: y_{t−1} enters the next step, and errors pass the softmax on the way back."""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.chain import back_through_softmax
from solutions.reference.losses import softmax, softmax_cross_entropy
from solutions.reference.shapes import Array, Gradients, Params, Sizes, check_params, check_shapes
from solutions.reference.steps import delta_step, sum_of_outer

FEEDBACK = "U (d,n) W (d,d) R (d,k) V (k,d) b (d) c (k) h0 (d) y0 (k)"
"""The parameters: those of a plain RNN, R for the last output, and the output before the first, y0."""


def check_feedback(p: Params) -> Sizes:
    """Check the eight parameters, and return n, d, k. Raises ArrayError."""
    return check_params(FEEDBACK, p)


def feedback_step(p: Params, x: Array, h: Array, y: Array, f: Activation = TANH) -> dict[str, Array]:
    """Return z_t = U x_t + W h_{t−1} + R y_{t−1} + b (d,), h_t = f(z_t), o_t = V h_t + c (k,), y_t = softmax(o_t).

    For x (n,), h = h_{t−1} (d,), y = y_{t−1} (k,), float64. Raises ArrayError. Source: the recipe of chapter 7.
    """
    check_shapes("x (n) h (d) y (k)", x, h, y, **check_feedback(p))
    z = p["U"] @ x + p["W"] @ h + p["R"] @ y + p["b"]
    state = f.f(z)
    o = p["V"] @ state + p["c"]
    return {"z": z, "h": state, "o": o, "y": softmax(o)}


def feedback_eps_step(y: Array, tau: Array, R: Array, delta_next: Array) -> Array:
    """Return ε_t = y_t − τ_t + J_tᵀ Rᵀ δ_{t+1}, (k,), J_t the softmax's Jacobian; float64.

    Two arrows leave y_t, to its loss and to z_{t+1}. For y, tau (k,), τ adding to 1, R (d,k), delta_next (d,).
    Raises ArrayError. Source: the recipe of chapter 7.
    """
    check_shapes("y (k) tau (k) R (d,k) delta_next (d)", y, tau, R, delta_next)
    return y - tau + back_through_softmax(y, R.T @ delta_next)


def feedback_forward(p: Params, X: Array, f: Activation = TANH) -> dict[str, Array]:
    """Return z (T,d), h (T+1,d), o (T,k), and y (T+1,k) with y[0] = y_0, for X (T,n); float64.

    Raises ArrayError. Source: the recipe of chapter 7.
    """
    check_shapes("X (T,n)", X, **check_feedback(p))
    h, y = p["h0"], p["y0"]
    rows: dict[str, list[Array]] = {"z": [], "h": [h], "o": [], "y": [y]}
    for x in X:
        step = feedback_step(p, x, h, y, f)
        h, y = step["h"], step["y"]
        for name, row in step.items():
            rows[name].append(row)
    return {name: np.array(found) for name, found in rows.items()}


def feedback_loss(p: Params, X: Array, Tau: Array, f: Activation = TANH) -> float:
    """Return E = Σ_t E_t, cross entropies, for X (T,n), Tau (T,k) with rows adding to 1; float64.

    Raises ArrayError. Source: as `bptt_feedback`.
    """
    check_shapes("X (T,n) Tau (T,k)", X, Tau, **check_feedback(p))
    return float(softmax_cross_entropy(feedback_forward(p, X, f)["o"], Tau).sum())


def bptt_feedback(p: Params, X: Array, Tau: Array, f: Activation = TANH) -> Gradients:
    """Return d<name> of every array of p, of its shape; arguments and errors as `feedback_loss`.

    Source: the recipe of chapter 7.
    """
    check_shapes("X (T,n) Tau (T,k)", X, Tau, **check_feedback(p))
    run = feedback_forward(p, X, f)
    eps, delta = np.empty_like(run["o"]), np.empty_like(run["z"])
    later = np.zeros(len(p["b"]))
    for t in reversed(range(len(X))):
        # Row t of y is y_t of the formulas, which count from 1, less one: y[t + 1] belongs to o[t].
        eps[t] = feedback_eps_step(run["y"][t + 1], Tau[t], p["R"], later)
        later = delta[t] = delta_step(run["z"][t], p["V"], eps[t], p["W"], later, f)
    return {
        "dU": sum_of_outer(delta, X),
        "dW": sum_of_outer(delta, run["h"][:-1]),
        "dR": sum_of_outer(delta, run["y"][:-1]),
        "dV": sum_of_outer(eps, run["h"][1:]),
        "db": delta.sum(axis=0),
        "dc": eps.sum(axis=0),
        "dh0": p["W"].T @ delta[0],
        "dy0": p["R"].T @ delta[0],
    }
