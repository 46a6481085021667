"""Chapter 6's exercises: points, inputs, right answers in other styles, a name for each mistake, the table of paths."""

import itertools
import time

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad, jacobian
from hypothesis import given
from hypothesis import strategies as st
from through_time import numeric

from autograder.judge import DirectStudent, judge
from solutions.exercises import path_table
from solutions.exercises.ch05 import MIMO
from solutions.exercises.ch06 import ANY_T, EXERCISES, FIXED, HELD, MOVED, THREE
from solutions.exercises.ch06_answers import BUG, COUNT, DERIVATION, SHARE, TABLE
from solutions.misconceptions import MISCONCEPTIONS
from solutions.misconceptions.uses import TOTAL
from solutions.model import Packing

SECRETS = [bytes([number]) * 32 for number in range(10)]
FUNCTIONS = {"6.1": THREE, "6.2": ANY_T, "6.4": HELD, "6.5": MOVED, "6.8": FIXED}


def handed_over(task, function):
    """A student's function that returns what `function` has by its parts."""
    if isinstance(task.returns, Packing):
        return lambda *arguments: task.returns.pack(function(*arguments), arguments)
    return lambda *arguments: tuple(function(*arguments)[part.name] for part in task.parts)


def verdict(exercise, student, secret=b"for tests"):
    """The verdict on a function as a student writes it."""
    task = FUNCTIONS[exercise]
    values = {other.name: other.answer for other in EXERCISES[exercise].tasks if other is not task}
    return judge(EXERCISES[exercise], DirectStudent({task.name: student}, values), secret, MISCONCEPTIONS)


def verdict_of_parts(exercise, function, secret=b"for tests"):
    return verdict(exercise, handed_over(FUNCTIONS[exercise], function), secret)


def points(found):
    return {part.name: part.score for part in found.parts}


def test_points_kinds_and_sections():
    assert [(e.id, e.points, e.by_hand, e.kind, e.section) for e in EXERCISES.values()] == [
        ("6.1", 8, 0, "code", "6.8"),
        ("6.2", 8, 0, "code", "6.8"),
        ("6.3", 8, 4, "written", "6.6"),
        ("6.4", 4, 0, "code", "6.2"),
        ("6.5", 4, 0, "code", "6.7"),
        ("6.6", 2, 0, "conceptual", "6.4"),
        ("6.7", 2, 0, "predict", "6.8"),
        ("6.8", 3, 0, "bug", "6.4"),
    ]
    assert sum(exercise.points for exercise in EXERCISES.values()) == 39


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_reference_and_other_styles_earn_all_points(exercise):
    task = FUNCTIONS[exercise]
    assert len(task.alternatives) >= 2
    for function in (task.reference, *task.alternatives.values()):
        for secret in SECRETS[:3]:
            found = verdict_of_parts(exercise, function, secret)
            assert found.score == EXERCISES[exercise].judged
            assert not found.messages


@pytest.mark.parametrize(
    ("exercise", "key"), [(exercise, key) for exercise, task in FUNCTIONS.items() for key in task.twists]
)
def test_every_mistake_is_rejected_and_named(exercise, key):
    secrets = SECRETS[:2] if exercise == "6.2" else SECRETS
    for secret in secrets:
        found = verdict_of_parts(exercise, FUNCTIONS[exercise].twists[key], secret)
        assert found.score < EXERCISES[exercise].judged
        assert found.misconceptions == (key.partition(":")[0],), secret


@pytest.mark.parametrize("exercise", ["6.1", "6.5"])
def test_two_mistakes_at_once_are_found(exercise):
    for pair, function in FUNCTIONS[exercise].pairs.items():
        found = verdict_of_parts(exercise, function)
        assert found.score < EXERCISES[exercise].judged
        assert set(found.misconceptions) & set(pair), pair


