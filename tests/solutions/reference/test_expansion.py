"""The split of a total derivative, its sum over uses, and the same sums by automatic differentiation."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad, jacobian

from solutions.reference import expansion
from solutions.reference.activations import SIGMOID, TANH
from solutions.reference.bptt import bptt
from solutions.reference.errors import ShapeError
from solutions.reference.jacobians import state_jacobian
from solutions.reference.numeric import central_difference, relative_error
from solutions.reference.paths import path_deltas
from solutions.reference.rnn import only_last, rnn_forward
from solutions.reference.totals import dh_dW_by_uses, total_dh_dW


def last_state(p, X, f=anp.tanh):
    """h_T as a function of W, for autograd; h_0 may be one, too."""

    def h_T(W, start=None):
        h = p["h0"] if start is None else start(W)
        for x in X:
            h = f(p["U"] @ x + W @ h + p["b"])
        return h

    return h_T


def by_differences(h_T, W, step=1e-5):
    """∂h_i/∂W_ab at [i, a, b], one entry of h at a time."""
    return np.array([central_difference(lambda at, i=i: h_T(at)[i], W, step) for i in range(len(W))])


def test_a_loss_reaches_W_through_every_entry_of_the_state(p, X, Tau):
    def E(W):
        o = p["V"] @ last_state(p, X)(W) + p["c"]
        return -anp.sum(Tau[-1] * (o - anp.log(anp.sum(anp.exp(o)))))

    run = rnn_forward(p, X)
    row = p["V"].T @ (run["y"][-1] - Tau[-1])
    found = expansion.through_state(row, total_dh_dW(p, X)[-1])

    assert relative_error(found, grad(E)(p["W"])) < 1e-12
    assert relative_error(found, central_difference(E, p["W"])) < 1e-7
    # All three axes have one length here: over another one, the sum is another array of the same shape.
    assert relative_error(row @ total_dh_dW(p, X)[-1], grad(E)(p["W"])) > 0.01


@pytest.mark.parametrize("f", [TANH, SIGMOID], ids=lambda f: f.name)
def test_both_parts_together_are_the_total(p, X, f):
    run, total = rnn_forward(p, X, f=f), total_dh_dW(p, X, f)
    for t in range(1, len(X)):
        explicit, implicit = expansion.explicit_and_implicit(p, run["h"][t], X[t], total[t - 1], f)
        assert relative_error(explicit + implicit, total[t]) < 1e-12
        assert np.linalg.norm(implicit) > 0


def test_each_part_is_what_it_says(p, X):
    """Explicit: only this step's W moves. Implicit: only the W of the steps before."""
    start, x = last_state(p, X[:-1]), X[-1]

    def last_step(W, h):
        return anp.tanh(p["U"] @ x + W @ h + p["b"])

    h_prev, dh_prev = start(p["W"]), total_dh_dW(p, X)[-2]
    explicit, implicit = expansion.explicit_and_implicit(p, h_prev, x, dh_prev)

    def only_this(W):
        return last_step(W, h_prev)

    def only_before(W):
        return last_step(p["W"], start(W))

    for part, moved in ((explicit, only_this), (implicit, only_before)):
        assert relative_error(part, jacobian(moved)(p["W"])) < 1e-12
        assert relative_error(part, by_differences(moved, p["W"])) < 1e-7


@pytest.mark.parametrize("f", [TANH, SIGMOID], ids=lambda f: f.name)
@pytest.mark.parametrize("T", [1, 4, 6])
def test_the_terms_of_all_uses_add_up_to_the_total(p, X, T, f):
    terms = expansion.terms_of_uses(p, X[:T], f)
    assert terms.shape == (T, 4, 4, 4)
    assert relative_error(terms.sum(axis=0), total_dh_dW(p, X[:T], f)[-1]) < 1e-12
    assert relative_error(terms.sum(axis=0), dh_dW_by_uses(p, X[:T], f)[-1]) < 1e-12


def test_a_term_is_what_one_copy_of_W_does(p, X):
    T = len(X)

    def h_T(copies):
        h = p["h0"]
        for t in range(T):
            h = anp.tanh(p["U"] @ X[t] + copies[t] @ h + p["b"])
        return h

    copies = np.tile(p["W"], (T, 1, 1))
    per_copy = jacobian(h_T)(copies).swapaxes(0, 1)
    terms = expansion.terms_of_uses(p, X)
    for k in range(T):
        assert relative_error(terms[k], per_copy[k]) < 1e-12


