"""Chapter 9, remedies: exercises 9.1 to 9.7, 23 points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from solutions.exercises import inputs
from solutions.exercises.ch09_answers import ANGLE_TASK, BUG_TASK, CURVES, MATCH_TASK
from solutions.exercises.ch09_starts import STARTS
from solutions.exercises.ch09_styles import CLIP_STYLES, TBPTT_STYLES
from solutions.exercises.inputs import Make, audible
from solutions.misconceptions.clipping import CLIP
from solutions.misconceptions.probes import LINEAR, NO_CARRY, SYMMETRIC, ZERO_START
from solutions.misconceptions.truncation import TBPTT
from solutions.model import (
    Answer,
    Arguments,
    Array,
    Case,
    Exercise,
    Function,
    FunctionTask,
    Misfit,
    Packing,
    Part,
)
from solutions.reference.bptt import bptt_mimo
from solutions.reference.clipping import clip_global
from solutions.reference.truncation import tbptt

ASSIGNMENT = "ch09-remedies"

_STD = {"n": 3, "d": 4, "k": 5, "T": 6}


def _parts(points: Mapping[str, float]) -> tuple[Part, ...]:
    return tuple(Part(name, share) for name, share in points.items())


# 9.1 and 9.6: clipping

ABOVE, BELOW, NORM, CLIPPED = "above the limit", "below the limit", "norm", "clipped"


def _gradient(scale: float, shares: tuple[float, float]) -> Make:
    """(g, limit): the gradient of a small network times `scale`, and a limit that is a share of its norm."""
    problem = inputs.mimo(**_STD)

    def make(rng: np.random.Generator) -> Arguments:
        g = {name: scale * part for name, part in bptt_mimo(*problem(rng)).items()}
        return g, rng.uniform(*shares) * clip_global(g, 1.0)[1]

    return make


def _no_gradient(rng: np.random.Generator) -> Arguments:
    g, limit = _gradient(1.0, (0.5, 2.0))(rng)
    return {name: np.zeros_like(part) for name, part in g.items()}, limit


_FAR_ABOVE, _JUST_BELOW = (0.1, 0.2), (1.05, 1.2)
"""Limits as shares of the norm: below most arrays' own norms, and between the norm and the sum of theirs."""


def _clip_cases(above: tuple[str, ...], below: tuple[str, ...]) -> tuple[Case, ...]:
    return (
        Case("norm above the limit", _gradient(1.0, _FAR_ABOVE), draws=3, parts=above),
        Case("norm below the limit", _gradient(1.0, _JUST_BELOW), draws=2, parts=below),
        Case("large gradient", _gradient(100.0, _FAR_ABOVE), parts=above),
        Case("small gradient", _gradient(0.1, _JUST_BELOW), parts=below),
        Case("zero gradient", _no_gradient, diagnostic=False, parts=below),
    )


def _vector(answer: Answer) -> Array:
    return np.concatenate([np.ravel(part) for name, part in answer.items() if name != NORM])


def _three_parts(function: Function) -> Function:
    """The clipped arrays as one vector, under both names: a case decides one of them."""

    def answer(g: Mapping[str, Array], limit: float) -> Answer:
        found = function(g, limit)
        return {ABOVE: _vector(found), BELOW: _vector(found), NORM: found[NORM]}

    return answer


def _one_part(function: Function) -> Function:
    return lambda g, limit: {CLIPPED: _vector(function(g, limit))}


def _clipped(g: Mapping[str, Array], limit: float) -> Answer:
    clipped, norm = clip_global(g, limit)
    return {**clipped, NORM: norm}


def _as_vector(value: Any, g: Mapping[str, Array]) -> Array | Misfit:
    """The arrays of a dict, in the order of g's; a clause if they are not those that g has."""
    if not isinstance(value, dict):
        return Misfit("is no dict")
    missing = [name for name in g if name not in value]
    if missing:
        return Misfit(f"lacks {missing[0]}")
    parts = []
    for name, part in g.items():
        found = np.asarray(value[name], dtype=np.float64)
        if found.shape != part.shape:
            return Misfit(f"holds {name} of shape {found.shape}, expected {part.shape}")
        parts.append(found.ravel())
    return np.concatenate(parts)


def _unpack_pair(value: Any, arguments: Arguments) -> Mapping[str, Any] | None:
    if not isinstance(value, tuple | list) or len(value) != 2:
        return None
    vector = _as_vector(value[0], arguments[0])
    return {ABOVE: vector, BELOW: vector, NORM: value[1]}


def _as_dict(vector: Any, g: Mapping[str, Array]) -> dict[str, Any]:
    flat, found = np.asarray(vector), {}
    for name, part in g.items():
        found[name], flat = flat[: part.size].reshape(part.shape), flat[part.size :]
    return found