class TestThreePaths:
    def test_a_total_of_its_own_has_to_fit_the_paths(self):
        def from_elsewhere(p, X, tau):
            parts = THREE.reference(p, X, tau)
            paths = np.array([parts[f"paths[{k}]"] for k in range(3)])
            paths[0] *= 2
            return parts["total"], paths

        found = verdict("6.1", from_elsewhere)
        assert points(found) == {"paths[2]": 1, "paths[1]": 2, "paths[0]": 0, "total": 0}
        assert "`total` isn't the sum of the paths that you return with it." in found.messages

    def test_a_total_that_is_the_last_path_is_named(self):
        def last_only(p, X, tau):
            parts = THREE.reference(p, X, tau)
            return parts["paths[2]"], np.array([parts[f"paths[{k}]"] for k in range(3)])

        found = verdict("6.1", last_only)
        assert points(found) == {"paths[2]": 1, "paths[1]": 2, "paths[0]": 3, "total": 0}
        assert found.misconceptions == ("last-path-only",)

    def test_a_path_that_is_not_written_costs_its_own_points_and_the_total(self):
        def begun(p, X, tau):
            parts = THREE.reference(p, X, tau)
            paths = np.array([np.zeros_like(parts["total"]), parts["paths[1]"], parts["paths[2]"]])
            return paths.sum(axis=0), paths

        assert points(verdict("6.1", begun)) == {"paths[2]": 1, "paths[1]": 2, "paths[0]": 0, "total": 0}

    @pytest.mark.parametrize(
        "returned",
        [
            lambda total, paths: (total, paths[:2]),
            lambda total, _: (total, 3.0),
            lambda total, _: (total, None),
            lambda *_: (None, [[1], [2, 3]]),
            lambda _, paths: ("total", list(paths)),
            lambda _, paths: paths,
            lambda total, _: total,
            lambda *_: {},
        ],
    )
    def test_nonsense_is_told_and_breaks_nothing(self, returned):
        def answer(p, X, tau):
            parts = THREE.reference(p, X, tau)
            return returned(parts["total"], np.array([parts[f"paths[{k}]"] for k in range(3)]))

        found = verdict("6.1", answer)
        assert found.score < 8
        assert found.messages

    def test_a_list_of_paths_is_as_good(self):
        def lists(p, X, tau):
            parts = THREE.reference(p, X, tau)
            return [parts["total"], [parts[f"paths[{k}]"] for k in range(3)]]

        assert verdict("6.1", lists).score == 8

    @pytest.mark.parametrize("seed", [11, 23, 47])
    def test_both_oracles(self, seed):
        """Each path is the derivative by the copy of U that its step uses."""
        for case in THREE.cases:
            p, X, tau = case.make(np.random.default_rng(seed))

            def E_3(copies, p=p, X=X, tau=tau):
                h = p["h0"]
                for k in range(3):
                    h = anp.tanh(anp.dot(copies[k], X[k]) + anp.dot(p["W"], h) + p["b"])
                o = anp.dot(p["V"], h) + p["c"]
                return -anp.sum(tau * (o - anp.log(anp.sum(anp.exp(o)))))

            copies = np.tile(p["U"], (3, 1, 1))
            parts = THREE.reference(p, X, tau)
            paths = np.array([parts[f"paths[{k}]"] for k in range(3)])
            assert numeric.relative_error(paths, grad(E_3)(copies)) < 1e-12
            assert numeric.relative_error(paths, numeric.central_difference(E_3, copies)) < 1e-7
            assert numeric.relative_error(parts["total"], paths.sum(axis=0)) < 1e-12


