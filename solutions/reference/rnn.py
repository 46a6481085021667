"""The forward pass of the RNN over all T steps."""

from __future__ import annotations

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.losses import output_head
from solutions.reference.shapes import Array, Params, check_count, check_shapes
from solutions.reference.steps import check_rnn


def rnn_forward(p: Params, X: Array, head: str = "softmax-ce", f: Activation = TANH) -> dict[str, Array]:
    """Return z (T,d), h (T+1,d) with h[0] = h_0, o (T,k) and y (T,k) for X (T,n), all float64.

    Raises ArrayError, UnknownNameError. Source: lectures A to E.
    """
    check_shapes("X (T,n)", X, **check_rnn(p))
    return unroll(p, X, head, f)


def batch_forward(p: Params, X: Array, head: str = "softmax-ce", f: Activation = TANH) -> dict[str, Array]:
    """Return z (T,B,d), h (T+1,B,d), o and y (T,B,k) for X (B,T,n): B sequences with one h_0, time first.

    Raises ArrayError, UnknownNameError. Source: lecture C (examples in rows). Float64.
    """
    check_shapes("X (B,T,n)", X, **check_rnn(p))
    return unroll(p, X.swapaxes(0, 1), head, f)


def unroll(p: Params, X: Array, head: str, f: Activation) -> dict[str, Array]:
    """Run the recurrence over axis 0 of X, (T,n) or (T,B,n). Shapes are the caller's care.

    Float64. Raises UnknownNameError. Source: lectures A to E.
    """
    T, W_t = len(X), p["W"].T
    # Only the W term needs the step before; U, b, V and c act on all steps at once.
    z = X @ p["U"].T + p["b"]
    h = np.empty((T + 1, *z.shape[1:]))
    h[0] = p["h0"]
    for t in range(T):
        # Written h Wᵀ rather than W h, the line serves one state and a batch of states in rows.
        z[t] += h[t] @ W_t
        h[t + 1] = f.f(z[t])
    o = h[1:] @ p["V"].T + p["c"]
    return {"z": z, "h": h, "o": o, "y": output_head(head).output(o)}


def siso_forward(p: Params, x: Array, T: int, f: Activation = TANH) -> dict[str, Array]:
    """Return z (T,d), h (T+1,d) of z_1 = U x + W h_0 + b, z_t = W h_{t−1} + b, and o (k,), y (k,) at T.

    For x (n,); tanh output, float64. Raises ArrayError. Source: lecture D (SISO slides), with biases and h_0.
    """
    check_shapes("x (n)", x, **check_rnn(p))
    run = rnn_forward(p, only_first(x, T), "tanh-half-se", f)
    return {"z": run["z"], "h": run["h"], "o": run["o"][-1], "y": run["y"][-1]}


def only_first(x: Array, T: int) -> Array:
    """Return X (T,n) with x (n,) as its first row and zeros after it: a network with input at t = 1 only.

    Raises ArrayError, CountError. Float64. Source: lecture D (SISO slides).
    """
    check_shapes("x (n)", x)
    check_count("T", T)
    return np.concatenate([x[None], np.zeros((T - 1, len(x)))])


def only_last(tau: Array, T: int) -> Array:
    """Return Tau (T,k) with tau (k,) as its last row and zeros before it: a network with a loss at T only.

    Raises ArrayError, CountError. Float64. Source: lecture D (SISO slides).
    """
    check_shapes("tau (k)", tau)
    check_count("T", T)
    return np.concatenate([np.zeros((T - 1, len(tau))), tau[None]])
