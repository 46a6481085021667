"""Chapter 9: points, answers that are computed anew, hidden inputs, start matrices, and what a judge makes of it."""

import copy
import math
from dataclasses import replace

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from through_time import losses, numeric
from through_time._values import examine
from through_time.checks import CHECKS
from through_time.generators import Seeded

from autograder.judge import DirectStudent, judge
from autograder.verify import verify_exercise
from solutions.exercises import ASSIGNMENTS
from solutions.exercises.ch09 import EXERCISES
from solutions.exercises.ch09_answers import ANGLE, CURVES, MATCH, SYMPTOMS, WRONG_LETTERS
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import AnswerTask, FunctionTask
from solutions.reference.clipping import clip_by_value, clip_global
from solutions.reference.initialisation import init_recurrent
from solutions.reference.truncation import tbptt

CHAPTER = "9"
SECRET = b"for tests"
CLIP, CHUNKS, STARTS, FIXED = (EXERCISES[f"9.{n}"].tasks[0] for n in (1, 2, 3, 6))
ANSWERS = [task for exercise in EXERCISES.values() for task in exercise.tasks if isinstance(task, AnswerTask)]


def verdict(exercise, **names):
    return judge(EXERCISES[exercise], DirectStudent(names, names), SECRET, MISCONCEPTIONS)


def test_points():
    assert [(e.id, e.points, e.by_hand, e.kind, e.section) for e in EXERCISES.values()] == [
        ("9.1", 4, 0, "code", "9.2"),
        ("9.2", 5, 0, "code", "9.4"),
        ("9.3", 3, 0, "code", "9.5"),
        ("9.4", 2, 0, "predict", "9.2"),
        ("9.5", 2, 0, "conceptual", "9.1"),
        ("9.6", 3, 0, "bug", "9.2"),
        ("9.7", 4, 4, "written", "9.1"),
    ]
    assert ASSIGNMENTS["ch09-remedies"] == tuple(EXERCISES)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_everything_known_about_an_exercise_is_told_apart(exercise):
    found = verify_exercise(EXERCISES[exercise], MISCONCEPTIONS)
    assert [row for row in found.rows if row.outcome != "ok"] == []


# Clipping


def test_hidden_gradients_lie_on_the_side_of_the_limit_that_their_case_says(questions):
    for task in (CLIP, FIXED):
        for case, (g, limit) in questions(task):
            norm = clip_global(g, 1.0)[1]
            if case.name in ("norm above the limit", "large gradient"):
                # Most arrays are too long by themselves, and some entries, too: each way to clip shows.
                assert sum(np.linalg.norm(part) > limit for part in g.values()) >= 2
                assert any((np.abs(part) > limit).any() for part in g.values())
            else:
                assert norm <= limit
            if "below" in case.name or "small" in case.name:
                assert sum(np.linalg.norm(part) for part in g.values()) > limit


def test_a_part_of_the_clipping_is_worth_its_points():
    always = verdict("9.1", clip_global=lambda g, c: (clip_by_value(g, c), clip_global(g, c)[1]))
    assert (always.score, always.misconceptions) == (2, ("clip-by-value",))
    no_norm = verdict("9.1", clip_global=lambda g, c: (clip_global(g, c)[0], -1.0))
    assert no_norm.score == 3


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda g, _: (dict(list(g.items())[1:]), 1.0), "lacks dU"),
        (lambda g, _: ({name: part.ravel() for name, part in g.items()}, 1.0), "holds dU of shape (12,)"),
        (lambda g, _: (list(g.values()), 1.0), "is no dict"),
        (lambda g, c: clip_global(g, c)[0], "it has to return a tuple"),
    ],
)
def test_other_forms_are_told(answer, sentence):
    found = verdict("9.1", clip_global=answer)
    assert found.score == 0
    assert sentence in " ".join(found.messages)


# Truncation


