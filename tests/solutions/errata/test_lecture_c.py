"""Errata of lecture C: signals, row gradients, layers, addition."""

from itertools import pairwise

import numpy as np
import pytest

from solutions.reference.activations import RELU, relu, relu_prime
from solutions.reference.adder import add_exactly, adder_rows, from_bits, sigmoid_of_gain, to_bits
from solutions.reference.bptt import bptt_mimo, mimo_loss
from solutions.reference.losses import output_eps, sequence_loss, softmax_cross_entropy
from solutions.reference.mlp import layer_delta, mlp_backward, mlp_loss
from solutions.reference.numeric import central_difference, numeric_gradients
from solutions.reference.paths import path_terms
from solutions.reference.recurrence import recurrence_backward
from solutions.reference.rnn import rnn_forward
from solutions.reference.stacked import stacked_forward, stacked_loss
from solutions.reference.steps import sum_of_outer


@pytest.fixture
def stack(rng):
    """Two layers of 4 and 6 units over 3 inputs, 5 outputs."""
    n, d1, d2, k = 3, 4, 6, 5
    return {
        "U1": rng.normal(size=(d1, n)),
        "W1": rng.normal(size=(d1, d1)) / 2,
        "b1": rng.normal(size=d1) / 2,
        "h1_0": rng.normal(size=d1),
        "U2": rng.normal(size=(d2, d1)),
        "W2": rng.normal(size=(d2, d2)) / 2,
        "b2": rng.normal(size=d2) / 2,
        "h2_0": rng.normal(size=d2),
        "V": rng.normal(size=(k, d2)),
        "c": rng.normal(size=k) / 2,
    }


def test_e31_a_sum_has_no_direction(run, delta, truth, right):
    terms = [np.outer(delta[t], run["h"][t]) for t in range(6)]
    assert right(sum(terms), truth["dW"])
    assert right(sum(reversed(terms)), truth["dW"])
    # Limits that fall, as code reads them, give no term at all.
    assert not [terms[t] for t in range(5, 0)]


def test_e32_every_step_hears_its_own_output(stack, X, Tau, right, wrong):
    truth = numeric_gradients(lambda q: stacked_loss(q, X, Tau), stack)
    below, above = stacked_forward(stack, X)
    o = above["h"][1:] @ stack["V"].T + stack["c"]
    eps = output_eps(o, Tau, "softmax-ce")

    def lower_layer(eps_for):
        upper = recurrence_backward(layer(stack, 2), below["h"][1:], above, eps_for @ stack["V"])
        return recurrence_backward(layer(stack, 1), X, below, upper["dX"])

    ours, printed = lower_layer(eps), lower_layer(np.tile(eps[-1], (6, 1)))
    assert right(ours["dU"], truth["dU1"])
    assert right(ours["dW"], truth["dW1"])
    assert wrong(printed["dU"], truth["dU1"], by=0.1)
    assert wrong(printed["dW"], truth["dW1"], by=0.1)


def layer(stack, number):
    return {
        "U": stack[f"U{number}"],
        "W": stack[f"W{number}"],
        "b": stack[f"b{number}"],
        "h0": stack[f"h{number}_0"],
    }


def test_e33_a_weight_belongs_to_the_layer_that_it_enters(stack, X, Tau, right):
    truth = numeric_gradients(lambda q: stacked_loss(q, X, Tau), stack)
    below, above = stacked_forward(stack, X)
    eps = output_eps(above["h"][1:] @ stack["V"].T + stack["c"], Tau, "softmax-ce")
    g = recurrence_backward(layer(stack, 2), below["h"][1:], above, eps @ stack["V"])
    assert g["dU"].shape == (6, 4)
    assert g["dW"].shape == (6, 6)
    assert right(g["dU"], truth["dU2"])
    assert right(g["dW"], truth["dW2"])


def test_e34_each_step_of_the_loss_is_known_at_its_step(p, X, Tau):
    so_far = [float(softmax_cross_entropy(rnn_forward(p, X[: t + 1])["o"][t], Tau[t])) for t in range(6)]
    E, Et = sequence_loss(rnn_forward(p, X)["o"], Tau, "softmax-ce")
    assert so_far == pytest.approx(Et.tolist(), rel=1e-12)
    assert sum(so_far) == pytest.approx(E, rel=1e-12)


