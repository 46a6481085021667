"""Truncated BPTT with one twist: chunks of k steps, the state passes and delta stops.

It is BPTT with another hand-on: what a step gives to the one before is dropped at the start of a chunk.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from solutions.misconceptions.bptt import STEPS, given_mimo
from solutions.misconceptions.family import Family
from solutions.misconceptions.rows import only
from solutions.misconceptions.steps import Run, Step, Twist, after
from solutions.model import Array


def _hand_on(r: Any, t: int, delta: Array, _own: Array, _carry: Array) -> Array:
    return np.asarray(np.zeros_like(delta) if t in r.starts else delta @ r.W)


def _reset_states(r: Run) -> Array:
    """Each chunk begins with h0 again."""
    h = np.empty((r.T + 1, r.B, len(r.W)))
    h[0] = r.h0
    for t in range(r.T):
        before = r.h0 if t in r.starts else h[t]
        h[t + 1] = np.tanh(r.driven[t] + before @ r.W.T)
    return h


def _reset_before(r: Run) -> Array:
    before: Array = r.h[:-1].copy()
    before[sorted(r.starts)] = r.h0
    return before


def _before_last_chunk(r: Run) -> Array:
    """Steps in chunks of full length; the short end is never reached."""
    return np.asarray(np.arange(r.T) < r.T - r.T % r.k, dtype=float)


_STEPS: Mapping[str, Step] = {
    **STEPS,
    "starts": lambda r: set(range(0, r.T, r.k)) - {0},
    "hand_on": lambda _: _hand_on,
    # Only the first chunk begins with h_0, so dh0 is what its delta_1 hands on.
    "dh0": lambda r: (r.deltas[0] @ r.W).sum(axis=0),
}


def _chunks_of(change: int) -> Twist:
    return {"starts": lambda r: set(range(0, r.T, max(r.k + change, 1))) - {0}}


TBPTT = Family(
    _STEPS,
    lambda p, X, Tau, k: {**given_mimo(p, X, Tau), "k": k},
    {
        "gradient-crosses-boundary": {"starts": lambda _: set()},
        "truncation-off-by-one": _chunks_of(-1),
        "truncation-off-by-one:longer": _chunks_of(1),
        "state-reset-at-chunk": {"h": _reset_states, "h_before": _reset_before},
        "state-reset-at-chunk:dh0-from-all": {
            "h": _reset_states,
            "h_before": _reset_before,
            "dh0": lambda r: (r.deltas[sorted({0, *r.starts})] @ r.W).sum(axis=(0, 1)),
        },
        "last-chunk-dropped": {"eps": after(lambda r, eps: eps * _before_last_chunk(r)[:, None, None])},
        "last-step-only": {"eps": after(lambda r, eps: eps * only(r, -1)[:, None, None])},
    },
)
"""tbptt(p, X, Tau, k), softmax and cross entropy, answers dU, dW, dV, db, dc, dh0."""
