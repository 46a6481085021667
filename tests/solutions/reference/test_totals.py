"""Immediate and total derivatives of the states."""

import numpy as np
import pytest

from solutions.reference.activations import SIGMOID
from solutions.reference.errors import ShapeError
from solutions.reference.numeric import relative_error
from solutions.reference.rnn import rnn_forward
from solutions.reference.steps import rnn_step
from solutions.reference.totals import (
    accumulate,
    dh_dW_by_uses,
    immediate,
    immediate_dh_db,
    immediate_dh_dU,
    immediate_dh_dW,
    total_dh_db,
    total_dh_dU,
    total_dh_dW,
)

IMMEDIATE = {"W": immediate_dh_dW, "U": immediate_dh_dU, "b": immediate_dh_db}
TOTAL = {"W": total_dh_dW, "U": total_dh_dU, "b": total_dh_db}


def differences(function, theta, step=1e-5):
    """∂(function's array)/∂theta by central differences, theta's axes last."""
    slopes = []
    for i in np.ndindex(theta.shape):
        nudge = np.zeros(theta.shape)
        nudge[i] = step
        slopes.append((function(theta + nudge) - function(theta - nudge)) / (2 * step))
    return np.moveaxis(np.array(slopes), 0, -1).reshape(*slopes[0].shape, *theta.shape)


@pytest.mark.parametrize("f", [None, SIGMOID], ids=["tanh", "sigmoid"])
@pytest.mark.parametrize("name", IMMEDIATE)
def test_immediate_derivatives_hold_the_state_before_fixed(p, X, rng, name, f):
    h_prev, chosen = rng.normal(size=4), {"f": f} if f else {}

    expected = differences(lambda a: rnn_step({**p, name: a}, X[0], h_prev, **chosen)[1], p[name])

    assert relative_error(IMMEDIATE[name](p, h_prev, X[0], **chosen), expected) < 1e-7


@pytest.mark.parametrize("f", [None, SIGMOID], ids=["tanh", "sigmoid"])
@pytest.mark.parametrize("T", [1, 6])
@pytest.mark.parametrize("name", TOTAL)
def test_total_derivatives_let_everything_move(p, X, name, T, f):
    chosen = {"f": f} if f else {}

    expected = differences(lambda a: rnn_forward({**p, name: a}, X[:T], **chosen)["h"][1:], p[name])

    assert relative_error(TOTAL[name](p, X[:T], **chosen), expected) < 1e-7


def test_the_sum_over_uses_is_the_recursion_opened(p, X):
    assert relative_error(dh_dW_by_uses(p, X), total_dh_dW(p, X)) < 1e-12
    assert relative_error(dh_dW_by_uses(p, X, SIGMOID), total_dh_dW(p, X, SIGMOID)) < 1e-12


def test_at_the_first_step_the_two_are_the_same(p, X):
    assert total_dh_dW(p, X)[0] == pytest.approx(immediate_dh_dW(p, p["h0"], X[0]), rel=1e-14)
    assert not np.allclose(
        total_dh_dW(p, X)[1], immediate_dh_dW(p, rnn_forward(p, X)["h"][1], X[1]), rtol=0.01
    )


def test_the_immediate_derivative_is_zero_off_the_diagonal():
    J = immediate(np.array([2.0, 3.0]), np.array([5.0, 7.0, 11.0]))
    assert J.tolist() == [[[10, 14, 22], [0, 0, 0]], [[0, 0, 0], [15, 21, 33]]]


@pytest.mark.parametrize(
    ("function", "shapes", "name"),
    [
        (immediate, [(2, 2), (3,)], "slope"),
        (immediate, [(2,), (3, 1)], "factor"),
        (immediate_dh_dW, [(3,), (3,)], "h_prev"),
        (immediate_dh_dU, [(4,), (4,)], "x"),
        (immediate_dh_db, [(3,), (3,)], "h_prev"),
        (total_dh_dW, [(6, 4)], "X"),
        (total_dh_dU, [(6, 4)], "X"),
        (total_dh_db, [(6, 4)], "X"),
        (dh_dW_by_uses, [(6, 4)], "X"),
        (accumulate, [(6, 3), (6, 2)], "z"),
        (accumulate, [(6, 4), (5, 2)], "factors"),
    ],
)
def test_wrong_shapes_are_named(p, function, shapes, name):
    arguments = [np.ones(shape) for shape in shapes]
    with pytest.raises(ShapeError, match=rf"^{name} has shape"):
        function(*(arguments if function is immediate else [p, *arguments]))