def test_e35_rows_and_columns_are_transposes(rng):
    J, g = rng.normal(size=(4, 3)), rng.normal(size=4)
    assert pytest.approx(J.T @ g[:, None], rel=1e-12) == (g[None] @ J).T
    # A numerator layout throughout would give the gradient of a (4,3) matrix the shape (3,4).
    row_delta, h = rng.normal(size=(1, 4)), rng.normal(size=(3, 1))
    assert (h @ row_delta).shape == (3, 4)
    assert pytest.approx((h @ row_delta).T, rel=1e-12) == row_delta.T @ h.T


def test_e36_exact_answers_have_conditions():
    seven, one = to_bits(7, 3), to_bits(1, 3)
    assert from_bits(add_exactly(seven, one)) == 8
    assert from_bits(add_exactly(seven, one)[:3]) == 0
    # One carry that must go through 32 places: soft units forget it, hard ones don't.
    a, b = to_bits(2**32 - 1, 32), to_bits(1, 32)
    sums = {gain: from_bits(add_exactly(a, b, sigmoid_of_gain(gain))) for gain in (1.0, 2.0, 4.0)}
    assert sums[1.0] != 2**32
    assert sums[2.0] != 2**32
    assert sums[4.0] == 2**32
    # Most significant bit first: the same pair first, and two different first answers.
    assert (1 + 1) >> 1 != (0 + 0) >> 1
    assert (0b01 >> 1, 0b01 >> 1) == (0b00 >> 1, 0b00 >> 1)
    X, Y = adder_rows()
    # One of the 8 rows at a time is a function only if the carry is part of the row.
    by_bits = {}
    for row, answer in zip(X, Y, strict=True):
        by_bits.setdefault(tuple(row[:2]), set()).add(tuple(answer))
    assert all(len(answers) == 2 for answers in by_bits.values())


def test_e37_the_slope_belongs_to_the_unit_itself(rng, right, wrong):
    for sizes, fits in (((3, 4, 5), False), ((4, 4, 4), True)):
        Ws = [rng.normal(size=(m, j)) for j, m in pairwise(sizes)]
        bs = [rng.normal(size=m) for m in sizes[1:]]
        x, tau = rng.normal(size=sizes[0]), rng.normal(size=sizes[-1])
        z = [Ws[0] @ x + bs[0]]
        z.append(Ws[1] @ np.tanh(z[0]) + bs[1])
        above = z[1] - tau
        truth = central_difference(
            lambda b, Ws=Ws, bs=bs, x=x, tau=tau: mlp_loss(x, Ws, [b, bs[1]], tau), bs[0]
        )
        assert right(layer_delta(z[0], Ws[1], above), truth)
        if fits:
            assert wrong((1 - np.tanh(z[1]) ** 2) * (Ws[1].T @ above), truth, by=0.05)
        else:
            with pytest.raises(ValueError, match="broadcast"):
                (1 - np.tanh(z[1]) ** 2) * (Ws[1].T @ above)


def test_e38_each_entry_has_its_own_delta(run, delta, truth, right, wrong):
    repeated = delta.copy()
    repeated[:, 1] = delta[:, 0]
    assert right(sum_of_outer(delta, run["h"][:-1]), truth["dW"])
    assert wrong(sum_of_outer(repeated, run["h"][:-1]), truth["dW"], by=0.01)


def test_e39_the_five_derivatives_that_the_handwriting_must_have_said(
    X, run, eps, delta, truth, right, wrong
):
    h, eye_o, eye_z = run["h"], np.eye(5), np.eye(4)
    rebuilt = {
        "dV": sum(np.outer(eps[t], h[t + 1]) for t in range(6)),
        "dc": sum(eps[t] @ eye_o for t in range(6)),
        "dU": sum(np.outer(delta[t], X[t]) for t in range(6)),
        "dW": sum(np.outer(delta[t], h[t]) for t in range(6)),
        "db": sum(delta[t] @ eye_z for t in range(6)),
    }
    for name, found in rebuilt.items():
        assert right(found, truth[name])
    # Sums of everything, with no index left, multiply what never met.
    assert wrong(np.outer(delta.sum(axis=0), h[:-1].sum(axis=0)), truth["dW"], by=0.1)
    assert wrong(np.outer(eps.sum(axis=0), h[1:].sum(axis=0)), truth["dV"], by=0.1)


