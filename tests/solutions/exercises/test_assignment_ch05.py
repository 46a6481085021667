"""The assignment of chapter 5: its model solutions, its given functions, its hints, the numbers in its text."""

import numpy as np
import pytest
from through_time import numeric

from solutions.exercises.ch05 import EXERCISES
from solutions.model import FunctionTask

NAME = "ch05-bptt-unrolled"
pytestmark = pytest.mark.xdist_group(NAME)


def test_points_in_the_sentences_are_the_parts(text):
    assert "worth 2 points" in text("5.6", "statement")
    assert "earns 0.75 points, together 3" in text("5.7", "statement")
    for exercise, share in (("5.8", "0.4"), ("5.9", "0.5")):
        parts = [part.name for part in EXERCISES[exercise].tasks[0].parts]
        named = ", ".join(f"`{name}`" for name in parts[:-1]) + f" and `{parts[-1]}`"
        statement = text(exercise, "statement")
        assert f"{named} earn {share} points each, 2 together" in statement
        assert "for 1 point" in statement


def test_docstrings_name_every_key(assignment, names):
    for task in assignment.tasks(FunctionTask):
        for word in ("dU (d, n)", "dW (d, d)", "db (d,)", "dh0 (d,)"):
            assert word in names[task.name].__doc__


def test_model_solutions_meet_the_references(assignment, names, questions):
    for task in assignment.tasks(FunctionTask):
        for case, arguments in questions(task):
            expected = task.reference(*arguments)
            g = names[task.name](*arguments)
            assert set(g) == set(expected)
            for name, array in g.items():
                assert array.dtype == np.float64
                assert numeric.relative_error(array, expected[name]) < 1e-12, (task.name, case.name, name)


@pytest.mark.parametrize(
    ("exercise", "given", "fixed", "twist"),
    [
        ("5.8", "bptt_mimo_buggy_a", "bptt_mimo_fixed_a", "assign-not-accumulate"),
        ("5.9", "bptt_mimo_buggy_b", "bptt_mimo_fixed_b", "fprime-output-branch-only"),
    ],
)
class TestGivenFunctions:
    def test_it_is_the_named_mistake(self, exercise, given, fixed, twist, names, questions):
        task = next(task for task in EXERCISES[exercise].tasks if task.name == fixed)
        for _, arguments in questions(task):
            expected = task.twists[twist](*arguments)
            for name, array in names[given](*arguments).items():
                assert numeric.relative_error(array, expected[name]) < 1e-12

    def test_what_carries_no_points_is_right_in_it(self, exercise, given, fixed, twist, names, questions):
        task = EXERCISES[exercise].tasks[0]
        assert (fixed, twist) == (task.name, twist)
        scored = {part.name for part in task.parts}
        for _, arguments in questions(task):
            right = task.reference(*arguments)
            for name, array in names[given](*arguments).items():
                assert (numeric.relative_error(array, right[name]) < 1e-12) == (name not in scored)

    def test_it_is_right_for_one_step_and_from_two_on_wrong(
        self, exercise, given, fixed, twist, names, questions
    ):
        task = EXERCISES[exercise].tasks[0]
        assert (fixed, twist) == (task.name, twist)
        _, arguments = next(questions(task))
        for T, cut in enumerate(task.prefixes(arguments), start=1):
            right, g = task.reference(*cut), names[given](*cut)
            errors = [numeric.relative_error(g[part.name], right[part.name]) for part in task.parts]
            assert max(errors) < 1e-12 if T == 1 else min(errors) > 1e-6


def test_hints_are_true(names, questions):
    p, x, tau, _ = next(arguments for _, arguments in questions(EXERCISES["5.1"].tasks[0]))
    one = names["bptt_siso"](p, x, tau, 1)
    np.testing.assert_allclose(one["dW"], np.outer(one["db"], p["h0"]))

    p, x, Tau = next(arguments for _, arguments in questions(EXERCISES["5.2"].tasks[0]))
    total = names["bptt_simo"](p, x, Tau)
    single = [names["bptt_siso"](p, x, Tau[t - 1], t) for t in range(1, len(Tau) + 1)]
    for name, array in total.items():
        np.testing.assert_allclose(array, sum(g[name] for g in single), rtol=1e-12)

    p, X, Tau = next(arguments for _, arguments in questions(EXERCISES["5.3"].tasks[0]))
    mimo = names["bptt_mimo"](p, X, Tau)
    assert abs(mimo["dc"].sum()) < 1e-12
    twice = names["bptt_batch"](p, np.stack([X, X]), np.stack([Tau, Tau]))
    alone = names["bptt_batch"](p, X[None], Tau[None])
    for name, array in mimo.items():
        np.testing.assert_allclose(alone[name], array, rtol=1e-12)
        np.testing.assert_allclose(twice[name], 2 * array, rtol=1e-12)

    p, X, tau = next(arguments for _, arguments in questions(EXERCISES["5.4"].tasks[0]))
    cut = names["bptt_many_to_one"]({**p, "W": np.zeros_like(p["W"])}, X, tau)
    np.testing.assert_allclose(cut["dU"], np.outer(cut["db"], X[-1]))
    assert not cut["dh0"].any()


def test_numbers_of_the_prediction_are_those_of_the_record(text):
    explanation = text("5.6", "explanation")
    # tests/solutions/exercises/test_ch05.py computes these four from the record.
    for number in ("0.160 for SIMO", "0.155 for MIMO", "1.2e-7 for SISO", "2.6e-11 for many-to-one"):
        assert number in explanation
    assert "0.5^{19} \\approx 1.9 \\cdot 10^{-6}" in explanation
    assert f"{0.5**19:.1e}" == "1.9e-06"
    statement = text("5.6", "statement")
    for setting in (
        "u = 0.8",
        "w_h = 0.5",
        "v = 1",
        "b = 0.1",
        "c = 0",
        "h_0 = 0.2",
        "\\sin 0.7t",
        "0.5 \\cos 0.4t",
        "T = 20",
    ):
        assert setting in statement