CLIPPING = FunctionTask(
    name="clip_global",
    signature="clip_global(g, limit) -> (dict of arrays as in g, norm before clipping)",
    arguments=("g", "limit"),
    parts=_parts({ABOVE: 2, BELOW: 1, NORM: 1}),
    cases=_clip_cases((ABOVE, NORM), (BELOW, NORM)),
    reference=_three_parts(_clipped),
    twists={key: _three_parts(twist) for key, twist in CLIP.all().items()},
    alternatives={style: _three_parts(function) for style, function in CLIP_STYLES.items()},
    returns=Packing(
        "a tuple (dict of clipped arrays, norm)",
        _unpack_pair,
        lambda parts, arguments: (_as_dict(parts[ABOVE], arguments[0]), parts[NORM]),
    ),
)

FIXED = FunctionTask(
    name="clip_fixed",
    signature="clip_fixed(g, limit) -> dict of arrays as in g",
    arguments=("g", "limit"),
    parts=_parts({CLIPPED: 2}),
    cases=_clip_cases((), ()),
    reference=_one_part(_clipped),
    # The norm is not handed over here, so a sum of norms shows in the factor alone.
    twists={key: _one_part(twist) for key, twist in CLIP.all().items()},
    alternatives={style: _one_part(function) for style, function in CLIP_STYLES.items()},
    returns=Packing(
        "a dict with the keys of g",
        lambda value, arguments: None if value is None else {CLIPPED: _as_vector(value, arguments[0])},
        lambda parts, arguments: _as_dict(parts[CLIPPED], arguments[0]),
    ),
)

# 9.2: truncation

WHOLE = "k >= T"
_GRADIENTS = {"dU": 1.0, "dW": 1.5, "dV": 0.25, "dc": 0.25, "db": 0.5, "dh0": 0.5}


def _in_chunks(of: dict[str, int], k: int) -> Make:
    make = inputs.mimo(**of)
    return lambda rng: (*make(rng), k)


def _with_whole(function: Function) -> Function:
    """Beside the six arrays all of them as one vector, for the cases that cut nothing off."""

    def answer(p: Mapping[str, Array], X: Array, Tau: Array, k: int) -> Answer:
        found = function(p, X, Tau, k)
        return {**found, WHOLE: np.concatenate([np.ravel(found[name]) for name in _GRADIENTS])}

    return answer


def _unpack_chunks(value: Any, arguments: Arguments) -> Mapping[str, Any] | None:
    if not isinstance(value, dict):
        return None
    p = arguments[0]
    return {**value, WHOLE: _as_vector(value, {name: p[name[1:]] for name in _GRADIENTS})}


def _pack_chunks(parts: Mapping[str, Any], _arguments: Arguments) -> dict[str, Any]:
    return {name: parts[name] for name in _GRADIENTS}


def _whole_zeros_too(make: Make, reference: Function) -> Make:
    """As `audible`, but for h0, which only the first chunk reaches."""
    return audible(make, lambda *arguments: {n: a for n, a in reference(*arguments).items() if n != "dh0"})


def _chunk_case(k: int) -> Case:
    return Case(f"k = {k}", _whole_zeros_too(_in_chunks(_STD, k), tbptt), draws=2, parts=tuple(_GRADIENTS))


TRUNCATED = FunctionTask(
    name="tbptt",
    signature="tbptt(p, X (T, n), Tau (T, k), k) -> dict of dU, dW, dV, db, dc, dh0",
    arguments=("p", "X", "Tau", "k"),
    parts=_parts({**_GRADIENTS, WHOLE: 1}),
    cases=(
        # The last chunk is short in the second of these.
        _chunk_case(2),
        _chunk_case(4),
        Case("k = 1", _in_chunks(_STD, 1), parts=tuple(_GRADIENTS), diagnostic=False),
        Case("T = 40, k = 7", _in_chunks(_STD | {"T": 40}, 7), parts=tuple(_GRADIENTS), diagnostic=False),
        Case("k = T", _in_chunks(_STD, 6), parts=(WHOLE,), diagnostic=False),
        Case("k > T", _in_chunks(_STD, 9), parts=(WHOLE,), diagnostic=False),
    ),
    reference=_with_whole(tbptt),
    twists={key: _with_whole(twist) for key, twist in TBPTT.all().items()},
    alternatives={style: _with_whole(function) for style, function in TBPTT_STYLES.items()},
    probes=(SYMMETRIC, ZERO_START, LINEAR, NO_CARRY),
    returns=Packing(f"a dict with the keys {', '.join(_GRADIENTS)}", _unpack_chunks, _pack_chunks),
)

EXERCISES: Mapping[str, Exercise] = {
    exercise.id: exercise
    for exercise in (
        Exercise("9.1", "Clip", "code", "9.2", (CLIPPING,)),
        Exercise("9.2", "Truncated BPTT", "code", "9.4", (TRUNCATED,)),
        Exercise("9.3", "Start values", "code", "9.5", (STARTS,)),
        Exercise("9.4", "The turned arrow", "predict", "9.2", (ANGLE_TASK,)),
        Exercise("9.5", "Match", "conceptual", "9.1", (MATCH_TASK,)),
        Exercise("9.6", "Clip in the wrong place", "bug", "9.2", (FIXED, BUG_TASK)),
        Exercise("9.7", "Read three curves", "written", "9.1", (CURVES,)),
    )
}
