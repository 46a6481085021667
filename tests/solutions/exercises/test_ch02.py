"""Chapter 2: points, answers that are computed anew, hidden inputs, and what a judge makes of it all."""

import math

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from through_time import numeric
from through_time.checks import CHECKS
from through_time.functions import Known

from autograder.judge import DirectStudent, judge
from autograder.verify import verify_exercise
from solutions.exercises import ASSIGNMENTS
from solutions.exercises.ch02 import EXERCISES
from solutions.exercises.ch02_answers import DENSE, FUNCTIONS, ORDER, STEPS, WRONG_LETTERS
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import AnswerTask, FunctionTask
from solutions.reference.path_sums import two_step

CHAPTER = "2"
SECRET = b"for tests"
ANSWERS = [task for exercise in EXERCISES.values() for task in exercise.tasks if isinstance(task, AnswerTask)]


def verdict(exercise, **names):
    return judge(EXERCISES[exercise], DirectStudent(names, names), SECRET, MISCONCEPTIONS)


def rippled(f, theta):
    slopes, shifts = f.coefficients
    return anp.sum(anp.cos(anp.dot(slopes, anp.ravel(theta)) + shifts))


def test_points():
    assert [exercise.points for exercise in EXERCISES.values()] == [4, 3, 4, 3, 1, 2]
    assert ASSIGNMENTS["ch02-paths"] == tuple(EXERCISES) == tuple(f"2.{n}" for n in range(1, 7))


@pytest.mark.parametrize("exercise", EXERCISES)
def test_everything_known_about_an_exercise_is_told_apart(exercise):
    found = verify_exercise(EXERCISES[exercise], MISCONCEPTIONS)
    assert [row for row in found.rows if row.outcome not in ("ok", "group")] == []


def test_misconceptions_are_in_the_catalogue_and_point_into_written_sections():
    for exercise in EXERCISES.values():
        for task in exercise.tasks:
            keys = task.twists if isinstance(task, FunctionTask) else task.wrong
            assert {key.partition(":")[0] for key in keys} <= set(MISCONCEPTIONS)


# Functions


def test_arguments_and_signatures_agree(task, questions):
    for _, arguments in questions(task):
        assert len(arguments) in {len(task.arguments), len(task.arguments) - 1}
    assert task.signature.startswith(f"{task.name}({task.arguments[0]}")


def test_numeric_reference_meets_automatic_differentiation(questions):
    for exercise in ("2.1", "2.4"):
        task = EXERCISES[exercise].tasks[0]
        for case, arguments in questions(task):
            if case.name == "EPS":
                continue
            f, theta = arguments[:2]
            exact = autograd.grad(lambda theta, f=f: rippled(f, theta))(theta)
            for part in task.reference(*arguments).values():
                assert part.shape == theta.shape
                assert numeric.relative_error(part, exact) < 1e-8


def test_a_wide_step_gives_another_number_than_the_derivative(questions):
    task = EXERCISES["2.1"].tasks[0]
    wide = [arguments for case, arguments in questions(task) if case.name == "EPS"]
    for f, theta, eps in wide:
        exact = autograd.grad(lambda theta, f=f: rippled(f, theta))(theta)
        found = task.reference(f, theta, eps)["values"]
        assert numeric.relative_error(found, exact) > 1e-4
        ahead = [f(theta + eps * e) - f(theta - eps * e) for e in np.eye(3)]
        assert found == pytest.approx(np.array(ahead) / (2 * eps), rel=1e-12)


def test_functions_bend_enough_for_a_one_sided_difference_to_be_seen(questions):
    task = EXERCISES["2.4"].tasks[0]
    for _, arguments in questions(task):
        right = task.reference(*arguments)["slope"]
        for key in ("forward-difference", "parameter-not-restored"):
            assert numeric.relative_error(task.twists[key](*arguments)["slope"], right) > 3e-6


def test_two_paths_reference_meets_automatic_differentiation(questions):
    task = EXERCISES["2.2"].tasks[0]
    for _, (x, w) in questions(task):
        found = task.reference(x, w)

        def f(w_u, w_v, x=x):
            return anp.tanh(w_u * x * (anp.sin(x) + w_v))

        assert found["path_u"] == pytest.approx(autograd.grad(f, 0)(w, w), rel=1e-12, abs=1e-15)
        assert found["path_v"] == pytest.approx(autograd.grad(f, 1)(w, w), rel=1e-12, abs=1e-15)
        assert found["total"] == pytest.approx(found["path_u"] + found["path_v"], rel=1e-15)


def test_jacobian_references_meet_automatic_differentiation(questions):
    def softmax(o):
        e = anp.exp(o - anp.max(o))
        return e / anp.sum(e)

    for task, h in zip(EXERCISES["2.3"].tasks, (anp.tanh, softmax), strict=True):
        for _, (z,) in questions(task):
            (found,) = task.reference(z).values()
            assert np.isfinite(found).all()
            assert found == pytest.approx(autograd.jacobian(h)(z), rel=1e-12, abs=1e-15)


def test_big_logits_share_the_whole_between_two_outputs(questions):
    task = EXERCISES["2.3"].tasks[1]
    for case, (o,) in questions(task):
        if case.name == "BIG":
            assert np.abs(o).min() > 990
            J = task.reference(o)["J_softmax"]
            assert np.count_nonzero(np.diag(J) > 1e-3) == 2


