"""The numeric gradient and the relative error."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.errors import DtypeError, ShapeError
from solutions.reference.numeric import central_difference, numeric_gradients, relative_error


@pytest.mark.parametrize("shape", [(3,), (4, 3), (2, 3, 4)])
def test_a_central_difference_is_exact_for_a_quadratic(rng, shape):
    weights, theta = rng.normal(size=shape), rng.normal(size=shape)
    before = theta.copy()

    slope = central_difference(lambda x: float((weights * x**2).sum()), theta, eps=0.5)

    assert slope == pytest.approx(2 * weights * theta, rel=1e-12)
    assert (theta == before).all()


@pytest.mark.parametrize("eps", [1e-2, 1e-3])
def test_its_error_is_a_sixth_of_the_third_derivative_times_the_square_of_the_step(eps):
    slope = central_difference(lambda x: float(np.sin(x[0])), np.array([0.3]), eps)
    assert slope[0] - np.cos(0.3) == pytest.approx(-np.cos(0.3) * eps**2 / 6, rel=1e-3)


def test_the_step_is_near_the_best_unless_told():
    slope = central_difference(lambda x: float(np.exp(x[0])), np.array([1.0]))
    assert slope[0] == pytest.approx(np.e, rel=2e-10)
    asked = []
    central_difference(lambda x: float(asked.append(x[0]) or 0.0), np.array([0.0]))
    assert sorted(asked) == [-1e-5, 1e-5]
    numeric_gradients(lambda q: float(asked.append(q["a"][0]) or 0.0), {"a": np.array([1.0])})
    assert sorted(asked[2:]) == [1.0 - 1e-5, 1.0 + 1e-5]


def test_the_slope_is_c_contiguous_whatever_theta_is(rng):
    theta = np.asfortranarray(rng.normal(size=(4, 3)))
    assert central_difference(lambda x: float(x.sum()), theta).flags["C_CONTIGUOUS"]


def test_a_dict_is_nudged_one_array_at_a_time():
    p = {"a": np.array([1.0, 2.0]), "B": np.array([[3.0]])}
    g = numeric_gradients(lambda q: float(q["a"] @ q["a"] * q["B"][0, 0]), p, eps=1e-3)

    assert g["da"] == pytest.approx([6.0, 12.0])
    assert g["dB"] == pytest.approx(np.array([[5.0]]))
    assert list(g) == ["da", "dB"]


def test_a_number_is_no_array():
    with pytest.raises(DtypeError, match="theta is of type float"):
        central_difference(float, 1.0)


def test_the_relative_error_is_measured_by_the_larger():
    assert relative_error(np.array([3.0, 0.0]), np.array([0.0, 4.0])) == 5.0 / 4.0
    assert relative_error(np.array([0.0, 4.0]), np.array([3.0, 0.0])) == 5.0 / 4.0
    assert relative_error(np.zeros(2), np.zeros(2)) == 0.0
    assert relative_error(np.array([1e-300]), np.array([2e-300])) == pytest.approx(0.5)
    assert relative_error(np.array([np.nan]), np.array([1.0])) == np.inf
    assert relative_error(np.array([1.0]), np.array([np.inf])) == np.inf


@given(st.floats(1e-3, 1e3), st.floats(-0.5, 0.5))
def test_the_relative_error_does_not_depend_on_the_scale(scale, part):
    a = np.array([1.0, -2.0])
    assert relative_error(scale * a * (1 + part), scale * a) == pytest.approx(abs(part) / max(1, 1 + part))


def test_different_shapes_have_no_relative_error():
    with pytest.raises(ShapeError, match=r"expected has shape \(1, 2\), expected \(2,\), the shape of found"):
        relative_error(np.zeros(2), np.zeros((1, 2)))
