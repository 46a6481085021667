"""Variables that a student sets: their type, their marks, and remarks on wrong ones."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.judge import DirectStudent, judge
from autograder.judge.answers import as_expected
from autograder.student import Failure, Reply
from solutions.exercises import EXERCISES
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import AnswerTask, Exercise, Part, Remark


def verdict_on(task, value):
    return judge(
        Exercise("0.1", "Test", "conceptual", "0.1", (task,)),
        DirectStudent(values={task.name: value}),
        b"s",
        MISCONCEPTIONS,
    )


def ask(expects, mark=lambda _: {"it": 1.0}, remark=lambda _: None):
    return AnswerTask("ans", expects, "what is wanted", (Part("it", 2.0),), mark, remark)


@pytest.mark.parametrize(
    ("expects", "value"),
    [
        (int, 3),
        (int, np.int64(3)),
        (int, np.array(3)),
        (float, 3),
        (float, 3.5),
        (float, np.float64(3.5)),
        (bool, True),
        (bool, np.True_),
        (str, "A"),
        (frozenset, frozenset({1})),
        (frozenset, {1}),
        (tuple, (1, 2)),
        (list, [1]),
        (dict, {}),
    ],
)
def test_type_fits(expects, value):
    found, fits = as_expected(value, expects)
    assert fits
    assert isinstance(found, expects)


@pytest.mark.parametrize(
    ("expects", "value"),
    [
        (int, True),
        (float, True),
        (int, 3.0),
        (int, "3"),
        (bool, 1),
        (str, None),
        (tuple, [1, 2]),
        (frozenset, ["a"]),
        (frozenset, "SIMO"),
        (float, 10**400),
        (float, np.ones(2)),
        (dict, [("a", 1)]),
    ],
)
def test_other_type_gets_a_sentence_and_no_points(expects, value):
    verdict = verdict_on(ask(expects), value)
    assert verdict.score == 0
    assert verdict.messages[0].startswith("`ans` is ")
    assert verdict.messages[0].endswith("it has to be what is wanted.")


def test_unset_answer_is_told_so():
    assert "still None" in verdict_on(ask(int), None).messages[0]


@pytest.mark.parametrize("failure", [Failure.MISSING, Failure.NOT_PLAIN, Failure.DIED, Failure.TIMEOUT])
def test_no_value_no_points(failure):
    class Silent(DirectStudent):
        def value(self, _name):
            return Reply(failure=failure, detail="a value of type Ellipsis")

    verdict = judge(Exercise("0.1", "T", "c", "0.1", (ask(int),)), Silent(), b"s", {})
    assert verdict.score == 0
    assert verdict.messages
    assert verdict.section == "0.1"


def crash(_value):
    raise KeyError("nonsense")


def test_a_mark_that_breaks_gives_nothing_and_goes_on():
    verdict = verdict_on(ask(dict, mark=crash), {"a": object})
    assert verdict.score == 0
    assert "something else than what is wanted" in verdict.messages[0]


def test_a_remark_that_breaks_goes_unsaid():
    verdict = verdict_on(ask(int, mark=lambda _: {"it": 0.0}, remark=crash), 3)
    assert verdict.messages == ("`ans` isn't right yet.",)


@pytest.mark.parametrize("share", [math.nan, math.inf, -1.0, 7.0, "x", None])
def test_points_stay_within_bounds(share):
    verdict = verdict_on(ask(int, mark=lambda _: {"it": share}), 3)
    assert 0 <= verdict.score <= verdict.max_score
    assert math.isfinite(verdict.score)


def test_a_remark_names_the_mistake_and_the_section():
    remark = Remark("zero-start-assumed", "Look at t = 1.")
    verdict = verdict_on(ask(int, mark=lambda _: {"it": 0.5}, remark=lambda _: remark), 3)
    assert verdict.score == 1
    assert verdict.misconceptions == ("zero-start-assumed",)
    assert verdict.section == MISCONCEPTIONS["zero-start-assumed"].section
    assert verdict.messages == ("`ans` isn't right yet. It earns a part of the points.", "Look at t = 1.")


def test_parts_of_an_answer_are_told_apart():
    task = EXERCISES["5.7"].tasks[0]
    student = DirectStudent(values={"ans_5_7": {**task.answer, "SISO": (1, 4, 1)}})
    verdict = judge(EXERCISES["5.7"], student, b"s", MISCONCEPTIONS)
    assert verdict.score == 2.25
    assert "Not right: SISO." in verdict.messages[0]


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        | st.frozensets(st.text(max_size=4) | st.integers(), max_size=3)
    ),
    max_leaves=8,
)


@given(PLAIN)
def test_no_value_breaks_the_run(value):
    for exercise in EXERCISES.values():
        names = [task.name for task in exercise.tasks if isinstance(task, AnswerTask)]
        if names:
            verdict = judge(exercise, DirectStudent(values=dict.fromkeys(names, value)), b"s", MISCONCEPTIONS)
            assert 0 <= verdict.score <= verdict.max_score
            assert verdict.score == verdict.max_score or verdict.messages


@given(PLAIN, PLAIN)
def test_no_returned_value_breaks_the_run(value, part):
    ex = EXERCISES["5.1"]
    for returned in (value, {"dU": part, "dW": value}):
        student = DirectStudent({"bptt_siso": lambda *_, returned=returned: returned})
        verdict = judge(ex, student, b"s", MISCONCEPTIONS)
        assert verdict.score == 0
        assert verdict.messages
        assert len(verdict.messages) <= 12
