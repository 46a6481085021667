"""Losses of LSTM, its variants and GRU, written a second time, gate by gate; as plain as in `oracles`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solutions.reference.verification.oracles import STEP_LOSSES, Box, Xp


def lstm(xp: Xp, p: Mapping[str, Box], Tau: Any, head: str, cell: str = "LSTM") -> Box:
    """Return the loss of the named LSTM with an output layer; peep and Wg act if p has them."""
    h, c, before, E = p["h0"], p["c0"], None, 0.0
    for x, tau in zip(p["X"], Tau, strict=True):
        zi, zf, zg, zo = (_affine(xp, p, block, x, h) for block in range(4))
        if "Wg" in p and before is not None:
            d = len(h)
            zi = zi + xp.dot(p["Wg"][:d], before)
            zf = zf + xp.dot(p["Wg"][d : 2 * d], before)
            zo = zo + xp.dot(p["Wg"][2 * d :], before)
        if "peep" in p:
            zi, zf = zi + p["peep"][0] * c, zf + p["peep"][1] * c
        f = _gate(xp, zf, cell == "NFG")
        i = 1.0 - f if cell == "CIFG" else _gate(xp, zi, cell == "NIG")
        c = f * c + i * (zg if cell == "NIAF" else xp.tanh(zg))
        if "peep" in p:
            zo = zo + p["peep"][2] * c
        o = _gate(xp, zo, cell == "NOG")
        h = o * (c if cell == "NOAF" else xp.tanh(c))
        before = xp.concatenate([i, f, o])
        E = E + STEP_LOSSES[head](xp, xp.dot(p["V"], h) + p["c"], tau)
    return E


def gru(xp: Xp, p: Mapping[str, Box], Tau: Any, head: str) -> Box:
    """Return the loss of a GRU with an output layer."""
    h, d, E = p["h0"], len(p["h0"]), 0.0
    for x, tau in zip(p["X"], Tau, strict=True):
        r, u = (_gate(xp, _affine(xp, p, block, x, h)) for block in range(2))
        candidate = xp.tanh(xp.dot(p["Wx"][2 * d :], x) + p["bz"][2 * d :] + xp.dot(p["Wh"][2 * d :], r * h))
        h = u * candidate + (1.0 - u) * h
        E = E + STEP_LOSSES[head](xp, xp.dot(p["V"], h) + p["c"], tau)
    return E


def _affine(xp: Xp, p: Mapping[str, Box], block: int, x: Any, h: Box) -> Box:
    d = len(h)
    rows = slice(block * d, (block + 1) * d)
    return xp.dot(p["Wx"][rows], x) + xp.dot(p["Wh"][rows], h) + p["bz"][rows]


def _gate(xp: Xp, z: Box, always_open: bool = False) -> Box:  # noqa: FBT001, FBT002
    return 1.0 + 0.0 * z if always_open else 1.0 / (1.0 + xp.exp(-z))