def test_vector_in_place_of_a_matrix_is_told_by_its_name():
    jac_tanh, jac_softmax = EXERCISES["2.3"].tasks
    result = verdict(
        "2.3",
        jac_tanh=lambda z: 1 - np.tanh(z) ** 2,
        jac_softmax=lambda o: jac_softmax.reference(o)["J_softmax"],
    )
    assert result.score == 2
    assert result.misconceptions == ("returns-vector",)
    assert any("has shape (4,), expected (4, 4)" in message for message in result.messages)
    assert jac_tanh.returns.unpack(None, (np.ones(3),)) is None


def test_writing_into_theta_costs_everything_and_is_named():
    def numeric_grad(f, theta, eps=1e-5):
        theta += 0.1
        return numeric.central_difference(f, theta - 0.1, eps)

    result = verdict("2.1", numeric_grad=numeric_grad)
    assert result.score == 0
    assert result.misconceptions == ("writes-to-inputs",)


def test_one_axis_alone_earns_its_own_points():
    def numeric_grad(f, theta, eps=1e-5):
        assert theta.ndim == 1
        return numeric.central_difference(f, theta, eps)

    assert verdict("2.1", numeric_grad=numeric_grad).score == 3


def test_step_that_is_not_used_is_seen():
    assert (
        verdict("2.1", numeric_grad=lambda f, theta, _eps=0: numeric.central_difference(f, theta)).score == 1
    )


def test_what_the_grader_marks_down_the_check_tells_beforehand(task):
    public = next(each for tasks in CHECKS.values() for each in tasks if each.name == task.name)
    pack = {"value": lambda parts: next(iter(parts.values())), "tuple": lambda parts: tuple(parts.values())}
    from through_time._values import examine

    def handing_over(function):
        return lambda *arguments: pack[public.returns](function(*arguments))

    assert examine(public, handing_over(task.reference)).right
    for function in task.alternatives.values():
        assert examine(public, handing_over(function)).right
    for key, twist in task.twists.items():
        with np.errstate(all="ignore"):
            assert not examine(public, handing_over(twist)).right, key


# Answers


def test_order_of_the_steps_is_what_the_errors_say():
    _, explicit, implicit = two_step(0.7)

    def error(step):
        return abs((two_step(0.7 + step)[0] - two_step(0.7 - step)[0]) / (2 * step) - explicit - implicit)

    errors = {step: error(step) for step in STEPS}
    assert sorted(errors, key=errors.get) == ORDER
    assert [f"{errors[step]:.1e}" for step in ORDER] == ["2.6e-12", "1.7e-05", "5.7e-04"]


def test_dense_functions_are_what_central_differences_say():
    def softmax(z):
        return np.exp(z) / np.exp(z).sum()

    functions = {
        "tanh": np.tanh,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "ReLU": lambda z: np.maximum(z, 0),
        "softmax": softmax,
        "layer norm": lambda z: (z - z.mean()) / z.std(),
    }
    assert tuple(functions) == FUNCTIONS
    z, s = np.array([0.3, -1.1, 0.8, 1.9]), 1e-5
    dense = set()
    for name, h in functions.items():
        J = np.stack([(h(z + s * e) - h(z - s * e)) / (2 * s) for e in np.eye(4)], axis=1)
        if np.abs(J[~np.eye(4, dtype=bool)]).min() > 1e-6:
            dense.add(name)
    assert dense == DENSE


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda task: task.name)
def test_answers_are_right_by_their_own_marks(answer):
    assert isinstance(answer.answer, answer.expects)
    assert answer.mark(answer.answer) == {part.name: 1.0 for part in answer.parts}
    assert answer.remark(answer.answer) is None


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.name)
def test_wrong_answers_lose_points_and_are_named(answer):
    for misconception, value in answer.wrong.items():
        assert sum(answer.mark(value).values()) < len(answer.parts)
        assert answer.remark(value).misconception == misconception


@pytest.mark.parametrize(
    ("value", "score"),
    [
        ({"softmax", "layer norm"}, 1),
        ({"softmax"}, 0.5),
        ({"softmax", "layer norm", "tanh"}, 0.5),
        (set(FUNCTIONS), 0),
        (set(), 0),
    ],
)
def test_dense_is_marked_so_that_guessing_does_not_pay(value, score):
    assert verdict("2.5", ans_2_5=frozenset(value)).score == score


def test_every_other_order_earns_nothing():
    for value in ([1e-12, 1e-5, 1e-1], [1e-1, 1e-12, 1e-5], [1e-5], [], [1e-5, 1e-12, 1e-1, 1]):
        assert verdict("2.6", ans_2_6=value).score == 0
    assert verdict("2.6", ans_2_6=[0.00001, 1e-12, 0.1]).score == 2


def test_remarks_of_the_letters_are_true_of_the_wrong_versions():
    """Each remark proposes an experiment; this is its outcome for the given function and for the named ones."""
    fixed = EXERCISES["2.4"].tasks[0]
    rng = np.random.default_rng(4)
    theta = rng.normal(size=4)
    f = Known("ripple", rng.normal(size=(3, 4)), rng.normal(size=3))
    right = fixed.reference(f, theta, 1e-5)["slope"]
    found = {key: twist(f, theta.copy(), 1e-5)["slope"] for key, twist in fixed.twists.items()}

    assert found["missing-2"] == pytest.approx(2 * right, rel=1e-9)
    assert found["parameter-not-restored"][0] == pytest.approx(right[0], rel=1e-9)
    assert numeric.relative_error(found["parameter-not-restored"], right) > 1e-6
    assert found["step-added-twice"][0] == pytest.approx(1.5 * right[0], rel=1e-3)
    assert found["all-entries-at-once:by-row"] == pytest.approx(right, rel=1e-9)
    assert abs(found["forward-difference"][0] - right[0]) > 1e-7
    assert set(WRONG_LETTERS) == set("ABDE")
    assert math.isfinite(right.sum())
