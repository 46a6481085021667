"""Stacked RNNs of any depth."""

import numpy as np
import pytest

from solutions.reference.activations import SIGMOID
from solutions.reference.bptt import bptt
from solutions.reference.errors import MissingArrayError, ShapeError
from solutions.reference.losses import output_eps
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.rnn import rnn_forward
from solutions.reference.stacked import (
    bptt_stacked,
    delta_stacked_step,
    depth,
    layers,
    stacked_forward,
    stacked_loss,
    stacked_outputs,
)
from solutions.reference.verification.networks import stack_problem
from solutions.reference.verification.problems import SEEDS, SIZES


def same(found, expected, bound=1e-12):
    assert found.keys() == expected.keys()
    assert max(relative_error(found[name], expected[name]) for name in expected) < bound


@pytest.mark.parametrize("head", ["softmax-ce", "tanh-half-se"])
@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_agree_with_central_differences(seed, head):
    problem = stack_problem(seed, **SIZES)
    X, Tau = problem.arguments["X"], problem.arguments["Tau"]
    expected = numeric_gradients(lambda q: stacked_loss(q, X, Tau, head, SIGMOID), problem.p)
    same(bptt_stacked(problem.p, X, Tau, head, SIGMOID), expected, 1e-7)


def test_tanh_and_softmax_are_meant_unless_others_are_named():
    problem = stack_problem(11, **SIZES)
    X, Tau = problem.arguments["X"], problem.arguments["Tau"]
    expected = numeric_gradients(lambda q: stacked_loss(q, X, Tau), problem.p)
    same(bptt_stacked(problem.p, X, Tau), expected, 1e-7)
    o = stacked_outputs(problem.p, X)
    y = np.exp(o) / np.exp(o).sum(axis=1, keepdims=True)
    assert stacked_loss(problem.p, X, Tau) == pytest.approx(-(Tau * np.log(y)).sum())


def test_one_layer_is_the_plain_network(p, X, Tau):
    names = {"U": "U1", "W": "W1", "b": "b1", "h0": "h1_0", "V": "V", "c": "c"}
    one = {names[name]: array for name, array in p.items()}
    expected = bptt(p, X, Tau, "softmax-ce")

    assert stacked_outputs(one, X) == pytest.approx(rnn_forward(p, X)["o"])
    same(bptt_stacked(one, X, Tau), {f"d{names[name[1:]]}": array for name, array in expected.items()})


def test_the_delta_rule_of_a_lower_layer():
    """The bias of a layer acts once per step, so moving it shows the sum of that layer's deltas."""
    problem = stack_problem(11, **SIZES)
    p, X, Tau = problem.p, problem.arguments["X"], problem.arguments["Tau"]
    low, high = stacked_forward(p, X)
    eps = output_eps(stacked_outputs(p, X), Tau, "softmax-ce")

    above, below = np.zeros(6), np.zeros(4)
    lower, upper = [], []
    for t in reversed(range(6)):
        above = (1 - np.tanh(high["z"][t]) ** 2) * (p["V"].T @ eps[t] + p["W2"].T @ above)
        below = delta_stacked_step(low["z"][t], p["U2"], above, p["W1"], below)
        upper.append(above)
        lower.append(below)

    g = bptt_stacked(p, X, Tau)
    assert np.sum(lower, axis=0) == pytest.approx(g["db1"], rel=1e-10)
    assert np.sum(upper, axis=0) == pytest.approx(g["db2"], rel=1e-10)
    assert p["W1"].T @ lower[-1] == pytest.approx(g["dh1_0"], rel=1e-10)


def test_the_delta_rule_takes_any_activation(rng):
    z, U, above, W, after = (rng.normal(size=shape) for shape in [4, (6, 4), 6, (4, 4), 4])
    s = 1 / (1 + np.exp(-z))
    assert delta_stacked_step(z, U, above, W, after, SIGMOID) == pytest.approx(
        s * (1 - s) * (U.T @ above + W.T @ after)
    )


def test_layers_are_counted_from_the_parameters():
    p = stack_problem(23, **SIZES).p
    assert [layer["U"].shape for layer in layers(p)] == [(4, 3), (6, 4), (2, 6)]
    assert layers(p)[2]["h0"] is p["h3_0"]


def test_what_is_missing_is_named():
    problem = stack_problem(11, **SIZES)
    for name in ("U1", "U2", "W1", "b2", "h2_0"):
        with pytest.raises(MissingArrayError, match=f"{name} is missing"):
            layers({key: array for key, array in problem.p.items() if key != name})
    with pytest.raises(MissingArrayError, match="U1 is missing; the dict must hold U1, W1, b1, h1_0, V, c"):
        layers({})


@pytest.mark.parametrize(
    ("names", "expected"),
    [(["U1", "W1"], 1), (["W2"], 2), (["h11_0"], 11), (["b3", "U2"], 3), (["V", "h0", "U1_0"], 1)],
)
def test_the_depth_is_the_highest_number(names, expected):
    assert depth(dict.fromkeys(names)) == expected


def test_wrong_shapes_are_refused():
    problem = stack_problem(11, **SIZES)
    X, Tau = problem.arguments["X"], problem.arguments["Tau"]
    with pytest.raises(ShapeError, match=r"^Tau has shape"):
        bptt_stacked(problem.p, X, Tau[1:])
    with pytest.raises(ShapeError, match=r"^U2 has shape \(6, 3\), expected \(d2, d1\) with d2 = 6, d1 = 4"):
        stacked_loss({**problem.p, "U2": problem.p["U2"][:, 1:]}, X, Tau)
    with pytest.raises(ShapeError, match=r"^delta_above has shape \(4,\), expected \(e,\) with e = 6"):
        delta_stacked_step(np.ones(4), problem.p["U2"], np.ones(4), problem.p["W1"], np.ones(4))