@pytest.mark.parametrize("head", ["softmax-ce", "tanh-half-se"])
def test_the_last_losses_gradient(p, X, Tau, head):
    found = expansion.last_loss_dW(p, X, Tau[-1], head)
    T = len(X)
    expected = bptt(p, X, only_last(Tau[-1], T), head, np.eye(T)[-1])["dW"]
    assert relative_error(found, expected) < 1e-12

    def E(W):
        o = p["V"] @ last_state(p, X)(W) + p["c"]
        if head == "softmax-ce":
            return -anp.sum(Tau[-1] * (o - anp.log(anp.sum(anp.exp(o)))))
        return 0.5 * anp.sum((anp.tanh(o) - Tau[-1]) ** 2)

    assert relative_error(found, grad(E)(p["W"])) < 1e-12
    assert relative_error(found, central_difference(E, p["W"])) < 1e-7


def test_a_start_that_depends_on_W_adds_a_term(p, X):
    def start(W):
        return anp.tanh(W @ p["h0"])

    dh0_dW = jacobian(start)(p["W"])
    found = expansion.with_start({**p, "h0": start(p["W"])}, X, dh0_dW)
    h_T = last_state(p, X)
    assert relative_error(found, jacobian(lambda W: h_T(W, start))(p["W"])) < 1e-12
    assert relative_error(found, by_differences(lambda W: h_T(W, start), p["W"])) < 1e-7


@pytest.mark.parametrize("f", [TANH, SIGMOID])
def test_a_start_that_is_given_adds_none(p, X, f):
    found = expansion.with_start(p, X, np.zeros((4, 4, 4)), f)
    assert np.array_equal(found, expansion.terms_of_uses(p, X, f).sum(axis=0))


def test_a_start_goes_through_the_network_s_own_slopes(p, X):
    start, z = np.ones((4, 4, 4)), rnn_forward(p, X, f=SIGMOID)["z"]
    own = expansion.terms_of_uses(p, X, SIGMOID).sum(axis=0)
    expected = np.tensordot(state_jacobian(p["W"], z, len(X), 0, SIGMOID), 1e6 * start, axes=1)
    assert relative_error(expansion.with_start(p, X, 1e6 * start, SIGMOID) - own, expected) < 1e-9


def test_collected_paths_are_the_deltas(p, X, Tau):
    run = rnn_forward(p, X)
    by_path = path_deltas(p, run["z"], run["y"] - Tau)
    found = expansion.collected(by_path)

    def E(nudges):
        h, total = p["h0"], 0.0
        for x, nudge, tau in zip(X, nudges, Tau, strict=True):
            h = anp.tanh(p["U"] @ x + p["W"] @ h + p["b"] + nudge)
            o = p["V"] @ h + p["c"]
            total = total - anp.sum(tau * (o - anp.log(anp.sum(anp.exp(o)))))
        return total

    assert relative_error(found, grad(E)(np.zeros((6, 4)))) < 1e-12
    assert relative_error(found, central_difference(E, np.zeros((6, 4)))) < 1e-7
    for k in range(6):
        assert relative_error(found[k], by_path[k:, k].sum(axis=0)) < 1e-15


@pytest.mark.parametrize("head", ["softmax-ce", "identity-half-se"])
def test_carrying_derivatives_forward_gives_the_same_gradient(p, X, Tau, head):
    assert relative_error(expansion.dE_dW_forward(p, X, Tau, head), bptt(p, X, Tau, head)["dW"]) < 1e-12


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda _p, _X: expansion.through_state(np.ones(3), np.ones((4, 4, 3))), "dh_dW"),
        (lambda p, X: expansion.explicit_and_implicit(p, np.ones(3), X[0], np.ones((4, 4, 4))), "h_prev"),
        (lambda p, X: expansion.explicit_and_implicit(p, np.ones(4), X[0], np.ones((4, 4, 3))), "dh_prev_dW"),
        (lambda p, X: expansion.terms_of_uses(p, X[:, :2]), "X"),
        (lambda p, X: expansion.last_loss_dW(p, X, np.ones(4)), "tau"),
        (lambda p, X: expansion.with_start(p, X, np.ones((3, 4, 4))), "dh0_dW"),
        (lambda _p, _X: expansion.collected(np.ones((5, 6, 4))), "path_deltas"),
        (lambda p, X: expansion.dE_dW_forward(p, X, np.ones((5, 5))), "Tau"),
    ],
)
def test_wrong_shapes_are_named(p, X, call, name):
    with pytest.raises(ShapeError, match=rf"^{name} has shape"):
        call(p, X)
