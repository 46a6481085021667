"""The loss E as one number: what the gradients of chapters 3 and 5 are derivatives of.

Every function runs the recurrence forward and adds up the loss; there is no backward pass here. `p` holds
U (d, n), W (d, d), V (k, d), b (d,), c (k,) and h0 (d,). All arrays are float64, time is the first axis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Parameters = Mapping[str, Array]


def siso(p: Parameters, x: Array, tau: Array, T: int) -> float:
    """One input x (n,) at step 1, one target tau (k,) at step T; tanh output, half the squared error."""
    y = np.tanh(_logits(p, _only_first(x, T))[-1])
    return float(0.5 * np.sum((y - tau) ** 2))


def simo(p: Parameters, x: Array, Tau: Array) -> float:
    """One input x (n,) at step 1, targets Tau (T, k) at every step; tanh output, half the squared error."""
    y = np.tanh(_logits(p, _only_first(x, len(Tau))))
    return float(0.5 * np.sum((y - Tau) ** 2))


def mimo(p: Parameters, X: Array, Tau: Array) -> float:
    """Inputs X (T, n) and targets Tau (T, k) at every step; softmax output, cross entropy."""
    o = _logits(p, X)
    # log y_t = (o_t - max) - log sum exp(o_t - max): finite for logits of any size.
    shifted = o - o.max(axis=1, keepdims=True)
    log_y = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-np.sum(Tau * log_y))


def many_to_one(p: Parameters, X: Array, tau: Array) -> float:
    """Inputs X (T, n) at every step, one target tau (1,) at step T; sigmoid output, cross entropy."""
    o = _logits(p, X)[-1]
    # -tau log y - (1 - tau) log(1 - y) with y = sigmoid(o), in a form that can't overflow.
    return float(np.sum(np.logaddexp(0.0, o) - tau * o))


def batch(p: Parameters, X: Array, Tau: Array) -> float:
    """B sequences at once, X (B, T, n) and Tau (B, T, k): the sum of their `mimo` losses, h0 shared."""
    return sum(mimo(p, X_i, Tau_i) for X_i, Tau_i in zip(X, Tau, strict=True))


def _only_first(x: Array, T: int) -> Array:
    # A step without an input is a step with x_t = 0.
    X = np.zeros((T, len(x)))
    X[0] = x
    return X


def _logits(p: Parameters, X: Array) -> Array:
    h = p["h0"]
    rows = []
    for x in X:
        h = np.tanh(p["U"] @ x + p["W"] @ h + p["b"])
        rows.append(p["V"] @ h + p["c"])
    return np.array(rows)


def one_output(o: Array, tau: Array, head: str) -> float:
    """The loss of a single output o (k,) with target tau (k,), for one of the four pairs of output and loss."""
    if head == "identity-half-se":
        return float(0.5 * np.sum((o - tau) ** 2))
    if head == "tanh-half-se":
        return float(0.5 * np.sum((np.tanh(o) - tau) ** 2))
    if head == "sigmoid-ce":
        return float(np.sum(np.logaddexp(0.0, o) - tau * o))
    if head == "softmax-ce":
        return float(tau.sum() * np.logaddexp.reduce(o) - np.sum(tau * o))
    raise ValueError(f"there is no head {head!r}")


def layers(Ws: Sequence[Array], bs: Sequence[Array], x: Array, tau: Array) -> float:
    """A layered network with weights Ws[l] (m, n) and biases bs[l] (m,), input x and target tau.

    tanh in all layers but the last, which is the output as it stands; half the squared error.
    """
    h = x
    for number, (W, b) in enumerate(zip(Ws, bs, strict=True), start=1):
        z = np.dot(W, h) + b
        h = z if number == len(Ws) else np.tanh(z)
    return float(0.5 * np.sum((h - tau) ** 2))