def test_e55_using_a_weight_at_t_is_not_losing_at_t(p, X, Tau, right, wrong):
    terms = path_terms(p, X, Tau, "W")
    by_loss, by_use = terms.sum(axis=1), terms.sum(axis=0)
    for t in range(6):
        E_t = central_difference(
            lambda W, t=t: float(softmax_cross_entropy(rnn_forward({**p, "W": W}, X)["o"][t], Tau[t])), p["W"]
        )
        assert right(by_loss[t], E_t)
        assert wrong(by_use[t], by_loss[t], by=0.01)
    assert by_loss.sum(axis=0) == pytest.approx(by_use.sum(axis=0), rel=1e-12)


def test_e56_relu_has_no_derivative_at_zero():
    at_zero = np.zeros(1)
    step = 1e-6
    assert central_difference(lambda z: float(relu(z)[0]), at_zero)[0] == pytest.approx(0.5)
    assert float(relu(at_zero + step)[0]) / step == 1.0
    assert -float(relu(at_zero - step)[0]) / step == 0.0
    assert relu_prime(at_zero)[0] == 0.0


def test_e70_a_sum_needs_no_exponential_number_of_examples():
    N = 8
    draw = np.random.default_rng(5)
    pairs = draw.integers(2, size=(2 * N, 2 * N)).astype(float)
    assert np.linalg.matrix_rank(pairs) == 2 * N
    places = 2.0 ** np.arange(N)

    def value(bits):
        return bits[:, :N] @ places + bits[:, N:] @ places

    learnt = np.linalg.solve(pairs, value(pairs))
    every = (np.arange(4**N)[:, None] >> np.arange(2 * N) & 1).astype(float)
    assert len(every) == 65_536
    assert np.abs(every @ learnt - value(every)).max() < 1e-6


def test_e71_a_start_state_that_is_learnt_is_a_sixth_array(p, X, Tau, truth, right):
    g = bptt_mimo(p, X, Tau)
    assert np.linalg.norm(g["dh0"]) > 1e-3
    assert right(g["dh0"], truth["dh0"])
    assert mimo_loss({**p, "h0": p["h0"] - 1e-2 * g["dh0"]}, X, Tau) < mimo_loss(p, X, Tau)


def test_e72_the_derivative_of_a_vector_by_a_matrix_has_three_indices(p, run, delta, right):
    h = run["h"][3]
    dz_dW = np.einsum("ia,b->iab", np.eye(4), h)
    by_differences = np.stack(
        [central_difference(lambda W, i=i: float((W @ h)[i]), p["W"]) for i in range(4)]
    )
    assert right(dz_dW, by_differences)
    assert np.tensordot(delta[3], dz_dW, axes=1) == pytest.approx(np.outer(delta[3], h), rel=1e-12)
    row_delta, row_h = delta[3][None], h[None]
    with pytest.raises(ValueError, match="matmul"):
        row_delta @ row_h


def test_e73_an_output_may_be_deaf_to_what_was_seen():
    p = {
        "U": np.ones((1, 1)),
        "W": np.ones((1, 1)),
        "V": np.ones((1, 1)),
        "b": np.zeros(1),
        "c": np.zeros(1),
        "h0": np.zeros(1),
    }

    def y3(first):
        return rnn_forward(p, np.array([[first], [-9.0], [0.5]]), "identity-half-se", RELU)["y"][2, 0]

    assert {float(y3(first)) for first in (-3.0, 0.0, 1.0, 8.0)} == {0.5}


def test_the_delta_rule_of_lecture_c_is_that_of_the_mlp(rng, right):
    Ws, bs = [rng.normal(size=(4, 3)), rng.normal(size=(5, 4))], [rng.normal(size=4), rng.normal(size=5)]
    x, tau = rng.normal(size=3), rng.normal(size=5)
    truth = central_difference(lambda W: mlp_loss(x, [W, Ws[1]], bs, tau), Ws[0])
    assert right(mlp_backward(x, Ws, bs, tau)[0][0], truth)
