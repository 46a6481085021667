"""Skips across time and across the network."""

import numpy as np
import pytest

from solutions.reference import skip
from solutions.reference.activations import IDENTITY, SIGMOID
from solutions.reference.bptt import bptt_mimo
from solutions.reference.errors import CountError, ShapeError
from solutions.reference.losses import output_eps
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.rnn import rnn_forward


@pytest.fixture
def S(rng):
    return rng.normal(size=(4, 4)) / 2


def same(found, expected, bound=1e-12):
    assert found.keys() == expected.keys()
    assert max(relative_error(found[name], expected[name]) for name in expected) < bound


@pytest.mark.parametrize(
    ("loss", "gradients"),
    [(skip.skip_loss, skip.bptt_skip), (skip.skip_loss_without_past, skip.bptt_skip_without_past)],
    ids=["h_0 for ever", "nothing before h_0"],
)
@pytest.mark.parametrize("s", [1, 2, 3, 6, 8])
def test_gradients_agree_with_central_differences(p, S, X, Tau, s, loss, gradients):
    expected = numeric_gradients(lambda q: loss(q, q["S"], s, X, Tau), {**p, "S": S})
    same(gradients(p, S, s, X, Tau), expected, 1e-7)
    expected = numeric_gradients(lambda q: loss(q, q["S"], s, X, Tau, "sigmoid-ce"), {**p, "S": S})
    same(gradients(p, S, s, X, Tau, "sigmoid-ce"), expected, 1e-7)


def test_any_past_and_any_activation(p, S, X, Tau, rng):
    past = rng.normal(size=(3, 4))
    eps = {}

    def E(q):
        run = skip.skip_forward(q, q["S"], q["past"], X, SIGMOID)
        eps["o"] = run["o"]
        return float(0.5 * ((run["o"] - Tau) ** 2).sum())

    q = {**{name: array for name, array in p.items() if name != "h0"}, "S": S, "past": past}
    expected = numeric_gradients(lambda q: E({**q, "h0": p["h0"]}), q)
    same(skip.skip_gradients(p, S, past, X, Tau, "identity-half-se", SIGMOID), expected, 1e-7)


@pytest.mark.parametrize("s", [1, 2, 4])
def test_the_forward_pass_step_by_step(p, S, X, rng, s):
    past = rng.normal(size=(s, 4))
    run = skip.skip_forward(p, S, past, X)
    h = list(past)
    for t in range(6):
        z, h_t = skip.skip_step(p, S, X[t], h[-1], h[-s])
        assert run["z"][t] == pytest.approx(z, rel=1e-12)
        assert z == pytest.approx(p["U"] @ X[t] + p["W"] @ h[-1] + S @ h[-s] + p["b"])
        assert h_t == pytest.approx(np.tanh(z))
        h.append(h_t)
    assert run["h"] == pytest.approx(np.array(h), rel=1e-12)
    assert run["o"] == pytest.approx(np.array(h[s:]) @ p["V"].T + p["c"])


def test_the_delta_rule_step_by_step(p, S, X, Tau):
    run = skip.skip_forward(p, S, np.tile(p["h0"], (2, 1)), X)
    eps = output_eps(run["o"], Tau, "softmax-ce")
    delta = {7: np.zeros(4), 8: np.zeros(4)}
    for t in range(6, 0, -1):
        delta[t] = skip.delta_skip_step(p, S, run["z"][t - 1], eps[t - 1], delta[t + 1], delta[t + 2])

    g = skip.bptt_skip(p, S, 2, X, Tau)
    assert sum(delta.values()) == pytest.approx(g["db"], rel=1e-10)
    assert p["W"].T @ delta[1] + S.T @ (delta[1] + delta[2]) == pytest.approx(g["dh0"], rel=1e-10)
    s = 1 / (1 + np.exp(-run["z"][0]))
    assert skip.delta_skip_step(p, S, run["z"][0], eps[0], delta[1], delta[2], SIGMOID) == pytest.approx(
        s * (1 - s) * (p["V"].T @ eps[0] + p["W"].T @ delta[1] + S.T @ delta[2])
    )
    assert skip.skip_step(p, S, X[0], p["h0"], p["h0"], IDENTITY)[1] == pytest.approx(
        skip.skip_step(p, S, X[0], p["h0"], p["h0"])[0]
    )


def test_a_skip_over_one_step_is_added_to_W(p, S, X, Tau):
    g = skip.bptt_skip(p, S, 1, X, Tau)
    expected = bptt_mimo({**p, "W": p["W"] + S}, X, Tau)
    same(g, {**expected, "dS": expected["dW"]})


def test_without_a_past_the_first_skip_comes_from_h_0(p, S, X, Tau):
    """s = 2: step 1 has nothing two steps back, step 2 has h_0."""
    h1 = np.tanh(p["U"] @ X[0] + p["W"] @ p["h0"] + p["b"])
    h2 = np.tanh(p["U"] @ X[1] + p["W"] @ h1 + S @ p["h0"] + p["b"])
    h3 = np.tanh(p["U"] @ X[2] + p["W"] @ h2 + S @ h1 + p["b"])
    o = np.array([h1, h2, h3]) @ p["V"].T + p["c"]

    expected = 0.5 * ((o - Tau[:3]) ** 2).sum()
    assert skip.skip_loss_without_past(p, S, 2, X[:3], Tau[:3], "identity-half-se") == pytest.approx(expected)


def test_a_skip_longer_than_the_series_only_sees_the_past(p, S, X, Tau):
    g = skip.bptt_skip_without_past(p, S, 9, X, Tau)
    assert not g["dS"].any()
    same({**g, "dS": g["dW"]}, {**bptt_mimo(p, X, Tau), "dS": g["dW"]})


