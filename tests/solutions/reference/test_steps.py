"""One step forward, and the rules that carry derivatives back, each against sums written out."""

import inspect
import math

import numpy as np
import pytest

from solutions.reference.activations import RELU, SIGMOID
from solutions.reference.bptt import bptt_many_to_one, bptt_mimo, mimo_loss
from solutions.reference.errors import MissingArrayError, ShapeError
from solutions.reference.losses import output_eps
from solutions.reference.numeric import central_difference, relative_error
from solutions.reference.rnn import rnn_forward, siso_forward
from solutions.reference.steps import (
    check_rnn,
    delta_last,
    delta_siso_step,
    delta_step,
    grad_biases,
    grad_h0,
    grad_U,
    grad_V,
    grad_W,
    grad_X,
    outer_per_use,
    output_step,
    rnn_step,
    shared_gradient,
    sum_of_outer,
)


def dot(row, column):
    return sum(a * b for a, b in zip(row, column, strict=True))


def test_the_hidden_step_is_written_out_entry_by_entry(p, X):
    z, h = rnn_step(p, X[0], p["h0"])

    expected = [dot(p["U"][i], X[0]) + dot(p["W"][i], p["h0"]) + p["b"][i] for i in range(4)]
    assert z == pytest.approx(expected, rel=1e-12)
    assert h == pytest.approx([math.tanh(value) for value in expected], rel=1e-12)


def test_the_output_step_is_written_out_entry_by_entry(p):
    o = output_step(p, p["h0"])

    assert o == pytest.approx([dot(p["V"][i], p["h0"]) + p["c"][i] for i in range(5)], rel=1e-12)


def deltas_by_perturbing_z(p, run, E_of_o):
    """∂E/∂z_t by moving z_t alone and running the steps after it: what δ_t means."""
    T = len(run["z"])

    def E(t, z_t):
        h, outputs = run["h"][t], [output_step(p, run["h"][s + 1]) for s in range(t)]
        for s in range(t, T):
            z = z_t if s == t else run["z"][s] + p["W"] @ (h - run["h"][s])
            h = np.tanh(z)
            outputs.append(output_step(p, h))
        return E_of_o(np.array(outputs))

    return np.array([central_difference(lambda z_t, t=t: E(t, z_t), run["z"][t]) for t in range(T)])


def rebuilt(p, z, eps):
    """All δ_t by the step rules, T first."""
    delta = [delta_last(z[-1], p["V"], eps[-1])]
    for t in reversed(range(len(z) - 1)):
        if eps[t].any():
            delta.insert(0, delta_step(z[t], p["V"], eps[t], p["W"], delta[0]))
        else:
            delta.insert(0, delta_siso_step(z[t], p["W"], delta[0]))
    return np.array(delta)


def only_last(eps):
    return np.where(np.arange(len(eps))[:, None] == len(eps) - 1, eps, 0.0)


def test_the_delta_rules_rebuild_the_deltas_of_siso(p, X, rng):
    tau, run = rng.uniform(-1, 1, size=5), siso_forward(p, X[0], 6)
    eps = np.zeros((6, 5))
    eps[-1] = output_eps(run["o"], tau, "tanh-half-se")

    expected = deltas_by_perturbing_z(p, run, lambda o: 0.5 * ((np.tanh(o[-1]) - tau) ** 2).sum())

    assert relative_error(rebuilt(p, run["z"], eps), expected) < 1e-7


def test_the_delta_rule_rebuilds_the_deltas_of_simo(p, X, rng):
    Tau = rng.uniform(-1, 1, size=(6, 5))
    run = rnn_forward(p, X * (np.arange(6) == 0)[:, None], "tanh-half-se")

    expected = deltas_by_perturbing_z(p, run, lambda o: 0.5 * ((np.tanh(o) - Tau) ** 2).sum())

    eps = output_eps(run["o"], Tau, "tanh-half-se")
    assert relative_error(rebuilt(p, run["z"], eps), expected) < 1e-7


