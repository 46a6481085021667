"""Checks of chapter 2: derivatives along paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from through_time._findings import at
from through_time._forms import one_of, ordering_of, set_of
from through_time.functions import Known
from through_time.numeric import relative_error
from through_time.problems import Array, weights
from through_time.tasks import AnswerTask, Arguments, Law, Task, Trial, ValueTask

NEAR = 1e-6
STEP = 1e-5
"""Of the central differences made here; their own error is far below NEAR."""
LETTERS = ("A", "B", "C", "D", "E")
FUNCTIONS = ("tanh", "sigmoid", "ReLU", "softmax", "layer norm")

Parts = Mapping[str, Array]


def _rng(*sizes: int) -> np.random.Generator:
    return np.random.default_rng([2, *sizes])


def _slope(f: Callable[[float], Any], at_point: float = 0.0) -> Any:
    return (f(at_point + STEP) - f(at_point - STEP)) / (2 * STEP)


def _moved(f: Callable[[Array], Any], start: Array, v: Array, s: float) -> Any:
    return f(start + s * v)


# Numeric gradient


def _shape_trial(shape: tuple[int, ...]) -> Trial:
    rng = _rng(*shape)
    theta = weights(rng, *shape)
    f = Known("ripple", weights(rng, 3, theta.size), weights(rng, 3))
    return Trial(f"theta {shape}", {}, (f, theta, 1e-5))


def _wide_trial() -> Trial:
    rng = _rng(3, 2)
    return Trial("eps = 0.5", {}, (Known("cubic", weights(rng, 3, 2)), weights(rng, 3, 2), 0.5))


def _along_directions(arguments: Arguments, parts: Parts) -> str:
    """Compare slope . v with the change of f along v, for as many directions v as theta has entries."""
    f, theta, _ = arguments
    if f.name != "ripple":
        return ""
    rng = _rng(theta.size)
    slope = parts["slope"]
    for _ in range(theta.size):
        v = rng.normal(size=theta.shape)
        change = _slope(partial(_moved, f, theta, v))
        found = float((slope * v).sum())
        if not abs(found - change) < 0.1 * NEAR * float(np.linalg.norm(slope) * np.linalg.norm(v)):
            return (
                "slope isn't the gradient of f: along one direction v, f changes by "
                f"{change:.8g} a step, and the sum of slope * v is {found:.8g}."
            )
    return ""


def _error_of_the_step(arguments: Arguments, parts: Parts) -> str:
    """A central difference of a theta**3 is 3 a theta**2 + a eps**2: the step shows."""
    f, theta, eps = arguments
    if f.name != "cubic":
        return ""
    (a,) = f.coefficients
    if relative_error(parts["slope"], a * (3 * theta**2 + eps**2)) < NEAR:
        return ""
    return "With eps = 0.5, slope isn't the central difference of that step. Is eps used, and only eps?"


NUMERIC = ValueTask(
    name="numeric_grad",
    arguments=("f", "theta", "eps"),
    shapes=lambda _f, theta, _eps: {"slope": theta.shape},
    laws=(Law(("slope",), _along_directions), Law(("slope",), _error_of_the_step)),
    trials=lambda: (*map(_shape_trial, ((3,), (3, 2), (2, 4, 3))), _wide_trial()),
    returns="value",
)

# Two paths


def _f(u: float, v: float) -> float:
    return float(np.tanh(u * v))


def _change(held: str) -> Callable[[float, float], float]:
    """The slope in w of f(u, v) with u = w x and v = sin x + w, where `held` keeps its value."""

    def slope(x: float, w: float) -> float:
        def value(w_now: float) -> float:
            u = (w if held == "u" else w_now) * x
            v = float(np.sin(x)) + (w if held == "v" else w_now)
            return _f(u, v)

        return float(_slope(value, w))

    return slope


def _numeric_share(part: str, held: str, meaning: str) -> Law:
    def fault(arguments: Arguments, parts: Parts) -> str:
        expected, found = _change(held)(*arguments), float(parts[part])
        if abs(found - expected) < 1e-8 + NEAR * abs(expected):
            return ""
        return f"{part} is {found:.6g}; {meaning}, f changes by {expected:.6g} per step of w."

    return Law((part,), fault)


def _adds_up(_arguments: Arguments, parts: Parts) -> str:
    total, shares = float(parts["total"]), float(parts["path_u"] + parts["path_v"])
    if abs(total - shares) < 1e-12 + 1e-9 * abs(shares):
        return ""
    return f"total is {total:.6g}, and path_u + path_v is {shares:.6g}."


def _point(x: float, w: float) -> Trial:
    return Trial(f"x = {x:g}, w = {w:g}", {}, (x, w))


TWO_PATHS = ValueTask(
    name="two_paths",
    arguments=("x", "w"),
    shapes=lambda _x, _w: {"total": (), "path_u": (), "path_v": ()},
    laws=(
        _numeric_share("path_u", "v", "with v held fixed"),
        _numeric_share("path_v", "u", "with u held fixed"),
        _numeric_share("total", "", "with nothing held fixed"),
        Law(("total",), _adds_up, uses=("path_u", "path_v")),
    ),
    trials=lambda: (_point(0.8, 0.5), _point(-0.4, 0.9), _point(0.7, 0.0), _point(0.0, 0.6)),
    returns="tuple",
)

# Two Jacobians


def _nudged(h: Callable[[Array], Array], z: Array) -> Array:
    columns = [_slope(partial(_moved, h, z, e)) for e in np.eye(len(z))]
    return np.stack(columns, axis=1)


def _columns(h: Callable[[Array], Array], letter: str, output: str) -> Law:
    """Column j of the Jacobian is how h changes when entry j alone is nudged."""

    def fault(arguments: Arguments, parts: Parts) -> str:
        (z,) = arguments
        expected, found = _nudged(h, z), parts["J"]
        errors = np.abs(found - expected)
        if float(errors.max()) < 1e-8:
            return ""
        i, j = (int(n) for n in np.unravel_index(int(errors.argmax()), errors.shape))
        return (
            f"Nudge {letter}_{j + 1} alone: {output}_{i + 1} changes by {expected[i, j]:.6g} per step, "
            f"and J{at((i, j))} is {found[i, j]:.6g}."
        )

    return Law(("J",), fault)


def _plain_softmax(o: Array) -> Array:
    # Any common number may be taken off all logits. The trials with large ones have them near 1000.
    e = np.exp(o - 1000.0 * (o.min() > 500.0))
    return np.asarray(e / e.sum())


def _vector(d: int, shift: float = 0.0) -> Trial:
    name = f"{d} entries near {shift:g}" if shift else f"{d} {'entry' if d == 1 else 'entries'}"
    return Trial(name, {}, (shift + weights(_rng(d), d),))


def _jacobian(name: str, letter: str, law: Law, *trials: Trial) -> ValueTask:
    return ValueTask(
        name=name,
        arguments=(letter,),
        shapes=lambda z: {"J": (len(z), len(z))},
        laws=(law,),
        trials=lambda: trials,
        returns="value",
    )


JAC_TANH = _jacobian("jac_tanh", "z", _columns(np.tanh, "z", "h"), _vector(4), _vector(1))
JAC_SOFTMAX = _jacobian(
    "jac_softmax", "o", _columns(_plain_softmax, "o", "y"), _vector(5), _vector(1), _vector(5, 1000.0)
)

DENSE = AnswerTask("ans_2_5", "a frozenset of names of functions", set_of(FUNCTIONS))
BEST = AnswerTask("ans_2_6", "a list of the three steps, best first", ordering_of((1e-1, 1e-5, 1e-12)))
BUG = AnswerTask("bug_2_4", 'one of the letters "A" to "E"', one_of(LETTERS))

CHECKS: Mapping[str, tuple[Task, ...]] = {
    "2.1": (NUMERIC,),
    "2.2": (TWO_PATHS,),
    "2.3": (JAC_TANH, JAC_SOFTMAX),
    "2.4": (replace(NUMERIC, name="numeric_grad_fixed"), BUG),
    "2.5": (DENSE,),
    "2.6": (BEST,),
}
