"""Chapter 8: points, answers that are computed anew, hidden inputs, and what a judge makes of it all."""

import math

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from through_time import numeric
from through_time._values import examine
from through_time.checks import CHECKS

from autograder.judge import DirectStudent, judge
from autograder.verify import verify_exercise
from solutions.exercises import ASSIGNMENTS
from solutions.exercises.ch08 import EXERCISES, ROTATION
from solutions.exercises.ch08_answers import BOUNDS, CLIMB, ORDER, RUNS, WRONG_LETTERS
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import AnswerTask
from solutions.reference.activations import RELU, SIGMOID, TANH
from solutions.reference.growth import shear_norm

CHAPTER = "8"
SECRET = b"for tests"
PROFILE, POWER = EXERCISES["8.1"].tasks[0], EXERCISES["8.5"].tasks[0]
ANSWERS = [task for exercise in EXERCISES.values() for task in exercise.tasks if isinstance(task, AnswerTask)]


def verdict(exercise, **names):
    return judge(EXERCISES[exercise], DirectStudent(names, names), SECRET, MISCONCEPTIONS)


def profile(p, X):
    return tuple(PROFILE.reference(p, X).values())


def test_points():
    assert [exercise.points for exercise in EXERCISES.values()] == pytest.approx([5, 2, 2, 2, 3])
    assert ASSIGNMENTS["ch08-vanish-explode"] == tuple(EXERCISES) == tuple(f"8.{n}" for n in range(1, 6))


@pytest.mark.parametrize("exercise", EXERCISES)
def test_everything_known_about_an_exercise_is_told_apart(exercise):
    found = verify_exercise(EXERCISES[exercise], MISCONCEPTIONS)
    assert [row for row in found.rows if row.outcome != "ok"] == []


# Functions


def last_state(p, X, h):
    for x in X:
        h = anp.tanh(anp.dot(p["U"], x) + anp.dot(p["W"], h) + p["b"])
    return h


def test_profile_reference_meets_both_oracles(questions):
    for case, (p, X) in questions(PROFILE):
        J, norms = profile(p, X)
        h = p["h0"]
        assert J.shape == (len(X), len(h), len(h))
        for k, x in enumerate(X, start=1):
            h = np.tanh(p["U"] @ x + p["W"] @ h + p["b"])
            rest = X[k:]
            exact = autograd.jacobian(lambda h, rest=rest, p=p: last_state(p, rest, h))(h)
            assert numeric.relative_error(J[k - 1], exact) < 1e-11, (case.name, k)
            assert norms[k - 1] == pytest.approx(np.linalg.svd(exact, compute_uv=False)[0], rel=1e-9)
            if case.name != "LONG":  # what is left after 40 steps is smaller than a difference can see
                nudges = 1e-5 * np.eye(len(h))
                ahead = [last_state(p, rest, h + e) - last_state(p, rest, h - e) for e in nudges]
                assert J[k - 1] == pytest.approx(np.array(ahead).T / 2e-5, rel=1e-6, abs=1e-8)


def test_power_reference_repeats_the_step(questions):
    for _, (W, k) in questions(POWER):
        expected = np.eye(len(W))
        for _ in range(k):
            expected = W @ expected
        assert POWER.reference(W, k)["J"] == pytest.approx(expected, rel=1e-12)


def test_rotation_lengthens_nothing_and_its_entries_do():
    assert np.linalg.norm(POWER.reference(ROTATION, 10)["J"], 2) == pytest.approx(1)
    assert np.linalg.norm(ROTATION**10, 2) == pytest.approx(0.113, abs=5e-4)


def test_cases_have_the_sizes_of_the_plan(questions):
    sizes = {case.name: X.shape for case, (_, X) in questions(PROFILE)}
    assert sizes == {"STD": (6, 3), "EQ": (6, 4), "T1": (1, 3), "LONG": (40, 3)}
    for _, (p, _) in questions(PROFILE):
        assert np.linalg.norm(p["W"] - p["W"].T) > 0.1
        assert min(np.abs(p["h0"]).min(), np.abs(p["b"]).min()) > 0.1
    assert {k for _, (_, k) in questions(POWER)} == {0, 1, 2, 7, 10}


def test_one_step_has_the_identity(questions):
    for case, arguments in questions(PROFILE):
        J, norms = profile(*arguments)
        assert J[-1].tolist() == np.eye(4).tolist()
        assert norms[-1] == 1
        assert len(J) == 1 or case.name != "T1"


def test_prefixes_and_probes_can_be_asked(questions):
    _, (p, X) = next(questions(PROFILE))
    assert [len(shorter) for _, shorter in PROFILE.prefixes((p, X))] == [1, 2, 3, 4, 5, 6]
    for probe in PROFILE.probes:
        assert "{parts}" in probe.vanishes
        assert set(PROFILE.reference(*probe.change((p, X)))) == {"J", "norms"}


def test_right_jacobians_keep_their_points_when_the_norms_are_others():
    result = verdict(
        "8.1", jacobian_profile=lambda p, X: (profile(p, X)[0], np.linalg.norm(profile(p, X)[0], axis=(1, 2)))
    )
    assert result.score == 4
    assert result.misconceptions == ("frobenius-for-norm",)


