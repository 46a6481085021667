"""The chain rule: paths, Jacobians and products that are never built."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.activations import RELU
from solutions.reference.chain import (
    back_through_jacobian,
    back_through_softmax,
    componentwise_jacobian,
    linear_backward,
    softmax_jacobian,
    two_paths,
)
from solutions.reference.errors import ShapeError
from solutions.reference.losses import softmax


@given(st.floats(-2, 2), st.floats(-2, 2))
def test_two_paths_add_up_to_the_derivative(x, w):
    total, path_u, path_v = two_paths(x, w)

    def f(u, v):
        return math.tanh(u * v)

    step, u, v = 1e-5, w * x, math.sin(x) + w
    along_u = (f(u + step * x, v) - f(u - step * x, v)) / (2 * step)
    along_v = (f(u, v + step) - f(u, v - step)) / (2 * step)

    assert path_u == pytest.approx(along_u, abs=1e-8)
    assert path_v == pytest.approx(along_v, abs=1e-8)
    assert total == path_u + path_v


def test_a_componentwise_jacobian_is_diagonal():
    assert componentwise_jacobian(np.array([1.0, -1.0, 2.0]), RELU).tolist() == [
        [1, 0, 0],
        [0, 0, 0],
        [0, 0, 1],
    ]
    assert componentwise_jacobian(np.array([0.5])) == pytest.approx(np.array([[1 - math.tanh(0.5) ** 2]]))


def test_the_softmax_jacobian_is_dense_symmetric_and_loses_one_rank(rng):
    J = softmax_jacobian(rng.normal(size=5))

    assert (J != 0).all()
    assert pytest.approx(J.T) == J
    assert J.sum(axis=1) == pytest.approx(np.zeros(5), abs=1e-15)
    assert np.linalg.matrix_rank(J, tol=1e-12) == 4


def test_one_output_has_nothing_to_say():
    assert softmax_jacobian(np.array([3.0])).tolist() == [[0.0]]


def test_the_product_with_the_softmax_jacobian_is_never_built(rng):
    o, dY = rng.normal(size=(6, 5)), rng.normal(size=(6, 5))
    expected = [back_through_jacobian(softmax_jacobian(o_t), dY_t) for o_t, dY_t in zip(o, dY, strict=True)]
    assert back_through_softmax(softmax(o), dY) == pytest.approx(np.array(expected), rel=1e-12)


def test_one_step_alone_goes_back_as_well(rng):
    o, dY = rng.normal(size=5), rng.normal(size=5)
    expected = back_through_jacobian(softmax_jacobian(o), dY)
    assert back_through_softmax(softmax(o), dY) == pytest.approx(expected, rel=1e-12)


def test_a_constant_derivative_does_not_reach_the_logits(rng):
    y = softmax(rng.normal(size=(6, 5)))
    assert back_through_softmax(y, np.full((6, 5), 7.0)) == pytest.approx(np.zeros((6, 5)), abs=1e-14)


def test_columns_and_rows_give_the_same_numbers(rng):
    J, dh = rng.normal(size=(4, 3)), rng.normal(size=4)
    assert back_through_jacobian(J, dh) == pytest.approx(dh @ J, rel=1e-15)


def test_the_linear_layer_entry_by_entry(rng):
    A, h, dz = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=4)
    dA, dh, db = linear_backward(A, h, dz)

    assert pytest.approx(np.array([[dz[i] * h[j] for j in range(3)] for i in range(4)])) == dA
    assert dh == pytest.approx([sum(A[i, j] * dz[i] for i in range(4)) for j in range(3)])
    assert db.tolist() == dz.tolist()
    assert not np.shares_memory(db, dz)


@pytest.mark.parametrize(
    ("function", "shapes", "name"),
    [
        (componentwise_jacobian, [(2, 2)], "z"),
        (softmax_jacobian, [(2, 2)], "o"),
        (back_through_softmax, [(2, 3), (3, 2)], "dY"),
        (back_through_jacobian, [(4, 3), (3,)], "dh"),
        (linear_backward, [(4, 3), (4,), (4,)], "h"),
        (linear_backward, [(4, 3), (3,), (3,)], "dz"),
    ],
)
def test_wrong_shapes_are_named(function, shapes, name):
    with pytest.raises(ShapeError, match=rf"^{name} has shape"):
        function(*(np.ones(shape) for shape in shapes))
