"""Losses written a second time, step by step and without any function of the reference.

Each takes the array module `xp` as its first argument: autograd's NumPy for automatic differentiation, NumPy
itself for the complex step. They are slow, plain, and unstable for large logits, which the problems avoid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Xp = Any
Box = Any
StepLoss = Callable[[Xp, Box, Any], Box]


def half_squared_error(xp: Xp, y: Box, tau: Any) -> Box:
    """Return ½ Σ (y − τ)²."""
    return 0.5 * xp.sum((y - tau) ** 2)


def identity_half_se(xp: Xp, o: Box, tau: Any) -> Box:
    """Return the loss of the head of that name for one step."""
    return half_squared_error(xp, o, tau)


def tanh_half_se(xp: Xp, o: Box, tau: Any) -> Box:
    """Return the loss of the head of that name for one step."""
    return half_squared_error(xp, xp.tanh(o), tau)


def sigmoid_ce(xp: Xp, o: Box, tau: Any) -> Box:
    """Return the loss of the head of that name for one step."""
    y = 1.0 / (1.0 + xp.exp(-o))
    return -xp.sum(tau * xp.log(y) + (1.0 - tau) * xp.log(1.0 - y))


def softmax_ce(xp: Xp, o: Box, tau: Any) -> Box:
    """Return the loss of the head of that name for one step."""
    y = xp.exp(o) / xp.sum(xp.exp(o))
    return -xp.sum(tau * xp.log(y))


STEP_LOSSES: Mapping[str, StepLoss] = {
    "identity-half-se": identity_half_se,
    "tanh-half-se": tanh_half_se,
    "sigmoid-ce": sigmoid_ce,
    "softmax-ce": softmax_ce,
}


def rnn_loss(
    xp: Xp, p: Mapping[str, Box], X: Any, Tau: Any, head: str, input_at: Any = None, loss_at: Any = None
) -> Box:
    """Return the loss of a tanh RNN with inputs and losses at the given steps (from 0), at all if None."""
    h, E, T = p["h0"], 0.0, len(X)
    for t in range(T):
        z = xp.dot(p["W"], h) + p["b"]
        if input_at is None or t in input_at:
            z = z + xp.dot(p["U"], X[t])
        h = xp.tanh(z)
        if loss_at is None or t in loss_at:
            E = E + STEP_LOSSES[head](xp, xp.dot(p["V"], h) + p["c"], Tau[t])
    return E


def siso(xp: Xp, p: Mapping[str, Box], x: Any, tau: Any, T: int) -> Box:
    """Return the loss with one input at the first step and one loss at the last."""
    return rnn_loss(xp, p, [x] * T, [tau] * T, "tanh-half-se", {0}, {T - 1})


def simo(xp: Xp, p: Mapping[str, Box], x: Any, Tau: Any) -> Box:
    """Return the loss with one input at the first step and losses at all."""
    return rnn_loss(xp, p, [x] * len(Tau), Tau, "tanh-half-se", {0})


def mimo(xp: Xp, p: Mapping[str, Box], X: Any, Tau: Any) -> Box:
    """Return the softmax cross entropy with inputs and losses at all steps."""
    return rnn_loss(xp, p, X, Tau, "softmax-ce")


def many_to_one(xp: Xp, p: Mapping[str, Box], X: Any, tau: Any) -> Box:
    """Return the sigmoid cross entropy with inputs at all steps and a loss at the last."""
    return rnn_loss(xp, p, X, [tau] * len(X), "sigmoid-ce", None, {len(X) - 1})


def batch(xp: Xp, p: Mapping[str, Box], X: Any, Tau: Any) -> Box:
    """Return the sum over the sequences of `mimo`."""
    return sum(mimo(xp, p, X_i, Tau_i) for X_i, Tau_i in zip(X, Tau, strict=True))