def test_the_delta_rule_rebuilds_the_deltas_of_mimo(p, X, Tau):
    run = rnn_forward(p, X)

    def cross_entropy(o):
        return -(Tau * np.log(np.exp(o) / np.exp(o).sum(axis=1, keepdims=True))).sum()

    expected = deltas_by_perturbing_z(p, run, cross_entropy)

    eps = output_eps(run["o"], Tau, "softmax-ce")
    assert relative_error(rebuilt(p, run["z"], eps), expected) < 1e-7


def test_the_delta_rules_rebuild_the_deltas_of_many_to_one(p, X):
    run = rnn_forward(p, X, "sigmoid-ce")
    tau = np.array([0.0, 1.0, 1.0, 0.0, 1.0])

    def cross_entropy(o):
        y = 1 / (1 + np.exp(-o[-1]))
        return -(tau * np.log(y) + (1 - tau) * np.log(1 - y)).sum()

    eps = only_last(output_eps(run["o"], np.tile(tau, (6, 1)), "sigmoid-ce"))
    deltas = rebuilt(p, run["z"], eps)

    assert relative_error(deltas, deltas_by_perturbing_z(p, run, cross_entropy)) < 1e-7
    assert relative_error(grad_U(deltas, X), bptt_many_to_one(p, X, tau)["dU"]) < 1e-12


def test_the_delta_rules_take_any_activation(p, X):
    z, delta_next, eps = X[0, [0, 1, 2, 0]], p["h0"], p["c"]
    two_terms = p["V"].T @ eps + p["W"].T @ delta_next

    assert delta_step(z, p["V"], eps, p["W"], delta_next, RELU) == pytest.approx((z > 0) * two_terms)
    assert delta_siso_step(z, p["W"], delta_next, RELU) == pytest.approx((z > 0) * (p["W"].T @ delta_next))
    assert delta_last(z, p["V"], eps, RELU) == pytest.approx((z > 0) * (p["V"].T @ eps))
    assert rnn_step(p, X[0], p["h0"], SIGMOID)[1] == pytest.approx(
        1 / (1 + np.exp(-rnn_step(p, X[0], p["h0"])[0]))
    )


def test_the_sums_are_the_gradients(p, X, Tau):
    run, g = rnn_forward(p, X), bptt_mimo(p, X, Tau)
    eps = output_eps(run["o"], Tau, "softmax-ce")
    deltas = rebuilt(p, run["z"], eps)

    db, dc = grad_biases(deltas, eps)
    found = {
        "dU": grad_U(deltas, X),
        "dW": grad_W(deltas, run["h"]),
        "dV": grad_V(eps, run["h"]),
        "db": db,
        "dc": dc,
        "dh0": grad_h0(p["W"], deltas),
    }

    assert all(relative_error(found[name], g[name]) < 1e-12 for name in g)


def test_the_gradient_reaches_the_inputs(p, X, Tau):
    run = rnn_forward(p, X)
    deltas = rebuilt(p, run["z"], output_eps(run["o"], Tau, "softmax-ce"))

    expected = central_difference(lambda inputs: mimo_loss(p, inputs, Tau), X)

    assert relative_error(grad_X(p["U"], deltas), expected) < 1e-7


def test_the_gradient_of_a_shared_weight_is_the_sum_over_its_uses(p, X, Tau):
    run = rnn_forward(p, X)
    deltas = rebuilt(p, run["z"], output_eps(run["o"], Tau, "softmax-ce"))

    def E(W_each):
        """The loss of a network with a matrix of its own at every step."""
        h, total = p["h0"], 0.0
        for x, W, tau in zip(X, W_each, Tau, strict=True):
            h = np.tanh(p["U"] @ x + W @ h + p["b"])
            o = p["V"] @ h + p["c"]
            total -= tau @ (o - np.log(np.exp(o).sum()))
        return total

    per_use = central_difference(E, np.tile(p["W"], (6, 1, 1)))

    assert relative_error(outer_per_use(deltas, run["h"][:-1]), per_use) < 1e-7
    assert relative_error(shared_gradient(per_use), bptt_mimo(p, X, Tau)["dW"]) < 1e-7


