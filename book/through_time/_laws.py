"""What holds in a forward pass, in the loss of a sequence and in a softmax, whatever the right numbers are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from through_time._findings import at
from through_time.tasks import Arguments, Array, Law

NEAR = 1e-9
"""How far apart two numbers of order 1 may be that have to be the same: rounding, and no more."""

Parts = Mapping[str, Array]


def _first_row_off(given: Array, wanted: Array) -> int | None:
    """The first row in which two arrays (rows, ...) differ; None if they don't."""
    off = np.abs(given - wanted) > NEAR * (1 + np.abs(wanted))
    rows = np.flatnonzero(off.reshape(len(off), -1).any(axis=1))
    return int(rows[0]) if rows.size else None


def _softmax_fault(name: str, y: Array, o: Array) -> str:
    """What is wrong with y as a softmax of o along the last axis: its sign, its sums, its ratios."""
    if (y < 0).any():
        return f"{name} has negative entries, and shares can't be negative."
    off = np.abs(y.sum(axis=-1) - 1) > NEAR
    if off.any():
        return f"{name}{at(np.argwhere(off)[0])} does not add to 1."
    # y_i / y_j = exp(o_i - o_j), said without a division: y_i exp(o_j - m) = y_j exp(o_i - m).
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    off = np.abs(y[..., :, None] * e[..., None, :] - y[..., None, :] * e[..., :, None]) > NEAR
    if not off.any():
        return ""
    *place, _, _ = np.argwhere(off)[0]
    return f"{name}{at(place)} adds to 1, but its entries do not stand to each other as exp of the logits do."


# The forward pass: every array is compared with what the student's others say that it has to be.


def _start(arguments: Arguments, parts: Parts) -> str:
    p, _ = arguments
    return "" if np.array_equal(parts["h"][0], p["h0"]) else "h[0] is not the start state p['h0']."


def _mixed(arguments: Arguments, parts: Parts) -> str:
    p, X = arguments
    row = _first_row_off(parts["z"], X @ p["U"].T + parts["h"][:-1] @ p["W"].T + p["b"])
    if row is None:
        return ""
    return f"z[{row}] is not U x + W h + b for x = X[{row}] and your own h[{row}], the state before step {row + 1}."


def _activated(_arguments: Arguments, parts: Parts) -> str:
    row = _first_row_off(parts["h"][1:], np.tanh(parts["z"]))
    return "" if row is None else f"h[{row + 1}] is not tanh of your own z[{row}]."


def _read_off(arguments: Arguments, parts: Parts) -> str:
    p, _ = arguments
    row = _first_row_off(parts["o"], parts["h"][1:] @ p["V"].T + p["c"])
    if row is None:
        return ""
    return f"o[{row}] is not V h + c for your own h[{row + 1}], the state after step {row + 1}."


def _shares(_arguments: Arguments, parts: Parts) -> str:
    return _softmax_fault("y", parts["y"], parts["o"])


FORWARD = (
    Law(("h",), _start),
    Law(("z",), _mixed, uses=("h",)),
    Law(("h",), _activated, uses=("z",)),
    Law(("o",), _read_off, uses=("h",)),
    Law(("y",), _shares, uses=("o",)),
)
"""rnn_forward(p, X) -> z, h, o, y."""

# The loss: of special logits and targets it can be told without the formula.


def _sum_of_steps(_arguments: Arguments, parts: Parts) -> str:
    E, total = float(parts["E"]), float(parts["Et"].sum())
    return "" if abs(E - total) <= NEAR * (1 + abs(total)) else "E is not the sum of your own Et."


def _missed_by_one(arguments: Arguments, parts: Parts) -> str:
    """With one entry of every output off by 1, half the squared distance is 1/2."""
    _, _, head = arguments
    row = None if head == "softmax-ce" else _first_row_off(parts["Et"], np.full(len(parts["Et"]), 0.5))
    if row is None:
        return ""
    return (
        f"Et[{row}] should be 0.5: in step {row + 1} a single output misses its target, and it does so by 1."
    )


def _of_chances(arguments: Arguments, parts: Parts) -> str:
    """The same logits at every step, and every class the target once: the chances exp(-Et) are those of a die."""
    o, Tau, head = arguments
    k = o.shape[1]
    if head != "softmax-ce" or len(o) <= k:
        return ""
    chances = np.exp(-parts["Et"][:k])
    if abs(float(chances.sum()) - 1) > NEAR:
        return (
            "The logits are the same at every step, and each class is the target once in the first "
            f"{k}: exp(-Et) over these steps should add to 1, as chances do."
        )
    row = _first_row_off(parts["Et"][0] - parts["Et"][:k], o[0] - o[0, 0])
    if row is not None:
        return f"Et[0] - Et[{row}] should be o[0, {row}] - o[0, 0]: the chances go as exp(o)."
    row = _first_row_off(parts["Et"][k:], Tau[k:] @ parts["Et"][:k])
    if row is None:
        return ""
    return (
        f"Et[{k + row}] should mix the first {k} losses as its target mixes the classes: "
        "the targets need not be one-hot."
    )


def _of_large_logits(arguments: Arguments, parts: Parts) -> str:
    """Two logits of 1000, the others of -1000, and a target on the two: each has half the chance."""
    o, _, head = arguments
    if head != "softmax-ce" or np.abs(o).max() < 100:
        return ""
    row = _first_row_off(parts["Et"], np.full(len(o), np.log(2)))
    if row is None:
        return ""
    return f"Et[{row}] should be log 2: two classes share all the chance between them, and the target is among them."


LOSS = (
    Law(("Et",), _missed_by_one),
    Law(("Et",), _of_chances),
    Law(("Et",), _of_large_logits),
    Law(("E",), _sum_of_steps, uses=("Et",)),
)
"""sequence_loss(o, Tau, head) -> E, Et."""


def _softmax_law(arguments: Arguments, parts: Parts) -> str:
    return _softmax_fault("y", parts["y"], arguments[0])


SOFTMAX = (Law(("y",), _softmax_law),)
"""softmax(o) -> y."""
