"""The twists of BPTT: for each misconception the steps that it changes, in one line each.

A key is an id of the catalogue, or `id:variant` for another way of making the same mistake: where a loop
runs past its end, say, some read the last row, some a zero, some the first row again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np

from solutions.misconceptions.steps import Twist, after
from solutions.model import Array
from solutions.reference.activations import sigmoid_prime

ONE_LOSS = ("siso", "many-to-one")
ONE_INPUT = ("siso", "simo")
TANH_HEAD = ("siso", "simo")
SOFTMAX = ("mimo", "batch")


def _shifted(rows: Array, first: Array | float) -> Array:
    """Rows one step later; `first` stands in the first one."""
    moved = np.roll(rows, 1, axis=0)
    moved[0] = first
    return moved


def _earlier(rows: Array, last: Array | float) -> Array:
    """Rows one step earlier; `last` stands in the last one."""
    moved = np.roll(rows, -1, axis=0)
    moved[-1] = last
    return moved


def _only(r: Any, step: int) -> Array:
    rows = np.zeros(r.T)
    rows[step] = 1.0
    return rows


def _but(r: Any, step: int) -> Array:
    rows = np.ones(r.T)
    rows[step] = 0.0
    return rows


def _outer(left: Array, right: Array) -> Array:
    """The sum of left rightᵀ over all axes but the last."""
    return np.asarray(left.reshape(-1, left.shape[-1]).T @ right.reshape(-1, right.shape[-1]))


def _jacobian(y: Array, v: Array) -> Array:
    return np.asarray(y * (v - np.sum(y * v, axis=-1, keepdims=True)))


def _exp_shares(o: Array, axis: int) -> Array:
    return np.asarray(np.exp(o) / np.exp(o).sum(axis=axis, keepdims=True))


LOSS: dict[str, Twist] = {
    "sign-flipped": {"eps": after(lambda _, eps: -eps)},
    "half-forgotten": {"eps": after(lambda _, eps: 2 * eps)},
    "mean-over-time": {"eps": after(lambda r, eps: eps / r.T)},
    "mean-over-outputs": {"eps": after(lambda _, eps: eps / eps.shape[-1])},
    "softmax-derivative-twice": {"eps_all": after(lambda r, eps: _jacobian(r.y, eps))},
    "softmax-jacobian-forgotten": {"eps_all": lambda r: -r.tau / r.y},
    "softmax-jacobian-diagonal": {"eps_all": lambda r: -r.tau * (1 - r.y)},
    "output-fprime-spurious": {"head_slope": lambda r: r.y * (1 - r.y)},
    "output-fprime-spurious:tanh": {"head_slope": lambda r: 1 - r.y**2},
    "output-fprime-missing": {"head_slope": lambda r: np.ones_like(r.y)},
    "target-shifted": {"tau": lambda r: np.roll(r.targets, 1, axis=0)},
    "target-shifted:first-zero": {"tau": lambda r: _shifted(r.targets, 0.0)},
    "target-shifted:first-kept": {"tau": lambda r: _shifted(r.targets, r.targets[0])},
    "target-shifted:first-skipped": {
        "tau": lambda r: _shifted(r.targets, 0.0),
        "eps": after(lambda r, eps: eps * _but(r, 0)[:, None, None]),
    },
    "target-shifted:ahead": {"tau": lambda r: np.roll(r.targets, -1, axis=0)},
    "target-shifted:last-zero": {"tau": lambda r: _earlier(r.targets, 0.0)},
    "target-shifted:last-kept": {"tau": lambda r: _earlier(r.targets, r.targets[-1])},
    "target-shifted:last-skipped": {
        "tau": lambda r: _earlier(r.targets, 0.0),
        "eps": after(lambda r, eps: eps * _but(r, -1)[:, None, None]),
    },
    "last-output-only": {"eps": after(lambda r, eps: eps * _only(r, -1)[:, None, None])},
    "softmax-overflow": {"y": lambda r: _exp_shares(r.o, axis=-1)},
    "wrong-axis": {"y": lambda r: _exp_shares(r.o - r.o.max(), axis=0)},
    "wrong-axis:over-batch": {"y": lambda r: _exp_shares(r.o - r.o.max(), axis=1)},
    "wrong-axis:swapped": {
        "X": lambda r: r.inputs.swapaxes(0, 1),
        "tau": lambda r: r.targets.swapaxes(0, 1),
        "loss_at": lambda r: np.ones(r.T),
    },
}

SLOPES: dict[str, Callable[[Array, Array], Array]] = {
    "fprime-missing": lambda z, _h: np.ones_like(z),
    "fprime-at-h": lambda _z, h: 1 - np.tanh(h) ** 2,
    "one-minus-z-squared": lambda z, _h: 1 - z**2,
    "sigmoid-derivative": lambda _z, h: h * (1 - h),
    "sigmoid-derivative:of-z": lambda z, _h: sigmoid_prime(z),
    "one-minus-h": lambda _z, h: 1 - h,
    "fprime-inverted": lambda _z, h: 1 / (1 - h**2),
}
"""Wrong slopes of tanh at z with h = tanh z: in the hidden layer, at a tanh output, or in both."""


def _slope(key: str) -> Twist:
    return {"slope": lambda r: SLOPES[key](r.z, r.h[1:])}


def _head_slope(key: str) -> Twist:
    return {"head_slope": lambda r: SLOPES[key](r.o, r.y)}


F_PRIME: dict[str, Twist] = {
    **{key: _slope(key) for key in SLOPES},
    **{f"{key}{'-' if ':' in key else ':'}both": {**_slope(key), **_head_slope(key)} for key in SLOPES},
    **{
        f"{key}{'-' if ':' in key else ':'}output": _head_slope(key)
        for key in SLOPES
        if key != "fprime-missing"
    },
    "fprime-previous-step": {"slope": lambda r: 1 - r.h[:-1] ** 2},
    "fprime-previous-step:wrapped": {"slope": lambda r: np.roll(1 - r.h[1:] ** 2, 1, axis=0)},
    "fprime-previous-step:first-one": {"slope": lambda r: _shifted(1 - r.h[1:] ** 2, 1.0)},
    "fprime-previous-step:first-kept": {"slope": lambda r: _shifted(1 - r.h[1:] ** 2, 1 - r.h[1] ** 2)},
    "fprime-output-branch-only": {"meet": lambda _: lambda r, t, own, carry: r.slope[t] * own + carry},
    "fprime-recurrent-branch-only": {"meet": lambda _: lambda r, t, own, carry: own + r.slope[t] * carry},
}


def _w_power(r: Any, *, slopes_between: bool) -> Array:
    """Deltas from the powers of W taken entry by entry, one path from each loss s to each t."""
    deltas: Array = np.zeros_like(r.z)
    for s in range(r.T):
        at_loss = r.slope[s] * r.own[s]
        between = np.ones_like(at_loss)
        for t in range(s, -1, -1):
            if t < s:
                between = between * r.slope[t] if slopes_between else r.slope[t]
            deltas[t] += at_loss if t == s else between * (at_loss @ r.W ** (s - t))
    return deltas


def _from_dh0(carry: Twist) -> Twist:
    """The same carry, with dh0 taken from it rather than made anew from delta_1."""
    return {**carry, "dh0": lambda r: r.loop[1].sum(axis=0)}


_CARRY: dict[str, Twist] = {
    "carry-dh": {"hand_on": lambda _: lambda r, _t, _delta, own, carry: (own + carry) @ r.W},
    "fprime-twice": {"hand_on": lambda _: lambda r, t, delta, _own, _carry: (r.slope[t] * delta) @ r.W},
    "immediate-only": {"hand_on": lambda _: lambda _r, _t, delta, _own, _carry: np.zeros_like(delta)},
    "w-not-transposed": {"hand_on": lambda _: lambda r, _t, delta, _own, _carry: delta @ r.W.T},
    "w-missing-in-carry": {"hand_on": lambda _: lambda _r, _t, delta, _own, _carry: delta},
    "carry-accumulated": {"hand_on": lambda _: lambda r, _t, delta, _own, carry: carry + delta @ r.W},
    "loop-forward": {"order": lambda r: range(r.T)},
}

# Without the loop these steps mean nothing; naming them keeps another carry from being combined with it.
_NO_LOOP: Twist = {"hand_on": lambda _: None, "meet": lambda _: None, "order": lambda _: None}

CARRY: dict[str, Twist] = {
    **_CARRY,
    **{f"{key}:dh0-from-carry": _from_dh0(twist) for key, twist in _CARRY.items()},
    "w-not-transposed:dh0-only": {"dh0": lambda r: (r.deltas[0] @ r.W.T).sum(axis=0)},
    "elementwise-power": {"deltas": lambda r: _w_power(r, slopes_between=True), **_NO_LOOP},
    "elementwise-power:end-slopes": {"deltas": lambda r: _w_power(r, slopes_between=False), **_NO_LOOP},
    "delta-shifted": {"weights_delta": lambda r: _earlier(r.deltas, 0.0)},
    "delta-shifted:wrapped": {"weights_delta": lambda r: np.roll(r.deltas, -1, axis=0)},
    "dh0-without-wt": {"dh0": lambda r: r.deltas[0].sum(axis=0)},
}

WEIGHTS: dict[str, Twist] = {
    "dw-current-h": {"h_before": lambda r: r.h[1:]},
    "dw-h-two-back": {"h_before": lambda r: np.roll(r.h, 1, axis=0)[:-1]},
    "dw-h-two-back:first-zero": {"h_before": lambda r: _shifted(r.h[:-1], 0.0)},
    "dw-h-two-back:first-kept": {"h_before": lambda r: _shifted(r.h[:-1], r.h[0])},
    "h-wraparound": {"h_before": lambda r: np.roll(r.h[1:], 1, axis=0)},
    "h-wraparound:forward": {
        "h0": lambda r: np.zeros_like(r.p["h0"]),
        "h_before": lambda r: np.roll(r.h[1:], 1, axis=0),
    },
    "h0-ignored": {"h0": lambda r: np.zeros_like(r.p["h0"])},
    "h0-ignored:dh0-zero": {
        "h0": lambda r: np.zeros_like(r.p["h0"]),
        "dh0": lambda r: np.zeros_like(r.p["h0"]),
    },
    "dw-first-term-dropped": {"counts_dW": lambda r: _but(r, 0)},
    "dv-previous-h": {"h_after": lambda r: r.h[:-1]},
    "dv-with-z": {"h_after": lambda r: r.z},
    "du-previous-x": {"x": lambda r: _shifted(r.X, 0.0)},
    "du-previous-x:wrapped": {"x": lambda r: np.roll(r.X, 1, axis=0)},
    "du-previous-x:first-kept": {"x": lambda r: _shifted(r.X, r.X[0])},
    "du-immediate-only": {"dU": lambda r: _outer(r.slope * r.own, r.X)},
    "du-immediate-only:every-x": {"dU": lambda r: _outer((r.slope * r.own).sum(axis=0), r.X[0])},
    "du-last-step-only": {"dU": lambda r: _outer(r.deltas[-1], r.X[-1])},
    "du-last-step-only:every-x": {"dU": lambda r: _outer(r.deltas[-1], r.X[0])},
    "bias-missing": {"db": lambda r: np.zeros_like(r.p["b"]), "dc": lambda r: np.zeros_like(r.p["c"])},
    "bias-missing:db": {"db": lambda r: np.zeros_like(r.p["b"])},
    "bias-missing:dc": {"dc": lambda r: np.zeros_like(r.p["c"])},
    "bias-missing:forward": {"b": lambda r: np.zeros_like(r.p["b"]), "c": lambda r: np.zeros_like(r.p["c"])},
    "bias-last-step-only": {"counts_db": lambda r: _only(r, -1), "counts_dc": lambda r: _only(r, -1)},
    "bias-last-step-only:db": {"counts_db": lambda r: _only(r, -1)},
    "bias-last-step-only:dc": {"counts_dc": lambda r: _only(r, -1)},
    "batch-mean-in-gradient-only": {"g": after(lambda r, g: {name: part / r.B for name, part in g.items()})},
}

_SUMS = ("dU", "dW", "dV", "db", "dc")
_ROWS: dict[str, tuple[Callable[[Any], Array], frozenset[str]]] = {
    # The rows that count, and the arrays for which alone the mistake has a name of its own.
    "assign-not-accumulate": (lambda r: _only(r, 0), frozenset()),
    "last-step-only": (lambda r: _only(r, -1), frozenset({"dU", "db", "dc"})),
    "first-step-dropped": (lambda r: _but(r, 0), frozenset({"dW"})),
    "last-step-dropped": (lambda r: _but(r, -1), frozenset()),
}


def _subsets(names: tuple[str, ...], other: frozenset[str]) -> Iterator[tuple[str, ...]]:
    for size in range(len(names), 0, -1):
        yield from (chosen for chosen in combinations(names, size) if not set(chosen) <= other)


def _rows() -> Iterator[tuple[str, Twist]]:
    """A range of steps that is wrong in all sums, or in some of them."""
    for key, (rows, other) in _ROWS.items():
        for chosen in _subsets(_SUMS, other):
            name = key if chosen == _SUMS else f"{key}:{'-'.join(chosen)}"
            yield name, {f"counts_{array}": rows for array in chosen}


def _swapped() -> Iterator[tuple[str, Twist]]:
    """Outer products the wrong way round: in dW, where no shape shows it, or in others as well."""
    for chosen in _subsets(("dW", "dU", "dV"), frozenset()):
        name = "outer-swapped" if chosen == ("dW",) else f"outer-swapped:{'-'.join(chosen)}"
        yield name, {array: after(lambda _, part: part.T) for array in chosen}


RANGES: dict[str, Twist] = {
    **dict(_rows()),
    "first-step-dropped:loop": {"order": lambda r: range(r.T - 1, 0, -1), "counts_dV": lambda r: _but(r, 0)},
    "last-step-dropped:loop": {"eps": after(lambda r, eps: eps * _but(r, -1)[:, None, None])},
    "last-step-dropped:deltas": {"order": lambda r: range(r.T - 2, -1, -1)},
}

TWISTS: Mapping[str, Twist] = {**LOSS, **F_PRIME, **CARRY, **WEIGHTS, **dict(_swapped()), **RANGES}
"""All of them; `applies` tells which make a difference in a mapping."""

_HEADS = ("softmax-derivative-twice", "softmax-jacobian-forgotten", "softmax-jacobian-diagonal")
_OUTPUT = ("output-fprime-spurious", "output-fprime-missing")

CORE = (
    *("sign-flipped", "half-forgotten", "mean-over-time", "mean-over-outputs", "target-shifted"),
    *("last-output-only", "fprime-missing", "fprime-at-h", "one-minus-z-squared", "fprime-previous-step"),
    *("sigmoid-derivative", "one-minus-h", "fprime-inverted", "fprime-output-branch-only"),
    *("fprime-recurrent-branch-only", "carry-dh", "fprime-twice", "immediate-only", "w-not-transposed"),
    *("w-missing-in-carry", "carry-accumulated", "elementwise-power", "loop-forward", "delta-shifted"),
    *("dh0-without-wt", "dw-current-h", "dw-h-two-back", "h-wraparound", "dw-first-term-dropped"),
    *("dv-previous-h", "dv-with-z", "du-previous-x", "du-immediate-only", "du-last-step-only"),
    *("outer-swapped", "assign-not-accumulate", "last-step-only", "first-step-dropped"),
    *("last-step-dropped", "bias-missing", "bias-last-step-only", "batch-mean-in-gradient-only"),
    *_HEADS,
    *_OUTPUT,
)
"""The twists that are also tried two at a time."""
CARRIES = tuple(f"{key}:dh0-from-carry" for key in _CARRY)
"""Variants that are tried two at a time as well: both ways to dh0 are common."""
EVERY_X = tuple(key for key in WEIGHTS if key.endswith(":every-x"))
"""With a single input, which then enters every term; two at a time as well."""

_WHERE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_HEADS, SOFTMAX),
    **dict.fromkeys(("wrong-axis",), SOFTMAX),
    **dict.fromkeys(
        ("wrong-axis:over-batch", "wrong-axis:swapped", "batch-mean-in-gradient-only"), ("batch",)
    ),
    # Only in a case with large logits does it show, and only that mapping has one.
    "softmax-overflow": ("mimo",),
    "output-fprime-spurious": (*SOFTMAX, "many-to-one"),
    "output-fprime-missing": TANH_HEAD,
    **dict.fromkeys((key for key in F_PRIME if key.endswith(("both", "output"))), TANH_HEAD),
    **dict.fromkeys(EVERY_X, ONE_INPUT),
    "mean-over-outputs": ("siso", "simo", "mimo", "batch"),
    **dict.fromkeys(("target-shifted", "last-output-only"), ("simo", *SOFTMAX)),
    "bias-last-step-only:dc": ("simo", *SOFTMAX),
    # With one output dV is a row, and its transpose a column: no shape hides that.
    **dict.fromkeys((key for key in dict(_swapped()) if "dV" in key), ("siso", "simo", *SOFTMAX)),
    # With a single loss these leave no delta at all: arrays of zeros, as in work that is only begun.
    **dict.fromkeys(("last-step-dropped:loop", "last-step-dropped:deltas"), ("simo", *SOFTMAX)),
}
"""Mappings in which a twist, or an id with all its variants, makes a difference; all where none is given."""


def applies(key: str, mapping: str) -> bool:
    """Whether the twist changes anything in the mapping that another name doesn't say better."""
    name, _, variant = key.partition(":")
    where = _WHERE.get(key) or _WHERE.get(name)
    if where is not None and mapping not in where:
        return False
    arrays = set(variant.split("-"))
    if name in _ROWS and arrays <= set(_SUMS):
        return all(_changes(name, array, mapping) for array in arrays) and not arrays <= _single(mapping)
    return True


def _single(mapping: str) -> set[str]:
    """The sums with a single term: without it they are zero, as in work that is only begun."""
    return ({"dU"} if mapping in ONE_INPUT else set()) | ({"dV", "dc"} if mapping in ONE_LOSS else set())


def _changes(name: str, array: str, mapping: str) -> bool:
    """Whether a wrong range of steps changes a sum, which may have a single term: the first or the last."""
    if array == "dU" and mapping in ONE_INPUT:
        return name in ("last-step-only", "first-step-dropped")
    if array in ("dV", "dc") and mapping in ONE_LOSS:
        return name in ("assign-not-accumulate", "last-step-dropped")
    return True
