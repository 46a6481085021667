"""Errata of lecture D: the delta rule, SISO, SIMO, MIMO, LSTM."""

from itertools import pairwise

import numpy as np
import pytest

from solutions.reference.activations import IDENTITY
from solutions.reference.backward import deltas
from solutions.reference.bptt import (
    bptt,
    bptt_many_to_one,
    bptt_mimo,
    bptt_simo,
    bptt_siso,
    many_to_one_loss,
    mimo_loss,
    simo_loss,
    siso_loss,
)
from solutions.reference.cell_memory import kept_share
from solutions.reference.chain import softmax_jacobian
from solutions.reference.losses import (
    half_squared_error,
    output_eps,
    sigmoid_cross_entropy,
    softmax,
    softmax_cross_entropy,
)
from solutions.reference.mlp import layer_gradients, mlp_backward, mlp_loss
from solutions.reference.numeric import central_difference, numeric_gradients, relative_error
from solutions.reference.rnn import only_first, rnn_forward
from solutions.reference.steps import sum_of_outer
from solutions.reference.totals import total_dh_dW


@pytest.fixture
def simo(p, X, rng):
    """A SIMO network of lecture D: the loss's slopes by differences, its run and its output deltas."""
    x, Tau = X[0], rng.uniform(-1, 1, size=(6, 5))
    inputs = only_first(x, 6)
    run = rnn_forward(p, inputs, "tanh-half-se")
    eps = output_eps(run["o"], Tau, "tanh-half-se")
    truth = numeric_gradients(lambda q: simo_loss(q, x, Tau), p)
    return x, Tau, run, eps, truth


def dW(delta, run):
    return sum_of_outer(delta, run["h"][:-1])


def test_e18_the_hidden_delta_hears_the_next_step(p, simo, right, wrong):
    _, _, run, eps, truth = simo
    slope = 1 - run["h"][1:] ** 2
    assert right(dW(deltas(p, run["z"], eps), run), truth["dW"])
    # With δ_t on both sides one may begin from zero, and go on without the recurrent term …
    assert wrong(dW(slope * (eps @ p["V"]), run), truth["dW"])
    # … or take the line as an equation, and solve it.
    solved = np.stack(
        [
            np.linalg.solve(np.eye(4) - s[:, None] * p["W"].T, s * (e @ p["V"]))
            for s, e in zip(slope, eps, strict=True)
        ]
    )
    solved[-1] = slope[-1] * (eps[-1] @ p["V"])
    assert wrong(dW(solved, run), truth["dW"])
    # One step hides it.
    assert (slope * (eps @ p["V"]))[-1] == pytest.approx(deltas(p, run["z"], eps)[-1], rel=1e-12)


def test_e19_an_output_cannot_be_made_from_itself(p, run, right):
    assert right(p["V"] @ run["h"][1] + p["c"], run["o"][0])
    with pytest.raises(ValueError, match="matmul"):
        p["V"] @ run["y"][0]


def test_e20_without_the_minus_descent_goes_away_from_the_target():
    def printed(z):
        y = 1 / (1 + np.exp(-z[0]))
        return float(np.log(y))

    start = np.array([np.log(0.3 / 0.7)])
    assert printed(start) == pytest.approx(-1.20, abs=0.005)

    def after_a_step(C):
        z = start - central_difference(C, start)
        return float(1 / (1 + np.exp(-z[0])))

    assert after_a_step(printed) == pytest.approx(0.18, abs=0.005)
    assert after_a_step(lambda z: float(sigmoid_cross_entropy(z, np.ones(1)))) == pytest.approx(
        0.46, abs=0.005
    )


def test_e21_the_derivative_by_the_input_is_another_array(p, X, Tau, delta, right):
    dX = central_difference(lambda A: mimo_loss(p, A, Tau), X)
    assert right(delta @ p["U"], dX)
    assert delta[0].shape == (4,) != dX[0].shape == (3,)
    db_at_one = central_difference(
        lambda extra: float(softmax_cross_entropy(shifted_first(p, X, extra), Tau).sum()), np.zeros(4)
    )
    assert right(delta[0], db_at_one)


def shifted_first(p, X, extra):
    """The outputs when `extra` is added to z_1."""
    h = np.tanh(p["U"] @ X[0] + p["W"] @ p["h0"] + p["b"] + extra)
    first = p["V"] @ h + p["c"]
    return np.concatenate([first[None], rnn_forward({**p, "h0": h}, X[1:])["o"]])


def test_e22_a_softmax_needs_its_whole_jacobian(rng, right, wrong):
    o, tau = rng.normal(size=5), rng.uniform(size=5)
    y = softmax(o)
    truth = central_difference(lambda a: float(half_squared_error(softmax(a), tau)), o)
    J = softmax_jacobian(o)
    assert right(J.T @ (y - tau), truth)
    assert wrong((y - tau) * y * (1 - y), truth, by=0.05)
    assert pytest.approx(J.T) == J
    assert np.abs(J.sum(axis=1)).max() < 1e-12
    assert np.linalg.matrix_rank(J) == 4


