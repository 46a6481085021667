"""Chapter 6, total and immediate derivatives, and the homework: exercises 6.1 to 6.8, 39 points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from through_time.problems import parameters, probabilities, weights

from solutions.exercises import inputs
from solutions.exercises.ch06_answers import BUG, COUNT, DERIVATION, SHARE, TABLE
from solutions.exercises.ch06_styles import ANY_T_STYLES, IMMEDIATE_STYLES, THREE_PATHS_STYLES, TOTAL_STYLES
from solutions.exercises.inputs import Make, audible
from solutions.exercises.simpler import shorter_both
from solutions.misconceptions.homework import THREE_PATHS, any_t_pairs, any_t_twists, three_paths_pairs
from solutions.misconceptions.probes import LINEAR, NO_CARRY, SYMMETRIC, ZERO_START, probes_for
from solutions.misconceptions.uses import IMMEDIATE, TOTAL, total_pairs
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
from solutions.reference import paths
from solutions.reference.totals import immediate_dh_dW, total_dh_dW

ASSIGNMENT = "ch06-homework-dE-dU"

_STD = {"n": 3, "d": 4, "k": 5, "T": 6}
_EQ = {"n": 4, "d": 4, "k": 4, "T": 6}
_T1 = _STD | {"T": 1}
_T3 = {"T": 3}


def _parts(points: Mapping[str, float]) -> tuple[Part, ...]:
    return tuple(Part(name, share) for name, share in points.items())


# 6.1: the three paths from E_3 to U


def _last_target(n: int, d: int, k: int, T: int) -> Make:
    """(p, X (T, n), tau (k,)), tau a probability vector without zeros."""
    return lambda rng: (parameters(rng, n, d, k), weights(rng, T, n), probabilities(rng, k))


def _three_paths(p: Mapping[str, Array], X: Array, tau: Array) -> Answer:
    total, shares = paths.dE3_dU_paths(p, X, tau)
    return {"total": total, **{f"paths[{k}]": share for k, share in enumerate(shares)}}


def _unpack_paths(value: Any, arguments: Arguments) -> Mapping[str, Any] | None:
    """A tuple (total, paths), and one part for each path. A total has to be the sum of the paths beside it."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        return None
    total, shares = value
    number = len(arguments[1])
    found = np.shape(shares)[:1]
    if found != (number,):
        clause = f"can't be told: paths has shape {np.shape(shares)}, and its first axis has to count {number} paths"
        return {"total": total, **{f"paths[{k}]": Misfit(clause) for k in range(number)}}
    return {"total": _as_sum(total, shares), **{f"paths[{k}]": share for k, share in enumerate(shares)}}