class TestAnyT:
    @pytest.mark.parametrize("seed", [11, 23, 47])
    def test_it_is_the_gradient_of_exercise_5_3_and_the_errors_are_those_of_z(self, seed):
        for case in ANY_T.cases[:3]:
            p, X, Tau = case.make(np.random.default_rng(seed))
            parts = ANY_T.reference(p, X, Tau)

            def E(nudges, p=p, X=X, Tau=Tau):
                h, total = p["h0"], 0.0
                for x, nudge, tau in zip(X, nudges, Tau, strict=True):
                    h = anp.tanh(anp.dot(p["U"], x) + anp.dot(p["W"], h) + p["b"] + nudge)
                    o = anp.dot(p["V"], h) + p["c"]
                    total = total - anp.sum(tau * (o - anp.log(anp.sum(anp.exp(o)))))
                return total

            still = np.zeros((len(X), len(p["b"])))
            assert numeric.relative_error(parts["dU"], MIMO.reference(p, X, Tau)["dU"]) < 1e-12
            assert numeric.relative_error(parts["deltas"], grad(E)(still)) < 1e-12
            assert numeric.relative_error(parts["deltas"], numeric.central_difference(E, still)) < 1e-7

    def test_the_long_case_is_long_and_forgets(self):
        case = ANY_T.cases[-1]
        assert (case.parts, case.seconds) == (("dU",), 2.0)
        p, X, Tau = case.make(np.random.default_rng(11))
        assert len(X) == 2000
        assert np.linalg.norm(p["W"], 2) == pytest.approx(0.7)
        other = {**p, "h0": p["h0"] + 1e-9}
        one, two = ANY_T.reference(p, X, Tau), ANY_T.reference(other, X, Tau)
        assert numeric.relative_error(one["dU"], two["dU"]) < 1e-9

    def test_a_single_loop_has_time_enough(self):
        arguments = ANY_T.cases[-1].make(np.random.default_rng(11))
        for function in (ANY_T.reference, *ANY_T.alternatives.values()):
            started = time.perf_counter()
            function(*arguments)
            assert time.perf_counter() - started < 1.0

    def test_a_loop_in_a_loop_loses_dU_only(self, monkeypatch):
        """With the clock put forward in the long case, since nobody wants to wait for it."""
        clock = itertools.count()
        monkeypatch.setattr("autograder.judge.ask.time.monotonic", lambda: next(clock) * slow[0])
        slow = [0.0]

        def answer(p, X, Tau):
            slow[0] = 10.0 if len(X) == 2000 else 0.0
            parts = ANY_T.reference(p, X, Tau)
            return parts["dU"], parts["deltas"]

        found = verdict("6.2", answer)
        assert points(found) == {"dU": 0, "deltas": 4}
        assert "took more than the 2 seconds" in found.messages[0]

    def test_an_overflow_costs_the_deltas_only(self):
        assert points(verdict_of_parts("6.2", ANY_T.twists["softmax-overflow"])) == {"dU": 4, "deltas": 0}

    def test_shifted_deltas_and_shifted_inputs_are_told_apart(self):
        """Both give the same dU; the rows of the deltas tell."""
        p, X, Tau = ANY_T.cases[0].make(np.random.default_rng(11))
        one, other = (ANY_T.twists[key](p, X, Tau) for key in ("delta-shifted", "du-previous-x"))
        assert numeric.relative_error(one["dU"], other["dU"]) < 1e-12
        assert numeric.relative_error(one["deltas"], other["deltas"]) > 0.1

    def test_the_step_at_which_the_deltas_go_wrong_is_told(self):
        found = verdict_of_parts("6.2", ANY_T.twists["carry-accumulated"])
        assert (
            "Going back from the end, delta_t is right down to t = 5, and first wrong at t = 4."
            in found.messages
        )
        assert found.curve_label == "step t of delta_t"


class TestDerivativesByW:
    @pytest.mark.parametrize("seed", [11, 23, 47])
    def test_the_immediate_one(self, seed):
        for case in HELD.cases:
            p, h_prev, x = case.make(np.random.default_rng(seed))
            exact = jacobian(lambda W: anp.tanh(p["U"] @ x + anp.dot(W, h_prev) + p["b"]))(p["W"])  # noqa: B023
            D = HELD.returns.pack(HELD.reference(p, h_prev, x), (p, h_prev, x))
            assert numeric.relative_error(D, exact) < 1e-12

    @pytest.mark.parametrize("seed", [11, 23, 47])
    def test_the_total_one(self, seed):
        for task, case in ((MOVED, case) for case in MOVED.cases):
            p, X = case.make(np.random.default_rng(seed))

            def states(W, p=p, X=X):
                h, rows = p["h0"], []
                for x in X:
                    h = anp.tanh(p["U"] @ x + anp.dot(W, h) + p["b"])
                    rows.append(h)
                return anp.array(rows)

            total = task.returns.pack(task.reference(p, X), (p, X))
            assert numeric.relative_error(total, jacobian(states)(p["W"])) < 1e-12

    def test_it_agrees_with_dW_of_exercise_5_3(self):
        """As the exercise's own hint has it."""
        p, X, Tau = MIMO.cases[0].make(np.random.default_rng(11))
        total = MOVED.returns.pack(MOVED.reference(p, X), (p, X))
        h = p["h0"]
        dW = np.zeros_like(p["W"])
        for t in range(len(X)):
            h = np.tanh(p["U"] @ X[t] + p["W"] @ h + p["b"])
            o = p["V"] @ h + p["c"]
            eps = np.exp(o) / np.exp(o).sum() - Tau[t]
            dW += np.einsum("i,iab->ab", p["V"].T @ eps, total[t])
        assert numeric.relative_error(dW, MIMO.reference(p, X, Tau)["dW"]) < 1e-12

    def test_right_zeros_are_worth_a_point_and_zeros_alone_are_not(self):
        right = handed_over(HELD, HELD.reference)
        assert points(verdict("6.4", lambda *a: 2 * right(*a))) == {"shape and zeros": 1, "values": 0}
        found = verdict("6.4", lambda *a: 0 * right(*a))
        assert found.score == 0
        assert "`shape and zeros` is all there is: where i = a it is zero, too." in found.messages

    def test_the_first_step_is_a_part_of_its_own(self):
        assert points(verdict_of_parts("6.5", MOVED.twists["immediate-only"])) == {"t = 1": 1, "t > 1": 0}

    @pytest.mark.parametrize("value", [None, 3.0, [], [[1], [2, 3]], np.zeros((4, 4)), "text", {}])
    @pytest.mark.parametrize("exercise", ["6.4", "6.5", "6.8"])
    def test_nonsense_is_told_and_breaks_nothing(self, exercise, value):
        found = verdict(exercise, lambda *_: value)
        assert sum(points(found)[part.name] for part in FUNCTIONS[exercise].parts) == 0
        assert found.messages

    def test_immediate_ones_taken_for_totals_are_right_under_the_sum(self):
        """Why this pair isn't among the pairs: the second mistake undoes the first."""
        assert ("immediate-only", "total-for-immediate") not in MOVED.pairs
        arguments = MOVED.cases[0].make(np.random.default_rng(11))
        both = TOTAL.twisted("immediate-only", "total-for-immediate")(*arguments)
        assert numeric.relative_error(both["t > 1"], MOVED.reference(*arguments)["t > 1"]) < 1e-12


