"""Twists of BPTT on the way to the deltas: loss and output, slopes, and what is carried from step to step.

A key is an id of the catalogue, or `id:variant` for another way of making the same mistake: where a loop
runs past its end, say, some read the last row, some a zero, some the first row again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from solutions.misconceptions.rows import but, earlier, only, shifted
from solutions.misconceptions.steps import Twist, after
from solutions.model import Array
from solutions.reference.activations import sigmoid_prime


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
    "target-shifted:first-zero": {"tau": lambda r: shifted(r.targets, 0.0)},
    "target-shifted:first-kept": {"tau": lambda r: shifted(r.targets, r.targets[0])},
    "target-shifted:first-skipped": {
        "tau": lambda r: shifted(r.targets, 0.0),
        "eps": after(lambda r, eps: eps * but(r, 0)[:, None, None]),
    },
    "target-shifted:ahead": {"tau": lambda r: np.roll(r.targets, -1, axis=0)},
    "target-shifted:last-zero": {"tau": lambda r: earlier(r.targets, 0.0)},
    "target-shifted:last-kept": {"tau": lambda r: earlier(r.targets, r.targets[-1])},
    "target-shifted:last-skipped": {
        "tau": lambda r: earlier(r.targets, 0.0),
        "eps": after(lambda r, eps: eps * but(r, -1)[:, None, None]),
    },
    "last-output-only": {"eps": after(lambda r, eps: eps * only(r, -1)[:, None, None])},
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
    "fprime-previous-step:first-one": {"slope": lambda r: shifted(1 - r.h[1:] ** 2, 1.0)},
    "fprime-previous-step:first-kept": {"slope": lambda r: shifted(1 - r.h[1:] ** 2, 1 - r.h[1] ** 2)},
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


def dh0_from_carry(carry: Twist) -> Twist:
    """The same carry, with dh0 taken from it rather than made anew from delta_1."""
    return {**carry, "dh0": lambda r: r.loop[1].sum(axis=0)}


IN_LOOP: dict[str, Twist] = {
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
    **IN_LOOP,
    **{f"{key}:dh0-from-carry": dh0_from_carry(twist) for key, twist in IN_LOOP.items()},
    "w-not-transposed:dh0-only": {"dh0": lambda r: (r.deltas[0] @ r.W.T).sum(axis=0)},
    "elementwise-power": {"deltas": lambda r: _w_power(r, slopes_between=True), **_NO_LOOP},
    "elementwise-power:end-slopes": {"deltas": lambda r: _w_power(r, slopes_between=False), **_NO_LOOP},
    "delta-shifted": {"weights_delta": lambda r: earlier(r.deltas, 0.0)},
    "delta-shifted:wrapped": {"weights_delta": lambda r: np.roll(r.deltas, -1, axis=0)},
    "dh0-without-wt": {"dh0": lambda r: r.deltas[0].sum(axis=0)},
}
