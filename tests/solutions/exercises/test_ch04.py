"""Chapter 4's exercises: points, inputs, right answers in other styles, and a name for each mistake."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import given
from hypothesis import strategies as st
from through_time import numeric

from autograder.judge import DirectStudent, judge
from solutions.exercises.ch04 import EXERCISES, FIXED, FORWARD, LOSS, SOFTMAX
from solutions.exercises.ch04_answers import BUG, COUNT, ECHO
from solutions.misconceptions import MISCONCEPTIONS
from solutions.reference.losses import HEADS
from solutions.reference.sequences import echo

SECRETS = [bytes([number]) * 32 for number in range(20)]
FUNCTIONS = {"4.1": FORWARD, "4.2": LOSS, "4.3": SOFTMAX, "4.6": FIXED}
ALIASES = {"log-of-zero": {"softmax-overflow"}, "softmax-overflow": {"log-of-zero"}}
"""Of a loss: both give inf or NaN with large logits, and nothing else."""


def handed_over(task, function):
    """A student's function that returns what `function` has by its parts."""
    if task.returns == "tuple":
        return lambda *arguments: tuple(function(*arguments)[part.name] for part in task.parts)
    if task.returns == "value":
        return lambda *arguments: next(iter(function(*arguments).values()))
    return function


def verdict(exercise, function, secret=b"for tests"):
    values = {task.name: task.answer for task in EXERCISES[exercise].tasks if task is not FUNCTIONS[exercise]}
    functions = {FUNCTIONS[exercise].name: handed_over(FUNCTIONS[exercise], function)}
    return judge(EXERCISES[exercise], DirectStudent(functions, values), secret, MISCONCEPTIONS)


def test_points_kinds_and_sections():
    assert [(e.id, e.points, e.kind, e.section) for e in EXERCISES.values()] == [
        ("4.1", 6, "code", "4.2"),
        ("4.2", 3, "code", "4.5"),
        ("4.3", 2, "code", "4.4"),
        ("4.4", 2, "conceptual", "4.2"),
        ("4.5", 2, "predict", "4.6"),
        ("4.6", 3, "bug", "4.7"),
    ]


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_reference_and_other_styles_earn_all_points(exercise):
    task = FUNCTIONS[exercise]
    assert task.alternatives
    for function in (task.reference, *task.alternatives.values()):
        for secret in SECRETS[:5]:
            found = verdict(exercise, function, secret)
            assert found.score == EXERCISES[exercise].points
            assert not found.messages


@pytest.mark.parametrize(
    ("exercise", "key"), [(exercise, key) for exercise, task in FUNCTIONS.items() for key in task.twists]
)
def test_every_mistake_is_rejected_and_named(exercise, key):
    name = key.partition(":")[0]
    for secret in SECRETS:
        found = verdict(exercise, FUNCTIONS[exercise].twists[key], secret)
        assert found.score < EXERCISES[exercise].points
        also = ALIASES.get(name, set()) if exercise == "4.2" else set()
        assert set(found.misconceptions) == {name, *also}, secret


@pytest.mark.parametrize("pair", FORWARD.pairs, ids="+".join)
def test_two_mistakes_at_once_are_found(pair):
    found = verdict("4.1", FORWARD.pairs[pair])
    assert set(found.misconceptions) >= set(pair)
    assert found.score < 6


def test_an_overflow_costs_what_stands_next_to_it():
    assert verdict("4.1", FORWARD.twists["softmax-overflow"]).score == 4.5
    assert verdict("4.2", LOSS.twists["softmax-overflow"]).score == 2
    assert verdict("4.3", SOFTMAX.twists["softmax-overflow"]).score == 1


def test_softmax_for_matrices_only_keeps_the_points_of_matrices():
    def rows_only(o):
        e = np.exp(o - o.max(axis=1)[:, None])
        return {"y": e / e.sum(axis=1)[:, None]}

    found = verdict("4.3", rows_only)
    assert {part.name: part.score for part in found.parts} == {"values": 0, "large_and_batch": 0}
    assert any("o (5,)" in message for message in found.messages)


def test_softmax_that_writes_to_its_argument_is_told():
    def in_place(o):
        o -= o.max(axis=-1, keepdims=True)
        return {"y": np.exp(o) / np.exp(o).sum(axis=-1, keepdims=True)}

    assert verdict("4.3", in_place).misconceptions == ("writes-to-inputs",)


def test_state_kept_between_calls_is_told():
    kept = []

    def keeps(p, X):
        start = kept[-1] if kept else p["h0"]
        run = FORWARD.reference({**p, "h0": start}, X)
        kept[:] = [run["h"][-1]] if len(p["h0"]) == 4 else []
        return run

    assert verdict("4.1", keeps).misconceptions == ("keeps-state-between-calls",)


