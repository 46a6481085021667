"""Chapter 5: points, answers that are computed anew, remarks, and what a judge makes of it all."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import given
from hypothesis import strategies as st

from autograder.judge import DirectStudent, judge
from solutions.exercises import ASSIGNMENTS
from solutions.exercises.ch05 import EXERCISES
from solutions.exercises.ch05_answers import BUG_A, BUG_B, COUNTS, HEARING, MAPPINGS
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import AnswerTask

SECRET = b"for tests"
WHO, COUNT = EXERCISES["5.6"].tasks[0], EXERCISES["5.7"].tasks[0]
INPUTS_AT = {"SISO": "first", "SIMO": "first", "MIMO": "all", "many-to-one": "all"}
LOSSES_AT = {"SISO": "last", "SIMO": "all", "MIMO": "all", "many-to-one": "last"}


def steps(where, T):
    t = np.arange(1, T + 1)
    return {"first": t == 1, "last": t == T, "all": t > 0}[where].astype(float)


def verdict(exercise, **names):
    return judge(EXERCISES[exercise], DirectStudent(names, names), SECRET, MISCONCEPTIONS)


def test_points():
    assert [exercise.points for exercise in EXERCISES.values()] == [6, 6, 8, 4, 5, 2, 3, 3, 3]
    assert sum(exercise.points for exercise in EXERCISES.values()) == 40


def test_ids_kinds_and_sections():
    assert ASSIGNMENTS["ch05-bptt-unrolled"] == tuple(f"5.{i}" for i in range(1, 10))
    assert [exercise.id for exercise in EXERCISES.values()] == list(EXERCISES)
    assert [exercise.kind for exercise in EXERCISES.values()] == [
        *["code"] * 5,
        "predict",
        "conceptual",
        "bug",
        "bug",
    ]
    assert all(exercise.section in {f"5.{i}" for i in range(1, 10)} for exercise in EXERCISES.values())


def test_part_names_are_unique_within_an_exercise():
    for exercise in EXERCISES.values():
        names = [part.name for part in exercise.parts]
        assert len(set(names)) == len(names)


def first_delta(mapping, w_h, T):
    """|delta_1| of the standard scalar record, as the derivative by a nudge to z_1."""
    t = np.arange(1, T + 1)
    x = np.sin(0.7 * t) * steps(INPUTS_AT[mapping], T)
    tau, counts = 0.5 * np.cos(0.4 * t), steps(LOSSES_AT[mapping], T)

    def loss(nudge):
        h, total = 0.2, 0.0
        for i in range(T):
            h = anp.tanh(0.8 * x[i] + w_h * h + 0.1 + (nudge if i == 0 else 0.0))
            total = total + counts[i] * 0.5 * (h - tau[i]) ** 2
        return total

    return abs(float(grad(loss)(0.0)))


def test_who_hears_is_what_the_record_says():
    sizes = {mapping: first_delta(mapping, 0.5, 20) for mapping in MAPPINGS}
    assert {mapping for mapping, size in sizes.items() if size > 0.1} == HEARING
    assert {mapping: f"{size:.3g}" for mapping, size in sizes.items()} == {
        "SISO": "1.24e-07",
        "SIMO": "0.16",
        "MIMO": "0.155",
        "many-to-one": "2.62e-11",
    }


def test_terms_are_what_untied_weights_say():
    """With a matrix of its own at every step, the loss depends on exactly those that make a term."""
    T, d = 5, 3
    rng = np.random.default_rng(5)
    X, Tau, h0 = rng.normal(size=(T, 2)), rng.normal(size=(T, 4)), rng.normal(size=d)
    U, W, V = rng.normal(size=(T, d, 2)), 0.5 * rng.normal(size=(T, d, d)), rng.normal(size=(T, 4, d))
    for mapping, expected in COUNTS.items():
        x, counts = X * steps(INPUTS_AT[mapping], T)[:, None], steps(LOSSES_AT[mapping], T)

        def loss(U, W, V, x=x, counts=counts):
            h, total = h0, 0.0
            for i in range(T):
                h = anp.tanh(anp.dot(U[i], x[i]) + anp.dot(W[i], h))
                total = total + counts[i] * anp.sum((anp.dot(V[i], h) - Tau[i]) ** 2)
            return total

        found = tuple(sum(bool(step.any()) for step in grad(loss, i)(U, W, V)) for i in range(3))
        assert found == expected


@pytest.mark.parametrize("exercise", ["5.6", "5.7", "5.8", "5.9"])
def test_answers_are_right_by_their_own_marks(exercise):
    for task in EXERCISES[exercise].tasks:
        if isinstance(task, AnswerTask):
            assert isinstance(task.answer, task.expects)
            assert task.mark(task.answer) == {part.name: 1.0 for part in task.parts}
            assert task.remark(task.answer) is None


@pytest.mark.parametrize("exercise", ["5.6", "5.7", "5.8", "5.9"])
def test_wrong_answers_lose_points_and_are_named(exercise):
    for task in EXERCISES[exercise].tasks:
        if isinstance(task, AnswerTask):
            for misconception, value in task.wrong.items():
                assert sum(task.mark(value).values()) < len(task.parts)
                assert task.remark(value).misconception == misconception
                assert misconception in MISCONCEPTIONS


@pytest.mark.parametrize(
    ("value", "score"),
    [
        ({"SIMO", "MIMO"}, 2),
        ({"SIMO"}, 1),
        ({"MIMO"}, 1),
        ({"SIMO", "MIMO", "SISO"}, 1),
        (set(MAPPINGS), 0),
        ({"SISO", "many-to-one"}, 0),
        (set(), 0),
        ({"SIMO", "SISO"}, 0),
    ],
)
def test_who_hears_is_marked_so_that_guessing_does_not_pay(value, score):
    assert verdict("5.6", ans_5_6=frozenset(value)).score == score


@pytest.mark.parametrize(
    "value", [frozenset(MAPPINGS), {"SIMO", "MIMO", "SISO"}, {"MIMO"}, {"SIMO", "many-to-one"}]
)
def test_who_hears_remarks_name_no_member(value):
    remark = WHO.remark(frozenset(value))
    assert remark is not None
    assert not any(mapping in remark.message for mapping in MAPPINGS)


def test_counts_are_marked_mapping_by_mapping():
    result = verdict("5.7", ans_5_7=COUNTS | {"SISO": (5, 5, 5)})
    assert result.score == 2.25
    assert [part.name for part in result.parts if part.right] == ["SIMO", "MIMO", "many-to-one"]


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"SISO": 1},
        {"SISO": None, 3: ()},
        {mapping: (np.zeros(2), 5, 1) for mapping in MAPPINGS},
        dict.fromkeys(MAPPINGS, "151"),
    ],
)
def test_nonsense_counts_earn_nothing(value):
    assert set(COUNT.mark(value).values()) == {0.0}
    assert COUNT.remark(value) is None


def test_lists_of_counts_are_taken():
    assert verdict("5.7", ans_5_7={mapping: list(counts) for mapping, counts in COUNTS.items()}).score == 3


@given(st.text())
def test_only_one_letter_is_right(letter):
    for task, right in ((BUG_A, "C"), (BUG_B, "D")):
        assert task.mark(letter)[task.name] == float(letter.strip().upper() == right)


def test_letters_name_different_mistakes_of_the_catalogue():
    for task, right in ((BUG_A, "C"), (BUG_B, "D")):
        named = {letter: task.remark(letter) for letter in "ABCDE"}
        assert [letter for letter, remark in named.items() if remark is None] == [right]
        ids = [remark.misconception for remark in named.values() if remark]
        assert len(set(ids)) == 4
        assert set(ids) <= set(MISCONCEPTIONS)
        assert task.remark("?") is None


def test_remarks_of_the_letters_are_true_of_the_wrong_versions():
    """Each remark proposes an experiment; this is its outcome for the named version."""
    mimo = EXERCISES["5.3"].tasks[0]
    p, X, Tau = mimo.cases[0].make(np.random.default_rng(11))
    right = mimo.reference(p, X, Tau)
    twists = mimo.twists

    dropped = twists["last-step-dropped"](p, X[:1], Tau[:1])
    assert not any(dropped[name].any() for name in ("dU", "dW", "dV", "db", "dc"))
    for name in ("loop-forward", "carry-accumulated"):
        assert not np.allclose(twists[name](p, X, Tau)["dh0"], right["dh0"])
    eps_T = mimo.reference(p, X, Tau)["dc"] - mimo.reference(p, X[:-1], Tau[:-1])["dc"]
    np.testing.assert_allclose(twists["last-step-only"](p, X, Tau)["dc"], eps_T)
    for name in ("carry-dh", "fprime-twice", "fprime-output-branch-only"):
        np.testing.assert_allclose(
            twists[name](p, X[:1], Tau[:1])["db"], mimo.reference(p, X[:1], Tau[:1])["db"]
        )
    short = twists["fprime-recurrent-branch-only"](p, X[:1], Tau[:1])
    assert not np.allclose(short["db"], mimo.reference(p, X[:1], Tau[:1])["db"])


@pytest.mark.parametrize(
    ("exercise", "name"),
    [
        ("5.1", "w-not-transposed"),
        ("5.2", "last-output-only"),
        ("5.3", "softmax-overflow"),
        ("5.5", "mean-over-time"),
    ],
)
def test_a_judge_names_the_mistake(exercise, name):
    task = EXERCISES[exercise].tasks[0]
    result = verdict(exercise, **{task.name: task.twists[name]})
    assert name in result.misconceptions
    assert 0 <= result.score < EXERCISES[exercise].points


@pytest.mark.parametrize("exercise", ["5.1", "5.2", "5.3", "5.4", "5.5"])
def test_right_answers_in_all_styles_earn_all_points(exercise):
    task = EXERCISES[exercise].tasks[0]
    for function in (task.reference, *task.alternatives.values()):
        assert verdict(exercise, **{task.name: function}).score == EXERCISES[exercise].points
