"""Two states of which the second follows the first within the step."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from solutions.reference.activations import SIGMOID
from solutions.reference.errors import MissingArrayError, ShapeError
from solutions.reference.follower import bptt_follower, check_follower, follower_forward, follower_loss
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.verification.networks import two_states_problem
from solutions.reference.verification.problems import SEEDS, SIZES


@pytest.fixture(params=SEEDS)
def net(request):
    problem = two_states_problem(request.param, **SIZES)
    p = {name: array for name, array in problem.p.items() if name != "Um"}
    return p, problem.arguments["X"], problem.arguments["Tau"]


def as_on_paper(p, X, Tau):
    h, m, E = p["h0"], p["m0"], 0.0
    for x, tau in zip(X, Tau, strict=True):
        h = anp.tanh(anp.dot(p["Uh"], x) + anp.dot(p["Whh"], h) + anp.dot(p["Whm"], m) + p["bh"])
        m = anp.tanh(anp.dot(p["Wmh"], h) + anp.dot(p["Wmm"], m) + p["bm"])
        o = anp.dot(p["Vh"], h) + anp.dot(p["Vm"], m) + p["c"]
        E = E - anp.sum(tau * (o - anp.log(anp.sum(anp.exp(o)))))
    return E


def test_gradients_meet_both_oracles(net):
    p, X, Tau = net
    g, exact = bptt_follower(p, X, Tau), autograd.grad(as_on_paper)(p, X, Tau)
    assert follower_loss(p, X, Tau) == pytest.approx(as_on_paper(p, X, Tau), rel=1e-12)
    assert {name[1:] for name in g} == exact.keys() == p.keys()
    assert max(relative_error(g[f"d{name}"], exact[name]) for name in exact) < 1e-12


@pytest.mark.parametrize("head", ["softmax-ce", "identity-half-se"])
def test_other_heads_and_activations(net, head):
    p, X, Tau = net
    expected = numeric_gradients(lambda q: follower_loss(q, X, Tau, head, SIGMOID), p)
    g = bptt_follower(p, X, Tau, head, SIGMOID)
    assert max(relative_error(g[name], expected[name]) for name in expected) < 1e-7


def test_the_second_state_hears_the_first_in_the_same_step(net):
    p, X, _ = net
    run, moved = follower_forward(p, X), follower_forward(p, X + np.eye(len(X))[:, :1])
    assert not np.allclose(run["h"][1], moved["h"][1])
    assert not np.allclose(run["m"][1], moved["m"][1])


def test_what_does_not_fit_is_named(net):
    p, X, Tau = net
    with pytest.raises(MissingArrayError, match="Wmh"):
        check_follower({name: array for name, array in p.items() if name != "Wmh"})
    with pytest.raises(ShapeError, match="Tau"):
        bptt_follower(p, X, Tau[:, :2])
