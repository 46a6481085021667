"""Chapter 6's checks find every wrong version of the functions, without knowing a right one."""

import numpy as np
import pytest
from through_time import check
from through_time.checks import ch06

from solutions.exercises import path_table
from solutions.exercises.ch06 import ANY_T, EXERCISES, HELD, MOVED, THREE
from solutions.model import AnswerTask, Packing

TASKS = {"6.1": THREE, "6.2": ANY_T, "6.4": HELD, "6.5": MOVED}
CONCEPTUAL = [
    (exercise.id, task)
    for exercise in EXERCISES.values()
    for task in exercise.tasks
    if isinstance(task, AnswerTask) and len(exercise.tasks) == 1 + (exercise.by_hand > 0)
]


def handed_over(task, function):
    if isinstance(task.returns, Packing):
        return lambda *arguments: task.returns.pack(function(*arguments), arguments)
    return lambda *arguments: tuple(function(*arguments)[part.name] for part in task.parts)


@pytest.fixture
def told(capsys):
    def run(*arguments):
        result = check(*arguments)
        printed = capsys.readouterr()
        assert printed.err == ""
        assert printed.out.isascii()
        assert len(printed.out.splitlines()) <= 12
        return result, printed.out

    return run


@pytest.mark.parametrize("exercise", TASKS)
def test_right_functions_are_right(exercise, told):
    task = TASKS[exercise]
    for function in (task.reference, *task.alternatives.values()):
        result, out = told(exercise, handed_over(task, function))
        assert result.right, out


@pytest.mark.parametrize(
    ("exercise", "key"), [(exercise, key) for exercise, task in TASKS.items() for key in task.twists]
)
def test_wrong_versions_are_not(exercise, key, told):
    task = TASKS[exercise]
    result, out = told(exercise, handed_over(task, task.twists[key]))
    assert not result.right, out


def test_the_first_wrong_path_on_the_way_back_is_told_first(told):
    _, out = told("6.1", handed_over(THREE, THREE.twists["w-not-transposed"]))
    assert out.index("paths[1] is off by") < out.index("paths[0] is off by")
    assert "paths[2]" not in out


def test_a_total_that_is_no_sum_is_told(told):
    def other(p, X, tau):
        total, paths = handed_over(THREE, THREE.reference)(p, X, tau)
        return 2 * total, paths

    result, out = told("6.1", other)
    assert dict(result.parts) == {"total": False, "paths": True}
    assert "total isn't the sum of your paths" in out


def test_a_missing_softmax_shift_is_told(told):
    _, out = told("6.2", handed_over(ANY_T, ANY_T.twists["softmax-overflow"]))
    assert "logits near 1000 and -1000" in out


def test_a_slow_function_is_told_and_not_called_again(told, monkeypatch):
    calls = []

    def slow(p, X, Tau):
        calls.append(len(X))
        return handed_over(ANY_T, ANY_T.reference)(p, X, Tau)

    clock = iter(range(0, 10_000, 7))
    monkeypatch.setattr("through_time._calling.time.monotonic", lambda: next(clock))
    result, out = told("6.2", slow)
    assert not result.right
    assert "dE_dU took 7.0 seconds, and may take 2" in out
    assert calls.count(2000) == 1


def test_what_is_wrong_with_a_derivative_is_told_by_a_nudge(told):
    _, out = told("6.4", handed_over(HELD, HELD.twists["dense"]))
    assert "Nudge W[" in out
    assert "alone: h[" in out
    _, out = told("6.5", handed_over(MOVED, MOVED.twists["total-for-immediate"]))
    assert "alone: h_" in out


def test_shapes_are_told(told):
    _, out = told("6.5", lambda p, X: np.zeros((len(X), len(p["b"]), len(p["b"]))))
    assert "dh is (3, 4, 4), expected (3, 4, 4, 4)." in out


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "it is still None."),
        ([], "it is a list, not a dict."),
        ({}, "it lacks (1, 1), (2, 1), (2, 2), (3, 1), (3, 2) and (3, 3)."),
        ({(1, 2): ["VT"]}, "(1, 2) in it is no pair (t, k) with t up to 3 and k up to t."),
        ({"(1, 1)": ["VT"]}, "'(1, 1)' in it is no pair"),
        ({**path_table.RIGHT, (2, 1): ("VT",)}, "(2, 1) holds ('VT',), not a list of factors."),
        ({**path_table.RIGHT, (2, 1): []}, "(2, 1) holds [], not a list of factors."),
        ({**path_table.RIGHT, (3, 2): ["D_4"]}, "'D_4' in (3, 2) is none of the factors."),
        ({**path_table.RIGHT, (3, 2): [1.0]}, "1.0 in (3, 2) is none of the factors."),
    ],
)
def test_form_of_the_table_is_wrong(value, sentence, told):
    result, out = told("6.3", value)
    assert not result.right
    assert sentence in out


@pytest.mark.parametrize(("exercise", "task"), CONCEPTUAL, ids=lambda value: getattr(value, "name", ""))
def test_form_does_not_tell_right_from_wrong(exercise, task, told):
    assert told(exercise, task.answer)[0].right
    for name, value in task.wrong.items():
        # A path that isn't there is a fault of form.
        assert told(exercise, value)[0].right == ((exercise, name) != ("6.3", "path-left-out")), name


def test_every_wrong_answer_was_tried():
    assert [exercise for exercise, _ in CONCEPTUAL] == ["6.3", "6.6", "6.7"]


def test_form_of_a_letter(told):
    fixed = handed_over(MOVED, MOVED.reference)
    for letter in "ABCDE":
        assert told("6.8", fixed, letter)[0].right
    assert not told("6.8", fixed, "F")[0].right
    assert not told("6.7", "D")[0].right


def test_tables_and_pairs_are_those_of_the_exercise():
    assert ch06.PATHS == path_table.PATHS
