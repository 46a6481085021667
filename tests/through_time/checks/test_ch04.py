"""Chapter 4's checks find every wrong version of the functions, without knowing a right one."""

import numpy as np
import pytest
from through_time import check
from through_time._laws import _softmax_fault

from solutions.exercises.ch04 import FORWARD, LOSS, SOFTMAX
from solutions.exercises.ch04_answers import BUG, COUNT, ECHO

TASKS = {"4.1": FORWARD, "4.2": LOSS, "4.3": SOFTMAX}


def handed_over(task, function):
    if task.returns == "tuple":
        return lambda *arguments: tuple(
            float(value) if np.ndim(value) == 0 else value for value in function(*arguments).values()
        )
    if task.returns == "value":
        return lambda *arguments: next(iter(function(*arguments).values()))
    return function


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


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("h0-ignored", "h[0] is not the start state p['h0']."),
        (
            "h-wraparound",
            "z[0] is not U x + W h + b for x = X[0] and your own h[0], the state before step 1.",
        ),
        ("w-transposed", "z[0] is not U x + W h + b"),
        ("f-twice", "h[1] is not tanh of your own z[0]."),
        ("output-from-z", "o[0] is not V h + c for your own h[1], the state after step 1."),
        ("wrong-axis", "y[0] does not add to 1."),
        ("output-function-skipped", "y has negative entries"),
        ("softmax-overflow", "(Tried with n = 2, d = 4, k = 5, T = 3, logits near 1000 and -1000.)"),
    ],
)
def test_what_is_wrong_with_a_forward_pass_is_said(key, sentence, told):
    assert sentence in told("4.1", FORWARD.twists[key])[1]


def test_arrays_that_fit_each_other_are_told_from_the_one_that_does_not(told):
    result, _ = told("4.1", FORWARD.twists["wrong-axis"])
    assert dict(result.parts) == {"z": True, "h": True, "o": True, "y": False}


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("mean-over-time", "E is not the sum of your own Et."),
        ("half-forgotten", "Et[0] should be 0.5: in step 1 a single output misses its target"),
        ("mean-over-outputs", "exp(-Et) over these steps should add to 1, as chances do."),
        ("target-shifted", "exp(-Et) over these steps should add to 1, as chances do."),
        ("one-hot-assumed", "Et[5] should mix the first 5 losses as its target mixes the classes"),
        ("log-of-zero", "(Tried with k = 5, T = 3, logits of 1000 and -1000.)"),
    ],
)
def test_what_is_wrong_with_a_loss_is_said(key, sentence, told):
    assert sentence in told("4.2", handed_over(LOSS, LOSS.twists[key]))[1]


def test_classes_in_the_wrong_order_are_found(told):
    def reversed_classes(o, Tau, head):
        found = LOSS.reference(o[:, ::-1] if head == "softmax-ce" else o, Tau, head)
        return float(found["E"]), found["Et"]

    _, out = told("4.2", reversed_classes)
    assert "Et[0] - Et[1] should be o[0, 1] - o[0, 0]: the chances go as exp(o)." in out


def test_a_loss_that_clips_its_logits_is_found(told):
    def clipped(o, Tau, head):
        found = LOSS.reference(np.clip(o, -50, 50) if head == "softmax-ce" else o, Tau, head)
        return float(found["E"]) + 1e-6 * (np.abs(o).max() > 100), found["Et"]

    assert not told("4.2", clipped)[0].right


def test_shares_in_the_wrong_proportion_are_found():
    o = np.array([[0.0, 1.0, 2.0]])
    y = np.exp(o) / np.exp(o).sum()
    assert _softmax_fault("y", y, o) == ""
    assert "y[0] adds to 1, but" in _softmax_fault("y", y[:, ::-1], o)


@pytest.mark.parametrize(
    ("exercise", "value", "sentence"),
    [
        ("4.4", 57, "it is an int, not a tuple."),
        ("4.4", (57,), "it is (57,)."),
        ("4.4", (57, 57.0), "it is (57, 57.0)."),
        ("4.4", (57, True), "it is (57, True)."),
        ("4.4", None, "it is still None."),
        ("4.5", {0.9, 1.0}, "it is a set, not a list."),
        ("4.5", [0.9, 1.0, 1.1, -0.9], "0.9 in it is a float, not a set"),
        ("4.5", [{0.9}, {1.0}, {1.1}], "its sets have to hold each of 0.9, 1, 1.1 and -0.9 once."),
        ("4.5", [{0.9, -0.9}, {1.0}, {1.1}, set()], "its sets have to hold each of"),
        ("4.5", [{"0.9"}, {1.0}, {1.1}, {-0.9}], "its sets have to hold each of"),
    ],
)
def test_form_of_an_answer_is_wrong(exercise, value, sentence, told):
    result, out = told(exercise, value)
    assert not result.right
    assert sentence in out


@pytest.mark.parametrize(("exercise", "task"), [("4.4", COUNT), ("4.5", ECHO)])
def test_form_does_not_tell_right_from_wrong(exercise, task, told):
    for value in (task.answer, *task.wrong.values()):
        assert told(exercise, value)[0].right


def test_form_of_a_letter(told):
    for letter in "ABCDE":
        assert told("4.6", FORWARD.reference, letter)[0].right
    assert not told("4.6", FORWARD.reference, "F")[0].right
    assert BUG.answer in "ABCDE"
