"""Errata of lecture B: one step's gradients, vanishing and exploding."""

import numpy as np
import pytest

from solutions.reference.activations import RELU, SIGMOID, TANH
from solutions.reference.bptt import bptt_mimo, mimo_loss
from solutions.reference.clipping import clip_global
from solutions.reference.errors import NonFiniteError
from solutions.reference.jacobians import scalar_factor, state_jacobian
from solutions.reference.losses import softmax, softmax_cross_entropy
from solutions.reference.numeric import central_difference, relative_error
from solutions.reference.paths import path_deltas, path_terms
from solutions.reference.rnn import rnn_forward
from solutions.reference.totals import immediate, total_dh_dW


def E3(p, X, Tau):
    return float(softmax_cross_entropy(rnn_forward(p, X)["o"][2], Tau[2]))


@pytest.fixture
def dE3_dW(p, X, Tau):
    return central_difference(lambda W: E3({**p, "W": W}, X, Tau), p["W"])


def summed(p, run, eps, derivative):
    """Σ_k (dE_3/dh_3)(∂h_3/∂h_k) derivative[k] over the keys k."""
    row = eps[2] @ p["V"]
    return sum(
        np.tensordot(row @ state_jacobian(p["W"], run["z"], 3, k), tensor, axes=1)
        for k, tensor in derivative.items()
    )


def immediates(run, slopes):
    return {k: immediate(slopes[k - 1], run["h"][k - 1]) for k in (1, 2, 3)}


def scalar_run(w, h0, T, f=TANH, b=0.0):
    """z_1 … z_T of a scalar network without inputs."""
    z, h = [], h0
    for _ in range(T):
        z.append(w * h + b)
        h = float(f.f(np.array([z[-1]]))[0])
    return np.array(z)


def dhT_dh0(w, h0, T, f=TANH, b=0.0):
    """∂h_T/∂h_0 of that network: `scalar_factor` counts from the second of the z's it gets."""
    return scalar_factor(w, np.concatenate([[0.0], scalar_run(w, h0, T, f, b)]), f)


def test_e08_the_state_of_step_three_reads_the_input_of_step_three(p, X, run, right, wrong):
    def state(x):
        return np.tanh(p["U"] @ x + p["W"] @ run["h"][2] + p["b"])

    assert right(state(X[2]), run["h"][3])
    assert wrong(state(X[1]), run["h"][3], by=0.1)


def test_e09_no_weight_acts_at_step_zero(p, X, run, eps, slopes, dE3_dW, right, wrong):
    terms = immediates(run, slopes)
    dh0_dW = np.stack(
        [
            central_difference(lambda W, i=i: float(rnn_forward({**p, "W": W}, X)["h"][0, i]), p["W"])
            for i in range(4)
        ]
    )
    assert not dh0_dW.any()
    assert right(summed(p, run, eps, terms), dE3_dW)
    assert right(summed(p, run, eps, {0: dh0_dW, **terms}), dE3_dW)
    # In code a term for k = 0 reads z[-1] and h[-1], the last step's, without an error.
    assert wrong(summed(p, run, eps, {0: immediate(slopes[-1], run["h"][-1]), **terms}), dE3_dW)


def test_e10_total_derivatives_under_the_sum_count_paths_twice(p, X, run, eps, slopes, dE3_dW, right, wrong):
    assert right(summed(p, run, eps, immediates(run, slopes)), dE3_dW)
    totals = total_dh_dW(p, X)
    assert wrong(summed(p, run, eps, {k: totals[k - 1] for k in (1, 2, 3)}), dE3_dW)
    # The last term alone holds everything already, if its derivative is total.
    assert right(summed(p, run, eps, {3: totals[2]}), dE3_dW)


def test_e11_the_outer_product_has_an_order(p, X, Tau, run, eps, right, wrong):
    dE3_dV = central_difference(lambda V: E3({**p, "V": V}, X, Tau), p["V"])
    assert right(np.outer(eps[2], run["h"][3]), dE3_dV)
    assert np.outer(run["h"][3], eps[2]).shape == (4, 5) != p["V"].shape
    assert wrong(np.outer(run["h"][3], eps[2][:4]), np.outer(eps[2][:4], run["h"][3]), by=0.1)


def test_e12_a_loss_is_a_number(run, Tau):
    y = run["y"][0]
    assert (-Tau[0] * np.log(y)).shape == (5,)
    assert -Tau[0] @ np.log(y) == pytest.approx(softmax_cross_entropy(run["o"][0], Tau[0]), rel=1e-12)


def test_e13_the_factors_stand_in_falling_order(p, run, eps, slopes, dE3_dW, right, wrong):
    J = {j: slopes[j - 1][:, None] * p["W"] for j in (2, 3)}
    plus, row = immediates(run, slopes), eps[2] @ p["V"]

    def with_product_to_the_first(J3_J2):
        short = np.tensordot(row, plus[3], axes=1) + np.tensordot(row @ J[3], plus[2], axes=1)
        return short + np.tensordot(row @ J3_J2, plus[1], axes=1)

    assert right(with_product_to_the_first(J[3] @ J[2]), dE3_dW)
    assert wrong(with_product_to_the_first(J[2] @ J[3]), dE3_dW)


