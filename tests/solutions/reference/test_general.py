"""BPTT from ∂E/∂y, whatever the loss."""

import numpy as np
import pytest

from solutions.reference.activations import RELU
from solutions.reference.bptt import bptt, bptt_mimo
from solutions.reference.errors import ShapeError, UnknownNameError
from solutions.reference.general import (
    OUTPUTS,
    bptt_from_dy,
    bptt_whole,
    cross_entropy_slope,
    eps_from_dy,
    mean_and_product_loss,
    output,
    outputs_of,
    whole_loss,
)
from solutions.reference.numeric import central_difference, numeric_gradients, relative_error
from solutions.reference.rnn import rnn_forward


def same(found, expected, bound=1e-12):
    assert found.keys() == expected.keys()
    assert max(relative_error(found[name], expected[name]) for name in expected) < bound


@pytest.mark.parametrize("g", OUTPUTS)
def test_eps_is_the_derivative_through_the_output(rng, g):
    o, weights = rng.normal(size=(6, 5)), rng.normal(size=(6, 5))
    expected = central_difference(lambda o: float((weights * output(g).g(o)).sum()), o)
    assert relative_error(eps_from_dy(o, weights, g), expected) < 1e-7


def test_cross_entropy_by_its_output_and_then_through_the_softmax(rng):
    o, tau = rng.uniform(-0.5, 0.5, size=5), rng.uniform(size=5)
    y = np.exp(o) / np.exp(o).sum()
    dy = cross_entropy_slope(y, tau)
    assert relative_error(dy, central_difference(lambda y: float(-tau @ np.log(y)), y)) < 1e-7
    # Targets that add to something else than 1 are what the general form is for.
    assert eps_from_dy(o, dy) == pytest.approx(y * tau.sum() - tau, rel=1e-12)


def test_outputs_are_found_by_their_names():
    assert all(output(name).name == name for name in OUTPUTS)


def test_softmax_is_meant_unless_another_output_is_named(p, X, Tau):
    assert outputs_of(p, X)["y"] == pytest.approx(rnn_forward(p, X)["y"], rel=1e-14)
    assert eps_from_dy(X, X[::-1]) == pytest.approx(eps_from_dy(X, X[::-1], "softmax"))
    same(bptt_from_dy(p, X, Tau), bptt_from_dy(p, X, Tau, "softmax"))
    same(bptt_whole(p, X, lambda Y: (0.0, Tau + Y)), bptt_whole(p, X, lambda Y: (0.0, Tau + Y), "softmax"))
    assert whole_loss(p, X, lambda Y: (float(Y.sum()), Y)) == pytest.approx(6.0)


def test_cross_entropy_and_squared_error_are_cases_of_it(p, X, Tau):
    y = outputs_of(p, X)["y"]
    same(bptt_from_dy(p, X, -Tau / y), bptt_mimo(p, X, Tau))

    tanh_y = outputs_of(p, X, "tanh")["y"]
    same(bptt_from_dy(p, X, tanh_y - Tau, "tanh"), bptt(p, X, Tau, "tanh-half-se"))


def test_a_derivative_that_is_the_same_for_all_outputs_does_nothing_to_softmax(p, X, rng):
    g = bptt_from_dy(p, X, np.tile(rng.normal(size=(6, 1)), (1, 5)))
    assert all(array == pytest.approx(np.zeros(array.shape), abs=1e-13) for array in g.values())


def test_a_loss_that_does_not_split_over_time(p, X, rng):
    tau = rng.uniform(size=5)

    def E(Y):
        return mean_and_product_loss(Y, tau)

    expected = numeric_gradients(lambda q: whole_loss(q, X, E, "sigmoid", RELU), p)
    same(bptt_whole(p, X, E, "sigmoid", RELU), expected, 1e-7)


def test_the_mean_and_product_loss_by_hand():
    Y, tau = np.array([[2.0, 1.0], [0.0, 3.0], [4.0, 5.0]]), np.array([1.0, 1.0])
    E, dY = mean_and_product_loss(Y, tau)

    assert pytest.approx(0.5 * (1.0**2 + 2.0**2) + 0.0) == E
    assert dY == pytest.approx(np.array([[1 / 3 + 0, 2 / 3], [1 / 3 + 8, 2 / 3], [1 / 3 + 0, 2 / 3]]))
    assert type(E) is float


def test_unknown_outputs_are_named(p, X, Tau):
    with pytest.raises(UnknownNameError, match="no output 'sparsemax'; choose one of identity"):
        bptt_from_dy(p, X, Tau, "sparsemax")


def test_wrong_shapes_are_named(p, X, Tau):
    cases = [
        (bptt_from_dy, (p, X, Tau[1:]), "dY"),
        (outputs_of, (p, X[0]), "X"),
        (eps_from_dy, (Tau, Tau[1:]), "dY"),
        (eps_from_dy, (Tau, Tau[:, :1], "tanh"), "dY"),
        (mean_and_product_loss, (Tau, Tau), "tau"),
        (bptt_whole, (p, X, lambda Y: (0.0, Y[1:])), "dY"),
    ]
    for function, arguments, name in cases:
        with pytest.raises(ShapeError, match=rf"^{name} has shape"):
            function(*arguments)
