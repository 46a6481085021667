"""Chapter 3: points, hidden inputs, lists as parts, answers that are computed anew, and the judge's verdicts."""

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
from solutions.exercises.ch03 import EXERCISES
from solutions.exercises.ch03_answers import CHOICES, DIVERGES, RATIO, WRONG_LETTERS
from solutions.exercises.lists import Stretch, joined, lists
from solutions.misconceptions import MISCONCEPTIONS
from solutions.model import AnswerTask, FunctionTask, Misfit, Packing

CHAPTER = "3"
SECRET = b"for tests"
ANSWERS = [task for exercise in EXERCISES.values() for task in exercise.tasks if isinstance(task, AnswerTask)]


def handing_over(task, function):
    if isinstance(task.returns, Packing):
        return lambda *arguments: task.returns.pack(function(*arguments), arguments)
    return lambda *arguments: next(iter(function(*arguments).values()))


def verdict(exercise, **names):
    return judge(EXERCISES[exercise], DirectStudent(names, names), SECRET, MISCONCEPTIONS)


def test_points():
    assert [exercise.points for exercise in EXERCISES.values()] == [3, 4, 6, 3, 2, 2]
    assert ASSIGNMENTS["ch03-mlp-delta-rule"] == tuple(EXERCISES) == tuple(f"3.{n}" for n in range(1, 7))


@pytest.mark.parametrize("exercise", EXERCISES)
def test_everything_known_about_an_exercise_is_told_apart(exercise):
    found = verify_exercise(EXERCISES[exercise], MISCONCEPTIONS)
    assert [row for row in found.rows if row.outcome not in ("ok", "group", "masked")] == []


def test_misconceptions_are_in_the_catalogue():
    for exercise in EXERCISES.values():
        for task in exercise.tasks:
            keys = task.twists if isinstance(task, FunctionTask) else task.wrong
            assert {key.partition(":")[0] for key in keys} <= set(MISCONCEPTIONS)


# Functions


def test_arguments_and_signatures_agree(task, questions):
    for _, arguments in questions(task):
        assert len(arguments) == len(task.arguments)
    assert task.signature.startswith(f"{task.name}({task.arguments[0]}")


def test_parts_survive_the_way_to_the_student_and_back(task, questions):
    if not isinstance(task.returns, Packing):
        return
    for _, arguments in questions(task):
        parts = task.reference(*arguments)
        found = task.returns.unpack(task.returns.pack(parts, arguments), arguments)
        assert set(found) == set(parts)
        for name, array in parts.items():
            assert np.array_equal(found[name], array)


def test_forward_reference_meets_its_definition(questions):
    task = EXERCISES["3.1"].tasks[0]
    names = set()
    for _, (x, Ws, bs, f) in questions(task):
        names.add(f.name)
        zs, hs = task.returns.pack(task.reference(x, Ws, bs, f), (x, Ws, bs, f))
        assert np.array_equal(hs[0], x)
        for layer, (W, b) in enumerate(zip(Ws, bs, strict=True)):
            z = [sum(w * h for w, h in zip(row, hs[layer], strict=True)) for row in W] + b
            assert zs[layer] == pytest.approx(z, rel=1e-12)
            assert hs[layer + 1] == pytest.approx(f(zs[layer]), rel=1e-15)
    assert names == {"tanh", "sigmoid"}


def loss(Ws, bs, x, tau):
    h = x
    for number, (W, b) in enumerate(zip(Ws, bs, strict=True), start=1):
        z = anp.dot(W, h) + b
        h = z if number == len(Ws) else anp.tanh(z)
    return 0.5 * anp.sum((h - tau) ** 2)


def test_backward_reference_meets_automatic_differentiation(questions):
    task = EXERCISES["3.3"].tasks[0]
    for _, (x, Ws, bs, tau) in questions(task):
        dWs, dbs = autograd.grad(loss, 0)(Ws, bs, x, tau), autograd.grad(loss, 1)(Ws, bs, x, tau)
        found = task.reference(x, Ws, bs, tau)
        assert numeric.relative_error(found["dWs: last layer"], joined(dWs[-1:])) < 1e-12
        assert numeric.relative_error(found["dWs: other layers"], joined(dWs[:-1])) < 1e-12
        assert numeric.relative_error(found["dbs"], joined(dbs)) < 1e-12


def test_step_reference_moves_against_the_gradient(questions):
    task = EXERCISES["3.4"].tasks[0]
    for _, (Ws, bs, x, tau, lr) in questions(task):
        dWs = autograd.grad(loss, 0)(Ws, bs, x, tau)
        new = [W - lr * dW for W, dW in zip(Ws, dWs, strict=True)]
        assert numeric.relative_error(task.reference(Ws, bs, x, tau, lr)["Ws"], joined(new)) < 1e-12


def head_loss(o, tau, head):
    if head == "identity-half-se":
        return 0.5 * anp.sum((o - tau) ** 2)
    if head == "tanh-half-se":
        return 0.5 * anp.sum((anp.tanh(o) - tau) ** 2)
    if head == "sigmoid-ce":
        return anp.sum(anp.logaddexp(0.0, o) - tau * o)
    shifted = o - anp.max(o)
    return -anp.sum(tau * (shifted - anp.log(anp.sum(anp.exp(shifted)))))


def test_eps_reference_meets_automatic_differentiation(questions):
    task = EXERCISES["3.2"].tasks[0]
    for case, (o, tau, head) in questions(task):
        assert case.parts == (head,)
        slope = autograd.grad(head_loss)(o, tau, head)
        assert task.reference(o, tau, head)[head] == pytest.approx(slope, rel=1e-10, abs=1e-13)
        if head == "softmax-ce":
            assert tau.sum() == pytest.approx(1)
        if case.name.startswith("BIG"):
            assert np.abs(o).min() > 990


