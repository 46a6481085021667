"""The LSTM with one twist: one step forward, and the backward pass over a sequence.

q = Wx (4d,n), Wh (4d,d), bz (4d,), h0, c0 (d,), rows in the order i, f, g, o.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from solutions.misconceptions.family import Family
from solutions.misconceptions.steps import Run, Step, Twist, after
from solutions.model import Array
from solutions.reference.activations import sigmoid


def _open(z: Array) -> Array:
    blocks = z.reshape(4, -1)
    return np.stack([sigmoid(blocks[0]), sigmoid(blocks[1]), np.tanh(blocks[2]), sigmoid(blocks[3])])


_STEP: Mapping[str, Step] = {
    "z": lambda r: r.q["Wx"] @ r.x + r.q["Wh"] @ r.h + r.q["bz"],
    "gates": lambda r: _open(r.z),
    "keep": lambda r: r.gates[1],
    "write": lambda r: r.gates[0],
    "c2": lambda r: r.keep * r.c + r.write * r.gates[2],
    "shown": lambda r: np.tanh(r.c2),
    "h2": lambda r: r.gates[3] * r.shown,
    "g": lambda r: {"h2": r.h2, "c2": r.c2, "gates": r.gates},
}


def _in_order(*order: int) -> Twist:
    """The blocks taken in another order: what is used as the gate j of i, f, g, o comes from block order[j]."""
    return {"gates": lambda r: _open(r.z.reshape(4, -1)[list(order)].ravel())}


def _stacked_so(*order: int) -> Twist:
    """The same, and the gates are also handed back in that order."""
    return {**_in_order(*order), "g": after(lambda _, g: {**g, "gates": g["gates"][np.argsort(order)]})}


STEP = Family(
    _STEP,
    lambda q, x, h, c: {"q": q, "x": x, "h": h, "c": c},
    {
        # Other common orders of the four blocks: i, f, o, g; f, i, g, o; f, i, o, g.
        "gate-order-swapped": _in_order(0, 1, 3, 2),
        "gate-order-swapped:fi-go": _in_order(1, 0, 2, 3),
        "gate-order-swapped:fi-og": _in_order(1, 0, 3, 2),
        "gate-order-swapped:stacked": _stacked_so(0, 1, 3, 2),
        "gate-order-swapped:fi-og-stacked": _stacked_so(1, 0, 3, 2),
        "tanh-missing-on-cell": {"shown": lambda r: r.c2},
        "sigmoid-for-g": {"gates": lambda r: sigmoid(r.z.reshape(4, -1))},
        "forget-and-input-swapped": {"keep": lambda r: r.gates[0], "write": lambda r: r.gates[1]},
        "bias-missing": {"z": lambda r: r.q["Wx"] @ r.x + r.q["Wh"] @ r.h},
    },
)
"""lstm_step(q, x, h, c), answers h2, c2, gates."""


def _forward(r: Run) -> tuple[Array, Array, Array]:
    h, c, gates = [r.q["h0"]], [r.q["c0"]], []
    for x in r.X:
        step = Run(_STEP, {"q": r.q, "x": x, "h": h[-1], "c": c[-1]})
        h.append(step.h2)
        c.append(step.c2)
        gates.append(step.gates)
    return np.array(h), np.array(c), np.array(gates)


def _loop(r: Run) -> dict[str, Array]:
    h, c, gates = r.forward
    T, d = len(r.X), h.shape[1]
    delta, dh_next, dc_next = np.zeros((T, 4, d)), np.zeros(d), np.zeros(d)
    for t in reversed(range(T)):
        i, _, g, o = gates[t]
        dh = r.dH[t] + r.h_carry(r, dh_next)
        own = dh * o * r.cell_slope(r, h[t + 1], c[t + 1])
        dc = r.meet(r, own, r.c_carry(r, dc_next))
        delta[t] = np.stack([dc * g, dc * c[t], dc * i, dh * np.tanh(c[t + 1])]) * r.gate_slopes(r, gates[t])
        dh_next = r.back(r, delta[t].ravel())
        dc_next = dc * r.kept(r, gates, t)
    return {"delta": delta.reshape(T, -1), "dh0": dh_next, "dc0": dc_next}


def _slopes(_r: Run, gates: Array) -> Array:
    i, f, g, o = gates
    return np.stack([i * (1 - i), f * (1 - f), 1 - g**2, o * (1 - o)])


def _previous_gate(_r: Run, gates: Array, t: int) -> Array:
    """The forget gate of the step before; at the first step that gate itself, or the last one's."""
    return np.asarray(gates[max(t - 1, 0), 1])


