"""What chapter 7's checks tell a student."""

import numpy as np
import pytest
from through_time import check

from solutions.exercises.ch07 import EXERCISES

FUNCTIONS = {
    name: task
    for name, exercise in EXERCISES.items()
    for task in exercise.tasks[:1]
    if name in ("7.1", "7.2", "7.3", "7.4", "7.7")
}


@pytest.fixture
def told(capsys):
    def run(*arguments):
        result = check(*arguments)
        printed = capsys.readouterr()
        assert printed.err == ""
        assert printed.out.isascii()
        assert len(printed.out.splitlines()) <= 12
        return result.right, printed.out

    return run


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_a_right_function_is_right(exercise, told):
    right, out = told(exercise, FUNCTIONS[exercise].reference)
    assert right, out
    assert "are what they have to be" in out


@pytest.mark.parametrize(
    ("exercise", "twist", "wrong"),
    [
        ("7.1", "lower-layer-carry-missing", "dU1, dW1, db1 and dh1_0"),
        ("7.2", "both-from-h0", "dhb0"),
        ("7.3", "skip-wraparound", "dS"),
        ("7.3", "dh0-only-from-step-one", "dh0"),
        ("7.4", "dw-current-h", "dW"),
        ("7.7", "cross-term-late:sum", "dWmh"),
    ],
)
def test_the_arrays_that_do_not_hold_are_named(exercise, twist, wrong, told):
    right, out = told(exercise, FUNCTIONS[exercise].twists[twist])
    assert not right
    assert f"Not right: {wrong}." in out


def test_what_ought_to_be_zero_has_no_relative_error(told):
    task = FUNCTIONS["7.4"]

    def ignores_constant_rows(p, X, dY):
        g = dict(task.reference(p, X, dY))
        return g if np.ptp(dY, axis=1).max() > 0 else {**g, "eps": g["eps"] + 0.01}

    right, out = told("7.4", ignores_constant_rows)
    assert not right
    assert "eps should be zero here, and has an entry of size 0.01." in out
    assert "rows of dY of one number" in out


RIGHT_FORM = {
    "stacked": frozenset({"eps[t]"}),
    "bidirectional": frozenset(),
    "skip": frozenset({"delta[t-2]", "delta[t+2]"}),
}


def test_any_answer_of_the_right_form_passes(told):
    for exercise, value in (("7.5", RIGHT_FORM), ("7.6", frozenset({1, 5})), ("7.6", frozenset())):
        right, out = told(exercise, value)
        assert right, out
        assert "only the grader knows" in out


@pytest.mark.parametrize(
    ("exercise", "value", "sentence"),
    [
        ("7.5", [], "it is a list, not a dict"),
        ("7.5", {}, "it lacks 'stacked', 'bidirectional' and 'skip'"),
        ("7.5", {**RIGHT_FORM, "plain": frozenset()}, "'plain' is not one of"),
        ("7.5", {**RIGHT_FORM, "skip": {"delta[t+1]"}}, "the value of 'skip' is a set"),
        ("7.5", {**RIGHT_FORM, "skip": frozenset({"delta1[t]"})}, "'delta1[t]' is not one of"),
        ("7.5", None, "it is still None"),
        ("7.6", {1, 2}, "it is a set; write it as frozenset"),
        ("7.6", frozenset({0, 1}), "0 in it is no whole number from 1 to 5"),
        ("7.6", frozenset({1.5}), "1.5 in it is no whole number from 1 to 5"),
        ("7.6", frozenset({"x1"}), "'x1' in it is no whole number from 1 to 5"),
        ("7.6", frozenset({True}), "True in it is no whole number from 1 to 5"),
    ],
)
def test_form_of_an_answer_is_wrong(exercise, value, sentence, told):
    right, out = told(exercise, value)
    assert not right
    assert sentence in out
