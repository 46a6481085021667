"""Jacobian products and what is known about their size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.activations import ACTIVATIONS, IDENTITY, RELU, SIGMOID, TANH
from solutions.reference.errors import RangeError, ShapeError
from solutions.reference.jacobians import (
    jacobian_profile,
    linear_jacobian,
    norm_bound,
    scalar_factor,
    spectral_norm,
    spectral_radius,
    state_jacobian,
    step_jacobian,
    steps_to_factor,
)
from solutions.reference.numeric import relative_error
from solutions.reference.rnn import rnn_forward

SHEAR = np.array([[0.9, 10.0], [0.0, 0.9]])


def test_one_step_is_the_slope_times_W():
    W, z = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, -1.0])
    assert step_jacobian(W, z, RELU).tolist() == [[1.0, 2.0], [0.0, 0.0]]
    assert step_jacobian(W, z) == pytest.approx(np.diag(1 - np.tanh(z) ** 2) @ W)


@pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_factors_stand_in_falling_order(p, X, f):
    z = rnn_forward(p, X, f=f)["z"]
    J = {t: np.diag(f.prime(z[t - 1])) @ p["W"] for t in range(1, 7)}

    assert state_jacobian(p["W"], z, 5, 2, f) == pytest.approx(J[5] @ J[4] @ J[3], rel=1e-12)
    assert state_jacobian(p["W"], z, 1, 0, f) == pytest.approx(J[1], rel=1e-12)
    assert state_jacobian(p["W"], z, 6, 6, f).tolist() == np.eye(4).tolist()
    assert state_jacobian(p["W"], z, 0, 0, f).tolist() == np.eye(4).tolist()


def test_tanh_is_meant_unless_another_is_named(p, X):
    z = rnn_forward(p, X)["z"]
    assert relative_error(state_jacobian(p["W"], z, 4, 1), state_jacobian(p["W"], z, 4, 1, TANH)) == 0.0
    assert norm_bound(p["W"], 3) == norm_bound(p["W"], 3, TANH)
    assert scalar_factor(0.9, z[:, 0]) == scalar_factor(0.9, z[:, 0], TANH)


@pytest.mark.parametrize("T", [1, 6])
@pytest.mark.parametrize("f", [TANH, SIGMOID], ids=lambda f: f.name)
def test_the_profile_holds_every_product_up_to_T(p, X, T, f):
    z = rnn_forward(p, X[:T], f=f)["z"]
    J, norms = jacobian_profile(p, X[:T], f)

    assert J.shape == (T, 4, 4)
    for k in range(1, T + 1):
        assert J[k - 1] == pytest.approx(state_jacobian(p["W"], z, T, k, f), rel=1e-12)
        assert norms[k - 1] == pytest.approx(np.linalg.svd(J[k - 1], compute_uv=False)[0])


def test_a_linear_network_takes_matrix_powers(rng):
    W = rng.normal(size=(4, 4))
    assert linear_jacobian(W, 3) == pytest.approx(W @ W @ W)
    assert linear_jacobian(W, 0).tolist() == np.eye(4).tolist()
    assert (
        relative_error(linear_jacobian(W, 5), state_jacobian(W, rng.normal(size=(5, 4)), 5, 0, IDENTITY))
        < 1e-12
    )


@given(st.integers(0, 10_000), st.sampled_from(sorted(ACTIVATIONS)), st.floats(0.1, 3.0))
def test_the_bound_holds(seed, name, scale):
    rng, f = np.random.default_rng(seed), ACTIVATIONS[name]
    W, z = scale * rng.normal(size=(4, 4)), rng.normal(size=(5, 4))
    for k in range(6):
        assert spectral_norm(state_jacobian(W, z, 5, k, f)) <= norm_bound(W, 5 - k, f) * (1 + 1e-12)


def test_the_bound_is_reached_by_a_scalar_at_zero():
    assert norm_bound(np.array([[-1.5]]), 20) == pytest.approx(1.5**20)
    assert norm_bound(np.array([[2.0]]), 10, SIGMOID) == pytest.approx(0.5**10)
    assert norm_bound(np.array([[2.0]]), 0) == 1.0


def test_norm_and_radius_are_two_things():
    nilpotent = 2.0 * np.array([[1.0, 1.0], [-1.0, -1.0]])
    assert spectral_norm(nilpotent) == pytest.approx(4.0)
    assert spectral_radius(nilpotent) == pytest.approx(0.0, abs=1e-7)
    assert spectral_radius(np.array([[0.0, -2.0], [2.0, 0.0]])) == pytest.approx(2.0)
    assert spectral_radius(np.array([[0.5, 9.0], [0.0, -0.75]])) == pytest.approx(0.75)


@pytest.mark.parametrize(("steps", "size"), [(1, 10.08), (10, 39.0), (50, 2.9), (100, 0.0295)])
def test_a_radius_below_one_may_grow_first(steps, size):
    assert spectral_radius(SHEAR) == pytest.approx(0.9)
    assert spectral_norm(linear_jacobian(SHEAR, steps)) == pytest.approx(size, rel=0.02)


def test_a_radius_of_zero_may_explode_once_a_unit_is_off():
    """W² = 0, yet with ReLU and the second unit off the first doubles itself at every step."""
    W, h = 2.0 * np.array([[1.0, 1.0], [-1.0, -1.0]]), np.array([1e-3, 0.0])
    z = []
    for _ in range(20):
        z.append(W @ h)
        h = np.maximum(z[-1], 0.0)

    J = state_jacobian(W, np.array(z), 20, 0, RELU)
    assert pytest.approx(np.array([[2.0**20, 2.0**20], [0.0, 0.0]])) == J
    assert spectral_norm(J) == pytest.approx(1.48e6, rel=5e-3)
    assert linear_jacobian(W, 2) == pytest.approx(np.zeros((2, 2)))


def test_one_weight_has_both_fates():
    """tanh, w = 1.5, fifty steps: from 0 the derivative explodes, from 0.5 it vanishes."""

    def factor(start):
        h, product = start, 1.0
        for _ in range(50):
            z = np.array([0.0, 1.5 * h])
            product *= scalar_factor(1.5, z)
            h = np.tanh(z[1])
        return product

    assert factor(0.0) == pytest.approx(1.5**50)
    assert factor(0.5) == pytest.approx(4.1e-20, rel=0.05)


def test_the_scalar_product_over_a_hundred_steps_has_99_factors():
    assert scalar_factor(0.9, np.zeros(100)) == pytest.approx(0.9**99)
    z = np.array([5.0, 0.3, -0.7])
    assert scalar_factor(1.5, z) == pytest.approx(1.5**2 * (1 - np.tanh(0.3) ** 2) * (1 - np.tanh(-0.7) ** 2))
    assert scalar_factor(3.0, np.array([1.0])) == 1.0
    assert scalar_factor(2.0, np.array([0.0, -1.0, 1.0]), RELU) == 0.0


@pytest.mark.parametrize(
    ("rate", "factor", "steps"),
    [
        (0.5, 1e-3, 10),
        (0.9, 1e-3, 66),
        (0.99, 1e-3, 688),
        (1.01, 1e3, 695),
        (1.1, 1e3, 73),
        (1.5, 1e3, 18),
        (0.9, 1.0, 0),
        (2.0, 1.0, 0),
    ],
)
def test_steps_until_a_factor_is_reached(rate, factor, steps):
    assert steps_to_factor(rate, factor) == steps


@pytest.mark.parametrize(
    ("rate", "factor"), [(0.9, 2.0), (1.1, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 0.5), (-0.5, 0.1)]
)
def test_a_rate_that_never_gets_there_is_refused(rate, factor):
    with pytest.raises(RangeError, match=f"rate is {rate}, expected one whose powers come to {factor}"):
        steps_to_factor(rate, factor)


@pytest.mark.parametrize(("t", "k"), [(2, 3), (7, 1), (3, -1)])
def test_steps_out_of_order_are_refused(p, X, t, k):
    with pytest.raises(RangeError, match=r"\(k, t\) is .*, expected 0 ≤ k ≤ t ≤ 6"):
        state_jacobian(p["W"], rnn_forward(p, X)["z"], t, k)


def test_negative_powers_are_refused():
    with pytest.raises(RangeError, match="k is -1, expected a whole number of at least 0"):
        linear_jacobian(SHEAR, -1)
    with pytest.raises(RangeError, match="steps is -1, expected a whole number of at least 0"):
        norm_bound(SHEAR, -1)


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (step_jacobian, (SHEAR, np.ones(3)), "z"),
        (state_jacobian, (SHEAR, np.ones((5, 3)), 2, 1), "z"),
        (linear_jacobian, (np.ones((2, 3)), 2), "W"),
        (spectral_norm, (np.ones(3),), "M"),
        (spectral_radius, (np.ones((2, 3)),), "W"),
        (norm_bound, (np.ones(3), 2), "M"),
        (scalar_factor, (1.0, SHEAR), "z"),
    ],
)
def test_wrong_shapes_are_named(function, arguments, name):
    with pytest.raises(ShapeError, match=rf"^{name} has shape"):
        function(*arguments)
