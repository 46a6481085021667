"""Sums over paths, Jacobians from numbers, and products of Jacobians, against central differences and autograd."""

from itertools import pairwise

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.activations import tanh_prime
from solutions.reference.chain import componentwise_jacobian, softmax_jacobian
from solutions.reference.errors import CountError, ShapeError
from solutions.reference.losses import softmax
from solutions.reference.numeric import central_difference, relative_error
from solutions.reference.path_sums import (
    along_path,
    back_along,
    back_through_componentwise,
    chained_jacobian,
    forward_difference,
    numeric_jacobian,
    over_paths,
    row_of_slopes,
    two_step,
)

NUMERIC, EXACT = 1e-7, 1e-12
SIZES = (3, 5, 2, 4)


@pytest.fixture
def layers(rng):
    """Three layers h_s = tanh(A_s h_{s-1}) of different sizes, their start, and their Jacobians there."""
    As = [rng.normal(size=(above, below)) for below, above in pairwise(SIZES)]
    start, Js = rng.normal(size=SIZES[0]), []
    h = start
    for A in As:
        Js.append(tanh_prime(A @ h)[:, None] * A)
        h = np.tanh(A @ h)

    def run(xp, h):
        for A in As:
            h = xp.tanh(xp.dot(A, h))
        return h

    return run, start, Js


@given(st.floats(-2, 2))
def test_one_path_multiplies_its_slopes(x):
    def E(x):
        return anp.tanh(anp.sin(anp.exp(x)))

    u = np.exp(x)
    slopes = np.array([1 - np.tanh(np.sin(u)) ** 2, np.cos(u), u])
    assert along_path(slopes) == pytest.approx(autograd.grad(E)(x), rel=1e-12, abs=1e-15)
    assert along_path(slopes) == pytest.approx(
        float(central_difference(lambda a: E(a[0]), np.array([x]))[0]), abs=1e-6
    )


@given(st.floats(-2, 2), st.floats(-2, 2))
def test_several_paths_add_up(x, w):
    """E = p q r with p = w x, q = sin w, r = p + q: four paths from w to E, two of them through r."""

    def E(w):
        p, q = w * x, anp.sin(w)
        return p * q * (p + q)

    p, q = w * x, np.sin(w)
    r, dp, dq = p + q, x, np.cos(w)
    paths = [[q * r, dp], [p * r, dq], [p * q, 1.0, dp], [p * q, 1.0, dq]]
    total = over_paths([np.array(path) for path in paths])
    assert total == pytest.approx(autograd.grad(E)(w), rel=1e-12, abs=1e-13)
    assert total == pytest.approx(float(central_difference(lambda a: E(a[0]), np.array([w]))[0]), abs=1e-7)


def test_a_row_of_slopes_is_written_out_entry_by_entry(rng):
    dh, J = rng.normal(size=4), rng.normal(size=(4, 3))
    assert row_of_slopes(dh, J) == pytest.approx([sum(dh[k] * J[k, i] for k in range(4)) for i in range(3)])


def test_a_jacobian_from_numbers_has_a_row_for_each_output(layers):
    run, start, _ = layers
    found = numeric_jacobian(lambda h: run(np, h), start)
    assert found.shape == (SIZES[-1], SIZES[0])
    assert relative_error(found, autograd.jacobian(lambda h: run(anp, h))(start)) < NUMERIC


def test_jacobians_of_tanh_and_softmax_agree_with_both_oracles(rng):
    z, o = rng.normal(size=4), rng.normal(size=5)
    for found, h, point in (
        (componentwise_jacobian(z), anp.tanh, z),
        (softmax_jacobian(o), lambda o: anp.exp(o) / anp.sum(anp.exp(o)), o),
    ):
        assert relative_error(found, autograd.jacobian(h)(point)) < EXACT
        assert relative_error(found, numeric_jacobian(h, point)) < NUMERIC


def test_jacobians_multiply_with_the_last_step_on_the_left(layers):
    run, start, Js = layers
    J = chained_jacobian(Js)
    assert J.shape == (SIZES[-1], SIZES[0])
    assert relative_error(J, autograd.jacobian(lambda h: run(anp, h))(start)) < EXACT
    assert relative_error(J, numeric_jacobian(lambda h: run(np, h), start)) < NUMERIC
    assert not np.shares_memory(chained_jacobian(Js[:1]), Js[0])