def test_e14_the_bound_of_the_sigmoid_is_a_quarter():
    z = np.linspace(-8, 8, 1601)
    assert SIGMOID.prime(z).max() == 0.25
    assert TANH.prime(z).max() == 1.0
    assert 1.0**50 == 1.0
    assert pytest.approx(7.9e-31, rel=0.01) == 0.25**50


def test_e15_the_weights_have_a_say():
    assert dhT_dh0(5.0, 0.5, 50, SIGMOID, b=-2.5) == pytest.approx(7.0e4, rel=0.01)
    assert dhT_dh0(1.0, 0.5, 50, RELU) == 1.0
    assert dhT_dh0(0.5, 0.5, 50) < 1e-15


def test_e16_a_large_weight_may_do_either():
    assert dhT_dh0(1.5, 0.0, 50) == pytest.approx(6.4e8, rel=0.01)
    assert dhT_dh0(1.5, 0.5, 50) == pytest.approx(4.1e-20, rel=0.02)
    assert dhT_dh0(10.0, 0.5, 50) == 0.0


def test_e17_an_exploding_gradient_need_not_show_as_nan(p, X, Tau):
    assert 1e47 < 3.0**99 < 2e47
    with np.errstate(over="ignore"):
        assert np.float32(3.0) ** np.float32(99) == np.inf
    g = bptt_mimo(p, X, Tau)
    moved = {name: p[name] - 1000.0 * g[f"d{name}"] for name in p}
    after = bptt_mimo(moved, X, Tau)
    assert np.isfinite(mimo_loss(moved, X, Tau))
    assert np.linalg.norm(after["dW"]) < 1e-12 * np.linalg.norm(g["dW"])
    assert all(np.isfinite(array).all() for array in after.values())


def test_e51_the_factors_decide_not_the_length():
    assert pytest.approx(9.5e-7, rel=0.01) == 0.5**20
    assert pytest.approx(0.82, abs=0.005) == 0.99**20
    assert dhT_dh0(1.0, 0.3, 1000, RELU) == 1.0


def test_e52_y_minus_tau_needs_targets_that_add_up_to_one(rng, right, wrong):
    o, tau = rng.normal(size=5), rng.uniform(size=5)
    for total, agrees in ((1.0, True), (1.7, False)):
        target = tau * total / tau.sum()
        slope = central_difference(lambda a, t=target: float(-t @ np.log(softmax(a))), o)
        assert right(softmax(o) * target.sum() - target, slope)
        assert right(softmax(o) - target, slope) == agrees
        assert wrong(softmax(o) - target, slope, by=0.05) != agrees


def test_e53_the_three_factors_are_right_with_a_total_derivative(
    p, X, run, eps, slopes, dE3_dW, right, wrong
):
    row = eps[2] @ p["V"]
    assert right(np.tensordot(row, total_dh_dW(p, X)[2], axes=1), dE3_dW)
    assert wrong(np.tensordot(row, immediates(run, slopes)[3], axes=1), dE3_dW, by=0.01)


def test_e54_the_slope_wants_what_goes_into_f_not_into_the_softmax(rng, p, run, eps, delta):
    with pytest.raises(ValueError, match="broadcast"):
        TANH.prime(run["o"][-1]) * (p["V"].T @ eps[-1])
    assert TANH.prime(run["z"][-1]) * (p["V"].T @ eps[-1]) == pytest.approx(delta[-1], rel=1e-12)
    # With as many outputs as units nothing is refused, and the delta is another vector.
    h, V, eps_T = run["h"][-1], rng.normal(size=(4, 4)), eps[-1, :4]
    assert relative_error(TANH.prime(V @ h) * (V.T @ eps_T), (1 - h**2) * (V.T @ eps_T)) > 0.1


def test_e64_clipping_cannot_mend_a_gradient_that_is_not_finite():
    for broken in (np.nan, np.inf):
        g = np.array([broken, 1.0])
        with np.errstate(invalid="ignore"):
            assert np.isnan(g * min(1.0, 1.0 / np.linalg.norm(g))).any()
        with pytest.raises(NonFiniteError):
            clip_global({"dW": g}, 1.0)
    vanished = {"dW": np.array([1e-20])}
    assert clip_global(vanished, 1.0)[0]["dW"] == vanished["dW"]


def test_e68_different_pasts_can_leave_the_same_state(p, X):
    w, u = 0.5, 1.0
    histories = ([1.0, 0.0], [0.0, w])
    states = [w * (u * first) + u * second for first, second in histories]
    assert states[0] == states[1]
    forgetful = {**p, "W": np.zeros_like(p["W"])}
    last = [rnn_forward(forgetful, inputs)["h"][-1] for inputs in (X, X[-1:])]
    assert last[0] == pytest.approx(last[1], rel=1e-12)


def test_e69_adding_over_steps_is_not_yet_backpropagation_through_time(
    p, X, Tau, run, eps, truth, right, wrong
):
    # The sum over losses holds for V as well, through which nothing goes back in time.
    assert right(sum(np.outer(eps[t], run["h"][t + 1]) for t in range(6)), truth["dV"])
    each_loss_at_its_own_step = path_deltas(p, run["z"], eps)[np.arange(6), np.arange(6)]
    assert wrong(each_loss_at_its_own_step.T @ run["h"][:-1], truth["dW"])
    assert right(path_terms(p, X, Tau, "W").sum(axis=(0, 1)), truth["dW"])