def test_e23_the_product_comes_before_the_slope(rng, right, wrong):
    Ws, bs = [rng.normal(size=(4, 4)) for _ in range(2)], [rng.normal(size=4) for _ in range(2)]
    x, tau = rng.normal(size=4), rng.normal(size=4)
    z = Ws[0] @ x + bs[0]
    slope, above = 1 - np.tanh(z) ** 2, Ws[1] @ np.tanh(z) + bs[1] - tau
    truth = central_difference(lambda b: mlp_loss(x, Ws, [b, bs[1]], tau), bs[0])
    assert right((Ws[1].T @ above) * slope, truth)
    assert wrong(Ws[1].T @ (above * slope), truth, by=0.05)
    with pytest.raises(ValueError, match="broadcast"):
        np.ones((5, 4)).T @ (np.ones(5) * slope)


def test_e24_the_layers_are_visited_from_the_last_to_the_first(rng, right):
    sizes = (3, 4, 5, 2)
    Ws = [rng.normal(size=(m, j)) for j, m in pairwise(sizes)]
    bs = [rng.normal(size=m) for m in sizes[1:]]
    x, tau = rng.normal(size=3), rng.normal(size=2)
    truth = central_difference(lambda W: mlp_loss(x, [W, *Ws[1:]], bs, tau), Ws[0])
    hs = [x]
    for W, b in zip(Ws, bs, strict=True):
        hs.append(np.tanh(W @ hs[-1] + b))

    def first_weight(order):
        delta = {2: Ws[2] @ hs[2] + bs[2] - tau, 1: np.zeros(5), 0: np.zeros(4)}
        for layer in order:
            delta[layer] = (Ws[layer + 1].T @ delta[layer + 1]) * (1 - hs[layer + 1] ** 2)
        return layer_gradients(delta[0], x)[0]

    assert right(first_weight([1, 0]), truth)
    assert not first_weight([0, 1]).any()


def test_e25_the_sum_begins_where_the_start_state_acts(p, X, Tau, right, wrong):
    for h0, from_two_is_right in ((p["h0"], False), (np.zeros(4), True)):
        q = {**p, "h0": h0}
        run = rnn_forward(q, X)
        delta = deltas(q, run["z"], output_eps(run["o"], Tau, "softmax-ce"))
        truth = central_difference(lambda W, q=q: mimo_loss({**q, "W": W}, X, Tau), p["W"])
        assert right(dW(delta, run), truth)
        assert right(dW(delta[1:], {"h": run["h"][1:]}), truth) == from_two_is_right
        assert wrong(dW(delta[1:], {"h": run["h"][1:]}), truth) != from_two_is_right


def test_e26_total_derivatives_count_paths_twice(p, X, run, delta, truth, right, wrong):
    immediate = np.einsum("ti,ia,tb->tiab", delta, np.eye(4), run["h"][:-1]).sum(axis=(0, 1))
    assert right(immediate, truth["dW"])
    dh = np.concatenate([np.zeros((1, 4, 4, 4)), total_dh_dW(p, X)[:-1]])
    total_dz = np.einsum("ia,tb->tiab", np.eye(4), run["h"][:-1]) + np.einsum("ij,tjab->tiab", p["W"], dh)
    assert wrong(np.einsum("ti,tiab->ab", delta, total_dz), truth["dW"])


def test_e27_an_rnn_can_remember_and_a_cell_can_forget():
    assert 1.0**1000 == 1.0
    assert (
        rnn_forward(one_linear_unit(), np.zeros((1000, 1)), "identity-half-se", IDENTITY)["h"][-1, 0] == 0.7
    )
    assert pytest.approx(2.7e-5, rel=0.02) == 0.9**100
    assert kept_share(1.0, 100) == pytest.approx(2.5e-14, rel=0.02)
    assert kept_share(5.0, 100) == pytest.approx(0.51, abs=0.005)


def one_linear_unit():
    one = np.ones((1, 1))
    return {"U": one, "W": one, "V": one, "b": np.zeros(1), "c": np.zeros(1), "h0": np.array([0.7])}


def test_e28_the_lost_minus_is_a_difference(rng, right, wrong):
    y, t = rng.uniform(1, 2, size=3), rng.uniform(1, 2, size=3)
    truth = central_difference(lambda a: float(half_squared_error(a, t)), y)
    assert right(y - t, truth)
    assert wrong(y * t, truth, by=0.1)
    assert 0.5 * (t @ t) ** 2 > 0.1 > half_squared_error(t, t)


def test_e29_a_column_has_no_second_column(rng):
    w, a = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
    with pytest.raises(IndexError):
        w[0, 0] * a[0, 0] + w[0, 1] * a[1, 1] + w[0, 2] * a[2, 2]
    assert w[0, 0] * a[0, 0] + w[0, 1] * a[1, 0] + w[0, 2] * a[2, 0] == pytest.approx(
        (w @ a)[0, 0], rel=1e-12
    )


