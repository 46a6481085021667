"""Chapter 12, the adder: its rows, its training, its run and its gradient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from through_time.problems import weights

from solutions.exercises.ch12_answers import WHY_TASK
from solutions.exercises.ch12_codes import too_few_bits
from solutions.exercises.ch12_styles import ADDER_STYLES, ROWS_STYLES, RUN_STYLES
from solutions.exercises.ch12_training import ADDER_PACKING, a_seed, a_trained, train_adder, trained_adder
from solutions.exercises.inputs import Make
from solutions.misconceptions.capstones import ADDER, ROWS, RUN, adder_pairs
from solutions.model import Answer, Arguments, Case, Function, FunctionTask, Packing, Part
from solutions.reference.adder import adder_rows
from solutions.reference.training import adder


def _sorted_rows(value: Any, _arguments: Arguments) -> Mapping[str, Any] | None:
    """The rows in the order of counting: the exercise wants all of them, in any order."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        return None
    X, Y = (np.asarray(each, dtype=np.float64) for each in value)
    if X.shape == (8, 3) and Y.shape == (8, 2) and np.isfinite(X).all():
        order = np.lexsort(np.round(X).T[::-1])
        X, Y = X[order], Y[order]
    return {"X": X, "Y": Y}


def _reference_rows() -> Answer:
    X, Y = adder_rows()
    return {"X": X, "Y": Y}


ROWS_TASK = FunctionTask(
    name="adder_rows",
    signature="adder_rows() -> (X (8, 3), Y (8, 2))",
    arguments=(),
    parts=(Part("X", 1), Part("Y", 1)),
    cases=(Case("rows", lambda _: ()),),
    reference=_reference_rows,
    twists=ROWS,
    alternatives=ROWS_STYLES,
    returns=Packing(
        "a tuple (X, Y) of arrays", _sorted_rows, lambda parts, _arguments: (parts["X"], parts["Y"])
    ),
)

TRAIN_ADDER = FunctionTask(
    name="train_adder",
    signature="train_adder(seed) -> dict of U (d, 3), b (d,), V (2, d), c (2,)",
    arguments=("seed",),
    parts=(Part("E", 4), Part("learnt_64", 2), Part("learnt_256", 1)),
    cases=(Case("seeds", lambda rng: (a_seed(rng),), draws=3, enough=1),),
    reference=train_adder,
    returns=ADDER_PACKING,
)

BITS = ("bits_4", "bits_64", "bits_256")


def _two_numbers(N: int) -> Make:
    """(params, a (N,), b (N,)), params those of a trained cell."""

    def make(rng: np.random.Generator) -> Arguments:
        a, b = rng.integers(2, size=(2, N)).astype(float)
        return trained_adder(a_trained(rng)), a, b

    return make


def _all_ones_and_one(rng: np.random.Generator) -> Arguments:
    one = np.zeros(64)
    one[0] = 1.0
    return trained_adder(a_trained(rng)), np.ones(64), one


def _read_bits(value: Any, arguments: Arguments) -> Mapping[str, Any] | None:
    if value is None:
        return None
    return dict.fromkeys(BITS, too_few_bits(value, len(arguments[1])))


def _for_each_length(function: Function) -> Function:
    return lambda *arguments: dict.fromkeys(BITS, function(*arguments)["bits"])


RUN_ADDER = FunctionTask(
    name="run_adder",
    signature="run_adder(params, a (N,), b (N,)) -> (N + 1,)",
    arguments=("params", "a", "b"),
    parts=(Part("bits_4", 2), Part("bits_64", 2), Part("bits_256", 1)),
    cases=(
        Case("N = 4", _two_numbers(4), draws=3, parts=("bits_4",)),
        Case("N = 1", _two_numbers(1), diagnostic=False, parts=("bits_4",)),
        Case("N = 64", _two_numbers(64), draws=2, parts=("bits_64",)),
        Case("all ones and 1", _all_ones_and_one, parts=("bits_64",)),
        Case("N = 256", _two_numbers(256), diagnostic=False, parts=("bits_256",)),
    ),
    reference=_for_each_length(lambda params, a, b: {"bits": adder.run_adder(params, a, b)}),
    twists={key: _for_each_length(function) for key, function in RUN.all().items()},
    alternatives={name: _for_each_length(function) for name, function in RUN_STYLES.items()},
    returns=Packing("the N + 1 bits", _read_bits, lambda parts, _: next(iter(parts.values()))),
)


def _adder_problem(N: int) -> Make:
    """(params, a (N,), b (N,), target (N + 1,)), params of 5 units and target the sum's bits."""

    def make(rng: np.random.Generator) -> Arguments:
        a, b = rng.integers(2, size=(2, N)).astype(float)
        params = {
            "U": weights(rng, 5, 3),
            "b": weights(rng, 5),
            "V": weights(rng, 2, 5),
            "c": weights(rng, 2),
        }
        # A carry path that is hardly heard would hide a mistake in it.
        params["U"][:, 2] *= 2.0
        return params, a, b, rng.integers(2, size=N + 1).astype(float)

    return make


def _shorter_numbers(arguments: Arguments) -> list[Arguments]:
    params, a, b, target = arguments
    return [(params, a[:N], b[:N], target[: N + 1]) for N in range(1, len(a) + 1)]


ADDER_BPTT = FunctionTask(
    name="adder_bptt",
    signature="adder_bptt(params, a (N,), b (N,), target (N + 1,)) -> dict of dU, db, dV, dc",
    arguments=("params", "a", "b", "target"),
    parts=(Part("dU", 2), Part("db", 1), Part("dV", 1), Part("dc", 1)),
    cases=(
        Case("N = 6", _adder_problem(6), draws=3),
        Case("N = 1", _adder_problem(1), diagnostic=False),
        Case("N = 20", _adder_problem(20), diagnostic=False),
    ),
    reference=adder.adder_bptt,
    twists=ADDER.all(),
    pairs=adder_pairs(),
    alternatives=ADDER_STYLES,
    prefixes=_shorter_numbers,
)


TASKS = (ROWS_TASK, TRAIN_ADDER, RUN_ADDER, ADDER_BPTT, WHY_TASK)
"""Exercise 12.1."""