def test_two_mistakes_are_both_named():
    function = PROFILE.pairs["w-transposed", "frobenius-for-norm"]
    result = verdict("8.1", jacobian_profile=lambda p, X: tuple(function(p, X).values()))
    assert result.score == 0
    assert set(result.misconceptions) == {"w-transposed", "frobenius-for-norm"}


def test_what_the_grader_marks_down_the_check_tells_beforehand():
    pack = {"value": lambda parts: next(iter(parts.values())), "tuple": lambda parts: tuple(parts.values())}
    for task in (PROFILE, POWER):
        public = next(each for tasks in CHECKS.values() for each in tasks if each.name == task.name)

        def handing_over(function, public=public):
            return lambda *arguments: pack[public.returns](function(*arguments))

        assert examine(public, handing_over(task.reference)).right
        for function in task.alternatives.values():
            assert examine(public, handing_over(function)).right
        for key, twist in {**task.twists, **task.pairs}.items():
            with np.errstate(all="ignore"):
                assert not examine(public, handing_over(twist)).right, key


# Answers


def test_bounds_are_those_of_the_slopes():
    z = np.linspace(-8, 8, 160001)
    assert [f.prime(z).max() for f in (SIGMOID, TANH, RELU)] == pytest.approx(BOUNDS, abs=1e-12)


def factor(f, w, T=50):
    h, product = 0.2, 0.0
    for t in range(1, T + 1):
        z = np.array([0.8 * math.sin(0.7 * t) + w * h + 0.1])
        h = float(f.f(z)[0])
        product += math.log10(abs(w) * f.prime(z)[0]) if t > 1 else 0.0
    return product


def test_order_is_that_of_the_products():
    functions = {"relu": RELU, "tanh": TANH, "sigmoid": SIGMOID}
    logs = {run: factor(functions[run.split()[0]], float(run.split()[1])) for run in RUNS}
    assert sorted(logs, key=logs.get, reverse=True) == ORDER
    shown = {run: 10**log for run, log in logs.items()}
    assert shown == pytest.approx(
        {"relu 1.0": 1, "tanh 1.0": 3.9e-16, "sigmoid 1.0": 1.5e-35, "tanh 2.0": 4.3e-42}, rel=0.02
    )
    # "about a fifth", "about a seventh"
    assert 10 ** (logs["sigmoid 1.0"] / 49) == pytest.approx(0.195, abs=0.005)
    assert 10 ** (logs["tanh 2.0"] / 49) == pytest.approx(1 / 7, abs=0.005)


def test_climb_is_that_of_the_powers():
    M = np.array([[0.9, 5.0], [0.0, 0.9]])
    norms = [np.linalg.norm(np.linalg.matrix_power(M, k), 2) for k in range(101)]
    assert (max(norms) > 10, int(np.argmax(norms))) == CLIMB
    assert norms == pytest.approx([shear_norm(0.9, 5.0, k) for k in range(101)], rel=1e-12)
    corners = [np.linalg.matrix_power(M, k)[0, 1] for k in (9, 10)]
    assert corners == pytest.approx([19.37, 19.37], abs=0.005)
    assert [norms[9], norms[50], norms[100]] == pytest.approx([19.38, 1.43, 0.015], rel=0.02)


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
    ("value", "score", "named"),
    [
        ((0.25, 1, 1), 2, ()),
        ((1, 1, 1), 4 / 3, ("sigmoid-bound-of-tanh",)),
        ((0.25, 0.0, 1.0), 4 / 3, ("bound-at-the-edge",)),
        ((0.5, 1.0, 1.0), 4 / 3, ()),
        ((True, True, True), 0, ()),
        ((0.25, 1.0), 0, ()),
        (("a", None, 1.0), 2 / 3, ()),
    ],
)
def test_each_bound_counts_alone(value, score, named):
    result = verdict("8.2", ans_8_2=value)
    assert result.score == pytest.approx(score)
    assert result.misconceptions == named


@pytest.mark.parametrize(
    ("value", "score"),
    [
        (ORDER, 2),
        (["tanh 1.0", "relu 1.0", "sigmoid 1.0", "tanh 2.0"], 1),
        (["relu 1.0", "tanh 1.0", "tanh 2.0", "sigmoid 1.0"], 1),
        (["relu 1.0", "sigmoid 1.0", "tanh 1.0", "tanh 2.0"], 1),
        (ORDER[::-1], 0),
        (ORDER[:3], 0),
        ([*ORDER, "tanh 1.0"], 0),
        ([1, 2, 3, 4], 0),
    ],
)
def test_two_neighbours_may_be_exchanged_for_half(value, score):
    assert verdict("8.3", ans_8_3=value).score == score


@pytest.mark.parametrize(
    ("value", "score"),
    [
        ((True, 9), 2),
        ((True, 10), 2),
        ((True, 8), 2),
        ((True, 7), 1),
        ((False, 9), 1),
        ((False, 0), 0),
        ((True,), 0),
        ((1, 9), 1),
        ((True, "9"), 1),
        ((True, True), 1),
    ],
)
def test_climb_and_its_top_count_alone(value, score):
    assert verdict("8.4", ans_8_4=value).score == score


def test_remarks_of_the_letters_are_true_of_the_given_function():
    W = np.random.default_rng(3).normal(size=(3, 3))
    assert np.array_equal(W**1, W)
    assert not np.allclose(W.T, W)
    assert np.allclose(W @ (W @ W), (W @ W) @ W)
    assert set(WRONG_LETTERS) == set("ACDE")
