import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes
from through_time import numeric


@given(shape=array_shapes(max_dims=3, max_side=4), seed=st.integers(0, 2**32 - 1))
def test_central_difference_of_a_cubic_in_any_shape(shape, seed):
    rng = np.random.default_rng(seed)
    theta, weight = rng.normal(size=shape), rng.normal(size=shape)
    before = theta.copy()
    slope = numeric.central_difference(lambda a: float(np.sum(weight * a**3)), theta)
    np.testing.assert_allclose(slope, 3 * weight * theta**2, rtol=1e-6, atol=1e-8)
    assert slope.dtype == np.float64
    assert np.array_equal(theta, before)


def test_it_is_exact_for_a_square_whatever_the_step():
    assert numeric.central_difference(
        lambda a: float(a @ a), np.array([1.0, -2.0]), step=0.5
    ) == pytest.approx([2.0, -4.0])


def test_whole_numbers_are_nudged_as_floats():
    assert numeric.central_difference(lambda a: float(a[0] ** 2), np.array([3])) == pytest.approx([6.0])


def test_gradient_names_and_shapes():
    p = {"U": np.ones((2, 3)), "b": np.ones(2)}
    slopes = numeric.gradient(lambda p, x: float(np.sum(p["U"] @ x + 2 * p["b"])), p, np.arange(3.0))
    assert set(slopes) == {"dU", "db"}
    np.testing.assert_allclose(slopes["dU"], [[0, 1, 2], [0, 1, 2]], atol=1e-9)
    np.testing.assert_allclose(slopes["db"], [2, 2])


def test_relative_error():
    assert numeric.relative_error(np.array([3.0, 4.0]), np.array([3.0, 4.0])) == 0
    assert numeric.relative_error(np.array([6.0, 8.0]), np.array([3.0, 4.0])) == pytest.approx(1)
    assert numeric.relative_error(np.array([3.0, 4.0]), np.zeros(2)) == pytest.approx(5)
