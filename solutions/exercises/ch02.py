"""Chapter 2, derivatives along paths: exercises 2.1 to 2.6, 17 points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from through_time.functions import Known
from through_time.problems import weights

from solutions.exercises.ch02_answers import BUG_TASK, DENSE_TASK, ORDER_TASK
from solutions.exercises.ch02_styles import (
    JAC_SOFTMAX_STYLES,
    JAC_TANH_STYLES,
    TWO_PATHS_STYLES,
    numeric_styles,
)
from solutions.misconceptions.derivatives import JAC_SOFTMAX, JAC_TANH, STEP, TWO_PATHS, numeric_twists
from solutions.model import Answer, Arguments, Array, Case, Exercise, FunctionTask, Misfit, Packing, Part
from solutions.reference.chain import componentwise_jacobian, softmax_jacobian, two_paths
from solutions.reference.numeric import central_difference

ASSIGNMENT = "ch02-paths"

Make = Callable[[np.random.Generator], Arguments]


def _function_and_point(rng: np.random.Generator, *shape: int) -> tuple[Known, Array]:
    """A number of theta that bends, drawn again until a one-sided difference and a moved point both show."""
    while True:
        theta = weights(rng, *shape)
        slopes, shifts = 6 * weights(rng, 3, theta.size), weights(rng, 3)
        angles = slopes @ theta.ravel() + shifts
        gradient = -slopes.T @ np.sin(angles)
        hessian = -(slopes.T * np.cos(angles)) @ slopes
        bends = np.diag(hessian), np.tril(hessian, -1).sum(axis=1)
        if min(np.linalg.norm(bend) for bend in bends) > 2 * np.linalg.norm(gradient):
            return Known("ripple", slopes, shifts), theta


def _numeric_inputs(*shape: int, eps: tuple[float, ...] = ()) -> Make:
    """(f, theta), or (f, theta, eps): where the step is left out, the function's own 1e-5 is meant."""
    return lambda rng: (*_function_and_point(rng, *shape), *eps)


def _numeric(*parts: str) -> Callable[..., Answer]:
    def answer(f: Callable[[Array], float], theta: Array, eps: float = STEP) -> Answer:
        return dict.fromkeys(parts, central_difference(f, theta, eps))

    return answer


NUMERIC = FunctionTask(
    name="numeric_grad",
    signature="numeric_grad(f, theta, eps=1e-5) -> array of the shape of theta",
    arguments=("f", "theta", "eps"),
    parts=(Part("values", 3), Part("any number of axes", 1)),
    cases=(
        Case("(3,)", _numeric_inputs(3), draws=3, parts=("values",)),
        # So large a step gives another number than the derivative: the one that was asked for.
        Case("EPS", _numeric_inputs(3, eps=(0.1,)), parts=("values",)),
        Case("(4, 3)", _numeric_inputs(4, 3), draws=3, parts=("any number of axes",)),
        Case("(2, 3, 4)", _numeric_inputs(2, 3, 4), draws=3, parts=("any number of axes",)),
    ),
    reference=_numeric("values", "any number of axes"),
    twists=numeric_twists("values", "any number of axes"),
    alternatives=numeric_styles("values", "any number of axes"),
    returns="value",
)

FIXED = FunctionTask(
    name="numeric_grad_fixed",
    signature="numeric_grad_fixed(f, theta, eps) -> array of the shape of theta",
    arguments=("f", "theta", "eps"),
    parts=(Part("slope", 2),),
    cases=(
        Case("(3,)", _numeric_inputs(3, eps=(1e-5,)), draws=3),
        Case("(4, 3)", _numeric_inputs(4, 3, eps=(1e-5,)), draws=3),
        Case("(2, 3, 4)", _numeric_inputs(2, 3, 4, eps=(1e-5,)), draws=3),
    ),
    reference=_numeric("slope"),
    twists=numeric_twists("slope"),
    alternatives=numeric_styles("slope"),
    returns="value",
)


