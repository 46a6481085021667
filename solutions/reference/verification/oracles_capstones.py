"""Losses of the three capstones, written a second time; as plain as in `oracles`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solutions.reference.verification.oracles import Box, Xp, many_to_one, mimo, sigmoid_ce


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