def test_in_the_other_order_the_numbers_are_others(rng):
    Js = [rng.normal(size=(3, 3)) for _ in range(3)]
    assert relative_error(chained_jacobian(Js[::-1]), chained_jacobian(Js)) > 0.1


def test_going_back_along_the_path_never_needs_the_product(rng, layers):
    run, start, Js = layers
    dh = rng.normal(size=SIZES[-1])
    found = back_along(Js, dh)
    assert relative_error(found, chained_jacobian(Js).T @ dh) < EXACT
    assert relative_error(found, autograd.grad(lambda h: anp.dot(dh, run(anp, h)))(start)) < EXACT
    assert relative_error(found, central_difference(lambda h: float(dh @ run(np, h)), start)) < NUMERIC
    assert not np.shares_memory(back_along([], dh), dh)


def test_a_slope_stands_for_its_diagonal_matrix(rng):
    z, dh = rng.normal(size=4), rng.normal(size=4)
    assert (
        relative_error(back_through_componentwise(tanh_prime(z), dh), componentwise_jacobian(z).T @ dh)
        < EXACT
    )


def test_a_forward_difference_is_off_by_half_the_second_derivative_times_the_step(rng):
    theta = rng.normal(size=(2, 3))

    def E(theta):
        return float((theta**2).sum())

    for eps in (1e-2, 1e-3):
        found = forward_difference(E, theta, eps)
        assert found == pytest.approx(2 * theta + eps, abs=1e-9)
    assert relative_error(forward_difference(E, theta), 2 * theta) < NUMERIC


@given(st.floats(-3, 3))
def test_two_shares_of_two_steps_add_up(w):
    def s_2(w):
        return anp.tanh(w * anp.tanh(0.2 * w + 0.9) + 0.1)

    value, explicit, implicit = two_step(w)
    assert value == s_2(w)
    assert explicit + implicit == pytest.approx(autograd.grad(s_2)(w), rel=1e-12, abs=1e-15)
    assert explicit + implicit == pytest.approx(
        float(central_difference(lambda a: s_2(a[0]), np.array([w]))[0]), abs=1e-8
    )
    fixed = np.tanh(0.2 * w + 0.9)
    assert explicit == pytest.approx(autograd.grad(lambda v: anp.tanh(v * fixed + 0.1))(w), rel=1e-12)


def test_softmax_is_dense_and_tanh_is_not(rng):
    o = rng.normal(size=5)
    dense, sparse = numeric_jacobian(softmax, o), numeric_jacobian(np.tanh, o)
    assert (np.abs(dense) > 1e-4).all()
    assert np.count_nonzero(sparse) == 5


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (along_path, (np.ones((2, 2)),), "slopes"),
        (row_of_slopes, (np.ones(3), np.ones((2, 3))), "J"),
        (row_of_slopes, (np.ones((1, 3)), np.ones((3, 2))), "dh"),
        (numeric_jacobian, (np.tanh, np.ones((2, 2))), "z"),
        (chained_jacobian, ([np.ones((2, 3)), np.ones((2, 3))],), "J_next"),
        (chained_jacobian, ([np.ones(3), np.ones((2, 3))],), "J"),
        (back_along, ([np.ones(3)], np.ones(3)), "J"),
        (forward_difference, (np.sum, np.array(1.0)), "theta"),
        (back_along, ([np.ones((2, 3))], np.ones(3)), "dh"),
        (back_through_componentwise, (np.ones(3), np.ones(2)), "dh"),
    ],
)
def test_wrong_shapes_are_named(function, arguments, name):
    with pytest.raises(ShapeError, match=rf"^{name} has shape"):
        function(*arguments)


def test_no_path_at_all_is_refused():
    with pytest.raises(CountError, match="the number of paths is 0"):
        over_paths([])
    with pytest.raises(CountError, match="the number of Jacobians is 0"):
        chained_jacobian([])
