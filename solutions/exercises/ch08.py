"""Chapter 8, vanishing and exploding: exercises 8.1 to 8.5, 14 points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from through_time.problems import parameters, weights

from solutions.exercises.ch08_answers import BOUNDS_TASK, BUG_TASK, CLIMB_TASK, ORDER_TASK
from solutions.exercises.ch08_styles import POWER_STYLES, PROFILE_STYLES
from solutions.exercises.inputs import Make
from solutions.misconceptions.probes import LINEAR, SYMMETRIC, ZERO_START
from solutions.misconceptions.vanishing import POWER, PROFILE, profile_pairs
from solutions.model import Answer, Arguments, Array, Case, Exercise, FunctionTask, Part
from solutions.reference.jacobians import jacobian_profile, linear_jacobian

ASSIGNMENT = "ch08-vanish-explode"

_STD = {"n": 3, "d": 4, "k": 5, "T": 6}
_EQ = {"n": 4, "d": 4, "k": 4, "T": 6}


def _inputs(n: int, d: int, k: int, T: int) -> Make:
    """(p, X (T, n))."""
    return lambda rng: (parameters(rng, n, d, k), weights(rng, T, n))


def _shorter(arguments: Arguments) -> Sequence[Arguments]:
    p, X = arguments
    return [(p, X[:t]) for t in range(1, len(X) + 1)]


def _profile(p: Mapping[str, Array], X: Array) -> Answer:
    J, norms = jacobian_profile(p, X)
    return {"J": J, "norms": norms}


JACOBIANS = FunctionTask(
    name="jacobian_profile",
    signature="jacobian_profile(p, X (T, n)) -> (J (T, d, d), norms (T,))",
    arguments=("p", "X"),
    parts=(Part("J", 4), Part("norms", 1)),
    cases=(
        Case("STD", _inputs(**_STD), draws=3),
        Case("EQ", _inputs(**_EQ)),
        Case("T1", _inputs(**_STD | {"T": 1}), diagnostic=False),
        Case("LONG", _inputs(**_STD | {"T": 40}), diagnostic=False),
    ),
    reference=_profile,
    twists=PROFILE.all(),
    pairs=profile_pairs(),
    alternatives=PROFILE_STYLES,
    probes=(SYMMETRIC, ZERO_START, LINEAR),
    prefixes=_shorter,
    returns="tuple",
)

ROTATION = np.array([[0.6, 0.8], [-0.8, 0.6]])


def _matrix_and_power(k: int) -> Make:
    return lambda rng: (weights(rng, 4, 4), k)


POWERS = FunctionTask(
    name="linear_jacobian_fixed",
    signature="linear_jacobian_fixed(W (d, d), k) -> (d, d)",
    arguments=("W", "k"),
    parts=(Part("J", 2),),
    cases=(
        # The transpose shows from the first power on, a power of the entries from the second.
        Case("k = 0", _matrix_and_power(0), diagnostic=False),
        Case("k = 1", _matrix_and_power(1), diagnostic=False),
        Case("k = 2", _matrix_and_power(2), draws=3),
        Case("k = 7", _matrix_and_power(7), draws=3),
        Case("rotation, k = 10", lambda _: (ROTATION.copy(), 10), diagnostic=False),
    ),
    reference=lambda W, k: {"J": linear_jacobian(W, k)},
    twists=POWER,
    alternatives=POWER_STYLES,
    returns="value",
)

EXERCISES: Mapping[str, Exercise] = {
    exercise.id: exercise
    for exercise in (
        Exercise("8.1", "Jacobian products", "code", "8.1", (JACOBIANS,)),
        Exercise("8.2", "Bounds", "conceptual", "8.3", (BOUNDS_TASK,)),
        Exercise("8.3", "Order them", "predict", "8.3", (ORDER_TASK,)),
        Exercise("8.4", "Up before down", "predict", "8.4", (CLIMB_TASK,)),
        Exercise("8.5", "Wrong kind of power", "bug", "8.4", (POWERS, BUG_TASK)),
    )
}