def test_the_shorter_road_keeps_the_derivative(p):
    """Linear, w = 0.5 and 60 steps: almost nothing is left; with an arrow over ten steps, a tenth is."""
    one = {name: np.ones((1,) * array.ndim) for name, array in p.items()} | {
        "b": np.zeros(1),
        "W": np.array([[0.5]]),
    }
    X = np.zeros((60, 1))

    def last(S, start):
        past = np.concatenate([np.zeros((9, 1)), np.array([[start]])])
        return skip.skip_forward(one, np.array([[S]]), past, X, IDENTITY)["h"][-1, 0]

    assert last(0.0, 1.0) - last(0.0, 0.0) == pytest.approx(0.5**60)
    assert last(0.5, 1.0) - last(0.5, 0.0) == pytest.approx(0.108, abs=5e-4)


def test_a_skip_from_input_to_output(p, X, Tau, rng):
    D = rng.normal(size=(5, 3))
    for head in ("softmax-ce", "tanh-half-se"):
        expected = numeric_gradients(
            lambda q, head=head: skip.input_skip_loss(q, q["D"], X, Tau, head), {**p, "D": D}
        )
        same(skip.bptt_input_skip(p, D, X, Tau, head), expected, 1e-7)
    expected = numeric_gradients(lambda q: skip.input_skip_loss(q, q["D"], X, Tau), {**p, "D": D})
    same(skip.bptt_input_skip(p, D, X, Tau), expected, 1e-7)
    assert skip.input_skip_loss(p, np.zeros((5, 3)), X, Tau) == pytest.approx(
        -(Tau * np.log(rnn_forward(p, X)["y"])).sum()
    )


def test_softmax_is_meant_unless_another_head_is_named(p, S, X, Tau):
    for loss in (skip.skip_loss, skip.skip_loss_without_past):
        assert loss(p, S, 2, X, Tau) == loss(p, S, 2, X, Tau, "softmax-ce")
    past = np.tile(p["h0"], (2, 1))
    expected = skip.skip_gradients(p, S, past, X, Tau, "softmax-ce")
    same(skip.skip_gradients(p, S, past, X, Tau), expected)


def test_the_gradients_are_new_arrays(p, S, X, Tau):
    past = np.tile(p["h0"], (2, 1))
    g = skip.skip_gradients(p, S, past, X, Tau)
    assert not any(np.shares_memory(g["dpast"], other) for name, other in g.items() if name != "dpast")
    assert all(array.base is None or array.base.size == array.size for array in g.values())
    absent = skip.bptt_skip_without_past(p, S, 2, X, Tau)["dh0"]
    assert absent.base is None


def test_wrong_arguments_are_named(p, S, X, Tau):
    W3 = np.ones((3, 3))
    cases = [
        (skip.skip_step, (p, W3, X[0], p["h0"], p["h0"]), "S"),
        (skip.skip_step, (p, S, X[0], p["h0"], X[0]), "h_skip"),
        (skip.delta_skip_step, (p, S, p["b"], p["c"], p["b"], p["c"]), "delta_skip"),
        (skip.skip_forward, (p, S, p["h0"], X), "past"),
        (skip.skip_gradients, (p, S, p["h0"], X, Tau), "past"),
        (skip.skip_loss, (p, W3, 2, X, Tau), "S"),
        (skip.skip_loss, (p, S, 2, X, Tau[1:]), "Tau"),
        (skip.bptt_skip, (p, S, 2, X, Tau[1:]), "Tau"),
        (skip.bptt_skip, (p, W3, 2, X, Tau), "S"),
        (skip.bptt_skip_without_past, (p, S, 2, X[:, 1:], Tau), "X"),
        (skip.skip_loss, ({**p, "h0": X}, S, 2, X, Tau), "h0"),
        (skip.skip_loss_without_past, ({**p, "h0": X}, S, 2, X, Tau), "h0"),
        (skip.bptt_input_skip, (p, S, X, Tau), "D"),
        (skip.input_skip_loss, (p, np.ones((5, 3)), X, Tau[1:]), "Tau"),
    ]
    for function, arguments, name in cases:
        with pytest.raises(ShapeError, match=rf"^{name} has shape"):
            function(*arguments)
    for function in (
        skip.skip_loss,
        skip.bptt_skip,
        skip.skip_loss_without_past,
        skip.bptt_skip_without_past,
    ):
        with pytest.raises(CountError, match="s is 0"):
            function(p, S, 0, X, Tau)


@pytest.mark.parametrize("s", [1, 2, 3, 8])
def test_the_sums_of_the_long_arrow(p, S, X, Tau, s):
    run = skip.skip_forward(p, S, np.tile(p["h0"], (s, 1)), X)
    eps, later = output_eps(run["o"], Tau, "softmax-ce"), {}
    for t in range(6, 0, -1):
        arguments = (later.get(t + 1, np.zeros(4)), later.get(t + s, np.zeros(4)))
        later[t] = skip.delta_skip_step(p, S, run["z"][t - 1], eps[t - 1], *arguments)
    rows = np.array([later[t] for t in range(1, 7)])
    dS, dh0 = skip.skip_sums(p, S, rows, run["h"][s - 1 :], s)
    expected = numeric_gradients(lambda q: skip.skip_loss(q, q["S"], s, X, Tau), {**p, "S": S})
    same({"dS": dS, "dh0": dh0}, {name: expected[name] for name in ("dS", "dh0")}, 1e-7)
    with pytest.raises(CountError, match=r"^s is 0"):
        skip.skip_sums(p, S, rows, run["h"][s - 1 :], 0)
