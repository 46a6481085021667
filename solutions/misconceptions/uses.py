"""What goes wrong in immediate and total derivatives of the states by W: chapter 6's three-index arrays."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from solutions.misconceptions.family import Family
from solutions.misconceptions.rows import shifted
from solutions.misconceptions.steps import Run, Step, Twist, after, clash
from solutions.model import Array, Function
from solutions.reference.rnn import rnn_forward

_IMMEDIATE: Mapping[str, Step] = {
    "b": lambda r: r.p["b"],
    "W": lambda r: r.p["W"],
    "z": lambda r: r.p["U"] @ r.x + r.W @ r.h_prev + r.b,
    "h": lambda r: np.tanh(r.z),
    "slope": lambda r: 1.0 - r.h**2,
    "factor": lambda r: r.h_prev,
    "same": lambda r: np.eye(len(r.slope)),
    "D": lambda r: r.slope[:, None, None] * r.same[:, :, None] * r.factor,
    "g": lambda r: {"D": r.D},
}


def _by_its_own(r: Run, D: Array) -> Array:
    """The recursion with this step's own derivative in the place of the one before."""
    return np.asarray(D + np.tensordot(r.slope[:, None] * r.W, D, axes=1))


_SLOPES: Mapping[str, Twist] = {
    "fprime-missing": {"slope": lambda r: np.ones_like(r.z)},
    "fprime-at-h": {"slope": lambda r: 1.0 - np.tanh(np.tanh(r.z)) ** 2},
    "one-minus-z-squared": {"slope": lambda r: 1.0 - r.z**2},
    "sigmoid-derivative": {"slope": lambda r: np.tanh(r.z) * (1.0 - np.tanh(r.z))},
    "one-minus-h": {"slope": lambda r: 1.0 - np.tanh(r.z)},
}

IMMEDIATE = Family(
    _IMMEDIATE,
    lambda p, h_prev, x: {"p": p, "h_prev": h_prev, "x": x},
    {
        **_SLOPES,
        "axis-swapped": {"D": after(lambda _, D: D.transpose(0, 2, 1))},
        "axis-swapped:last-first": {"D": after(lambda _, D: D.transpose(2, 0, 1))},
        "dense": {"same": lambda r: np.ones((len(r.slope), len(r.slope)))},
        "total-for-immediate": {"D": after(_by_its_own)},
        "total-for-immediate:without-slope": {
            "D": after(lambda r, D: D + np.einsum("i,ia,b->iab", r.slope, r.W, r.h_prev))
        },
        "dw-current-h": {"factor": lambda r: r.h},
        "w-transposed": {"W": lambda r: r.p["W"].T},
        "bias-left-out": {"b": lambda r: np.zeros_like(r.p["b"])},
    },
)
"""immediate_dh_dW(p, h_prev, x), in one piece."""


def _forward_accumulation(r: Run) -> Array:
    total = [r.direct[0]]
    for t in range(1, len(r.z)):
        total.append(r.direct[t] + r.through(r, t, total))
    return np.array(total)


def _in_order_of_time(r: Run) -> Array:
    """The sum over k with the Jacobians multiplied as they come in time."""
    total: Array = np.zeros_like(r.direct)
    for t in range(len(r.z)):
        for k in range(t + 1):
            J = np.eye(len(r.W))
            for j in range(k + 1, t + 1):
                J = J @ r.J[j]
            total[t] += np.tensordot(J, r.direct[k], axes=1)
    return total


def _counted_twice(r: Run, total: Array) -> Array:
    """The sum over k with the total derivative of h_k under it."""
    again = np.zeros_like(total)
    for t in range(len(r.z)):
        J = np.eye(len(r.W))
        for k in range(t, -1, -1):
            again[t] += np.tensordot(J, total[k], axes=1)
            J = J @ r.J[k]
    return again


def _own_sums(r: Run, t: int, total: list[Array]) -> Array:
    """As `_counted_twice`, from the student's own sums, which hold earlier ones already."""
    carried, J = np.zeros_like(total[0]), r.J[t]
    for k in range(t - 1, -1, -1):
        carried += np.tensordot(J, total[k], axes=1)
        J = J @ r.J[k]
    return carried


