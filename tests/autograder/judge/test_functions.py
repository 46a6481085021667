"""Scores of functions, and what a student reads when there is nothing to compare."""

import time

import numpy as np
import pytest

from autograder.judge import DirectStudent, judge
from autograder.judge.prepared import prepare
from autograder.student import Failure, Reply
from solutions.misconceptions import MISCONCEPTIONS
from solutions.reference.bptt import bptt_mimo, bptt_siso

NAMES = ("dU", "dW", "dV", "db", "dc", "dh0")


@pytest.fixture
def mimo(exercise, hand_in):
    """mimo(function): the verdict on exercise 5.3."""
    return lambda function, secret=b"secret": hand_in(exercise("mimo"), function, secret)


def scores(verdict):
    return {part.name: part.score for part in verdict.parts}


def changed(**changes):
    """The right answer with some parts changed."""

    def answer(p, X, Tau):
        g = bptt_mimo(p, X, Tau)
        return {**g, **{name: change(g[name]) for name, change in changes.items()}}

    return answer


def test_right_answer_earns_all_and_hears_nothing(mimo):
    verdict = mimo(bptt_mimo)
    assert verdict.score == verdict.max_score == 8
    assert (verdict.messages, verdict.misconceptions, verdict.section) == ((), (), "")
    assert max(part.error for part in verdict.parts) < 1e-12


@pytest.mark.parametrize("name", NAMES)
def test_one_wrong_array_loses_its_own_points_only(mimo, name):
    verdict = mimo(changed(**{name: lambda part: part + 1}))
    found = scores(verdict)
    assert found.pop(name) == 0
    assert all(found.values())
    assert f"Not right: {name} (" in " ".join(verdict.messages)


def test_missing_key_loses_its_own_points_only(mimo):
    def half(p, X, Tau):
        g = bptt_mimo(p, X, Tau)
        return {"dV": g["dV"], "dc": g["dc"]}

    verdict = mimo(half)
    assert verdict.score == 2
    assert "`dU` is missing from what the function returned." in verdict.messages
    assert verdict.misconceptions == ()


def test_wrong_shape_is_told_with_both_shapes(mimo):
    verdict = mimo(changed(dU=np.transpose))
    assert "`dU` has shape (3, 4), expected (4, 3)." in verdict.messages
    assert scores(verdict)["dU"] == 0
    assert scores(verdict)["dW"] == 2


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_not_finite_never_earns(mimo, bad):
    def poison(part):
        part = part.copy()
        part[0, 2] = bad
        return part

    verdict = mimo(changed(dW=poison))
    assert scores(verdict)["dW"] == 0
    assert "`dW` has NaN or inf in it, first at index [0, 2]." in verdict.messages
    assert next(part for part in verdict.parts if part.name == "dW").error is None


def test_an_array_wrong_in_one_case_only_is_wrong(mimo):
    def answer(p, X, Tau):
        g = bptt_mimo(p, X, Tau)
        return {**g, "dW": g["dW"] * (2 if len(X) == 1 else 1)}

    verdict = mimo(answer)
    assert scores(verdict)["dW"] == 0
    assert verdict.score == 6
    assert "ordinary cases are right; the difference is in the case of" in verdict.messages[1]
    assert "X (1, 3)" in verdict.messages[1]


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda *_: None, "returned None (is a `return` missing?)"),
        (lambda *_: (1, 2), "returned a tuple of length 2; it has to return a dict with the keys dU, dW"),
        (lambda *_: np.zeros(3), "returned an array of dtype float64"),
        (lambda *_: 1 / 0, "raised ZeroDivisionError: division by zero, for U (4, 3), W (4, 4)"),
        (lambda p: p, "raised TypeError"),
    ],
)
def test_no_dict_no_points(mimo, function, said):
    verdict = mimo(function)
    assert verdict.score == 0
    assert said in verdict.messages[0]
    assert verdict.section == "5.5"


def test_unwritten_function_is_told_so(mimo):
    def stub(*_):
        raise NotImplementedError

    assert mimo(stub).messages == ("`bptt_mimo` isn't written yet: it raised NotImplementedError.",)


def test_missing_function_is_told_so(exercise):
    verdict = judge(exercise("mimo"), DirectStudent(), b"s", MISCONCEPTIONS)
    assert verdict.messages == (
        "There is no function `bptt_mimo`: keep its name, and check that its cell runs.",
    )


@pytest.mark.parametrize("failure", [Failure.TIMEOUT, Failure.DIED, Failure.MISSING])
def test_nothing_is_asked_after_the_end(exercise, failure):
    class Gone:
        calls = 0

        def call(self, _name, _arguments):
            self.calls += 1
            return Reply(failure=failure)

        def value(self, _name):
            return Reply(failure=failure)

    student = Gone()
    verdict = judge(exercise("mimo"), student, b"s", MISCONCEPTIONS)
    assert student.calls == 1
    assert verdict.score == 0
    assert len(verdict.messages) == 1