def test_truncation_reference_meets_both_oracles(questions):
    """The loss of all chunks, each begun with the state as a number."""
    for case, (p, X, Tau, k) in questions(CHUNKS):
        h = [p["h0"]]
        for x in X:
            h.append(np.tanh(p["U"] @ x + p["W"] @ h[-1] + p["b"]))

        def loss(p, h=h, X=X, Tau=Tau, k=k):
            total = 0.0
            for start in range(0, len(X), k):
                state = p["h0"] if start == 0 else h[start]
                for x, tau in zip(X[start : start + k], Tau[start : start + k], strict=True):
                    state = anp.tanh(anp.dot(p["U"], x) + anp.dot(p["W"], state) + p["b"])
                    o = anp.dot(p["V"], state) + p["c"]
                    total = total + anp.log(anp.sum(anp.exp(o))) - anp.dot(tau, o)
            return total

        found, exact = CHUNKS.reference(p, X, Tau, k), autograd.grad(loss)(p)
        for name, array in p.items():
            assert numeric.relative_error(found[f"d{name}"], exact[name]) < 1e-12, (case.name, name)
            if case.name in ("k = 2", "k = T"):
                nudged = numeric.central_difference(lambda a, p=p, n=name, f=loss: f({**p, n: a}), array)
                assert numeric.relative_error(found[f"d{name}"], nudged) < 1e-6
        if k >= len(X):
            assert float(loss(p)) == pytest.approx(losses.mimo(p, X, Tau))


def test_plain_bptt_earns_what_truncation_leaves_alone():
    found = verdict("9.2", tbptt=lambda p, X, Tau, _k: tbptt(p, X, Tau, len(X)))
    assert found.score == 1.5
    assert found.misconceptions == ("gradient-crosses-boundary",)


# Start matrices


def drawn(d, kind, gain, rng):
    return init_recurrent(d, kind, gain, rng)


def test_every_usual_way_to_draw_is_right():
    def legacy_order(d, kind, gain, rng):
        if kind == "gaussian":
            return rng.standard_normal((d, d)).T * (gain / d**0.5)
        return drawn(d, kind, gain, rng)

    for function in (drawn, legacy_order, lambda d, k, g, rng: g * drawn(d, k, 1.0, rng)):
        found = verdict("9.3", init_recurrent=function)
        assert (found.score, found.messages) == (3, ())


@pytest.mark.parametrize("kind", ["orthogonal", "gaussian"])
def test_numbers_from_elsewhere_are_seen(kind):
    elsewhere = np.random.default_rng(99)

    def answer(d, asked, gain, rng):
        return drawn(d, asked, gain, elsewhere if asked == kind else rng)

    # The question that is asked twice has to be one of this kind.
    cases = tuple(case for case in STARTS.cases if case.parts == (kind,))
    task = replace(STARTS, cases=cases, parts=tuple(part for part in STARTS.parts if part.name == kind))
    exercise = replace(EXERCISES["9.3"], tasks=(task,))
    found = judge(exercise, DirectStudent({"init_recurrent": answer}), SECRET, MISCONCEPTIONS)
    assert found.score == 0
    assert found.misconceptions == ("keeps-state-between-calls",)


@pytest.mark.parametrize(
    ("kind", "answer", "named"),
    [
        ("gaussian", lambda d, g, rng: g * rng.normal(size=(d, d)), "std-not-scaled"),
        ("gaussian", lambda d, g, rng: rng.normal(0.0, g / d, (d, d)), "std-not-scaled"),
        ("gaussian", lambda d, _, rng: rng.normal(size=(d, d)) / math.sqrt(d), "ignores-gain"),
        ("orthogonal", lambda d, g, rng: g * rng.normal(size=(d, d)), "orthogonal-not"),
        ("orthogonal", lambda d, g, rng: g * rng.uniform(size=(d, d)), "orthogonal-not"),
        ("orthogonal", lambda d, _, rng: np.linalg.qr(rng.normal(size=(d, d)))[0], "ignores-gain"),
        ("identity", lambda d, _g, _r: np.eye(d), "ignores-gain"),
        ("identity", lambda d, g, _r: g * np.ones((d, d)), None),
        ("gaussian", lambda d, g, rng: g * rng.uniform(-3, 3, (d, d)) / math.sqrt(3 * d), None),
        ("gaussian", lambda d, g, rng: np.tile(g * rng.normal(size=d) / math.sqrt(d), (d, 1)), None),
        ("gaussian", lambda d, g, rng: g * (1 + rng.normal(size=(d, d))) / math.sqrt(d), None),
        ("orthogonal", lambda d, g, _r: g * np.eye(d), None),
        ("orthogonal", lambda d, g, rng: 3 * g * np.linalg.qr(rng.normal(size=(d, d)))[0], None),
    ],
)
def test_wrong_starts_lose_their_kind_only_and_are_named(kind, answer, named):
    def function(d, asked, gain, rng):
        return answer(d, gain, rng) if asked == kind else drawn(d, asked, gain, rng)

    found = verdict("9.3", init_recurrent=function)
    assert found.score == 2
    assert found.misconceptions == ((named,) if named else ())
    assert found.messages