def test_e30_columns_are_multiplied_from_the_left_by_a_transpose(rng):
    dz_out, jacobian = rng.normal(size=(5, 1)), rng.normal(size=(5, 4))
    with pytest.raises(ValueError, match="matmul"):
        dz_out @ jacobian
    assert pytest.approx(jacobian.T @ dz_out, rel=1e-12) == (dz_out.T @ jacobian).T


def test_e57_one_loop_from_zero_does_every_mapping(p, X, Tau, rng):
    x, tau, T = X[0], rng.uniform(-1, 1, size=5), 6
    cases = (
        (bptt_siso(p, x, tau, T), lambda q: siso_loss(q, x, tau, T)),
        (bptt_simo(p, x, np.tile(tau, (T, 1))), lambda q: simo_loss(q, x, np.tile(tau, (T, 1)))),
        (bptt_mimo(p, X, Tau), lambda q: mimo_loss(q, X, Tau)),
        (bptt_many_to_one(p, X, np.abs(tau)), lambda q: many_to_one_loss(q, X, np.abs(tau))),
    )
    for g, loss in cases:
        for name, expected in numeric_gradients(loss, p).items():
            # A gradient that has all but vanished is known to central differences to 1e-9 only.
            assert np.linalg.norm(g[name] - expected) < 1e-9 + 1e-6 * np.linalg.norm(expected)
    # Under "for t = 1 … T−1" a network of one step has no hidden delta; from zero it has.
    assert np.linalg.norm(bptt(p, X[:1], Tau[:1], "softmax-ce")["dU"]) > 1e-3


def test_e58_every_arrow_out_of_a_state_adds_a_term(p, simo, right, wrong):
    _, _, run, eps, truth = simo
    slope = 1 - run["h"][1:] ** 2
    assert right(dW(deltas(p, run["z"], eps), run), truth["dW"])
    output_arrow_only = slope * (eps @ p["V"])
    next_arrow_only = deltas(p, run["z"], np.concatenate([np.zeros((5, 5)), eps[-1:]]))
    assert wrong(dW(output_arrow_only, run), truth["dW"])
    assert wrong(dW(next_arrow_only, run), truth["dW"])


def test_e59_one_delta_serves_all_inputs_because_they_are_added(rng, right, wrong):
    from_x, from_h = rng.normal(size=(2, 4))

    def both(combine):
        return [
            central_difference(lambda a: float(np.tanh(combine(a, from_h)).sum()), from_x),
            central_difference(lambda a: float(np.tanh(combine(from_x, a)).sum()), from_h),
        ]

    assert right(*both(np.add))
    assert wrong(*both(np.multiply), by=0.1)


def test_e60_one_sign_for_three_products(p, run):
    W, h = p["W"], run["h"][1]
    assert (W @ h).shape == (4,)
    assert (W * h).shape == (4, 4)
    assert np.outer(h, h).shape == (4, 4)
    assert (h * h).shape == (4,)
    assert relative_error((W * h).sum(axis=1), W @ h) < 1e-12
    assert relative_error((W * h).sum(axis=0), W @ h) > 0.1


def test_e74_half_the_squared_error_is_no_mean(rng, right, wrong):
    y, t = rng.normal(size=(2, 5))
    mean_slope = central_difference(lambda a: float(np.mean((a - t) ** 2)), y)
    assert right(2 / 5 * (y - t), mean_slope)
    assert wrong(y - t, mean_slope, by=0.1)
    assert right(y - t, central_difference(lambda a: float(half_squared_error(a, t)), y))


def test_e75_the_square_of_a_vector_is_not_yet_a_cost(rng):
    y, t = rng.normal(size=(2, 5))
    printed = 0.5 * (y - t) ** 2
    assert printed.shape == (5,)
    assert printed.sum() == pytest.approx(float(half_squared_error(y, t)), rel=1e-12)


def test_e76_a_logarithm_needs_an_output_between_zero_and_one():
    z = np.array([-0.5])
    with np.errstate(invalid="ignore"):
        assert np.isnan(-np.log(np.tanh(z)))[0]
    assert np.isfinite(sigmoid_cross_entropy(z, np.ones(1)))


def test_the_mlp_gradients_of_the_summary(rng, right):
    Ws, bs = [rng.normal(size=(4, 3)), rng.normal(size=(5, 4))], [rng.normal(size=4), rng.normal(size=5)]
    x, tau = rng.normal(size=3), rng.normal(size=5)
    dWs, dbs = mlp_backward(x, Ws, bs, tau)
    assert right(dWs[1], central_difference(lambda W: mlp_loss(x, [Ws[0], W], bs, tau), Ws[1]))
    assert right(dbs[0], central_difference(lambda b: mlp_loss(x, Ws, [b, bs[1]], tau), bs[0]))