class TestPathTable:
    def test_the_right_table_is_that_of_the_reference(self):
        assert path_table.right_path(3, 1) == ["D_1", "WT", "D_2", "WT", "D_3", "VT", "eps_3", "x_1"]
        assert path_table.mark(path_table.RIGHT) == {
            path_table.name_of(path): 1.0 for path in path_table.PATHS
        }
        assert path_table.remark(path_table.RIGHT) is None
        found = judge(
            EXERCISES["6.3"], DirectStudent({}, {"table_6_3": path_table.RIGHT}), b"x", MISCONCEPTIONS
        )
        assert (found.score, found.max_score, found.by_hand) == (4.0, 4.0, 4.0)

    def test_each_path_has_an_equal_share(self):
        one = {(2, 1): path_table.right_path(2, 1)}
        found = judge(EXERCISES["6.3"], DirectStudent({}, {"table_6_3": one}), b"x", MISCONCEPTIONS)
        assert points(found)["(2, 1)"] == pytest.approx(2 / 3)
        assert found.score == pytest.approx(2 / 3)

    @pytest.mark.parametrize("path", path_table.PATHS)
    def test_no_other_order_of_the_factors_is_right(self, path):
        right = path_table.right_path(*path)
        others = {order for order in itertools.permutations(right) if list(order) != right}
        # The longest path has 8! orders; a sample does.
        for order in itertools.islice(sorted(others), 0, None, 1 + len(others) // 200):
            assert not path_table.is_right(path, list(order)), order

    @pytest.mark.parametrize("path", path_table.PATHS)
    def test_a_factor_less_or_another_is_wrong(self, path):
        right = path_table.right_path(*path)
        tokens = ["VT", "WT", *(f"{name}_{j}" for name in ("eps", "D", "x") for j in (1, 2, 3))]
        for place, own in enumerate(right):
            assert not path_table.is_right(path, right[:place] + right[place + 1 :])
            for other in tokens:
                assert not path_table.is_right(path, [*right[:place], other, *right[place:]])
                if other != own:
                    assert not path_table.is_right(path, [*right[:place], other, *right[place + 1 :]])

    @pytest.mark.parametrize(
        ("path", "factors", "name"),
        [
            ((3, 1), ["D_1", "WT", "D_3", "VT", "eps_3", "x_1"], "path-weight-missing"),
            ((3, 1), ["D_1", "WT", "WT", "D_3", "VT", "eps_3", "x_1"], "path-slope-missing"),
            ((3, 1), ["D_1", "WT", "D_1", "WT", "D_3", "VT", "eps_3", "x_1"], "path-slope-misplaced"),
            ((3, 1), ["D_3", "WT", "D_2", "WT", "D_1", "VT", "eps_3", "x_1"], "path-order-reversed"),
            ((2, 1), ["D_1", "WT", "D_2", "WT", "VT", "eps_2", "x_1"], "path-weight-extra"),
            ((2, 1), ["D_1", "WT", "D_2", "VT", "eps_1", "x_1"], "path-wrong-ends"),
            ((2, 1), ["D_1", "WT", "D_2", "eps_2", "VT", "x_1"], "path-factors-unfit"),
            ((2, 2), None, "path-left-out"),
        ],
    )
    def test_what_a_wrong_path_shows(self, path, factors, name):
        table = {**path_table.RIGHT, path: factors}
        if factors is None:
            del table[path]
        found = judge(EXERCISES["6.3"], DirectStudent({}, {"table_6_3": table}), b"x", MISCONCEPTIONS)
        assert found.misconceptions == (name,)
        assert points(found)[path_table.name_of(path)] == 0
        assert found.score == pytest.approx(10 / 3)
        assert any(path_table.name_of(path) in message for message in found.messages)

    @pytest.mark.parametrize("factors", [[], ["D_4", "VT"], "D_1", ["D_1", 2], [None], 3, ["eps_1"]])
    def test_what_is_no_path_earns_nothing(self, factors):
        assert not path_table.is_right((1, 1), factors)

    def test_the_shortest_wrong_path_is_spoken_of_first(self):
        table = {path: factors[::-1] for path, factors in path_table.RIGHT.items()}
        assert "(1, 1)" in path_table.remark(table).message


@pytest.mark.parametrize("answer", [TABLE, COUNT, SHARE, BUG], ids=lambda answer: answer.name)
def test_answers_earn_all_and_wrong_ones_are_named(answer):
    assert set(answer.mark(answer.answer).values()) == {1.0}
    assert answer.remark(answer.answer) is None
    for name, value in answer.wrong.items():
        assert min(answer.mark(value).values()) == 0.0
        assert answer.remark(value).misconception == name
        assert name in MISCONCEPTIONS


def test_the_counts_are_those_of_the_graph():
    """Paths counted by walking back from each loss."""

    def uses(t):
        return 0 if t == 0 else 1 + uses(t - 1)

    assert (uses(4), uses(6), sum(uses(t) for t in range(1, 7))) == COUNT.answer
    assert COUNT.mark((4, 6, 20)) == {"E_4 to W": 1.0, "E_6 to U": 1.0, "all to U": 0.0}
    assert COUNT.mark((4, 6)) == dict.fromkeys(("E_4 to W", "E_6 to U", "all to U"), 0.0)
    assert COUNT.remark((4, 6)) is None
    assert COUNT.remark((4, 5, 21)) is None


def test_letters_count_in_either_case():
    assert SHARE.mark(" b ") == {"ans_6_7": 1.0}
    assert BUG.mark("e") == {"bug_6_8": 1.0}
    assert BUG.remark("Z") is None


def test_the_rubric_is_the_one_that_the_statement_announces():
    assert DERIVATION.points == 4
    assert [criterion.points for criterion in DERIVATION.rubric] == [2, 1, 1]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.tuples(st.integers(1, 3), st.integers(1, 3)), inner)
    ),
    max_leaves=8,
)


@given(value=values)
def test_no_value_earns_by_accident_or_breaks_the_judge(value):
    for exercise, name in (("6.3", "table_6_3"), ("6.6", "ans_6_6"), ("6.7", "ans_6_7")):
        found = judge(EXERCISES[exercise], DirectStudent({}, {name: value}), b"for tests", MISCONCEPTIONS)
        assert found.score == 0 or value in ("B", "b") or value == (4, 6, 21)


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_inputs_hide_nothing(exercise):
    task = FUNCTIONS[exercise]
    for case in task.cases:
        p, *rest = case.make(np.random.default_rng(11))
        assert all(array.dtype == np.float64 for array in (*p.values(), *rest))
        assert np.linalg.norm(p["W"] - p["W"].T) > 0.1
        assert min(np.abs(p[name]).min() for name in ("b", "c", "h0")) >= 0.2
    p, *_ = task.cases[0].make(np.random.default_rng(11))
    assert len({*p["U"].shape, *p["V"].shape}) == 3
    assert task.cases[0].draws == 3
    p, *_ = task.cases[1].make(np.random.default_rng(11))
    assert p["U"].shape == p["W"].shape == p["V"].shape