def test_the_laws_hold_by_chance_alone_for_hundreds_of_seeds():
    """What a right answer gets does not depend on luck."""
    for seed in range(150):
        for case in STARTS.cases:
            d, kind, gain, rng = case.make(np.random.default_rng(seed))
            W = drawn(d, kind, gain, copy.copy(rng))
            part = STARTS.returns.unpack(W, (d, kind, gain, rng))[kind]
            assert isinstance(part, np.ndarray), (case.name, seed)
            assert np.linalg.norm(part - STARTS.reference(d, kind, gain, rng)[kind]) < 1e-6 * np.linalg.norm(
                part
            )


def test_the_generator_of_a_question_stays_where_it_is():
    rng = Seeded(3)
    before = rng.bit_generator.state
    STARTS.reference(4, "gaussian", 1.0, rng)
    for twist in (*STARTS.twists.values(), *STARTS.alternatives.values()):
        twist(4, "gaussian", 1.0, rng)
    assert rng.bit_generator.state == before


# What the check says


def as_handed(task, function):
    return lambda *arguments: task.returns.pack(function(*arguments), arguments)


@pytest.mark.parametrize("exercise", ["9.1", "9.2", "9.3", "9.6"])
def test_what_the_grader_marks_down_the_check_tells_beforehand(exercise):
    task = next(t for t in EXERCISES[exercise].tasks if isinstance(t, FunctionTask))
    public = next(t for t in CHECKS[exercise] if t.name == task.name)
    for function in (task.reference, *task.alternatives.values()):
        assert examine(public, as_handed(task, function)).right
    for key, twist in task.twists.items():
        with np.errstate(all="ignore"):
            assert not examine(public, as_handed(task, twist)).right, key


# Answers


def test_the_angle_is_that_of_the_clipped_gradient():
    g = {"g": np.array([8.0, 0.6])}
    clipped = clip_by_value(g, 1.0)["g"]
    cosine = clipped @ g["g"] / np.linalg.norm(clipped) / np.linalg.norm(g["g"])
    assert pytest.approx(math.degrees(math.acos(cosine))) == ANGLE
    assert f"{ANGLE:.2f}" == "26.67"


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda task: task.name)
def test_answers_are_right_by_their_own_marks(answer):
    assert answer.mark(answer.answer) == {part.name: 1.0 for part in answer.parts}
    assert answer.remark(answer.answer) is None
    for misconception, value in answer.wrong.items():
        assert sum(answer.mark(value).values()) < len(answer.parts)
        assert answer.remark(value).misconception == misconception


@pytest.mark.parametrize(("value", "score"), [(26.2, 2), (27.1, 2), (27.3, 0), (0.0, 0), (27, 2)])
def test_half_a_degree_is_near_enough(value, score):
    assert verdict("9.4", ans_9_4=value).score == score


@pytest.mark.parametrize(
    ("value", "score"),
    [
        (MATCH, 2),
        ({**MATCH, "deaf": "A"}, 1.5),
        (dict.fromkeys(SYMPTOMS, "A"), 0.5),
        ({}, 0),
        ({"deaf": "C"}, 0.5),
    ],
)
def test_each_match_counts_alone(value, score):
    assert verdict("9.5", ans_9_5=value).score == score


def test_letters_and_rubric():
    assert set(WRONG_LETTERS) == set("ACDE")
    assert CURVES.points == 4
    assert [criterion.points for criterion in CURVES.rubric] == [1, 1, 1, 1]
    found = verdict("9.7")
    assert (found.score, found.by_hand) == (0, 4)