def test_a_sum_of_outer_products_is_contiguous_and_new(rng):
    left, right = rng.normal(size=(6, 4)), rng.normal(size=(6, 1))

    found = sum_of_outer(left, right)

    assert found == pytest.approx(sum(np.outer(a, b) for a, b in zip(left, right, strict=True)))
    assert found.flags["C_CONTIGUOUS"]
    assert found.base is None or not np.shares_memory(found, left)


def test_a_sum_of_outer_products_needs_as_many_on_both_sides():
    with pytest.raises(ShapeError, match=r"right has shape \(5, 3\), expected \(6,\) before its last axis"):
        sum_of_outer(np.ones((6, 4)), np.ones((5, 3)))
    with pytest.raises(ShapeError):
        sum_of_outer(np.ones((6, 2, 4)), np.ones((12, 3)))
    assert sum_of_outer(np.ones((6, 2, 4)), np.ones((6, 2, 3))).tolist() == np.full((4, 3), 12.0).tolist()


def test_a_missing_parameter_is_named(p):
    with pytest.raises(MissingArrayError, match="W is missing; the dict must hold U, W, V, b, c, h0"):
        check_rnn({name: array for name, array in p.items() if name != "W"})


@pytest.mark.parametrize("name", ["U", "W", "V", "b", "c", "h0"])
def test_a_parameter_with_an_axis_too_many_is_named(p, name):
    with pytest.raises(ShapeError, match=rf"^{name} has shape") as caught:
        check_rnn({**p, name: p[name][None]})
    assert caught.value.name == name


@pytest.mark.parametrize("name", ["W", "V", "b", "h0"])
def test_a_parameter_of_another_size_is_named(p, name):
    with pytest.raises(ShapeError, match=rf"^{name} has shape .* with .*d = 4"):
        check_rnn({**p, name: p[name][..., :-1]})


SPOILT = {
    rnn_step: [("x", (4,)), ("h_prev", (3,))],
    output_step: [("h", (3,))],
    delta_step: [("z", (3,)), ("V", (5, 3)), ("eps", (4,)), ("W", (4, 3)), ("delta_next", (3,))],
    delta_siso_step: [("z", (3,)), ("W", (4, 3)), ("delta_next", (3,))],
    delta_last: [("z", (3,)), ("V", (5, 3)), ("eps", (4,))],
    grad_V: [("eps", (5, 5)), ("h", (6, 4))],
    grad_W: [("deltas", (5, 4)), ("h", (7, 3))],
    grad_U: [("deltas", (5, 4)), ("X", (5, 3))],
    grad_biases: [("deltas", (5, 4)), ("eps", (5, 5))],
    grad_h0: [("W", (3, 4)), ("deltas", (6, 3))],
    grad_X: [("U", (3, 3)), ("deltas", (6, 3))],
    outer_per_use: [("deltas", (5, 4)), ("inputs", (5, 3))],
    shared_gradient: [("per_use", (6, 4))],
}
RIGHT = {
    "x": (3,), "h_prev": (4,), "h": (7, 4), "z": (4,), "V": (5, 4), "W": (4, 4), "U": (4, 3), "delta_next": (4,),
    "deltas": (6, 4), "X": (6, 3), "inputs": (6, 3), "per_use": (6, 4, 3),
}  # fmt: skip


@pytest.mark.parametrize(
    ("function", "name", "shape"),
    [(function, name, shape) for function, spoilt in SPOILT.items() for name, shape in spoilt],
)
def test_a_wrong_shape_is_refused_by_every_rule(p, function, name, shape):
    names = [argument for argument in inspect.signature(function).parameters if argument != "f"]
    shapes = {
        **RIGHT,
        "eps": (5,) if "z" in names else (6, 5),
        "h": (4,) if function is output_step else (7, 4),
    }
    right = [p if argument == "p" else np.ones(shapes[argument]) for argument in names]
    function(*right)

    with pytest.raises(ShapeError):
        function(
            *(np.ones(shape) if argument == name else a for argument, a in zip(names, right, strict=True))
        )


def test_a_batch_of_another_size_is_refused():
    with pytest.raises(
        ShapeError, match=r"^right has shape \(6, 3, 4\), expected \(6, 2\) before its last axis"
    ):
        sum_of_outer(np.ones((6, 2, 5)), np.ones((6, 3, 4)))