_BACKWARD: Mapping[str, Step] = {
    "forward": _forward,
    "h_carry": lambda _: lambda _r, dh_next: dh_next,
    "c_carry": lambda _: lambda _r, dc_next: dc_next,
    "meet": lambda _: lambda _r, own, carried: own + carried,
    "cell_slope": lambda _: lambda _r, _h, c: 1 - np.tanh(c) ** 2,
    "gate_slopes": lambda _: _slopes,
    "back": lambda _: lambda r, delta: r.q["Wh"].T @ delta,
    "kept": lambda _: lambda _r, gates, t: gates[t, 1],
    "loop": _loop,
    "delta": lambda r: r.loop["delta"],
    "h_before": lambda r: r.forward[0][:-1],
    "g": lambda r: {
        "dWx": r.delta.T @ r.X,
        "dWh": r.delta.T @ r.h_before,
        "dbz": r.delta.sum(axis=0),
        "dX": r.delta @ r.q["Wx"],
        "dh0": r.loop["dh0"],
        "dc0": r.loop["dc0"],
    },
}


def _blocks_not_transposed(r: Run, delta: Array) -> Array:
    """Each gate's block of Wh used as it stands, which its square shape allows."""
    d = r.q["Wh"].shape[1]
    blocks = zip(r.q["Wh"].reshape(4, d, d), delta.reshape(4, d), strict=True)
    return np.asarray(sum(W @ part for W, part in blocks))


def _ones(_r: Any, gates: Array) -> Array:
    return np.ones_like(gates)


def _no_sigmoid_slopes(r: Any, gates: Array) -> Array:
    slopes = np.ones_like(gates)
    slopes[2] = _slopes(r, gates)[2]
    return slopes


BACKWARD = Family(
    _BACKWARD,
    lambda q, X, dH: {"q": q, "X": X, "dH": dH},
    {
        "cell-carry-missing": {"c_carry": lambda _: lambda _r, dc_next: np.zeros_like(dc_next)},
        "h-carry-missing": {"h_carry": lambda _: lambda _r, dh_next: np.zeros_like(dh_next)},
        "gate-derivative-missing": {"gate_slopes": lambda _: _no_sigmoid_slopes},
        "gate-derivative-missing:all": {"gate_slopes": lambda _: _ones},
        "forget-gate-of-previous-step": {"kept": lambda _: _previous_gate},
        "forget-gate-of-previous-step:wrapped": {"kept": lambda _: lambda _r, gates, t: gates[t - 1, 1]},
        "tanh-derivative-at-h": {"cell_slope": lambda _: lambda _r, h, _c: 1 - h**2},
        "tanh-derivative-at-h:tanh-of-h": {"cell_slope": lambda _: lambda _r, h, _c: 1 - np.tanh(h) ** 2},
        # Where something comes through the cell, it takes the place of what comes through h_t.
        "dc-replaced-not-added": {
            "meet": lambda _: lambda _r, own, carried: carried if carried.any() else own
        },
        "dwh-current-h": {"h_before": lambda r: r.forward[0][1:]},
        "w-not-transposed": {"back": lambda _: _blocks_not_transposed},
        "bias-missing": {"g": after(lambda _, g: {**g, "dbz": np.zeros_like(g["dbz"])})},
    },
)
"""lstm_backward(q, X, dH), answers dWx, dWh, dbz, dX, dh0, dc0."""
