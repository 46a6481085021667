"""Errata of lecture A: ordered networks and autocompletion."""

import numpy as np
import pytest

from solutions.reference.bptt import bptt_mimo
from solutions.reference.jacobians import state_jacobian
from solutions.reference.losses import log_sum_exp, softmax, softmax_cross_entropy
from solutions.reference.numeric import central_difference
from solutions.reference.paths import dE_dW, path_terms
from solutions.reference.rnn import rnn_forward
from solutions.reference.totals import dh_dW_by_uses, immediate, total_dh_dW


def dh4_dW(p, X):
    """dh_4/dW by central differences, (d,d,d)."""

    def unit(i):
        return lambda W: float(rnn_forward({**p, "W": W}, X)["h"][4, i])

    return np.stack([central_difference(unit(i), p["W"]) for i in range(4)])


def terms_of_h4(p, run, slopes):
    """The four terms (∂h_4/∂h_k)(∂⁺h_k/∂W), k = 1 … 4."""
    return [
        np.tensordot(
            state_jacobian(p["W"], run["z"], 4, k), immediate(slopes[k - 1], run["h"][k - 1]), axes=1
        )
        for k in range(1, 5)
    ]


def test_e01_the_listed_shapes_are_for_rows(rng, wrong):
    n, d, k = 3, 4, 5
    U, W, V = rng.normal(size=(n, d)), rng.normal(size=(d, d)), rng.normal(size=(d, k))
    x, h = rng.normal(size=n), rng.normal(size=d)
    with pytest.raises(ValueError, match="matmul"):
        U @ x
    with pytest.raises(ValueError, match="matmul"):
        V @ h
    assert x @ U + h @ W == pytest.approx(U.T @ x + W.T @ h, rel=1e-12)
    assert h @ V == pytest.approx(V.T @ h, rel=1e-12)
    square, x4 = rng.normal(size=(d, d)), rng.normal(size=d)
    assert wrong(square @ x4, x4 @ square, by=0.1)


def test_e02_without_its_input_term_the_state_does_not_hear_the_input(p, X):
    deaf = {**p, "U": np.zeros_like(p["U"])}
    one, other = rnn_forward(deaf, X)["o"], rnn_forward(deaf, X[::-1].copy())["o"]
    assert (one == other).all()
    assert (rnn_forward(p, X)["o"] != rnn_forward(p, X[::-1].copy())["o"]).any()


def test_e03_taken_for_two_states_one_of_them_never_moves(p, X, run):
    # Only s has a recurrence and only h is read: then every output is that of h_0.
    s, outputs = p["h0"], []
    for x in X:
        s = np.tanh(p["U"] @ x + p["W"] @ s + p["b"])
        outputs.append(p["V"] @ p["h0"] + p["c"])
    assert s == pytest.approx(run["h"][-1], rel=1e-12)
    assert np.ptp(outputs, axis=0) == pytest.approx(0.0)
    assert np.ptp(run["o"], axis=0).min() > 1e-2


def test_e04_only_the_derivative_along_the_states_makes_the_sum_right(p, X, run, slopes, right, wrong):
    terms, truth = terms_of_h4(p, run, slopes), dh4_dW(p, X)
    assert right(sum(terms), truth)
    # Read as an immediate derivative, ∂h_4/∂h_k is 0 for k < 3: h_4's formula holds no earlier state.
    assert wrong(terms[3] + terms[2], truth)


def test_e05_the_gradients_that_are_announced_and_not_derived(p, X, Tau, truth, right):
    g = bptt_mimo(p, X, Tau)
    for name in ("dU", "db", "dc", "dh0", "dV", "dW"):
        assert right(g[name], truth[name])


def test_e06_one_letter_cannot_be_a_bias_and_a_class(p, Tau, run, truth, right):
    bias, tau = p["c"], Tau[2].argmax()
    with pytest.raises(IndexError, match="integer"):
        run["y"][2][bias]
    assert -np.log(run["y"][2][tau]) == pytest.approx(softmax_cross_entropy(run["o"][2], Tau[2]), rel=1e-12)
    # The number of a class, taken for the bias, is added to every logit, and nothing learns from it.
    assert softmax(run["o"][2] + tau) == pytest.approx(run["y"][2], rel=1e-12)
    assert right((run["y"] - Tau).sum(axis=0), truth["dc"])


def test_e07_the_short_form_leaves_no_path_out(p, X, run, slopes, right):
    J = {t: state_jacobian(p["W"], run["z"], t, t - 1) for t in (2, 3, 4)}
    plus = {t: immediate(slopes[t - 1], run["h"][t - 1]) for t in (1, 2, 3, 4)}

    def after(jacobian, tensor):
        return np.tensordot(jacobian, tensor, axes=1)

    in_four_lines = plus[4] + after(J[4], plus[3] + after(J[3], plus[2] + after(J[2], plus[1])))
    assert sum(terms_of_h4(p, run, slopes)) == pytest.approx(in_four_lines, rel=1e-12, abs=1e-15)
    assert dh_dW_by_uses(p, X)[3] == pytest.approx(in_four_lines, rel=1e-12, abs=1e-15)
    assert right(in_four_lines, dh4_dW(p, X))


def test_e65_the_formula_has_a_term_per_path_and_the_algorithm_a_delta_per_step(p, X, Tau, truth, right):
    paths = path_terms(p, X, Tau, "W")
    through_recursion, delta = dE_dW(p, X, Tau)
    assert np.count_nonzero(np.abs(paths).max(axis=(2, 3))) == 21
    assert len(delta) == 6
    assert paths.sum(axis=(0, 1)) == pytest.approx(through_recursion, rel=1e-12)
    assert right(through_recursion, truth["dW"])


def test_e66_one_logarithm_is_the_loss_of_one_hot_targets_only(rng, right, wrong):
    o, tau = rng.normal(size=4), np.array([0.6, 0.3, 0.1, 0.0])
    true_class = np.eye(4)[0]
    slope = central_difference(lambda a: float(softmax_cross_entropy(a, tau)), o)
    assert right(softmax(o) - tau, slope)
    assert wrong(softmax(o) - true_class, slope, by=0.1)
    one_hot_loss = central_difference(lambda a: float(log_sum_exp(a) - a[0]), o)
    assert right(softmax(o) - true_class, one_hot_loss)


def test_e67_the_state_index_is_the_one_that_is_summed(p, X, rng, right, wrong):
    direction = rng.normal(size=4)
    truth = central_difference(lambda W: float(direction @ rnn_forward({**p, "W": W}, X)["h"][4]), p["W"])
    total = total_dh_dW(p, X)[3]
    assert total.shape == (4, 4, 4)
    assert right(np.tensordot(direction, total, axes=(0, 0)), truth)
    # NumPy's @ sums over the last axis but one of a stack: it runs, and the result is another matrix.
    assert (direction @ total).shape == truth.shape
    assert wrong(direction @ total, truth, by=0.1)
