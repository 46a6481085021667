"""Two chains in opposite directions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.activations import SIGMOID
from solutions.reference.bidirectional import (
    backward_chain_gradients,
    backward_chain_step,
    bidirectional_forward,
    bidirectional_loss,
    bptt_bidirectional,
    check_bidirectional,
    delta_backward_chain_step,
)
from solutions.reference.errors import MissingArrayError, ShapeError
from solutions.reference.losses import output_eps
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.rnn import rnn_forward
from solutions.reference.verification.networks import bidirectional_problem
from solutions.reference.verification.problems import SEEDS, SIZES, one_hot

OTHER_WAY = {
    **dict(zip(("U", "W", "b", "h0", "V"), ("Ub", "Wb", "bb", "hb0", "Vb"), strict=True)),
    **dict(zip(("Ub", "Wb", "bb", "hb0", "Vb"), ("U", "W", "b", "h0", "V"), strict=True)),
    "c": "c",
}


@pytest.fixture
def net():
    problem = bidirectional_problem(11, **SIZES)
    return problem.p, problem.arguments["X"], problem.arguments["Tau"]


def same(found, expected, bound=1e-12):
    assert found.keys() == expected.keys()
    assert max(relative_error(found[name], expected[name]) for name in expected) < bound


@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_agree_with_central_differences(seed):
    problem = bidirectional_problem(seed, **SIZES)
    X, Tau = problem.arguments["X"], problem.arguments["Tau"]

    expected = numeric_gradients(lambda q: bidirectional_loss(q, X, Tau), problem.p)
    same(bptt_bidirectional(problem.p, X, Tau), expected, 1e-7)

    chosen = {"head": "sigmoid-ce", "loss_at": np.arange(6.0), "f": SIGMOID}
    expected = numeric_gradients(lambda q: bidirectional_loss(q, X, Tau, **chosen), problem.p)
    same(bptt_bidirectional(problem.p, X, Tau, **chosen), expected, 1e-7)


def test_the_chain_against_time_is_written_out(net):
    p, X, _ = net
    run = bidirectional_forward(p, X)

    assert run["hb"][6].tolist() == p["hb0"].tolist()
    assert run["h"][0].tolist() == p["h0"].tolist()
    for t in reversed(range(6)):
        z, _ = backward_chain_step(p, X[t], run["hb"][t + 1])
        assert z == pytest.approx(p["Ub"] @ X[t] + p["Wb"] @ run["hb"][t + 1] + p["bb"])
        assert run["hb"][t] == pytest.approx(np.tanh(z), rel=1e-12)
        assert run["h"][t + 1] == pytest.approx(np.tanh(p["U"] @ X[t] + p["W"] @ run["h"][t] + p["b"]))
        assert run["o"][t] == pytest.approx(p["V"] @ run["h"][t + 1] + p["Vb"] @ run["hb"][t] + p["c"])
    assert backward_chain_step(p, X[0], p["hb0"], SIGMOID)[1] == pytest.approx(
        1 / (1 + np.exp(-backward_chain_step(p, X[0], p["hb0"])[0]))
    )


def test_the_delta_of_the_chain_against_time_runs_upwards(net):
    p, X, Tau = net
    run = bidirectional_forward(p, X)
    eps = output_eps(run["o"], Tau, "softmax-ce")
    g, delta, total = bptt_bidirectional(p, X, Tau), np.zeros(2), np.zeros(2)

    for t in range(6):
        zb, _ = backward_chain_step(p, X[t], run["hb"][t + 1])
        delta = delta_backward_chain_step(zb, p["Vb"], eps[t], p["Wb"], delta)
        total += delta

    assert total == pytest.approx(g["dbb"], rel=1e-10)
    assert p["Wb"].T @ delta == pytest.approx(g["dhb0"], rel=1e-10)
    s = 1 / (1 + np.exp(-zb))
    assert delta_backward_chain_step(zb, p["Vb"], eps[0], p["Wb"], delta, SIGMOID) == pytest.approx(
        s * (1 - s) * (p["Vb"].T @ eps[0] + p["Wb"].T @ delta)
    )


@given(st.integers(0, 10_000), st.integers(1, 6))
def test_time_reversed_the_chains_change_places(seed, T):
    p = bidirectional_problem(11, **SIZES).p
    rng = np.random.default_rng(seed)
    X, Tau = rng.normal(size=(T, 3)), one_hot(rng, T, 5)
    mirrored = {OTHER_WAY[name]: array for name, array in p.items()}

    g = bptt_bidirectional(mirrored, X[::-1], Tau[::-1])

    assert bidirectional_loss(mirrored, X[::-1], Tau[::-1]) == pytest.approx(bidirectional_loss(p, X, Tau))
    same(
        g, {f"d{OTHER_WAY[name[1:]]}": array for name, array in bptt_bidirectional(p, X, Tau).items()}, 1e-10
    )


def test_a_gap_is_filled_from_both_sides(net):
    p, X, _ = net
    later = X.copy()
    later[4] += 1.0

    assert not np.allclose(bidirectional_forward(p, later)["o"][2], bidirectional_forward(p, X)["o"][2])
    assert rnn_forward({**p, "h0": p["h0"]}, later)["o"][2] == pytest.approx(
        rnn_forward(p, X)["o"][2], rel=1e-14
    )


def test_every_step_counts_once_unless_masked(net):
    p, X, Tau = net
    assert bidirectional_loss(p, X, Tau) == pytest.approx(bidirectional_loss(p, X, Tau, loss_at=np.ones(6)))
    one = [bidirectional_loss(p, X, Tau, loss_at=row) for row in np.eye(6)]
    assert sum(one) == pytest.approx(bidirectional_loss(p, X, Tau))


def test_what_is_missing_or_misshapen_is_named(net):
    p, X, Tau = net
    with pytest.raises(MissingArrayError, match="Vb is missing"):
        check_bidirectional({name: array for name, array in p.items() if name != "Vb"})
    cases = [
        (backward_chain_step, (p, X[0], p["h0"]), "hb_next"),
        (delta_backward_chain_step, (p["hb0"], p["Vb"], p["c"], p["Wb"], p["h0"]), "delta_prev"),
        (bidirectional_forward, (p, X[0]), "X"),
        (bidirectional_loss, (p, X, Tau[1:]), "Tau"),
        (bptt_bidirectional, (p, X, Tau[1:]), "Tau"),
        (bidirectional_loss, (p, X, Tau, "softmax-ce", np.ones(5)), "loss_at"),
        (bptt_bidirectional, (p, X, Tau, "softmax-ce", np.ones(5)), "loss_at"),
    ]
    for function, arguments, name in cases:
        with pytest.raises(ShapeError, match=rf"^{name} has shape"):
            function(*arguments)


def test_the_sums_of_the_chain_against_time(net):
    p, X, Tau = net
    run = bidirectional_forward(p, X)
    eps, later, rows = output_eps(run["o"], Tau, "softmax-ce"), np.zeros(2), []
    for t in range(len(X)):
        zb, _ = backward_chain_step(p, X[t], run["hb"][t + 1])
        later = delta_backward_chain_step(zb, p["Vb"], eps[t], p["Wb"], later)
        rows.append(later)
    g = backward_chain_gradients(p, np.array(rows), X, run["hb"])
    expected = numeric_gradients(lambda q: bidirectional_loss(q, X, Tau), p)
    same(g, {name: expected[name] for name in g}, 1e-7)
