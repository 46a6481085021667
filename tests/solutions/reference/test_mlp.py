"""The MLP forward and its delta rule."""

import math
from itertools import pairwise

import numpy as np
import pytest

from solutions.reference.activations import SIGMOID
from solutions.reference.errors import CountError, RangeError, ShapeError, UnknownNameError
from solutions.reference.mlp import (
    layer_delta,
    layer_gradients,
    layer_step,
    mlp_backward,
    mlp_forward,
    mlp_loss,
    output_delta,
)
from solutions.reference.numeric import central_difference, relative_error

SIZES = (3, 4, 2, 5)


@pytest.fixture
def net(rng):
    Ws = [rng.normal(size=(above, below)) for below, above in pairwise(SIZES)]
    bs = [rng.normal(size=size) for size in SIZES[1:]]
    return rng.normal(size=3), Ws, bs


def test_the_forward_pass_layer_by_layer(net):
    x, Ws, bs = net
    zs, hs = mlp_forward(x, Ws, bs)

    assert [z.shape for z in zs] == [(4,), (2,), (5,)]
    assert hs[0].tolist() == x.tolist()
    for layer in range(3):
        z = [math.fsum(w * h for w, h in zip(row, hs[layer], strict=True)) for row in Ws[layer]] + bs[layer]
        assert zs[layer] == pytest.approx(z, rel=1e-12)
        assert hs[layer + 1] == pytest.approx(np.tanh(z), rel=1e-12)
    assert not np.shares_memory(hs[0], x)


@pytest.mark.parametrize("head", ["identity-half-se", "tanh-half-se", "sigmoid-ce", "softmax-ce"])
def test_every_gradient_agrees_with_central_differences(net, rng, head):
    (x, Ws, bs), tau = net, rng.uniform(size=5)
    dWs, dbs = mlp_backward(x, Ws, bs, tau, head, SIGMOID)

    for layer in range(3):

        def of_W(W, layer=layer):
            return mlp_loss(x, [*Ws[:layer], W, *Ws[layer + 1 :]], bs, tau, head, SIGMOID)

        def of_b(b, layer=layer):
            return mlp_loss(x, Ws, [*bs[:layer], b, *bs[layer + 1 :]], tau, head, SIGMOID)

        assert relative_error(dWs[layer], central_difference(of_W, Ws[layer])) < 1e-7
        assert relative_error(dbs[layer], central_difference(of_b, bs[layer])) < 1e-7


def test_the_output_is_linear_and_the_loss_half_squared_unless_said(net, rng):
    (x, Ws, bs), tau = net, rng.uniform(size=5)
    zs, _ = mlp_forward(x, Ws, bs)

    assert mlp_loss(x, Ws, bs, tau) == pytest.approx(0.5 * ((zs[-1] - tau) ** 2).sum())
    assert mlp_backward(x, Ws, bs, tau)[1][-1] == pytest.approx(zs[-1] - tau)


def test_the_delta_rule_step_by_step(net, rng):
    (x, Ws, bs), tau = net, rng.uniform(size=5)
    zs, hs = mlp_forward(x, Ws, bs)
    dWs, dbs = mlp_backward(x, Ws, bs, tau)

    delta = zs[-1] - tau
    for layer in (2, 1, 0):
        dW, db = layer_gradients(delta, hs[layer])
        assert dW == pytest.approx(dWs[layer], rel=1e-12)
        assert db == pytest.approx(dbs[layer], rel=1e-12)
        if layer:
            delta = layer_delta(zs[layer - 1], Ws[layer], delta)


def test_the_delta_at_a_componentwise_output(rng):
    z, tau = rng.normal(size=5), rng.uniform(size=5)

    def C(z):
        return float(0.5 * ((1 / (1 + np.exp(-z)) - tau) ** 2).sum())

    dy = 1 / (1 + np.exp(-z)) - tau
    assert relative_error(output_delta(z, dy, SIGMOID), central_difference(C, z)) < 1e-7
    assert output_delta(z, dy) == pytest.approx(dy * (1 - np.tanh(z) ** 2))


def test_activations_may_be_chosen(rng):
    W, b, h = rng.normal(size=(4, 3)), rng.normal(size=4), rng.normal(size=3)
    z, a = layer_step(W, b, h, SIGMOID)
    assert a == pytest.approx(1 / (1 + np.exp(-z)))
    slope = a * (1 - a)
    assert layer_delta(z, W.T, h, SIGMOID) == pytest.approx(slope * (W @ h))


def test_a_layer_gradient_is_a_new_array(rng):
    delta = rng.normal(size=4)
    assert not np.shares_memory(layer_gradients(delta, rng.normal(size=3))[1], delta)


def test_wrong_shapes_are_named(net):
    x, Ws, bs = net
    cases = [
        (layer_step, (Ws[0], bs[1], x), "b"),
        (layer_step, (Ws[0], bs[0], bs[0]), "h_prev"),
        (layer_delta, (bs[0], Ws[0], bs[0]), "W_above"),
        (layer_delta, (x, Ws[0], x), "delta_above"),
        (output_delta, (x, bs[0]), "dy"),
        (layer_gradients, (Ws[0], x), "delta"),
        (mlp_forward, (Ws[0], Ws, bs), "x"),
        (mlp_forward, (x, Ws[::-1], bs), "b"),
        (mlp_loss, (x, Ws, bs, x), "tau"),
        (mlp_backward, (x, Ws, bs, x), "tau"),
    ]
    for function, arguments, name in cases:
        with pytest.raises(ShapeError, match=rf"^{name} has shape"):
            function(*arguments)


def test_wrong_counts_and_names_are_refused(net, rng):
    x, Ws, bs = net
    with pytest.raises(CountError, match="the number of layers is 0"):
        mlp_forward(x, [], [])
    with pytest.raises(RangeError, match="the number of biases is 2, expected one for each of the 3 layers"):
        mlp_forward(x, Ws, bs[1:])
    with pytest.raises(UnknownNameError):
        mlp_backward(x, Ws, bs, rng.uniform(size=5), "hinge")
