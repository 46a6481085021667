"""Two hidden states that feed each other."""

import numpy as np
import pytest

from solutions.reference.activations import RELU, SIGMOID, TANH
from solutions.reference.bptt import bptt
from solutions.reference.errors import MissingArrayError, ShapeError
from solutions.reference.losses import output_eps
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.rnn import rnn_forward
from solutions.reference.two_states import (
    as_one_state,
    bptt_two_states,
    check_two_states,
    two_states_delta_step,
    two_states_forward,
    two_states_loss,
    two_states_step,
)
from solutions.reference.verification.networks import two_states_problem
from solutions.reference.verification.problems import SEEDS, SIZES


@pytest.fixture(params=SEEDS)
def net(request):
    problem = two_states_problem(request.param, **SIZES)
    return problem.p, problem.arguments["X"], problem.arguments["Tau"]


@pytest.mark.parametrize("f", [(TANH, SIGMOID), (SIGMOID, RELU)], ids=["tanh, sigmoid", "sigmoid, relu"])
@pytest.mark.parametrize("head", ["softmax-ce", "identity-half-se"])
def test_gradients_agree_with_central_differences(net, head, f):
    p, X, Tau = net
    expected = numeric_gradients(lambda q: two_states_loss(q, X, Tau, head, f), p)
    g = bptt_two_states(p, X, Tau, head, f)

    assert g.keys() == expected.keys()
    assert max(relative_error(g[name], expected[name]) for name in g) < 1e-7


def test_together_they_are_one_state(net):
    p, X, Tau = net
    one = as_one_state(p)
    run, plain = two_states_forward(p, X), rnn_forward(one, X)

    assert np.concatenate([run["h"], run["m"]], axis=1) == pytest.approx(plain["h"], rel=1e-12)
    assert np.concatenate([run["zh"], run["zm"]], axis=1) == pytest.approx(plain["z"], rel=1e-12)
    assert run["o"] == pytest.approx(plain["o"], rel=1e-12)

    g = {name[1:]: array for name, array in bptt_two_states(p, X, Tau).items()}
    expected = bptt(one, X, Tau, "softmax-ce")
    blocks = as_one_state(g)
    assert max(relative_error(blocks[name], expected[f"d{name}"]) for name in blocks) < 1e-12


def test_the_block_matrix_stands_as_written(net):
    p, _, _ = net
    one = as_one_state(p)
    assert one["W"][:4, 4:].tolist() == p["Whm"].tolist()
    assert one["W"][4:, :4].tolist() == p["Wmh"].tolist()
    assert not np.shares_memory(one["c"], p["c"])


def test_one_step_is_written_out(net):
    p, X, _ = net
    zh, zm, h, m = two_states_step(p, X[0], p["h0"], p["m0"], (SIGMOID, RELU))
    assert zh == pytest.approx(p["Uh"] @ X[0] + p["Whh"] @ p["h0"] + p["Whm"] @ p["m0"] + p["bh"])
    assert zm == pytest.approx(p["Um"] @ X[0] + p["Wmm"] @ p["m0"] + p["Wmh"] @ p["h0"] + p["bm"])
    assert (h, m) == (pytest.approx(1 / (1 + np.exp(-zh))), pytest.approx(np.maximum(zm, 0)))
    assert two_states_step(p, X[0], p["h0"], p["m0"])[2] == pytest.approx(np.tanh(zh))


def test_the_delta_rules_step_by_step(net):
    p, X, Tau = net
    run = two_states_forward(p, X)
    eps, deltas, sums = output_eps(run["o"], Tau, "softmax-ce"), (np.zeros(4), np.zeros(2)), [0.0, 0.0]
    for t in reversed(range(6)):
        deltas = two_states_delta_step(p, run["zh"][t], run["zm"][t], eps[t], deltas)
        sums = [total + delta for total, delta in zip(sums, deltas, strict=True)]

    g = bptt_two_states(p, X, Tau)
    assert sums[0] == pytest.approx(g["dbh"], rel=1e-10)
    assert sums[1] == pytest.approx(g["dbm"], rel=1e-10)


def test_tanh_and_softmax_are_meant_unless_others_are_named(net):
    p, X, Tau = net
    assert two_states_loss(p, X, Tau) == two_states_loss(p, X, Tau, "softmax-ce", (TANH, TANH))


def test_what_is_missing_or_misshapen_is_named(net):
    p, X, Tau = net
    with pytest.raises(MissingArrayError, match="Wmh is missing"):
        check_two_states({name: array for name, array in p.items() if name != "Wmh"})
    cases = [
        (two_states_step, (p, X[0], p["m0"], p["h0"]), "h"),
        (two_states_delta_step, (p, p["h0"], p["m0"], p["c"], (p["m0"], p["m0"])), "delta_h_next"),
        (two_states_delta_step, (p, p["h0"], p["m0"], p["c"], (p["h0"], p["h0"])), "delta_m_next"),
        (two_states_delta_step, (p, X[0], p["m0"], p["c"], (X[0], p["m0"])), "zh"),
        (two_states_delta_step, (p, X, p["m0"], p["c"], (X[0], p["m0"])), "zh"),
        (two_states_forward, (p, X[0]), "X"),
        (two_states_loss, (p, X, Tau[1:]), "Tau"),
        (as_one_state, ({**p, "Whm": p["Whh"]},), "Um"),
    ]
    for function, arguments, name in cases:
        with pytest.raises(ShapeError, match=rf"^{name} has shape"):
            function(*arguments)
