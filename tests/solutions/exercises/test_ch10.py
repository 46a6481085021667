"""Chapter 10: points, an answer that is computed anew, hidden inputs, and what a judge makes of it all."""

import math

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from through_time import numeric
from through_time._values import examine
from through_time.checks import ch10 as checks

from autograder.judge import DirectStudent, judge
from autograder.verify import verify_exercise
from solutions.exercises import inputs
from solutions.exercises.ch10 import BACKWARD_TASK, EXERCISES, STEP_TASK
from solutions.exercises.ch10_answers import BIAS, BIAS_TASK
from solutions.misconceptions import MISCONCEPTIONS

SECRET = b"for tests"
TASKS = [STEP_TASK, BACKWARD_TASK]
CHECKS = {"lstm_step": checks.STEP, "lstm_backward": checks.BACKWARD}


def verdict(exercise, **names):
    return judge(EXERCISES[exercise], DirectStudent(names, names), SECRET, MISCONCEPTIONS)


def test_points():
    assert [exercise.points for exercise in EXERCISES.values()] == pytest.approx([4, 8, 2])
    assert tuple(EXERCISES) == ("10.1", "10.2", "10.3")


@pytest.mark.parametrize("exercise", EXERCISES)
def test_everything_known_about_an_exercise_is_told_apart(exercise):
    found = verify_exercise(EXERCISES[exercise], MISCONCEPTIONS)
    assert [row for row in found.rows if row.outcome != "ok"] == []


# Functions


def opened(q, x, h):
    d = len(h)
    z = anp.dot(q["Wx"], x) + anp.dot(q["Wh"], h) + q["bz"]
    i, f, o = ((1 + anp.tanh(z[block * d : block * d + d] / 2)) / 2 for block in (0, 1, 3))
    return i, f, anp.tanh(z[2 * d : 3 * d]), o


def heard(q, X, dH):
    """A loss with the derivatives dH from outside."""
    h, c, E = q["h0"], q["c0"], 0.0
    for x, dh in zip(X, dH, strict=True):
        i, f, g, o = opened(q, x, h)
        c = f * c + i * g
        h = o * anp.tanh(c)
        E = E + anp.dot(dh, h)
    return E


def test_step_reference_is_the_step(questions):
    for _, (q, x, h, c) in questions(STEP_TASK):
        answer = STEP_TASK.reference(q, x, h, c)
        i, f, g, o = opened(q, x, h)
        assert answer["gates"] == pytest.approx(np.array([i, f, g, o]), abs=1e-12)
        assert answer["c2"] == pytest.approx(f * c + i * g, abs=1e-12)
        assert answer["h2"] == pytest.approx(o * np.tanh(f * c + i * g), abs=1e-12)


def test_large_biases_open_and_close_the_gates(questions):
    big = [arguments for case, arguments in questions(STEP_TASK) if case.name == "BIG"]
    for arguments in big:
        gates = STEP_TASK.reference(*arguments)["gates"][[0, 1, 3]]
        assert set(np.unique(gates.round(12))) == {0.0, 1.0}


def test_backward_reference_meets_automatic_differentiation(questions):
    for case, (q, X, dH) in questions(BACKWARD_TASK):
        slopes = {f"d{name}": array for name, array in grad(heard)(q, X, dH).items()}
        slopes["dX"] = grad(lambda X, q=q, dH=dH: heard(q, X, dH))(X)
        g = BACKWARD_TASK.reference(q, X, dH)
        assert set(g) == set(slopes) == {part.name for part in BACKWARD_TASK.parts}
        for name, array in g.items():
            assert numeric.relative_error(array, slopes[name]) < 1e-12, (case.name, name)


def test_backward_reference_meets_central_differences(questions):
    for case, (q, X, dH) in questions(BACKWARD_TASK):
        if case.name != "LONG":
            g = BACKWARD_TASK.reference(q, X, dH)
            for name, slope in numeric.gradient(heard, q, X, dH).items():
                assert numeric.relative_error(g[name], slope) < 1e-7, (case.name, name)


def test_cases_have_the_sizes_of_the_plan(questions):
    sizes = {case.name: (*X.shape, dH.shape[1]) for case, (_, X, dH) in questions(BACKWARD_TASK)}
    assert sizes == {"STD": (6, 3, 4), "EQ": (6, 4, 4), "T1": (1, 3, 4), "LONG": (40, 3, 4)}
    for task in TASKS:
        for case, (q, *_) in questions(task):
            assert all(np.abs(array).min() >= 0.2 for array in q.values())
            assert case.diagnostic == (case.name in {"STD", "EQ"})


