"""Losses of attention and of encoder-decoders, written a second time, score by score; as plain as in `oracles`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solutions.reference.verification.oracles import STEP_LOSSES, Box, Xp, half_squared_error


def score(xp: Xp, p: Mapping[str, Box], s: Box, h: Box, name: str) -> Box:
    """Return the score of one encoder state."""
    if name == "dot":
        return xp.dot(s, h)
    if name == "bilinear":
        return xp.dot(s, xp.dot(p["A"], h))
    return xp.dot(p["v"], xp.tanh(xp.dot(p["A1"], s) + xp.dot(p["A2"], h) + p["a"]))


def context(xp: Xp, p: Mapping[str, Box], s: Box, H: Box, name: str) -> Box:
    """Return the weighted mean of the encoder states."""
    weights = [xp.exp(score(xp, p, s, h, name)) for h in H]
    return sum(w * h for w, h in zip(weights, H, strict=True)) / sum(weights)


def attention(xp: Xp, p: Mapping[str, Box], tau: Any, name: str) -> Box:
    """Return ½ squared error of the context."""
    return half_squared_error(xp, context(xp, p, p["s"], p["H"], name), tau)


def attend(xp: Xp, p: Mapping[str, Box], tau: Any) -> Box:
    """Return ½ squared error of scaled dot attention for one query."""
    weights = [xp.exp(xp.dot(p["q"], key) / len(p["q"]) ** 0.5) for key in p["K"]]
    out = sum(w * value for w, value in zip(weights, p["Vv"], strict=True)) / sum(weights)
    return half_squared_error(xp, out, tau)


def scaled_dot(xp: Xp, p: Mapping[str, Box], Tau: Any) -> Box:
    """Return ½ squared error of scaled dot attention, query by query."""
    return sum(
        attend(xp, {"q": q, "K": p["K"], "Vv": p["V"]}, tau) for q, tau in zip(p["Q"], Tau, strict=True)
    )


def seq2seq(xp: Xp, p: Mapping[str, Box], Tau: Any, head: str, name: str) -> Box:
    """Return the loss of an encoder-decoder."""
    h, H, E = p["h0"], [], 0.0
    for x in p["X"]:
        h = xp.tanh(xp.dot(p["U"], x) + xp.dot(p["W"], h) + p["b"])
        H.append(h)
    s = xp.dot(p["P"], h)
    for u, tau in zip(p["inputs"], Tau, strict=True):
        s = xp.tanh(xp.dot(p["Us"], u) + xp.dot(p["Ws"], s) + p["bs"])
        o = xp.dot(p["Vs"], s) + p["c"]
        if name != "none":
            o = o + xp.dot(p["Vc"], context(xp, p, s, H, name))
        E = E + STEP_LOSSES[head](xp, o, tau)
    return E
