"""Chapter 10, the LSTM: exercises 10.1 to 10.3, 14 points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from through_time.problems import Parameters, weights

from solutions.exercises.ch10_answers import BIAS_TASK
from solutions.exercises.ch10_styles import BACKWARD_STYLES, STEP_STYLES
from solutions.exercises.inputs import Make, audible
from solutions.misconceptions.gates import NO_CELL_START, NO_FEEDBACK, NO_START, ONE_LOSS, backward_pairs
from solutions.misconceptions.lstm import BACKWARD, STEP
from solutions.model import Answer, Arguments, Array, Case, Exercise, FunctionTask, Part
from solutions.reference.lstm import lstm_backward, lstm_step

ASSIGNMENT = "ch10-lstm"

_STD = {"n": 3, "d": 4, "T": 6}
_EQ = {"n": 4, "d": 4, "T": 6}


def lstm_weights(rng: np.random.Generator, n: int, d: int) -> Parameters:
    """Draw Wx (4d,n), Wh (4d,d), bz (4d,), h0 (d,) and c0 (d,), none of them zero."""
    return {
        "Wx": weights(rng, 4 * d, n),
        "Wh": weights(rng, 4 * d, d),
        "bz": weights(rng, 4 * d),
        "h0": weights(rng, d),
        "c0": weights(rng, d),
    }


def _step_inputs(n: int, d: int, size: float = 1.0) -> Make:
    """(q, x (n,), h (d,), c (d,)); `size` multiplies the biases."""

    def make(rng: np.random.Generator) -> Arguments:
        q = lstm_weights(rng, n, d)
        q["bz"] *= size
        return q, weights(rng, n), weights(rng, d), weights(rng, d)

    return make


def _step(q: Parameters, x: Array, h: Array, c: Array) -> Answer:
    h2, c2, gates = lstm_step(q, x, h, c)
    return {"h2": h2, "c2": c2, "gates": gates}


STEP_TASK = FunctionTask(
    name="lstm_step",
    signature="lstm_step(q, x (n,), h (d,), c (d,)) -> (h2 (d,), c2 (d,), gates (4, d))",
    arguments=("q", "x", "h", "c"),
    parts=(Part("h2", 1), Part("c2", 1.5), Part("gates", 1.5)),
    cases=(
        Case("STD", _step_inputs(3, 4), draws=3),
        Case("EQ", _step_inputs(4, 4)),
        # Gates far open and far closed: exp of such a number overflows, and the right answer is plain.
        Case("BIG", _step_inputs(3, 4, size=1000.0), diagnostic=False),
    ),
    reference=_step,
    twists=STEP.all(),
    alternatives=STEP_STYLES,
    returns="tuple",
)


def _sequence(n: int, d: int, T: int) -> Make:
    """(q, X (T,n), dH (T,d))."""
    return lambda rng: (lstm_weights(rng, n, d), weights(rng, T, n), weights(rng, T, d))


def _shorter(arguments: Arguments) -> Sequence[Arguments]:
    q, X, dH = arguments
    return [(q, X[:t], dH[:t]) for t in range(1, len(X) + 1)]


BACKWARD_TASK = FunctionTask(
    name="lstm_backward",
    signature="lstm_backward(q, X (T, n), dH (T, d)) -> dict(dWx, dWh, dbz, dX, dh0, dc0)",
    arguments=("q", "X", "dH"),
    parts=(
        Part("dWx", 1.5),
        Part("dWh", 1.5),
        Part("dbz", 1),
        Part("dX", 1),
        Part("dh0", 1),
        Part("dc0", 2),
    ),
    cases=(
        Case("STD", audible(_sequence(**_STD), lstm_backward), draws=3),
        Case("EQ", audible(_sequence(**_EQ), lstm_backward)),
        Case("T1", audible(_sequence(**_STD | {"T": 1}), lstm_backward), diagnostic=False),
        Case("LONG", audible(_sequence(**_STD | {"T": 40}), lstm_backward), diagnostic=False),
    ),
    reference=lstm_backward,
    twists=BACKWARD.all(),
    pairs=backward_pairs(),
    alternatives=BACKWARD_STYLES,
    probes=(NO_CELL_START, NO_START, ONE_LOSS, NO_FEEDBACK),
    prefixes=_shorter,
)

EXERCISES: Mapping[str, Exercise] = {
    exercise.id: exercise
    for exercise in (
        Exercise("10.1", "LSTM step", "code", "10.4", (STEP_TASK,)),
        Exercise("10.2", "LSTM backward", "code", "10.5", (BACKWARD_TASK,)),
        Exercise("10.3", "How much bias?", "conceptual", "10.6", (BIAS_TASK,)),
    )
}
