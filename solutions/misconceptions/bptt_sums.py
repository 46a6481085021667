"""Twists of BPTT in the sums that make the gradients: wrong partners, and steps that don't count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import numpy as np

from solutions.misconceptions.bptt_deltas import dh0_from_carry
from solutions.misconceptions.rows import but, only, outer, shifted
from solutions.misconceptions.steps import Twist, after
from solutions.model import Array

WEIGHTS: dict[str, Twist] = {
    "dw-current-h": {"h_before": lambda r: r.h[1:]},
    "dw-h-two-back": {"h_before": lambda r: np.roll(r.h, 1, axis=0)[:-1]},
    "dw-h-two-back:first-zero": {"h_before": lambda r: shifted(r.h[:-1], 0.0)},
    "dw-h-two-back:first-kept": {"h_before": lambda r: shifted(r.h[:-1], r.h[0])},
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
    "dw-first-term-dropped": {"counts_dW": lambda r: but(r, 0)},
    "dv-previous-h": {"h_after": lambda r: r.h[:-1]},
    "dv-with-z": {"h_after": lambda r: r.z},
    "du-previous-x": {"x": lambda r: shifted(r.X, 0.0)},
    "du-previous-x:wrapped": {"x": lambda r: np.roll(r.X, 1, axis=0)},
    "du-previous-x:first-kept": {"x": lambda r: shifted(r.X, r.X[0])},
    "du-immediate-only": {"dU": lambda r: outer(r.slope * r.own, r.X)},
    "du-immediate-only:every-x": {"dU": lambda r: outer((r.slope * r.own).sum(axis=0), r.X[0])},
    "du-last-step-only": {"dU": lambda r: outer(r.deltas[-1], r.X[-1])},
    "du-last-step-only:every-x": {"dU": lambda r: outer(r.deltas[-1], r.X[0])},
    "bias-missing": {"db": lambda r: np.zeros_like(r.p["b"]), "dc": lambda r: np.zeros_like(r.p["c"])},
    "bias-missing:db": {"db": lambda r: np.zeros_like(r.p["b"])},
    "bias-missing:dc": {"dc": lambda r: np.zeros_like(r.p["c"])},
    "bias-missing:forward": {"b": lambda r: np.zeros_like(r.p["b"]), "c": lambda r: np.zeros_like(r.p["c"])},
    "bias-last-step-only": {"counts_db": lambda r: only(r, -1), "counts_dc": lambda r: only(r, -1)},
    "bias-last-step-only:db": {"counts_db": lambda r: only(r, -1)},
    "bias-last-step-only:dc": {"counts_dc": lambda r: only(r, -1)},
    "batch-mean-in-gradient-only": {"g": after(lambda r, g: {name: part / r.B for name, part in g.items()})},
}

SUMS = ("dU", "dW", "dV", "db", "dc")
ROWS: dict[str, tuple[Callable[[Any], Array], frozenset[str]]] = {
    # The rows that count, and the arrays for which alone the mistake has a name of its own.
    "assign-not-accumulate": (lambda r: only(r, 0), frozenset()),
    "last-step-only": (lambda r: only(r, -1), frozenset({"dU", "db", "dc"})),
    "first-step-dropped": (lambda r: but(r, 0), frozenset({"dW"})),
    "last-step-dropped": (lambda r: but(r, -1), frozenset()),
}


def _subsets(names: tuple[str, ...], other: frozenset[str]) -> Iterator[tuple[str, ...]]:
    for size in range(len(names), 0, -1):
        yield from (chosen for chosen in combinations(names, size) if not set(chosen) <= other)


def _ranges() -> Iterator[tuple[str, Twist]]:
    """A range of steps that is wrong in all sums, or in some of them."""
    for key, (rows, other) in ROWS.items():
        for chosen in _subsets(SUMS, other):
            name = key if chosen == SUMS else f"{key}:{'-'.join(chosen)}"
            yield name, {f"counts_{array}": rows for array in chosen}


def _swapped() -> Iterator[tuple[str, Twist]]:
    """Outer products the wrong way round: in dW, where no shape shows it, or in others as well."""
    for chosen in _subsets(("dW", "dU", "dV"), frozenset()):
        name = "outer-swapped" if chosen == ("dW",) else f"outer-swapped:{'-'.join(chosen)}"
        yield name, {array: after(lambda _, part: part.T) for array in chosen}


_NO_FIRST: Twist = {"order": lambda r: range(r.T - 1, 0, -1)}
_NO_FIRST_LOSS: Twist = {**_NO_FIRST, "counts_dV": lambda r: but(r, 0), "counts_dc": lambda r: but(r, 0)}

SWAPPED: dict[str, Twist] = dict(_swapped())
RANGES: dict[str, Twist] = {
    **dict(_ranges()),
    "first-step-dropped:loop": _NO_FIRST_LOSS,
    "first-step-dropped:loop-dh0-from-carry": dh0_from_carry(_NO_FIRST_LOSS),
    "first-step-dropped:deltas": _NO_FIRST,
    "first-step-dropped:deltas-dh0-from-carry": dh0_from_carry(_NO_FIRST),
    "last-step-dropped:loop": {"eps": after(lambda r, eps: eps * but(r, -1)[:, None, None])},
    "last-step-dropped:deltas": {"order": lambda r: range(r.T - 2, -1, -1)},
}