def test_ending_half_way_costs_the_whole_function(exercise):
    class Tired(DirectStudent):
        def call(self, name, arguments):
            reply = super().call(name, arguments)
            return Reply(failure=Failure.TIMEOUT) if self.calls > 3 else reply

    student = Tired({"bptt_mimo": bptt_mimo})
    verdict = judge(exercise("mimo"), student, b"s", MISCONCEPTIONS)
    assert (verdict.score, student.calls) == (0, 4)
    assert "took too long" in verdict.messages[0]


def test_not_plain_value_is_told(exercise):
    class Strange(DirectStudent):
        def call(self, _name, _arguments):
            return Reply(failure=Failure.NOT_PLAIN, detail="a value of type Tensor")

    verdict = judge(exercise("mimo"), Strange(), b"s", MISCONCEPTIONS)
    assert "returned a value of type Tensor, where only numbers and arrays can be read" in verdict.messages[0]


@pytest.mark.parametrize("spoil", [lambda p, _: p["W"].fill(0), lambda _, X: X.sort()])
def test_changed_input_voids_the_function(mimo, spoil):
    def answer(p, X, Tau):
        g = bptt_mimo(p, X, Tau)
        spoil(p, X)
        return g

    verdict = mimo(answer)
    assert verdict.score == 0
    assert verdict.misconceptions == ("writes-to-inputs",)
    assert verdict.section == "2.6"
    assert "{name}" not in verdict.messages[0]
    assert any(f"`{name}`" in verdict.messages[0] for name in ("p", "X"))


def test_kept_state_voids_the_function(mimo):
    total = dict.fromkeys(NAMES, 0.0)

    def answer(p, X, Tau):
        for name, part in bptt_mimo(p, X, Tau).items():
            total[name] = total[name] + part if np.shape(total[name]) == part.shape else part
        return dict(total)

    verdict = mimo(answer)
    assert verdict.score == 0
    assert verdict.misconceptions == ("keeps-state-between-calls",)


def test_remembering_answers_is_no_fault(mimo):
    known = {}

    def answer(p, X, Tau):
        return known.setdefault((p["W"].tobytes(), X.tobytes()), bptt_mimo(p, X, Tau))

    assert mimo(answer).score == 8


def test_failing_the_second_time_voids_the_function(mimo):
    seen = []

    def answer(p, X, Tau):
        if any(np.array_equal(X, other) for other in seen):
            raise RuntimeError
        seen.append(X)
        return bptt_mimo(p, X, Tau)

    verdict = mimo(answer)
    assert verdict.score == 0
    assert "Called a second time with the same arguments" in verdict.messages[0]


def test_zeros_are_unfinished_and_not_a_mistake(mimo, exercise, hand_in):
    verdict = mimo(lambda p, *_: {f"d{name}": np.zeros_like(array) for name, array in p.items()})
    assert (verdict.score, verdict.misconceptions) == (0, ())
    assert "zero everywhere" in verdict.messages[-1]

    def begun(p, x, tau, T):
        g = bptt_siso(p, x, tau, T)
        return {name: part if name in ("dV", "dc") else np.zeros_like(part) for name, part in g.items()}

    verdict = hand_in(exercise("siso"), begun)
    assert (verdict.score, verdict.misconceptions) == (1.5, ())


def test_exercise_with_a_function_and_an_answer(exercise):
    from solutions.exercises import EXERCISES

    bug = EXERCISES["5.8"]
    student = DirectStudent({"bptt_mimo_fixed_a": bptt_mimo}, {"bug_5_8": "E"})
    verdict = judge(bug, student, b"s", MISCONCEPTIONS)
    assert 0 < verdict.score < verdict.max_score
    assert verdict.misconceptions == ("carry-accumulated",)
    assert exercise("mimo").points == 8


def test_work_is_done_once_for_a_class(exercise):
    ex = exercise("mimo")
    assert prepare(ex, b"same")["bptt_mimo"] is prepare(ex, b"same")["bptt_mimo"]
    assert prepare(ex, b"same")["bptt_mimo"] is not prepare(ex, b"other")["bptt_mimo"]


@pytest.mark.parametrize("kind", ["named", "without a name", "two at once"])
def test_a_diagnosis_is_cheap(exercise, hand_in, kind):
    ex = exercise("mimo")
    task = ex.tasks[0]
    functions = {
        "named": list(task.twists.values())[::8],
        "two at once": list(task.pairs.values())[::40],
        "without a name": [changed(dW=lambda part, i=i: part + 1.0 + i) for i in range(25)],
    }[kind]
    # The first one of a class pays for what all others reuse; it counts here, among the others. Each mistake
    # is made by three students. What a function itself takes is counted, too.
    begun = time.process_time()
    for function in functions * 3:
        hand_in(ex, function, b"a fresh secret for " + kind.encode())
    assert (time.process_time() - begun) / len(functions * 3) < 0.020
