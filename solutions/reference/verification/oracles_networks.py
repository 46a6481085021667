"""Losses of the MLP and of the networks of chapter 7, written a second time, with indices as on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solutions.reference.activations import Activation
from solutions.reference.verification.oracles import STEP_LOSSES, Box, Xp, softmax_ce

Boxes = Mapping[str, Box]


def activation(xp: Xp, name: str, z: Box) -> Box:
    """Return f(z) of the named activation or output, softmax among them."""
    if name == "tanh":
        return xp.tanh(z)
    if name == "sigmoid":
        return 1.0 / (1.0 + xp.exp(-z))
    if name == "softmax":
        return xp.exp(z) / xp.sum(xp.exp(z))
    return z


def mlp(xp: Xp, p: Boxes, x: Any, tau: Any, head: str) -> Box:
    """Return the loss of an MLP with W0, b0, W1, … and tanh between the layers."""
    z, depth = x, sum(name[0] == "W" for name in p)
    for number in range(depth):
        z = xp.dot(p[f"W{number}"], z if number == 0 else xp.tanh(z)) + p[f"b{number}"]
    return STEP_LOSSES[head](xp, z, tau)


def stacked(xp: Xp, p: Boxes, X: Any, Tau: Any) -> Box:
    """Return the loss of a stack, step after step, and within a step from the lowest layer up."""
    depth = sum(name[0] == "U" for name in p)
    h, E = [p[f"h{number}_0"] for number in range(1, depth + 1)], 0.0
    for x, tau in zip(X, Tau, strict=True):
        below, now = x, []
        for number, before in enumerate(h, start=1):
            below = xp.tanh(
                xp.dot(p[f"U{number}"], below) + xp.dot(p[f"W{number}"], before) + p[f"b{number}"]
            )
            now.append(below)
        h = now
        E = E + softmax_ce(xp, xp.dot(p["V"], below) + p["c"], tau)
    return E


def bidirectional(xp: Xp, p: Boxes, X: Any, Tau: Any, loss_at: Any) -> Box:
    """Return the loss of two chains; hb[t] is the state against time at step t, counted from 0."""
    T = len(X)
    h, hb = {-1: p["h0"]}, {T: p["hb0"]}
    for t in range(T):
        h[t] = xp.tanh(xp.dot(p["U"], X[t]) + xp.dot(p["W"], h[t - 1]) + p["b"])
    for t in range(T - 1, -1, -1):
        hb[t] = xp.tanh(xp.dot(p["Ub"], X[t]) + xp.dot(p["Wb"], hb[t + 1]) + p["bb"])
    E = 0.0
    for t in range(T):
        E = E + loss_at[t] * softmax_ce(xp, xp.dot(p["V"], h[t]) + xp.dot(p["Vb"], hb[t]) + p["c"], Tau[t])
    return E


def skip(xp: Xp, p: Boxes, X: Any, Tau: Any, s: int, past: str) -> Box:
    """Return the loss with S h_{t−s}; before step 0 the states are all h_0, or there are none."""
    h, E = {0: p["h0"]}, 0.0
    for t in range(1, len(X) + 1):
        z = xp.dot(p["U"], X[t - 1]) + xp.dot(p["W"], h[t - 1]) + p["b"]
        if t - s >= 0 or past == "h0":
            z = z + xp.dot(p["S"], h[max(t - s, 0)])
        h[t] = xp.tanh(z)
        E = E + softmax_ce(xp, xp.dot(p["V"], h[t]) + p["c"], Tau[t - 1])
    return E


def input_skip(xp: Xp, p: Boxes, X: Any, Tau: Any) -> Box:
    """Return the loss with D x_t in the output."""
    h, E = p["h0"], 0.0
    for x, tau in zip(X, Tau, strict=True):
        h = xp.tanh(xp.dot(p["U"], x) + xp.dot(p["W"], h) + p["b"])
        E = E + softmax_ce(xp, xp.dot(p["V"], h) + xp.dot(p["D"], x) + p["c"], tau)
    return E


def two_states(xp: Xp, p: Boxes, X: Any, Tau: Any, f: tuple[Activation, Activation]) -> Box:
    """Return the loss of two states that feed each other."""
    h, m, E = p["h0"], p["m0"], 0.0
    for x, tau in zip(X, Tau, strict=True):
        zh = xp.dot(p["Uh"], x) + xp.dot(p["Whh"], h) + xp.dot(p["Whm"], m) + p["bh"]
        zm = xp.dot(p["Um"], x) + xp.dot(p["Wmh"], h) + xp.dot(p["Wmm"], m) + p["bm"]
        h, m = activation(xp, f[0].name, zh), activation(xp, f[1].name, zm)
        E = E + softmax_ce(xp, xp.dot(p["Vh"], h) + xp.dot(p["Vm"], m) + p["c"], tau)
    return E


def whole(xp: Xp, p: Boxes, X: Any, tau: Any, g: str, f: str) -> Box:
    """Return half the squared miss of the mean output, and the product over time of the first output."""
    h, total, product = p["h0"], 0.0, 1.0
    for x in X:
        h = activation(xp, f, xp.dot(p["U"], x) + xp.dot(p["W"], h) + p["b"])
        y = activation(xp, g, xp.dot(p["V"], h) + p["c"])
        total = total + y
        product = product * y[0]
    return 0.5 * xp.sum((total / len(X) - tau) ** 2) + product
