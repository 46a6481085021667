"""Chapter 11, sequence to sequence and attention: exercises 11.1 to 11.4, 13 points."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from through_time.problems import weights

from solutions.exercises.ch11_answers import SHORTEST, WHY
from solutions.exercises.ch11_styles import ATTEND_BACKWARD_STYLES, ATTEND_STYLES
from solutions.exercises.inputs import Make
from solutions.misconceptions.attention import ATTEND, ATTEND_BACKWARD, attend_backward_pairs, attend_pairs
from solutions.model import Answer, Arguments, Array, Case, Exercise, FunctionTask, Part
from solutions.reference.scaled_dot import attend, attend_backward

ASSIGNMENT = "ch11-attention"

_STD = {"d": 4, "S": 6, "m": 5}
_EQ = {"d": 4, "S": 4, "m": 4}
_ONE = _STD | {"S": 1}
FAR = 1000.0
"""Size of the large scores."""


def _query(d: int, S: int, m: int) -> Make:
    """(q (d,), K (S, d), Vv (S, m)); the query long enough for a forgotten scale to show."""
    return lambda rng: (2 * weights(rng, d), weights(rng, S, d), weights(rng, S, m))


def _far_scores(d: int, S: int, m: int) -> Make:
    """As `_query`, with scores near 1000 at two keys and near -1000 at the others."""

    def make(rng: np.random.Generator) -> Arguments:
        q, K, Vv = _query(d, S, m)(rng)
        # Two keys share the top: with one alone the weights would be exactly one-hot, and the softmax untested.
        top = rng.permutation(S) < 2
        K += np.outer(np.where(top, FAR, -FAR), q) * np.sqrt(d) / (q @ q)
        return q, K, Vv

    return make


def _with_error(make: Make, m: int) -> Make:
    """The arguments of `make`, and dout (m,)."""
    return lambda rng: (*make(rng), weights(rng, m))


def _attend(q: Array, K: Array, Vv: Array) -> Answer:
    out, a = attend(q, K, Vv)
    return {"out": out, "a": a}


def _attend_backward(q: Array, K: Array, Vv: Array, dout: Array) -> Answer:
    return dict(zip(("dq", "dK", "dVv"), attend_backward(q, K, Vv, dout), strict=True))


FORWARD = FunctionTask(
    name="attend",
    signature="attend(q (d,), K (S, d), Vv (S, m)) -> (out (m,), a (S,))",
    arguments=("q", "K", "Vv"),
    parts=(Part("out", 1), Part("a", 2)),
    cases=(
        Case("STD", _query(**_STD), draws=3),
        Case("EQ", _query(**_EQ)),
        Case("S = 1", _query(**_ONE), diagnostic=False),
        # An overflow spoils both arrays, but it is one mistake.
        Case("BIG", _far_scores(**_STD), diagnostic=False, parts=("a",)),
    ),
    reference=_attend,
    twists=ATTEND.all(),
    pairs=attend_pairs(),
    alternatives=ATTEND_STYLES,
    returns="tuple",
)

BACKWARD = FunctionTask(
    name="attend_backward",
    signature="attend_backward(q (d,), K (S, d), Vv (S, m), dout (m,)) -> (dq (d,), dK (S, d), dVv (S, m))",
    arguments=("q", "K", "Vv", "dout"),
    parts=(Part("dq", 1.5), Part("dK", 1.5), Part("dVv", 1)),
    cases=(
        Case("STD", _with_error(_query(**_STD), _STD["m"]), draws=3),
        Case("EQ", _with_error(_query(**_EQ), _EQ["m"])),
        Case("S = 1", _with_error(_query(**_ONE), _ONE["m"]), diagnostic=False),
        Case("BIG", _with_error(_far_scores(**_STD), _STD["m"]), diagnostic=False, parts=("dVv",)),
    ),
    reference=_attend_backward,
    twists=ATTEND_BACKWARD.all(),
    pairs=attend_backward_pairs(),
    alternatives=ATTEND_BACKWARD_STYLES,
    returns="tuple",
)

EXERCISES: Mapping[str, Exercise] = {
    exercise.id: exercise
    for exercise in (
        Exercise("11.1", "Attention", "code", "11.4", (FORWARD,)),
        Exercise("11.2", "Attention backward", "code", "11.5", (BACKWARD,)),
        Exercise("11.3", "Shortest road", "conceptual", "11.6", (SHORTEST,)),
        Exercise("11.4", "Why attention helps", "written", "11.6", (WHY,)),
    )
}
