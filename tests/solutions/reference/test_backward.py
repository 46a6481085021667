"""The general backward loop."""

import numpy as np
import pytest

from solutions.reference.activations import RELU, SIGMOID
from solutions.reference.backward import backward, deltas
from solutions.reference.errors import ShapeError
from solutions.reference.losses import output_eps, sequence_loss
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.rnn import rnn_forward
from solutions.reference.steps import delta_step


def test_the_loop_gives_every_delta(p, X, Tau):
    run = rnn_forward(p, X)
    eps = output_eps(run["o"], Tau, "softmax-ce")

    found, delta_next = deltas(p, run["z"], eps), np.zeros(4)

    for t in reversed(range(6)):
        delta_next = delta_step(run["z"][t], p["V"], eps[t], p["W"], delta_next)
        assert found[t] == pytest.approx(delta_next, rel=1e-12)


@pytest.mark.parametrize("f", [SIGMOID, RELU], ids=lambda f: f.name)
def test_any_activation_may_stand_for_tanh(p, X, Tau, f):
    run = rnn_forward(p, X, f=f)
    g = backward(p, X, run, output_eps(run["o"], Tau, "softmax-ce"), f)

    expected = numeric_gradients(
        lambda q: sequence_loss(rnn_forward(q, X, f=f)["o"], Tau, "softmax-ce")[0], p
    )

    assert all(relative_error(g[name], expected[name]) < 1e-7 for name in expected)


@pytest.mark.parametrize(("name", "shape"), [("X", (6, 2)), ("z", (6, 3)), ("h", (6, 4)), ("eps", (6, 4))])
def test_a_wrong_shape_is_named(p, X, Tau, name, shape):
    run = rnn_forward(p, X)
    arrays = {"X": X, "z": run["z"], "h": run["h"], "eps": Tau, name: np.zeros(shape)}
    with pytest.raises(ShapeError, match=rf"^{name} has shape"):
        backward(p, arrays["X"], {"z": arrays["z"], "h": arrays["h"]}, arrays["eps"])


def test_deltas_name_a_wrong_shape(p, X, Tau):
    with pytest.raises(ShapeError, match=r"^eps has shape \(5, 5\), expected \(T, k\) with T = 6, k = 5"):
        deltas(p, rnn_forward(p, X)["z"], Tau[1:])
