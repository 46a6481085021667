"""Chapter 12, a gap in a text: what two chains say of it, and the gradient with a loss there alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from through_time.problems import parameters, weights

from solutions.exercises.inputs import Make
from solutions.misconceptions.capstone_texts import FILL, GAP
from solutions.model import Answer, Arguments, Array, Case, FunctionTask, Part
from solutions.reference.bidirectional import bidirectional_forward, bptt_bidirectional
from solutions.reference.losses import softmax


def _text_with_gap(T: int) -> Make:
    """(p, X (T, 3), tau (5,), gap): two chains of 4 and 2 units, a row of zeros at the gap, tau one-hot."""

    def make(rng: np.random.Generator) -> Arguments:
        p = parameters(rng, 3, 4, 5)
        against = parameters(rng, 3, 2, 5)
        p |= {f"{name}b": against[name] for name in ("U", "W", "b", "V")} | {"hb0": against["h0"]}
        X, gap = weights(rng, T, 3), int(rng.integers(2, T - 2)) if T > 5 else 0
        X[gap] = 0.0
        return p, X, np.eye(5)[rng.integers(5)], gap

    return make


def _without_target(make: Make) -> Make:
    def without(rng: np.random.Generator) -> Arguments:
        p, X, _, gap = make(rng)
        return p, X, gap

    return without


def _gap_gradients(p: Mapping[str, Array], X: Array, tau: Array, gap: int) -> Answer:
    return bptt_bidirectional(p, X, np.tile(tau, (len(X), 1)), loss_at=np.eye(len(X))[gap])


GAP_BPTT = FunctionTask(
    name="gap_bptt",
    signature="gap_bptt(p, X (T, n), tau (k,), gap) -> dict of d<name> for every array of p",
    arguments=("p", "X", "tau", "gap"),
    parts=(
        *(Part(f"d{name}", 0.15) for name in ("U", "W", "b", "h0")),
        *(Part(f"d{name}", 0.2) for name in ("Ub", "Wb", "bb", "hb0", "V", "Vb", "c")),
    ),
    cases=(
        Case("T = 7", _text_with_gap(7), draws=3),
        Case("T = 1", _text_with_gap(1), diagnostic=False),
    ),
    reference=_gap_gradients,
    twists=GAP.all(),
    alternatives={"two many-to-one networks": GAP.twisted()},
)

FILL_GAP = FunctionTask(
    name="fill_gap",
    signature="fill_gap(p, X (T, n), gap) -> (k,)",
    arguments=("p", "X", "gap"),
    parts=(Part("y", 1),),
    cases=(
        Case("T = 7", _without_target(_text_with_gap(7)), draws=3),
        Case("T = 1", _without_target(_text_with_gap(1)), diagnostic=False),
    ),
    reference=lambda p, X, gap: {"y": softmax(bidirectional_forward(p, X)["o"])[gap]},
    twists=FILL.all(),
    alternatives={"two many-to-one networks": FILL.twisted()},
    returns="value",
)


TASKS = (GAP_BPTT, FILL_GAP)
"""Exercise 12.4."""
