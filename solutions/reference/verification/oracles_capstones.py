"""Losses of the three capstones, written a second time; as plain as in `oracles`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solutions.reference.verification.oracles import Box, Xp, many_to_one, mimo, sigmoid_ce, softmax_ce


def adder(xp: Xp, p: Mapping[str, Box], a: Any, b: Any, target: Any) -> Box:
    """Return the loss of the sum bits, the carry being fed back as it comes."""
    carry, E = 0.0, 0.0
    for a_t, b_t, tau in zip([*a, 0.0], [*b, 0.0], target, strict=True):
        z = p["U"][:, 0] * a_t + p["U"][:, 1] * b_t + p["U"][:, 2] * carry + p["b"]
        o = xp.dot(p["V"], xp.tanh(z)) + p["c"]
        carry = 1.0 / (1.0 + xp.exp(-o[1]))
        E = E + sigmoid_ce(xp, o[0], tau)
    return E


def rows(xp: Xp, p: Mapping[str, Box], examples: Any) -> Box:
    """Return the loss of the cell on single rows."""
    outputs = ((xp.dot(p["V"], xp.tanh(xp.dot(p["U"], x) + p["b"])) + p["c"], y) for x, y in examples)
    return sum(sigmoid_ce(xp, o, y) for o, y in outputs)


def words(xp: Xp, p: Mapping[str, Box], examples: Any) -> Box:
    """Return the loss of words, one by one."""
    return sum(mimo(xp, p, X, Tau) for X, Tau in examples)


def sentences(xp: Xp, p: Mapping[str, Box], examples: Any) -> Box:
    """Return the loss of sentences, one by one."""
    return sum(many_to_one(xp, p, X, float(label)) for X, label in examples)


def texts(xp: Xp, p: Mapping[str, Box], examples: Any) -> Box:
    """Return the loss of texts with a gap, each word before it and each after it read one by one."""
    E = 0.0
    for X, Tau, loss_at in examples:
        gap = loss_at.argmax()
        h, hb = p["h0"], p["hb0"]
        for x in X[: gap + 1]:
            h = xp.tanh(xp.dot(p["U"], x) + xp.dot(p["W"], h) + p["b"])
        for x in X[:gap:-1]:
            hb = xp.tanh(xp.dot(p["Ub"], x) + xp.dot(p["Wb"], hb) + p["bb"])
        hb = xp.tanh(xp.dot(p["Ub"], X[gap]) + xp.dot(p["Wb"], hb) + p["bb"])
        E = E + softmax_ce(xp, xp.dot(p["V"], h) + xp.dot(p["Vb"], hb) + p["c"], Tau[gap])
    return E
