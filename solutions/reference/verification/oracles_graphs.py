"""Losses of single outputs, of rows, and of the less usual graphs of chapter 7, written a second time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solutions.reference.verification.oracles import STEP_LOSSES, Box, Xp

Boxes = Mapping[str, Box]


def outputs(xp: Xp, p: Boxes, Tau: Any, head: str) -> Box:
    """Return the loss of the logits themselves."""
    return sum(STEP_LOSSES[head](xp, o, tau) for o, tau in zip(p["o"], Tau, strict=True))


def rows(xp: Xp, p: Boxes, X: Any, tau: Any) -> Box:
    """Return the loss of the last row, the states being rows."""
    o = p["o_0"]
    for x in X:
        o = xp.tanh(xp.dot(x, p["w_i"]) + xp.dot(o, p["w_h"]))
    return STEP_LOSSES["sigmoid-ce"](xp, xp.dot(o, p["w_o"]), tau)


def feedback(xp: Xp, p: Boxes, X: Any, Tau: Any) -> Box:
    """Return the loss of a network that hears its last output."""
    h, y, E = p["h0"], p["y0"], 0.0
    for x, tau in zip(X, Tau, strict=True):
        h = xp.tanh(xp.dot(p["U"], x) + xp.dot(p["W"], h) + xp.dot(p["R"], y) + p["b"])
        o = xp.dot(p["V"], h) + p["c"]
        y = xp.exp(o) / xp.sum(xp.exp(o))
        E = E - xp.sum(tau * xp.log(y))
    return E


def follower(xp: Xp, p: Boxes, X: Any, Tau: Any) -> Box:
    """Return the loss of two states, the second of which hears the first's newest value."""
    h, m, E = p["h0"], p["m0"], 0.0
    for x, tau in zip(X, Tau, strict=True):
        h = xp.tanh(xp.dot(p["Uh"], x) + xp.dot(p["Whh"], h) + xp.dot(p["Whm"], m) + p["bh"])
        m = xp.tanh(xp.dot(p["Wmh"], h) + xp.dot(p["Wmm"], m) + p["bm"])
        E = E + STEP_LOSSES["softmax-ce"](xp, xp.dot(p["Vh"], h) + xp.dot(p["Vm"], m) + p["c"], tau)
    return E
