"""Activations against their definitions, and their slopes against differences and their bounds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.activations import ACTIVATIONS, activation
from solutions.reference.errors import UnknownNameError
from solutions.reference.numeric import central_difference, relative_error

DEFINITIONS = {
    "identity": lambda z: z,
    "tanh": math.tanh,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "relu": lambda z: max(z, 0.0),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_its_definition(name):
    z = np.array([[-3.0, -0.5, 0.0], [0.25, 1.0, 20.0]])
    expected = [[DEFINITIONS[name](value) for value in row] for row in z.tolist()]
    assert activation(name).f(z) == pytest.approx(np.array(expected), rel=1e-14)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_slope_is_the_derivative(name, rng):
    f = activation(name)
    z = rng.normal(size=(6, 4)) * 2 + 0.01
    slope = central_difference(lambda values: float(f.f(values).sum()), z)
    assert relative_error(f.prime(z), slope) < 1e-7


@pytest.mark.parametrize(
    ("name", "largest"), [("identity", 1.0), ("tanh", 1.0), ("sigmoid", 0.25), ("relu", 1.0)]
)
def test_the_steepest_slope_is_reached_and_never_passed(name, largest):
    f = activation(name)
    slopes = f.prime(np.linspace(-8, 8, 1601))
    assert slopes.max() == pytest.approx(largest, rel=1e-15)
    assert slopes.min() >= 0.0
    assert f.steepest == largest


def test_relu_is_flat_at_its_kink():
    assert activation("relu").prime(np.array([-1.0, 0.0, 1.0])).tolist() == [0.0, 0.0, 1.0]


@given(st.floats(-700, 700))
def test_the_sigmoid_is_exact_in_both_tails(z):
    found = activation("sigmoid").f(np.array([z, -z]))
    assert found.sum() == pytest.approx(1.0, rel=1e-15)
    if z < 0:
        assert found[0] == pytest.approx(math.exp(z) / (1 + math.exp(z)), rel=1e-14)


def test_nothing_overflows_far_from_zero():
    z = np.array([-1e4, 1e4])
    assert activation("sigmoid").f(z).tolist() == [0.0, 1.0]
    assert activation("sigmoid").prime(z).tolist() == [0.0, 0.0]
    assert activation("tanh").prime(z).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_argument_is_left_alone_and_never_returned(name):
    z = np.array([1.0, -2.0])
    for function in (activation(name).f, activation(name).prime):
        assert not np.shares_memory(function(z), z)
    assert z.tolist() == [1.0, -2.0]


def test_an_unknown_activation_is_named():
    with pytest.raises(UnknownNameError, match="There is no activation 'step'; choose one of identity, tanh"):
        activation("step")
