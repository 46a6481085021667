"""States that settle, powers that grow before they shrink, and shares of a sum."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.activations import ACTIVATIONS, RELU, SIGMOID, TANH
from solutions.reference.errors import RangeError, ShapeError
from solutions.reference.growth import (
    back_over_steps,
    far_share,
    linear_loss_slope,
    settled_factor,
    settled_state,
    shear_norm,
    shear_power,
)
from solutions.reference.jacobians import state_jacobian
from solutions.reference.numeric import central_difference, relative_error
from solutions.reference.rnn import rnn_forward

ORACLES = {"tanh": anp.tanh, "sigmoid": lambda z: 1 / (1 + anp.exp(-z)), "identity": lambda z: 1.0 * z}


@pytest.mark.parametrize("w", [-1.5, 0.5, 0.9, 1.2, 1.5, 3.0])
def test_a_settled_state_is_given_back_by_the_step(w):
    h = settled_state(w, 0.5, 4000)
    assert np.tanh(w * np.tanh(w * h)) == pytest.approx(h, abs=1e-12)
    if abs(w) <= 1:
        assert h == pytest.approx(0.0, abs=1e-12)


def test_no_step_leaves_the_state_where_it_is():
    assert settled_state(1.5, 0.5, 0) == 0.5
    assert settled_state(1.5, 0.5, 2) == pytest.approx(np.tanh(1.5 * np.tanh(0.75)))
    assert settled_state(1.5, 0.0, 50) == 0.0
    assert settled_state(2.0, 0.5, 3, RELU) == 4.0
    assert settled_state(2.0, 0.5, 0) == 0.5
    assert settled_state(1.5, 0.5, 1) == settled_state(1.5, 0.5, 1, TANH)
    with pytest.raises(RangeError, match="steps is -1, expected a whole number of at least 0"):
        settled_state(1.5, 0.5, -1)


@pytest.mark.parametrize("name", ORACLES)
@pytest.mark.parametrize(("w", "h"), [(1.5, 0.86), (-2.0, 0.1), (0.3, -0.7)])
def test_the_factor_is_the_derivative_of_one_step(name, w, h):
    f = ACTIVATIONS[name]
    found = settled_factor(w, h, f)
    assert found == pytest.approx(autograd.grad(lambda h: ORACLES[name](w * h))(h), rel=1e-12)
    by_numbers = central_difference(lambda h: float(f.f(w * h)[0]), np.array([h]))[0]
    assert found == pytest.approx(by_numbers, rel=1e-7)


def test_the_factor_is_tanh_s_and_at_zero_the_weight():
    assert settled_factor(1.5, 0.0) == 1.5
    assert settled_factor(5.0, 0.0, SIGMOID) == 1.25
    assert settled_factor(1.5, 0.86) == settled_factor(1.5, 0.86, TANH)


@given(st.floats(-1.2, 1.2), st.floats(-10, 10), st.integers(0, 60))
def test_the_power_of_a_shear_is_the_matrix_power(rho, g, k):
    M = np.array([[rho, g], [0.0, rho]])
    power = np.linalg.matrix_power(M, k)
    # Rounding of the power, which loses digits to numbers too small for float64 before the formula does.
    assert shear_power(rho, g, k) == pytest.approx(power, rel=1e-9, abs=1e-280)
    assert shear_norm(rho, g, k) == pytest.approx(np.linalg.norm(power, 2), rel=1e-9, abs=1e-280)


def test_whole_numbers_give_floats():
    assert shear_power(2, 1, 3).dtype == np.float64
    assert shear_power(2, 1, 3).tolist() == [[8.0, 12.0], [0.0, 8.0]]


def test_negative_powers_are_refused():
    for function in (shear_power, shear_norm):
        with pytest.raises(RangeError, match="k is -1, expected a whole number of at least 0"):
            function(0.9, 5.0, -1)


def test_the_far_half_is_the_first_half_rounded_down():
    assert far_share(np.array([1.0, -1.0, 2.0, -4.0])) == 0.25
    assert far_share(np.array([1.0, 5.0, 4.0])) == 0.1
    assert far_share(np.array([7.0])) == 0.0
    with pytest.raises(ShapeError, match="terms has shape"):
        far_share(np.ones((2, 2)))


@pytest.mark.parametrize(("w", "T"), [(1.05, 20), (-0.7, 5), (0.9, 1), (1.3, 12)])
def test_the_slope_of_the_linear_loss(w, T):
    def E(w):
        h = 1.0
        for _ in range(T):
            h = w * h
        return 0.5 * h**2

    found = linear_loss_slope(w, T)
    assert found == pytest.approx(autograd.grad(E)(w), rel=1e-12)
    assert found == pytest.approx(central_difference(lambda w: E(w[0]), np.array([w]))[0], rel=1e-7)


def test_the_slope_of_the_linear_loss_over_no_step_is_refused():
    with pytest.raises(RangeError, match="T is 0, expected a whole number of at least 1"):
        linear_loss_slope(1.0, 0)


def test_an_error_goes_back_over_many_steps_at_once(p, X, rng):
    """By both oracles: E = a·h_T as a function of h_2, the steps after it repeated."""
    run, a = rnn_forward(p, X), rng.normal(size=4)

    def E(h, tanh=np.tanh):
        for x in X[2:]:
            h = tanh(p["U"] @ x + p["W"] @ h + p["b"])
        return a @ h

    found = back_over_steps(state_jacobian(p["W"], run["z"], len(X), 2), a)
    exact = autograd.grad(lambda h: E(h, anp.tanh))(run["h"][2])
    assert relative_error(found, exact) < 1e-12
    assert relative_error(found, central_difference(E, run["h"][2])) < 1e-7
    with pytest.raises(ShapeError, match="dh has shape"):
        back_over_steps(np.eye(4), np.ones(3))


@pytest.mark.parametrize("k", [0, 2, 5])
def test_the_product_is_the_derivative_of_a_later_state_by_an_earlier_one(p, X, k):
    """By both oracles: h_T as a function of h_k, the steps after it repeated."""

    def last(h, tanh=np.tanh):
        for x in X[k:]:
            h = tanh(p["U"] @ x + p["W"] @ h + p["b"])
        return h

    run = rnn_forward(p, X)
    found = state_jacobian(p["W"], run["z"], len(X), k)
    exact = autograd.jacobian(lambda h: last(h, anp.tanh))(run["h"][k])
    rows = [central_difference(lambda h, i=i: float(last(h)[i]), run["h"][k]) for i in range(4)]
    assert relative_error(found, exact) < 1e-12
    assert relative_error(found, np.array(rows)) < 1e-7