def test_every_part_weighs_something_in_every_question():
    for case in BACKWARD_TASK.cases:
        for seed in range(20):
            g = BACKWARD_TASK.reference(*case.make(np.random.default_rng(seed)))
            norms = np.array([np.linalg.norm(array) for array in g.values()])
            assert norms.min() > inputs.AUDIBLE * np.linalg.norm(norms)


def test_other_styles_give_the_same_numbers(questions):
    for task in TASKS:
        assert len(task.alternatives) == 3
        for case, arguments in questions(task):
            expected = task.reference(*arguments)
            for style, function in task.alternatives.items():
                answer = function(*arguments)
                for name, array in expected.items():
                    assert numeric.relative_error(answer[name], array) < 1e-12, (case.name, style, name)


def test_prefixes_and_probes_can_be_asked(questions):
    _, arguments = next(questions(BACKWARD_TASK))
    assert [len(X) for _, X, _ in BACKWARD_TASK.prefixes(arguments)] == [1, 2, 3, 4, 5, 6]
    changed = {probe.name: probe.change(arguments) for probe in BACKWARD_TASK.probes}
    assert not changed["c0 = 0"][0]["c0"].any()
    assert not changed["h0 = 0"][0]["h0"].any()
    assert not changed["Wh = 0"][0]["Wh"].any()
    assert not changed["one loss"][2][:-1].any()
    assert changed["one loss"][2][-1].tolist() == arguments[2][-1].tolist()
    for probe in BACKWARD_TASK.probes:
        assert "{parts}" in probe.vanishes
        assert set(BACKWARD_TASK.reference(*probe.change(arguments))) == {
            part.name for part in BACKWARD_TASK.parts
        }


def test_right_cells_keep_their_points_when_the_state_is_wrong():
    def lstm_step(q, x, h, c):
        answer = STEP_TASK.twists["tanh-missing-on-cell"](q, x, h, c)
        return answer["h2"], answer["c2"], answer["gates"]

    result = verdict("10.1", lstm_step=lstm_step)
    assert result.score == 3
    assert result.misconceptions == ("tanh-missing-on-cell",)


def test_a_lost_cell_carry_costs_and_is_named():
    result = verdict("10.2", lstm_backward=BACKWARD_TASK.twists["cell-carry-missing"])
    assert result.score == 0
    assert result.misconceptions == ("cell-carry-missing",)


def test_two_mistakes_are_both_named():
    both = ("cell-carry-missing", "dwh-current-h")
    result = verdict("10.2", lstm_backward=BACKWARD_TASK.pairs[both])
    assert set(result.misconceptions) == set(both)


def test_what_the_grader_marks_down_the_check_tells_beforehand():
    for task in TASKS:
        public = CHECKS[task.name]

        def handing_over(function, public=public):
            if public.returns == "tuple":
                return lambda *arguments: tuple(function(*arguments).values())
            return function

        assert examine(public, handing_over(task.reference)).right
        for function in task.alternatives.values():
            assert examine(public, handing_over(function)).right
        for key, twist in task.twists.items():
            with np.errstate(all="ignore"):
                assert not examine(public, handing_over(twist)).right, key


# The answer


def test_the_bias_leaves_a_half_after_a_hundred_steps():
    assert f"{BIAS:.3f}" == "4.968"
    assert (1 / (1 + math.exp(-BIAS))) ** 100 == pytest.approx(0.5, rel=1e-12)
    assert BIAS_TASK.mark(BIAS_TASK.answer) == {"ans_10_3": 1.0}
    assert BIAS_TASK.remark(BIAS_TASK.answer) is None


@pytest.mark.parametrize(
    ("value", "score", "named"),
    [
        (4.968, 2, ()),
        (5.0, 2, ()),
        (4.92, 2, ()),
        (4.9, 0, ()),
        (5.1, 0, ()),
        (0.993, 0, ("gate-for-bias",)),
        (-4.968, 0, ("bias-sign-flipped",)),
        (2.83, 0, ("gate-as-tanh",)),
        (0.0, 0, ("half-per-step",)),
        (math.nan, 0, ()),
    ],
)
def test_biases(value, score, named):
    result = verdict("10.3", ans_10_3=value)
    assert result.score == score
    assert result.misconceptions == named


def test_remarks_are_true():
    assert math.tanh(2.832) == pytest.approx(0.5**0.01, abs=1e-4)
    assert 1 / (1 + math.exp(4.968)) < 0.5
    assert set(BIAS_TASK.wrong) <= MISCONCEPTIONS.keys()
    assert all(MISCONCEPTIONS[name].section == "10.6" for name in BIAS_TASK.wrong)