def test_neighbouring_layers_differ_in_the_standard_case():
    for exercise in ("3.1", "3.3", "3.4"):
        cases = {case.name: case for case in EXERCISES[exercise].tasks[0].cases}
        arguments = cases["STD"].make(np.random.default_rng(1))
        Ws = arguments[0] if exercise == "3.4" else arguments[1]
        assert [W.shape for W in Ws] == [(4, 3), (2, 4), (5, 2)]
        assert not cases["one layer"].diagnostic
        assert cases["STD"].draws == cases["EQ"].draws == 3


def test_what_cannot_run_between_layers_of_different_sizes_is_named_where_they_are_equal():
    def mlp_backward(x, Ws, bs, tau):
        hs = [x]
        for W, b in zip(Ws[:-1], bs[:-1], strict=True):
            hs.append(np.tanh(W @ hs[-1] + b))
        delta = Ws[-1] @ hs[-1] + bs[-1] - tau
        dWs, dbs = [], []
        for layer in range(len(Ws) - 1, -1, -1):
            dWs.insert(0, np.outer(delta, hs[layer]))
            dbs.insert(0, delta)
            if layer:
                delta = (1 - hs[layer] ** 2) * (Ws[layer] @ delta)
        return dWs, dbs

    result = verdict("3.3", mlp_backward=mlp_backward)
    assert result.misconceptions == ("w-not-transposed",)
    assert result.score == 0
    assert any("ValueError" in message for message in result.messages)


def test_mistake_in_one_head_costs_one_point():
    right = EXERCISES["3.2"].tasks[0].reference

    def output_eps(o, tau, head):
        y = np.tanh(o)
        return y - tau if head == "tanh-half-se" else right(o, tau, head)[head]

    result = verdict("3.2", output_eps=output_eps)
    assert result.score == 3
    assert result.misconceptions == ("output-fprime-missing",)


def test_missing_layer_is_told():
    result = verdict("3.1", mlp_forward=lambda x, *_: ([], [x]))
    assert result.score == 0
    assert any("`zs` is in a list of 0, expected 3" in message for message in result.messages)


@pytest.mark.parametrize(
    "value", [None, 3, (), ([], []), ("ab", [1]), ([np.zeros(2)], [np.zeros(2), "x"]), [[None], [None, None]]]
)
def test_nonsense_in_lists_is_a_misfit_or_nothing(value):
    packing = lists("two lists", {"a": Stretch(0), "b": Stretch(1)}, lambda _: [[(3,)], [(2,), (2,)]])
    found = packing.unpack(value, ())
    assert found is None or any(isinstance(part, Misfit) for part in found.values())


def test_what_the_grader_marks_down_the_check_tells_beforehand(task):
    public = next(each for tasks in CHECKS.values() for each in tasks if each.name == task.name)
    assert examine(public, handing_over(task, task.reference)).right
    for function in task.alternatives.values():
        assert examine(public, handing_over(task, function)).right
    for key, twist in task.twists.items():
        with np.errstate(all="ignore"):
            assert not examine(public, handing_over(task, twist)).right, key


# Answers


def test_ratio_is_what_the_losses_say():
    def squared(z):
        return 0.5 * (1 / (1 + anp.exp(-z))) ** 2

    def entropy(z):
        return anp.logaddexp(0.0, z)

    assert pytest.approx(autograd.grad(squared)(4.0) / autograd.grad(entropy)(4.0), abs=1e-6) == RATIO


def test_printed_loss_drives_the_output_away():
    def printed(z, t):
        y = 1 / (1 + anp.exp(-z))
        return t * anp.log(y) + (1 - t) * anp.log(1 - y)

    for z, t in ((-0.8473, 1.0), (0.4, 0.0)):
        moved = z - autograd.grad(printed)(z, t)
        assert abs(1 / (1 + np.exp(-moved)) - t) > abs(1 / (1 + np.exp(-z)) - t)
    assert DIVERGES == "B"
    assert set(CHOICES) == set("ACD")


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.name)
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
    [(0.0176627, 2), (0.0177, 2), (0.018, 2), (0.02, 0), (1, 0), (float("nan"), 0), (-0.0177, 0)],
)
def test_ratio_is_taken_to_a_thousandth(value, score):
    assert verdict("3.5", ans_3_5=value).score == score


def test_remarks_of_the_letters_are_true_of_the_wrong_versions():
    """Each remark proposes an experiment; this is its outcome for the right and for the named version."""
    fixed = EXERCISES["3.4"].tasks[0]
    arguments = fixed.cases[0].make(np.random.default_rng(11))
    Ws, bs, x, tau, _ = arguments
    tiny = (Ws, bs, x, tau, 1e-6)
    old, right = joined(Ws), fixed.reference(*tiny)["Ws"]

    def slope(key):
        return (old - fixed.twists[key](*tiny)["Ws"]) / 1e-6

    exact = (old - right) / 1e-6
    assert slope("sign-flipped") == pytest.approx(-exact, rel=1e-6, abs=1e-9)
    assert numeric.relative_error(slope("fprime-at-h"), exact) > 0.01
    assert numeric.relative_error(slope("updates-inside-loop"), exact) < 1e-5
    with pytest.raises(ValueError, match="broadcast"):
        fixed.twists["outer-swapped"](*tiny)
    assert set(WRONG_LETTERS) == set("ACDE")