def _as_sum(total: Any, shares: Any) -> Any:
    one, rows = np.asarray(total, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    if one.shape != rows.shape[1:] or not (np.isfinite(one).all() and np.isfinite(rows).all()):
        return total
    size = 1e-6 * float(np.linalg.norm(rows))
    if np.linalg.norm(one - rows.sum(axis=0)) <= size:
        return total
    if any(np.linalg.norm(one - row) <= size for row in rows):
        return Misfit("is a single one of your paths", "last-path-only")
    return Misfit("isn't the sum of the paths that you return with it")


THREE = FunctionTask(
    name="dE3_dU_paths",
    signature="dE3_dU_paths(p, X (3, n), tau (k,)) -> (total (d, n), paths (3, d, n))",
    arguments=("p", "X", "tau"),
    parts=_parts({"paths[2]": 1, "paths[1]": 2, "paths[0]": 3, "total": 2}),
    cases=(
        Case("STD", audible(_last_target(**_STD | _T3), _three_paths), draws=3),
        Case("EQ", audible(_last_target(**_EQ | _T3), _three_paths)),
    ),
    reference=_three_paths,
    twists=THREE_PATHS.all(),
    pairs=three_paths_pairs(),
    alternatives=THREE_PATHS_STYLES,
    probes=(SYMMETRIC, ZERO_START, LINEAR, NO_CARRY),
    returns=Packing(
        "a tuple (total, paths)",
        _unpack_paths,
        lambda parts, arguments: (
            parts["total"],
            _stacked([parts[f"paths[{k}]"] for k in range(len(arguments[1]))]),
        ),
    ),
)


def _stacked(rows: Sequence[Any]) -> Any:
    return list(rows) if isinstance(rows[0], list) else np.array(rows)


# 6.2: dE/dU for any T


def _any_T(p: Mapping[str, Array], X: Array, Tau: Array) -> Answer:
    dU, deltas = paths.dE_dU(p, X, Tau)
    return {"dU": dU, "deltas": deltas}


def _forgetful(make: Make) -> Make:
    """W shortened to a spectral norm of 0.7: over 2000 steps a rounding error must not grow into a difference."""

    def again(rng: np.random.Generator) -> Arguments:
        p, X, Tau = make(rng)
        return {**p, "W": 0.7 * p["W"] / np.linalg.norm(p["W"], 2)}, X, Tau

    return again


ANY_T = FunctionTask(
    name="dE_dU",
    signature="dE_dU(p, X (T, n), Tau (T, k)) -> (dU (d, n), deltas (T, d))",
    arguments=("p", "X", "Tau"),
    parts=_parts({"dU": 4, "deltas": 4}),
    cases=(
        Case("STD", audible(inputs.mimo(**_STD), _any_T), draws=3),
        Case("EQ", audible(inputs.mimo_one_hot(**_EQ), _any_T)),
        Case("T1", inputs.mimo(**_T1), diagnostic=False),
        # An overflow spoils both arrays, but it is one mistake, and so is a loop in a loop.
        Case("BIG", inputs.mimo_large_logits(**_STD), diagnostic=False, parts=("deltas",)),
        Case(
            "T = 2000",
            _forgetful(inputs.mimo(**_STD | {"T": 2000})),
            diagnostic=False,
            parts=("dU",),
            seconds=2.0,
        ),
    ),
    reference=_any_T,
    twists=any_t_twists(),
    pairs=any_t_pairs(),
    alternatives=ANY_T_STYLES,
    probes=probes_for("mimo"),
    prefixes=shorter_both,
    returns="tuple",
)

# 6.4: the immediate derivative


def _state_and_input(n: int, d: int, k: int, T: int) -> Make:  # noqa: ARG001  (one step has no T)
    """(p, h_prev (d,), x (n,))."""
    return lambda rng: (parameters(rng, n, d, k), weights(rng, d), weights(rng, n))


_ZEROS, _VALUES = "shape and zeros", "values"


def _in_two(D: Array) -> dict[str, Array]:
    """Entries [i, a, b] with i ≠ a, which have to be zero, and those with i = a."""
    same = np.eye(len(D), dtype=bool)
    return {_ZEROS: np.where(same[:, :, None], 0.0, D), _VALUES: D[same]}


def _unpack_immediate(value: Any, arguments: Arguments) -> Mapping[str, Any] | None:
    wanted, found = 3 * arguments[1].shape, np.shape(value)
    if value is None:
        return None
    if found != wanted:
        return dict.fromkeys((_ZEROS, _VALUES), Misfit(f"has shape {found}, expected {wanted}"))
    D = _in_two(np.asarray(value, dtype=np.float64))
    # Zeros in the right places are no merit where there is nothing else.
    return D if np.any(D[_VALUES]) else {**D, _ZEROS: Misfit("is all there is: where i = a it is zero, too")}


def _pack_immediate(parts: Mapping[str, Any], _arguments: Arguments) -> Any:
    zeros, values = np.asarray(parts[_ZEROS]), np.asarray(parts[_VALUES])
    D = np.array(zeros, dtype=np.result_type(zeros, values))
    D[np.eye(len(D), dtype=bool)] += values
    return D.tolist() if isinstance(parts[_ZEROS], list) else D


def _halved(function: Function) -> Function:
    return lambda *arguments: _in_two(function(*arguments)["D"])


HELD = FunctionTask(
    name="immediate_dh_dW",
    signature="immediate_dh_dW(p, h_prev (d,), x (n,)) -> (d, d, d)",
    arguments=("p", "h_prev", "x"),
    parts=_parts({_ZEROS: 1, _VALUES: 3}),
    cases=(
        Case("STD", _state_and_input(**_STD), draws=3),
        Case("EQ", _state_and_input(**_EQ)),
    ),
    reference=lambda p, h_prev, x: _in_two(immediate_dh_dW(p, h_prev, x)),
    twists={key: _halved(twist) for key, twist in IMMEDIATE.all().items()},
    alternatives={style: _halved(function) for style, function in IMMEDIATE_STYLES.items()},
    returns=Packing("an array of shape (d, d, d)", _unpack_immediate, _pack_immediate),
)

# 6.5 and 6.8: the total derivative


def _inputs_only(n: int, d: int, k: int, T: int) -> Make:
    """(p, X (T, n))."""
    return lambda rng: (parameters(rng, n, d, k), weights(rng, T, n))


def _total(p: Mapping[str, Array], X: Array) -> Answer:
    total = total_dh_dW(p, X)
    return {"t = 1": total[:1], "t > 1": total[1:]}


def _shorter(arguments: Arguments) -> Sequence[Arguments]:
    p, X = arguments
    return [(p, X[:t]) for t in range(1, len(X) + 1)]


def _unpack_total(value: Any, arguments: Arguments) -> Mapping[str, Any] | None:
    wanted, found = (len(arguments[1]), *3 * arguments[0]["b"].shape), np.shape(value)
    if value is None:
        return None
    if found != wanted:
        return dict.fromkeys(("t = 1", "t > 1"), Misfit(f"has shape {found}, expected {wanted}"))
    return {"t = 1": value[:1], "t > 1": value[1:]}


def _pack_total(parts: Mapping[str, Any], _arguments: Arguments) -> Any:
    first, later = parts["t = 1"], parts["t > 1"]
    return [*first, *later] if isinstance(first, list) else np.concatenate([first, later])


def _moving(name: str, points: Mapping[str, float]) -> FunctionTask:
    return FunctionTask(
        name=name,
        signature=f"{name}(p, X (T, n)) -> (T, d, d, d)",
        arguments=("p", "X"),
        parts=_parts(points),
        cases=(
            Case("STD", _inputs_only(**_STD), draws=3),
            Case("EQ", _inputs_only(**_EQ)),
            *(
                [Case("T1", _inputs_only(**_T1), diagnostic=False, parts=("t = 1",))]
                if "t = 1" in points
                else []
            ),
        ),
        reference=_total,
        twists=TOTAL.all(),
        pairs=total_pairs(),
        alternatives=TOTAL_STYLES,
        probes=(SYMMETRIC, ZERO_START, LINEAR, NO_CARRY),
        prefixes=_shorter,
        returns=Packing("an array of shape (T, d, d, d)", _unpack_total, _pack_total),
    )


MOVED = _moving("total_dh_dW", {"t = 1": 1, "t > 1": 3})
# The given function is right at t = 1: handing it back unchanged must earn nothing.
FIXED = _moving("dh_dW_fixed", {"t > 1": 2})

EXERCISES: Mapping[str, Exercise] = {
    exercise.id: exercise
    for exercise in (
        Exercise("6.1", "Homework I: dE_3/dU by paths", "code", "6.8", (THREE,)),
        Exercise("6.2", "Homework II: dE/dU for any T", "code", "6.8", (ANY_T,)),
        Exercise("6.3", "Homework III: the derivation", "written", "6.6", (TABLE, DERIVATION)),
        Exercise("6.4", "Immediate derivative", "code", "6.2", (HELD,)),
        Exercise("6.5", "Total by forward accumulation", "code", "6.7", (MOVED,)),
        Exercise("6.6", "How many paths?", "conceptual", "6.4", (COUNT,)),
        Exercise("6.7", "The last path's share", "predict", "6.8", (SHARE,)),
        Exercise("6.8", "Counted twice", "bug", "6.4", (FIXED, BUG)),
    )
}
