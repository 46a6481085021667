"""The network that hears its own last output."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from solutions.reference.activations import SIGMOID
from solutions.reference.bptt import bptt_mimo
from solutions.reference.errors import MissingArrayError, ShapeError
from solutions.reference.feedback import (
    bptt_feedback,
    check_feedback,
    feedback_eps_step,
    feedback_forward,
    feedback_loss,
    feedback_step,
)
from solutions.reference.numeric import central_difference, numeric_gradients, relative_error


@pytest.fixture
def net(rng, p):
    d, k = p["V"].T.shape
    return {**p, "R": rng.normal(size=(d, k)), "y0": rng.uniform(size=k)}


def as_on_paper(p, X, Tau):
    """E, a step after another, for autograd."""
    h, y, E = p["h0"], p["y0"], 0.0
    for x, tau in zip(X, Tau, strict=True):
        h = anp.tanh(anp.dot(p["U"], x) + anp.dot(p["W"], h) + anp.dot(p["R"], y) + p["b"])
        o = anp.dot(p["V"], h) + p["c"]
        y = anp.exp(o) / anp.sum(anp.exp(o))
        E = E - anp.sum(tau * anp.log(y))
    return E


def test_gradients_meet_both_oracles(net, X, Tau):
    g = bptt_feedback(net, X, Tau)
    exact = autograd.grad(as_on_paper)(net, X, Tau)
    assert feedback_loss(net, X, Tau) == pytest.approx(as_on_paper(net, X, Tau), rel=1e-12)
    assert {name[1:] for name in g} == exact.keys()
    assert max(relative_error(g[f"d{name}"], exact[name]) for name in exact) < 1e-12
    expected = numeric_gradients(lambda q: feedback_loss(q, X, Tau), net)
    assert max(relative_error(g[name], expected[name]) for name in expected) < 1e-7


def test_another_activation(net, X, Tau):
    expected = numeric_gradients(lambda q: feedback_loss(q, X, Tau, SIGMOID), net)
    g = bptt_feedback(net, X, Tau, SIGMOID)
    assert max(relative_error(g[name], expected[name]) for name in expected) < 1e-7


def test_one_step_is_written_out_entry_by_entry(net, X):
    step = feedback_step(net, X[0], net["h0"], net["y0"])
    z = [
        sum(net["U"][i] * X[0]) + sum(net["W"][i] * net["h0"]) + sum(net["R"][i] * net["y0"]) + net["b"][i]
        for i in range(len(net["b"]))
    ]
    assert step["z"] == pytest.approx(z, rel=1e-12)
    assert step["h"] == pytest.approx(np.tanh(z), rel=1e-12)
    assert step["o"] == pytest.approx(net["V"] @ np.tanh(z) + net["c"], rel=1e-12)
    assert step["y"] == pytest.approx(np.exp(step["o"]) / np.exp(step["o"]).sum(), rel=1e-12)


def test_the_output_hears_its_loss_and_the_next_step(net, rng):
    o, tau = rng.normal(size=5), np.array([0.1, 0.2, 0.3, 0.15, 0.25])
    later = rng.normal(size=4)

    def E(o):
        y = np.exp(o) / np.exp(o).sum()
        return float(-tau @ np.log(y) + later @ net["R"] @ y)

    y = np.exp(o) / np.exp(o).sum()
    assert relative_error(feedback_eps_step(y, tau, net["R"], later), central_difference(E, o)) < 1e-7


def test_without_feedback_it_is_the_plain_network(net, X, Tau):
    silent = {**net, "R": np.zeros_like(net["R"])}
    g, plain = (
        bptt_feedback(silent, X, Tau),
        bptt_mimo({n: net[n] for n in "UWVbc"} | {"h0": net["h0"]}, X, Tau),
    )
    assert max(relative_error(g[name], plain[name]) for name in plain) < 1e-12
    assert not g["dy0"].any()
    assert g["dR"].any()


def test_the_start_rows_are_given(net, X):
    run = feedback_forward(net, X)
    assert run["y"][0].tolist() == net["y0"].tolist()
    assert run["h"][0].tolist() == net["h0"].tolist()
    assert {name: len(rows) for name, rows in run.items()} == {"z": 6, "h": 7, "o": 6, "y": 7}


def test_what_does_not_fit_is_named(net, X, Tau):
    with pytest.raises(MissingArrayError, match="R"):
        check_feedback({name: array for name, array in net.items() if name != "R"})
    with pytest.raises(ShapeError, match="Tau"):
        bptt_feedback(net, X, Tau[:, :2])