def _point(rng: np.random.Generator) -> tuple[float, float]:
    x, w = weights(rng, 2)
    return float(x), float(w)


PATHS = FunctionTask(
    name="two_paths",
    signature="two_paths(x, w) -> (total, path_u, path_v)",
    arguments=("x", "w"),
    parts=(Part("total", 1), Part("path_u", 1), Part("path_v", 1)),
    cases=(
        Case("STD", _point, draws=5),
        Case("W0", lambda rng: (_point(rng)[0], 0.0), diagnostic=False),
        Case("X0", lambda rng: (0.0, _point(rng)[1]), diagnostic=False),
    ),
    reference=lambda x, w: dict(zip(("total", "path_u", "path_v"), two_paths(x, w), strict=True)),
    twists=TWO_PATHS,
    alternatives=TWO_PATHS_STYLES,
    returns="tuple",
)


def _square(name: str) -> Packing:
    """A matrix as it is; a vector in its place has a name of its own."""

    def unpack(value: Any, arguments: Arguments) -> Mapping[str, Any] | None:
        if value is None:
            return None
        shape, found = 2 * arguments[0].shape, np.shape(value)
        if found == arguments[0].shape != shape:
            return {name: Misfit(f"has shape {found}, expected {shape}", "returns-vector")}
        return {name: value}

    return Packing(f"an array {name}", unpack, lambda parts, _: parts[name])


def _large(k: int) -> Make:
    """(o,): logits near 1000 at two places, near -1000 at the others, so that two outputs share the whole."""

    def make(rng: np.random.Generator) -> Arguments:
        top = rng.choice(k, size=2, replace=False)
        return (weights(rng, k) + np.where(np.isin(np.arange(k), top), 1000.0, -1000.0),)

    return make


def _jacobian(
    name: str,
    letter: str,
    part: str,
    reference: Callable[[Array], Array],
    cases: tuple[Case, ...],
    **more: Any,
) -> FunctionTask:
    size = "d" if letter == "z" else "k"
    return FunctionTask(
        name=name,
        signature=f"{name}({letter} ({size},)) -> ({size}, {size})",
        arguments=(letter,),
        parts=(Part(part, 2),),
        cases=cases,
        reference=lambda z: {part: reference(z)},
        returns=_square(part),
        **more,
    )


TANH = _jacobian(
    "jac_tanh",
    "z",
    "J_tanh",
    componentwise_jacobian,
    (
        Case("STD", lambda rng: (weights(rng, 4),), draws=3),
        Case("one unit", lambda rng: (weights(rng, 1),), diagnostic=False),
    ),
    twists=JAC_TANH,
    alternatives=JAC_TANH_STYLES,
)

SOFTMAX = _jacobian(
    "jac_softmax",
    "o",
    "J_softmax",
    softmax_jacobian,
    (
        Case("STD", lambda rng: (weights(rng, 5),), draws=3),
        Case("one output", lambda rng: (weights(rng, 1),), diagnostic=False),
        Case("BIG", _large(5), diagnostic=False),
    ),
    twists=JAC_SOFTMAX,
    alternatives=JAC_SOFTMAX_STYLES,
)

EXERCISES: Mapping[str, Exercise] = {
    exercise.id: exercise
    for exercise in (
        Exercise("2.1", "Numeric gradient", "code", "2.6", (NUMERIC,)),
        Exercise("2.2", "Two paths", "code", "2.2", (PATHS,)),
        Exercise("2.3", "Two Jacobians", "code", "2.4", (TANH, SOFTMAX)),
        Exercise("2.4", "The check that breaks its subject", "bug", "2.6", (FIXED, BUG_TASK)),
        Exercise("2.5", "Diagonal or dense", "conceptual", "2.4", (DENSE_TASK,)),
        Exercise("2.6", "Which step?", "predict", "2.6", (ORDER_TASK,)),
    )
}