@pytest.mark.parametrize("exercise", ["4.1", "4.6"])
def test_inputs_hide_nothing(exercise):
    for case in FUNCTIONS[exercise].cases:
        p, X = case.make(np.random.default_rng(11))
        assert all(array.dtype == np.float64 for array in (*p.values(), X))
        assert np.linalg.norm(p["W"] - p["W"].T) > 0.1
        assert min(np.abs(p[name]).min() for name in ("b", "c", "h0")) >= 0.2
    p, X = FORWARD.cases[0].make(np.random.default_rng(11))
    assert len({*p["U"].shape, *p["V"].shape, *X.shape}) == 4


def test_large_cases_are_large_and_finite():
    p, X = FORWARD.cases[-1].make(np.random.default_rng(11))
    assert np.abs(FORWARD.reference(p, X)["o"]).min() > 990
    o, Tau, head = LOSS.cases[-1].make(np.random.default_rng(11))
    assert head == "softmax-ce"
    assert np.abs(o).min() > 990
    assert Tau.sum(axis=1) == pytest.approx(np.ones(6))
    found = LOSS.reference(o, Tau, head)
    assert np.isfinite(found["E"])
    for case in SOFTMAX.cases[-2:]:
        (o,) = case.make(np.random.default_rng(11))
        assert np.abs(o).min() > 990


@pytest.mark.parametrize("head", ["softmax-ce", "tanh-half-se", "identity-half-se"])
def test_slope_of_the_loss_by_differences_and_by_automatic_differentiation(head):
    """The loss is right if its slope is, and its value at one point."""

    def E(o, Tau):
        if head == "softmax-ce":
            top = anp.max(o, axis=1, keepdims=True)
            return -anp.sum(Tau * (o - top - anp.log(anp.sum(anp.exp(o - top), axis=1, keepdims=True))))
        return 0.5 * anp.sum(((anp.tanh(o) if head == "tanh-half-se" else o) - Tau) ** 2)

    case = next(case for case in LOSS.cases if case.name == f"STD, {head}")
    for seed in (11, 23, 47):
        o, Tau, name = case.make(np.random.default_rng(seed))
        slope = numeric.central_difference(
            lambda at, Tau=Tau, name=name: float(LOSS.reference(at, Tau, name)["E"]), o
        )
        exact = grad(E)(o, Tau)
        assert numeric.relative_error(slope, exact) < 1e-7
        assert numeric.relative_error(HEADS[name].eps(o, Tau), exact) < 1e-12
        assert LOSS.reference(o, Tau, name)["E"] == pytest.approx(E(o, Tau), rel=1e-12)


def test_the_count_is_that_of_arrays():
    rng = np.random.default_rng(0)
    p, _ = FORWARD.cases[0].make(rng)
    assert [p[name].size for name in ("U", "W", "V", "b", "c")] == [12, 16, 20, 4, 5]
    assert COUNT.answer == (57, 57)


def test_the_order_of_the_echoes():
    size = {w_h: abs(echo(w_h, 60)[-1]) for w_h in (0.9, 1.0, 1.1, -0.9)}
    assert size[0.9] == pytest.approx(size[-0.9], rel=1e-12)
    assert size[0.9] < size[1.0] < size[1.1]
    assert [{0.9, -0.9}, {1.0}, {1.1}] == ECHO.answer


@pytest.mark.parametrize("answer", [COUNT, ECHO, BUG], ids=lambda answer: answer.name)
def test_answers_earn_all_and_wrong_ones_are_named(answer):
    assert set(answer.mark(answer.answer).values()) == {1.0}
    assert answer.remark(answer.answer) is None
    for name, value in answer.wrong.items():
        assert set(answer.mark(value).values()) == {0.0}
        assert answer.remark(value).misconception == name
        assert name in MISCONCEPTIONS


def test_numpy_numbers_integers_and_the_order_inside_a_set_do_not_matter():
    value = [frozenset({-0.9, 0.9}), {1}, {np.float64(1.1)}]
    assert ECHO.mark(value) == {"order": 1.0}


def test_one_count_of_two_earns_its_share():
    assert COUNT.mark((57, 114)) == {"T = 6": 1.0, "T = 12": 0.0}
    assert COUNT.remark((57, 114)).misconception == "weights-per-step"
    assert COUNT.mark((57,)) == {"T = 6": 0.0, "T = 12": 0.0}
    assert COUNT.remark((57,)) is None
    assert COUNT.remark((50, 50)) is None


def test_a_letter_counts_in_either_case():
    assert BUG.mark(" c ") == {"bug_4_6": 1.0}
    assert BUG.remark("Z") is None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.frozensets(st.integers()) | st.tuples(inner, inner),
    max_leaves=6,
)


@given(value=st.lists(values) | st.tuples(values, values) | st.text())
def test_no_value_earns_by_accident_or_breaks_the_judge(value):
    for exercise, name in (("4.4", "ans_4_4"), ("4.5", "ans_4_5")):
        found = judge(EXERCISES[exercise], DirectStudent({}, {name: value}), b"for tests", MISCONCEPTIONS)
        assert found.score == 0 or value in ([{0.9, -0.9}, {1.0}, {1.1}], (57, 57))
