"""A recurrence whose losses come from outside."""

import numpy as np
import pytest

from solutions.reference.activations import RELU
from solutions.reference.errors import ShapeError
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.recurrence import recurrence_backward, recurrence_deltas, recurrence_forward
from solutions.reference.rnn import rnn_forward


@pytest.fixture
def dH(rng):
    return rng.normal(size=(6, 4))


def without_output(p, X):
    return {name: p[name] for name in ("U", "W", "b", "h0")} | {"X": X}


def test_states_are_those_of_the_rnn(p, X):
    ours, full = recurrence_forward(p, X), rnn_forward(p, X)
    assert ours["z"] == pytest.approx(full["z"], rel=1e-12)
    assert ours["h"] == pytest.approx(full["h"], rel=1e-12)


@pytest.mark.parametrize("T", [1, 6])
def test_gradients_agree_with_central_differences(p, X, dH, T):
    q = without_output(p, X[:T])
    g = recurrence_backward(q, q["X"], recurrence_forward(q, q["X"]), dH[:T])

    expected = numeric_gradients(lambda r: float((dH[:T] * recurrence_forward(r, r["X"])["h"][1:]).sum()), q)

    assert set(g) == set(expected)
    assert max(relative_error(g[name], expected[name]) for name in g) < 1e-7


def test_any_activation_may_stand_for_tanh(p, X, dH):
    q = without_output(p, X)
    g = recurrence_backward(q, X, recurrence_forward(q, X, RELU), dH, RELU)

    expected = numeric_gradients(
        lambda r: float((dH * recurrence_forward(r, r["X"], RELU)["h"][1:]).sum()), q
    )

    assert max(relative_error(g[name], expected[name]) for name in g) < 1e-7


def test_the_last_delta_hears_the_outside_only(p, X, dH):
    z = recurrence_forward(p, X)["z"]
    assert recurrence_deltas(p["W"], z, dH)[-1] == pytest.approx(
        (1 - np.tanh(z[-1]) ** 2) * dH[-1], rel=1e-12
    )


@pytest.mark.parametrize(
    ("name", "shape"), [("X", (6, 4)), ("W", (4, 3)), ("h0", (3,)), ("h", (6, 4)), ("dH", (5, 4))]
)
def test_a_wrong_shape_is_named(p, X, dH, name, shape):
    run = recurrence_forward(p, X)
    arrays = {**p, "X": X, "dH": dH, **run, name: np.zeros(shape)}
    with pytest.raises(ShapeError, match="has shape") as caught:
        recurrence_backward(arrays, arrays["X"], arrays, arrays["dH"])
    assert caught.value.given == shape
    assert caught.value.name == name


def test_the_forward_pass_names_a_wrong_input(p, X):
    with pytest.raises(ShapeError, match=r"^X has shape \(6, 2\), expected \(T, n\) with T = 6, n = 3"):
        recurrence_forward(p, X[:, :2])


def test_deltas_name_a_wrong_shape(p, X, dH):
    with pytest.raises(ShapeError, match=r"^W has shape \(4, 3\), expected \(d, d\)"):
        recurrence_deltas(p["W"][:, :3], recurrence_forward(p, X)["z"], dH)
    with pytest.raises(ShapeError, match=r"^dH has shape \(5, 4\), expected \(T, d\) with T = 6, d = 4"):
        recurrence_deltas(p["W"], recurrence_forward(p, X)["z"], dH[1:])
