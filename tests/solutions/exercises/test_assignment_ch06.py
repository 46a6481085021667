"""The assignment of chapter 6: its written answer, its hints, and what is said of the given function."""

import time

import numpy as np
import pytest
from through_time import numeric

from solutions.exercises.ch05 import MIMO
from solutions.exercises.ch06 import ANY_T, MOVED, THREE
from solutions.reference.jacobians import state_jacobian
from solutions.reference.paths import path_deltas
from solutions.reference.rnn import rnn_forward

NAME = "ch06-homework-dE-dU"
pytestmark = pytest.mark.xdist_group(NAME)


def test_the_model_answer_s_formulas_hold():
    """Its recursion for one loss, the triangle's two sums, and the recursion for all of them."""
    p, X, Tau = ANY_T.cases[0].make(np.random.default_rng(11))
    run = rnn_forward(p, X)
    eps, slopes = run["y"] - Tau, 1 - run["h"][1:] ** 2
    by_path = path_deltas(p, run["z"], eps)
    T = len(X)
    for t in range(T):
        assert by_path[t, t] == pytest.approx(slopes[t] * (p["V"].T @ eps[t]))
        for k in range(t):
            assert by_path[t, k] == pytest.approx(slopes[k] * (p["W"].T @ by_path[t, k + 1]))
            row = eps[t] @ p["V"] @ state_jacobian(p["W"], run["z"], t + 1, k + 1)
            assert by_path[t, k] == pytest.approx(row * slopes[k])
    rows = sum(np.outer(by_path[t, k], X[k]) for t in range(T) for k in range(t + 1))
    columns = sum(np.outer(by_path[t, k], X[k]) for k in range(T) for t in range(k, T))
    assert rows == pytest.approx(columns)
    delta, later = by_path.sum(axis=0), np.zeros(len(p["b"]))
    for k in reversed(range(T)):
        later = slopes[k] * (p["V"].T @ eps[k] + p["W"].T @ later)
        assert delta[k] == pytest.approx(later)


class TestHints:
    def test_6_1_a_zero_input_closes_its_path(self, names):
        p, X, tau = THREE.cases[0].make(np.random.default_rng(11))
        silent = np.vstack([np.zeros((1, 3)), X[1:]])
        _, paths = names["dE3_dU_paths"](p, silent, tau)
        assert not paths[0].any()
        assert paths[1].any()
        assert paths[2].any()

    def test_6_1_the_last_path_is_that_of_a_layered_network(self, names):
        p, X, tau = THREE.cases[0].make(np.random.default_rng(11))
        h = p["h0"]
        for x in X[:2]:
            h = np.tanh(p["U"] @ x + p["W"] @ h + p["b"])

        def E(U):
            o = p["V"] @ np.tanh(U @ X[2] + p["W"] @ h + p["b"]) + p["c"]
            return float(-tau @ (o - np.log(np.exp(o).sum())))

        _, paths = names["dE3_dU_paths"](p, X, tau)
        assert numeric.relative_error(paths[2], numeric.central_difference(E, p["U"])) < 1e-7

    def test_6_2_losses_are_silenced_by_their_targets(self, names):
        p, X, tau = THREE.cases[0].make(np.random.default_rng(11))
        Tau = rnn_forward(p, X)["y"]
        Tau[2] = tau
        dU, _ = names["dE_dU"](p, X, Tau)
        assert dU == pytest.approx(names["dE3_dU_paths"](p, X, tau)[0])

    def test_6_2_a_single_loop_takes_a_small_part_of_the_time(self, names):
        arguments = ANY_T.cases[-1].make(np.random.default_rng(11))
        times = []
        for _ in range(3):
            started = time.process_time()
            names["dE_dU"](*arguments)
            times.append(time.process_time() - started)
        assert min(times) < ANY_T.cases[-1].seconds / 4

    def test_6_4_most_entries_are_zero(self, names):
        p, X, _ = MIMO.cases[0].make(np.random.default_rng(11))
        D = names["immediate_dh_dW"](p, p["h0"], X[0])
        assert np.count_nonzero(D) == 4**2

    def test_6_4_in_one_line(self, names):
        p, X, _ = MIMO.cases[0].make(np.random.default_rng(11))
        h = np.tanh(p["U"] @ X[0] + p["W"] @ p["h0"] + p["b"])
        line = np.einsum("i,ia,b->iab", 1 - h**2, np.eye(4), p["h0"])
        assert names["immediate_dh_dW"](p, p["h0"], X[0]) == pytest.approx(line)

    def test_6_5_at_the_first_step_both_are_the_same(self, names):
        p, X, _ = MIMO.cases[0].make(np.random.default_rng(11))
        first = names["immediate_dh_dW"](p, p["h0"], X[0])
        assert names["total_dh_dW"](p, X)[0] == pytest.approx(first)

    def test_6_7_the_numbers(self, text):
        t = np.arange(1, 11)
        x, h = np.sin(0.7 * t), [0.2]
        for value in x:
            h.append(np.tanh(0.8 * value + 1.5 * h[-1] + 0.1))
        slope = 1 - np.array(h[1:]) ** 2
        delta = [slope[-1] * (h[-1] - 0.5 * np.cos(4.0))]
        for k in range(8, -1, -1):
            delta.insert(0, slope[k] * 1.5 * delta[0])
        terms = np.array(delta) * x
        explanation = text("6.7", "explanation")
        assert f"$+{terms[-1]:.3f}$" in explanation
        assert f"${terms.sum():.3f}$" in explanation
        assert np.abs(terms).argmax() + 1 == 7
        assert "$x_7$" in explanation


class TestCountedTwice:
    def test_what_is_said_of_the_given_function_is_true(self, names):
        p, X = MOVED.cases[0].make(np.random.default_rng(11))
        right, wrong = names["total_dh_dW"](p, X), names["dh_dW_buggy"](p, X)
        assert wrong[0] == pytest.approx(right[0])
        assert all(
            numeric.relative_error(one, other) > 1e-3 for one, other in zip(wrong[1:], right[1:], strict=True)
        )
        # At t = 2 the use at step 1 is there twice.
        run = rnn_forward(p, X)
        J = state_jacobian(p["W"], run["z"], 2, 1)
        assert wrong[1] == pytest.approx(right[1] + np.tensordot(J, right[0], axes=1))

    def test_remarks_on_the_wrong_letters_hold(self, names):
        p, X = MOVED.cases[0].make(np.random.default_rng(11))

        def differs(p, rows):
            right, wrong = names["total_dh_dW"](p, X)[:rows], names["dh_dW_buggy"](p, X)[:rows]
            return numeric.relative_error(right, wrong) > 1e-3

        assert differs(p, 2)  # A: for T = 2 the order can't matter, and it is wrong there
        off = ~np.eye(4, dtype=bool)
        assert names["dh_dW_buggy"](p, X)[1][off].any()  # B: earlier uses show off the diagonal
        assert differs({**p, "W": p["W"] + p["W"].T}, 6)  # C
        tiny = {**p, "U": 1e-7 * p["U"], "b": 1e-7 * p["b"], "h0": 1e-7 * p["h0"]}
        assert differs(tiny, 6)  # D
