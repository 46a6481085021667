"""Exercise 9.3: start matrices. They are drawn, so what is compared is which laws a matrix obeys.

A matrix that is as it should be is put in the place of the reference's own draw, and one with a known mistake in
the place of that mistake's draw. So how somebody draws plays no part, and mistakes are told apart as everywhere.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from through_time.generators import HIGHEST, Seeded

from solutions.exercises.inputs import Make
from solutions.model import Answer, Arguments, Array, Case, Function, FunctionTask, Misfit, Packing, Part
from solutions.reference.initialisation import init_recurrent

KINDS = ("identity", "orthogonal", "gaussian")
TRACE = 1e-7
"""So much of what was returned stays in: too little to be wrong, enough to tell two answers to one call apart."""
NEAR = 1e-5
SPREAD = 0.15
"""Relative, of the deviation of a thousand entries and more: seven times as much as chance makes of it."""


def _drawn(d: int, kind: str, gain: float, rng: Seeded) -> Array:
    # A copy begins anew: the question's own generator stays where it is.
    return init_recurrent(d, kind, gain, copy.copy(rng))


Draw = Callable[[int, str, float, Seeded], Array]


def _for(kind: str, other: Draw) -> Draw:
    return lambda d, asked, gain, rng: (other if asked == kind else _drawn)(d, asked, gain, rng)


def _gain_one(d: int, kind: str, _gain: float, rng: Seeded) -> Array:
    return _drawn(d, kind, 1.0, rng)


MISTAKES: Mapping[str, Draw] = {
    "std-not-scaled": _for("gaussian", lambda d, k, g, rng: _drawn(d, k, g * math.sqrt(d), rng)),
    "std-not-scaled:variance": _for("gaussian", lambda d, k, g, rng: _drawn(d, k, g / math.sqrt(d), rng)),
    "orthogonal-not": _for("orthogonal", lambda d, _, g, rng: _drawn(d, "gaussian", g, rng)),
    "ignores-gain": _gain_one,
    **{f"ignores-gain:{kind}": _for(kind, _gain_one) for kind in KINDS},
}


def _mistake(W: Array, d: int, kind: str, gain: float) -> str | None:
    """The key of the mistake that W shows, "" if it is right, None if it is wrong in a way without a name."""
    if kind == "identity":
        return next(
            (key for key, g in (("", gain), ("ignores-gain", 1.0)) if np.allclose(W, g * np.eye(d))), None
        )
    if kind == "orthogonal":
        size = float(np.trace(W.T @ W)) / d
        if not np.allclose(W.T @ W, size * np.eye(d), atol=NEAR * size):
            return "orthogonal-not"
        return _size_of(math.sqrt(size), NEAR, {"": gain, "ignores-gain": 1.0})
    known = {"": gain / math.sqrt(d), "ignores-gain": 1 / math.sqrt(d)}
    return _size_of(
        float(W.std()), SPREAD, {**known, "std-not-scaled": gain, "std-not-scaled:variance": gain / d}
    )


def _size_of(found: float, tolerance: float, known: Mapping[str, float]) -> str | None:
    return next((key for key, size in known.items() if abs(found - size) < tolerance * size), None)


def _form_fault(W: Array, kind: str) -> str:
    """What can't be so by chance, whatever the size of the entries."""
    flat = W.ravel()
    if kind == "orthogonal" and not np.any(W - np.diag(np.diag(W))):
        return "has nothing beside its diagonal: no draw of all rotations looks like that"
    if kind != "gaussian":
        return ""
    if len(np.unique(flat)) < 0.99 * len(flat):
        return "repeats its entries: each is to be drawn anew"
    spread = flat.std()
    if abs(flat.mean()) > 0.2 * spread:
        return "has entries with a mean that is not 0"
    if not 2.3 < float(np.mean((flat - flat.mean()) ** 4)) / spread**4 < 4.2:
        return "has entries that are not normally distributed"
    return ""


def _unpack(value: Any, arguments: Arguments) -> Mapping[str, Any] | None:
    d, kind, gain, rng = arguments
    if value is None:
        return None
    W = np.asarray(value, dtype=np.float64)
    if W.shape != (d, d) or not np.isfinite(W).all() or not W.any():
        return {kind: value}
    fault = _form_fault(W, kind)
    if fault:
        return {kind: Misfit(fault)}
    key = _mistake(W, d, kind, gain)
    if key is None:
        return {kind: W}
    stands = (MISTAKES[key] if key else _drawn)(d, kind, gain, rng)
    return {kind: stands + TRACE * (W - stands)}


def _answer(draw: Draw) -> Function:
    """Any of the three parts: a case asks for one kind and decides the part of its name."""

    def answer(d: int, kind: str, gain: float, rng: Seeded) -> Answer:
        return dict.fromkeys(KINDS, draw(d, kind, gain, rng))

    return answer


def _start(d: int, kind: str, gain: float) -> Make:
    return lambda rng: (d, kind, gain, Seeded(int(rng.integers(HIGHEST))))


def _case(d: int, kind: str, gain: float) -> Case:
    return Case(f"{kind}, d = {d}, gain {gain}", _start(d, kind, gain), parts=(kind,))


# Other ways to draw


def _by_singular_values(d: int, kind: str, gain: float, rng: Seeded) -> Array:
    if kind == "orthogonal":
        left, _, right = np.linalg.svd(copy.copy(rng).standard_normal((d, d)))
        return np.asarray(gain * left @ right)
    return _entry_by_entry(d, kind, gain, rng)


def _entry_by_entry(d: int, kind: str, gain: float, rng: Seeded) -> Array:
    rng = copy.copy(rng)
    if kind == "identity":
        return np.diag(np.full(d, gain))
    if kind == "gaussian":
        return np.array([[rng.normal(0.0, gain / math.sqrt(d)) for _ in range(d)] for _ in range(d)]).T
    return np.asarray(gain * np.linalg.qr(rng.normal(size=(d, d)))[0])


STARTS = FunctionTask(
    name="init_recurrent",
    signature="init_recurrent(d, kind, gain, rng) -> W (d, d)",
    arguments=("d", "kind", "gain", "rng"),
    parts=tuple(Part(kind, 1) for kind in KINDS),
    # A thousand entries and more, where their spread is asked for.
    cases=(
        _case(4, "identity", 1.5),
        _case(64, "identity", 0.5),
        _case(4, "orthogonal", 1.5),
        _case(64, "orthogonal", 0.5),
        _case(5, "orthogonal", 1.0),
        _case(64, "gaussian", 1.5),
        _case(36, "gaussian", 0.5),
        _case(64, "gaussian", 1.0),
    ),
    reference=_answer(_drawn),
    twists={key: _answer(draw) for key, draw in MISTAKES.items()},
    alternatives={
        "singular values": _answer(_by_singular_values),
        "entry by entry": _answer(_entry_by_entry),
    },
    returns=Packing("an array of shape (d, d)", _unpack, lambda parts, arguments: parts[arguments[1]]),
)
