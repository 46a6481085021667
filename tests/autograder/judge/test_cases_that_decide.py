"""A case may decide some parts only, and may ask for an exception instead of a value."""

import numpy as np
import pytest

from autograder.judge.direct import DirectStudent
from autograder.judge.judge import judge
from solutions.model import Case, Exercise, FunctionTask, Part


def half(x):
    if (x < 0).any():
        raise ValueError("negative")
    return x / 2


TASK = FunctionTask(
    name="half",
    signature="half(x (n,)) -> (n,)",
    arguments=("x",),
    parts=(Part("values", 1), Part("large", 2), Part("refusal", 3)),
    cases=(
        Case("plain", lambda rng: (rng.uniform(1, 2, 3),), draws=2, parts=("values",)),
        Case("LARGE", lambda rng: (rng.uniform(1e3, 2e3, 4),), diagnostic=False, parts=("large",)),
        Case(
            "a negative number",
            lambda rng: (-rng.uniform(1, 2, 5),),
            diagnostic=False,
            parts=("refusal",),
            raises="ValueError",
        ),
    ),
    reference=lambda x: dict.fromkeys(("values", "large"), half(x)),
    twists={"doubled": lambda x: dict.fromkeys(("values", "large"), 2 * x)},
    returns="value",
)
EXERCISE = Exercise("0.0", "Half", "code", "0.0", (TASK,))


@pytest.fixture
def verdict():
    """verdict(function) judges it; scores by part, and the messages as one text."""

    def run(function):
        found = judge(EXERCISE, DirectStudent({"half": function}), b"secret", {})
        return {part.name: part.score for part in found.parts}, found

    return run


def test_right_function_earns_all(verdict):
    scores, found = verdict(half)
    assert scores == {"values": 1, "large": 2, "refusal": 3}
    assert not found.messages


def test_value_where_an_exception_belongs_costs_that_part(verdict):
    scores, found = verdict(lambda x: x / 2)
    assert scores == {"values": 1, "large": 2, "refusal": 0}
    assert "`half` has to raise ValueError for a negative number; it returned a value." in found.messages


def test_other_exception_costs_that_part(verdict):
    def other(x):
        if (x < 0).any():
            raise KeyError("negative")
        return x / 2

    scores, found = verdict(other)
    assert scores == {"values": 1, "large": 2, "refusal": 0}
    assert "it raised KeyError" in " ".join(found.messages)


def test_case_that_fails_costs_its_own_parts(verdict):
    def small(x):
        if (x > 10).any():
            raise OverflowError("large")
        return half(x)

    scores, found = verdict(small)
    assert scores == {"values": 1, "large": 0, "refusal": 3}
    assert "`half` raised OverflowError: large, for x (4,)." in found.messages


def test_wrong_values_lose_the_parts_of_their_case(verdict):
    scores, _ = verdict(lambda x: np.where(x > 10, x, half(x)))
    assert scores == {"values": 1, "large": 0, "refusal": 3}


def test_misconception_is_named_from_the_parts_that_are_there(verdict):
    scores, found = verdict(lambda x: 2 * x)
    assert scores == {"values": 0, "large": 0, "refusal": 0}
    assert found.misconceptions == ("doubled",)


def test_exception_in_every_case_earns_nothing(verdict):
    def refuses(_x):
        raise ValueError("no")

    scores, found = verdict(refuses)
    assert set(scores.values()) == {0.0}
    assert "`half` raises an exception in every case." in found.messages


@pytest.mark.parametrize("error", [NotImplementedError, TypeError])
def test_nothing_written_earns_nothing(verdict, error):
    def stub(_x):
        raise error

    scores, found = verdict(stub)
    assert set(scores.values()) == {0.0}
    assert found.messages
