import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from through_time.functions import FUNCTIONS, Known


@pytest.fixture
def ripple():
    rng = np.random.default_rng(2)
    return Known("ripple", rng.normal(size=(3, 6)), rng.normal(size=3))


def test_activations_are_what_numpy_says():
    z = np.linspace(-3, 3, 7)
    assert np.array_equal(Known("tanh")(z), np.tanh(z))
    assert np.allclose(Known("sigmoid")(z), 1 / (1 + np.exp(-z)), rtol=1e-15)


@given(z=st.floats(-1e4, 1e4))
def test_sigmoid_never_overflows(z):
    assert 0 <= Known("sigmoid")(np.array([z]))[0] <= 1


def test_ripple_is_one_number_for_theta_of_any_shape(ripple):
    slopes, shifts = ripple.coefficients
    theta = np.arange(6.0)
    expected = sum(np.cos(slopes[j] @ theta + shifts[j]) for j in range(3))
    for shape in ((6,), (2, 3), (1, 3, 2)):
        value = ripple(theta.reshape(shape))
        assert type(value) is float
        assert value == pytest.approx(expected, rel=1e-14)


def test_cubic_is_the_sum_of_weighted_cubes():
    weights, theta = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, -1.0], [2.0, 0.5]])
    assert Known("cubic", weights)(theta) == pytest.approx(1 - 2 + 24 + 0.5)


def test_equal_by_name_and_coefficients(ripple):
    assert ripple == Known("ripple", *ripple.coefficients)
    assert ripple != Known("ripple", ripple.coefficients[0] + 1, ripple.coefficients[1])
    assert Known("tanh") == Known("tanh")
    assert Known("tanh") != Known("sigmoid")
    assert Known("tanh") != np.tanh


def test_nobody_can_change_one(ripple):
    assert copy.deepcopy({"f": ripple})["f"] is ripple
    with pytest.raises(ValueError, match="read-only"):
        ripple.coefficients[0][0, 0] = 1
    with pytest.raises(AttributeError):
        ripple.other = 1


def test_coefficients_are_copies():
    slopes, shifts = np.ones((1, 2)), np.zeros(1)
    f = Known("ripple", slopes, shifts)
    slopes[:] = 5
    assert f(np.ones(2)) == pytest.approx(np.cos(2))


def test_unknown_name_is_told():
    with pytest.raises(ValueError, match="no known function 'relu', only tanh"):
        Known("relu")


def test_printed_as_functions_are():
    assert [repr(Known(name)) for name in FUNCTIONS] == [f"<function {name}>" for name in FUNCTIONS]
