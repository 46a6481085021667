"""The output layer on top of any states."""

import numpy as np
import pytest

from solutions.reference.errors import MissingArrayError, ShapeError, UnknownNameError
from solutions.reference.losses import sequence_loss
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.readout import readout, readout_backward, readout_loss


@pytest.fixture
def h(rng):
    return rng.normal(size=(7, 4))


def test_the_start_state_has_no_output(p, h):
    assert readout(p, h) == pytest.approx(np.stack([p["V"] @ h_t + p["c"] for h_t in h[1:]]), rel=1e-12)


def test_the_loss_is_the_loss_of_the_outputs(p, h, Tau):
    assert readout_loss(p, h, Tau, "softmax-ce") == sequence_loss(readout(p, h), Tau, "softmax-ce")[0]


@pytest.mark.parametrize("head", ["softmax-ce", "tanh-half-se"])
def test_gradients_agree_with_central_differences(p, h, Tau, head):
    dH, g = readout_backward(p, h, Tau, head)
    arrays = {"V": p["V"], "c": p["c"], "h": h}

    expected = numeric_gradients(lambda q: readout_loss(q, q["h"], Tau, head), arrays)

    assert set(g) == {"dV", "dc"}
    assert relative_error(dH, expected["dh"][1:]) < 1e-7
    assert not expected["dh"][0].any()
    assert all(relative_error(g[name], expected[name]) < 1e-7 for name in g)


@pytest.mark.parametrize("function", [readout_loss, readout_backward])
@pytest.mark.parametrize(("name", "shape"), [("c", (4,)), ("h", (7, 5)), ("Tau", (7, 5)), ("Tau", (6, 4))])
def test_a_wrong_shape_is_named(p, h, Tau, function, name, shape):
    arrays = {"V": p["V"], "c": p["c"], "h": h, "Tau": Tau, name: np.zeros(shape)}
    with pytest.raises(ShapeError, match="has shape") as caught:
        function(arrays, arrays["h"], arrays["Tau"], "softmax-ce")
    assert caught.value.given == shape
    assert caught.value.name == name


def test_readout_names_wrong_states(p, h):
    with pytest.raises(ShapeError, match=r"^h has shape \(7, 3\), expected \(T\+1, d\)"):
        readout(p, h[:, :3])


def test_a_missing_array_is_named(p, h):
    with pytest.raises(MissingArrayError, match=r"^V is missing"):
        readout({"c": p["c"]}, h)


def test_an_unknown_head_is_named(p, h, Tau):
    with pytest.raises(UnknownNameError, match="no output head 'mse'"):
        readout_backward(p, h, Tau, "mse")
