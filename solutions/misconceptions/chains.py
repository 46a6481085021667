"""A recurrent chain in named steps, to be put together to larger networks, and what goes wrong in any chain.

A network may hold several chains. Each has its steps under names of its own, such as `slope_1`; a `View` lets
a step or a twist speak of `slope` and mean that of its chain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from solutions.misconceptions.bptt_deltas import SLOPES
from solutions.misconceptions.rows import but, earlier, only, shifted
from solutions.misconceptions.steps import After, Run, Step, Twist, after
from solutions.model import Array


class View:
    """A run as one of its chains sees it."""

    def __init__(self, run: Run, tag: str) -> None:
        self._run, self._tag = run, tag

    def __getattr__(self, name: str) -> Any:
        return getattr(self._run, f"{name}_{self._tag}" if name in _OF_A_CHAIN else name)


def _states(c: Any) -> Array:
    h = [c.h0]
    for x in c.inputs:
        h.append(np.tanh(c.U @ x + c.W @ h[-1] + c.b))
    return np.array(h)


def _loop(c: Any) -> tuple[Array, Array]:
    """The deltas, and the last carry; `meet` is where the branches meet, `hand_on` makes the next carry."""
    deltas, carry = np.zeros_like(c.z), np.zeros_like(c.z[0])
    for t in c.order:
        deltas[t] = c.meet(c, t, c.dH[t], carry)
        carry = c.hand_on(c, t, deltas[t], c.dH[t], carry)
    return deltas, carry


_STEPS: Mapping[str, Callable[[Any], Any]] = {
    "h": _states,
    "z": lambda c: c.inputs @ c.U.T + c.h[:-1] @ c.W.T + c.b,
    "slope": lambda c: 1 - c.h[1:] ** 2,
    "meet": lambda _: lambda c, t, own, carry: c.slope[t] * (own + carry),
    "hand_on": lambda _: lambda c, _t, delta, _own, _carry: delta @ c.W,
    "order": lambda c: range(len(c.z) - 1, -1, -1),
    "loop": _loop,
    "deltas": lambda c: c.loop[0],
    "paired": lambda c: c.deltas,
    "before": lambda c: c.h[:-1],
    "x": lambda c: c.inputs,
    "counts": lambda c: np.ones(c.T),
    "dU": lambda c: (c.counts[:, None] * c.paired).T @ c.x,
    "dW": lambda c: (c.counts[:, None] * c.paired).T @ c.before,
    "db": lambda c: c.counts @ c.deltas,
    "dh0": lambda c: c.deltas[0] @ c.W,
}
_GIVEN = ("U", "W", "b", "h0", "inputs", "dH")
_OF_A_CHAIN = frozenset((*_STEPS, *_GIVEN))


def _bound(tag: str, step: Callable[[Any], Any]) -> Step:
    return lambda r: step(View(r, tag))


def array(key: str) -> Step:
    """The array of that name in p."""
    return lambda r: r.p[key]


def chain(tag: str, keys: Mapping[str, str], inputs: Step, dH: Step) -> dict[str, Step]:
    """The steps of a chain: `keys` names its U, W, b and h0 in p, `dH` is what E takes from its states directly."""
    return {
        **{f"{name}_{tag}": _bound(tag, step) for name, step in _STEPS.items()},
        **{f"{letter}_{tag}": array(key) for letter, key in keys.items()},
        f"inputs_{tag}": inputs,
        f"dH_{tag}": dH,
    }


def gradients(tag: str, keys: Mapping[str, str], r: Run) -> dict[str, Array]:
    """The gradients of a chain under the names that its arrays have in p."""
    return {f"d{key}": getattr(r, f"d{letter}_{tag}") for letter, key in keys.items()}


def within(twist: Twist, *tags: str) -> Twist:
    """The twist of a chain, in all the chains named."""
    return {f"{name}_{tag}": _moved(change, tag) for tag in tags for name, change in twist.items()}


def _moved(change: Step | After, tag: str) -> Step | After:
    if isinstance(change, After):
        inner = change.change
        return after(lambda r, usual: inner(View(r, tag), usual))
    return _bound(tag, change)


def _slope(key: str) -> Twist:
    return {"slope": lambda c: SLOPES[key](c.z, c.h[1:])}


CARRY: Mapping[str, Twist] = {
    "carry-dh": {"hand_on": lambda _: lambda c, _t, _delta, own, carry: (own + carry) @ c.W},
    "fprime-twice": {"hand_on": lambda _: lambda c, t, delta, _own, _carry: (c.slope[t] * delta) @ c.W},
    "immediate-only": {"hand_on": lambda _: lambda _c, _t, delta, _own, _carry: np.zeros_like(delta)},
    "w-not-transposed": {"hand_on": lambda _: lambda c, _t, delta, _own, _carry: delta @ c.W.T},
    "w-missing-in-carry": {"hand_on": lambda _: lambda _c, _t, delta, _own, _carry: delta},
    "carry-accumulated": {"hand_on": lambda _: lambda c, _t, delta, _own, carry: carry + delta @ c.W},
    "loop-forward": {"order": lambda c: range(len(c.z))},
}
SLOPE: Mapping[str, Twist] = {
    **{key: _slope(key) for key in SLOPES},
    "fprime-previous-step": {"slope": lambda c: 1 - c.h[:-1] ** 2},
    "fprime-previous-step:first-one": {"slope": lambda c: shifted(1 - c.h[1:] ** 2, 1.0)},
    "fprime-output-branch-only": {"meet": lambda _: lambda c, t, own, carry: c.slope[t] * own + carry},
    "fprime-recurrent-branch-only": {"meet": lambda _: lambda c, t, own, carry: own + c.slope[t] * carry},
}
SUMS: Mapping[str, Twist] = {
    "delta-shifted": {"paired": lambda c: earlier(c.deltas, 0.0)},
    "dh0-without-wt": {"dh0": lambda c: c.deltas[0]},
    "dw-current-h": {"before": lambda c: c.h[1:]},
    "dw-h-two-back": {"before": lambda c: shifted(c.h[:-1], c.h[0])},
    "h-wraparound": {"before": lambda c: np.roll(c.h[1:], 1, axis=0)},
    "h0-ignored": {"h0": lambda c: np.zeros(len(c.b))},
    "dw-first-term-dropped": {"dW": lambda c: c.paired[1:].T @ c.before[1:]},
    "du-previous-x": {"x": lambda c: shifted(c.inputs, 0.0)},
    "du-previous-x:wrapped": {"x": lambda c: np.roll(c.inputs, 1, axis=0)},
    "outer-swapped": {"dW": after(lambda _, dW: dW.T)},
    "bias-missing": {"db": lambda c: np.zeros(len(c.b))},
    "bias-last-step-only": {"db": lambda c: c.deltas[-1]},
    "assign-not-accumulate": {"counts": lambda c: only(c, 0)},
    "last-step-only": {"counts": lambda c: only(c, -1)},
    "first-step-dropped": {"counts": lambda c: but(c, 0)},
    "last-step-dropped": {"counts": lambda c: but(c, -1)},
}
ANY_CHAIN: Mapping[str, Twist] = {**CARRY, **SLOPE, **SUMS}
"""What goes wrong in any chain, by its key; `within` puts one into the chains of a network."""