_TOTAL: Mapping[str, Step] = {
    "start": lambda r: r.p["h0"],
    "b": lambda r: r.p["b"],
    "run": lambda r: rnn_forward({**r.p, "h0": r.start, "b": r.b}, r.X),
    "z": lambda r: r.run["z"],
    "h": lambda r: r.run["h"],
    "W": lambda r: r.p["W"],
    "slope": lambda r: 1.0 - r.h[1:] ** 2,
    "J": lambda r: r.slope[:, :, None] * r.W,
    "factor": lambda r: r.h[:-1],
    "same": lambda r: np.eye(len(r.W)),
    "direct": lambda r: r.slope[:, :, None, None] * r.same[:, :, None] * r.factor[:, None, None, :],
    "through": lambda _: lambda r, t, total: np.tensordot(r.J[t], total[-1], axes=1),
    "total": _forward_accumulation,
    "g": lambda r: {"t = 1": r.total[:1], "t > 1": r.total[1:]},
}

_TOTAL_TWISTS: Mapping[str, Twist] = {
    **_SLOPES,
    "fprime-missing:in-carry": {"J": lambda r: np.broadcast_to(r.W, (len(r.z), *r.W.shape))},
    "fprime-missing:in-direct": {"direct": lambda r: r.same[:, :, None] * r.factor[:, None, None, :]},
    "fprime-previous-step": {"slope": lambda r: 1.0 - r.h[:-1] ** 2},
    "fprime-previous-step:first-one": {"slope": lambda r: shifted(1.0 - r.h[1:] ** 2, 1.0)},
    "fprime-twice": {"J": after(lambda r, J: r.slope[:, :, None] * J)},
    "immediate-only": {"through": lambda _: lambda _r, _t, total: np.zeros_like(total[0])},
    "w-not-transposed": {"J": lambda r: r.slope[:, :, None] * r.W.T},
    "w-missing-in-carry": {"J": lambda r: r.slope[:, :, None] * np.eye(len(r.W))},
    "carry-accumulated": {
        "through": lambda _: lambda r, t, total: np.tensordot(r.J[t], np.sum(total, axis=0), axes=1)
    },
    "sum-over-wrong-index": {"through": lambda _: lambda r, t, total: r.J[t] @ total[-1]},
    "sum-over-wrong-index:last": {"through": lambda _: lambda r, t, total: total[-1] @ r.J[t].T},
    "sum-over-wrong-index:slope-outside": {
        "through": lambda _: lambda r, t, total: r.slope[t][:, None, None] * (r.W @ total[-1])
    },
    "sum-over-wrong-index:last-slope-outside": {
        "through": lambda _: lambda r, t, total: r.slope[t][:, None, None] * (total[-1] @ r.W.T)
    },
    "sum-over-wrong-index:last-not-transposed": {
        "through": lambda _: lambda r, t, total: r.slope[t][:, None, None] * (total[-1] @ r.W)
    },
    "path-order-reversed": {"total": _in_order_of_time, "through": lambda _: None},
    "total-for-immediate": {"total": after(_counted_twice)},
    "total-for-immediate:own-sums": {"through": lambda _: _own_sums},
    "axis-swapped": {"total": after(lambda _, total: total.transpose(0, 1, 3, 2))},
    "axis-swapped:last-first": {"total": after(lambda _, total: total.transpose(0, 3, 1, 2))},
    "dense": {"same": lambda r: np.ones_like(r.W)},
    "dw-current-h": {"factor": lambda r: r.h[1:]},
    "h-wraparound": {"factor": lambda r: np.roll(r.h[1:], 1, axis=0)},
    "h0-ignored": {"start": lambda r: np.zeros_like(r.p["h0"])},
    "bias-left-out": {"b": lambda r: np.zeros_like(r.p["b"])},
}

TOTAL = Family(_TOTAL, lambda p, X: {"p": p, "X": X}, _TOTAL_TWISTS)
"""total_dh_dW(p, X)."""

_PAIRED = (
    *("fprime-missing", "fprime-twice", "w-not-transposed", "w-missing-in-carry", "immediate-only"),
    *("carry-accumulated", "total-for-immediate", "axis-swapped", "dw-current-h", "dense"),
)
# Where nothing is carried it does not matter how; where all slopes are one, squares of them are, too. And the
# immediate derivatives of all steps, taken for totals under the sum over k, give the right answer.
_ONE_SHOWS = (
    {"immediate-only", "w-not-transposed"},
    {"immediate-only", "w-missing-in-carry"},
    {"immediate-only", "fprime-twice"},
    {"immediate-only", "total-for-immediate"},
    {"fprime-missing", "fprime-twice"},
)


def total_pairs() -> Mapping[tuple[str, str], Function]:
    """Every two of the commonest that can be held at once, and both show."""
    return {
        (one, other): TOTAL.twisted(one, other)
        for one, other in combinations(_PAIRED, 2)
        if {one, other} not in _ONE_SHOWS and not clash(_TOTAL_TWISTS[one], _TOTAL_TWISTS[other])
    }
