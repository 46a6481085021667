"""The capstones' single steps, against central differences and automatic differentiation."""

from math import log

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from solutions.reference.activations import sigmoid
from solutions.reference.bidirectional import bidirectional_forward, bptt_bidirectional
from solutions.reference.capstones import carry_eps, carry_step, floor_of_groups, gap_eps
from solutions.reference.errors import CountError, RangeError, ShapeError
from solutions.reference.losses import softmax
from solutions.reference.numeric import central_difference, relative_error
from solutions.reference.steps import sum_of_outer
from solutions.reference.training.adder import adder_bptt, run_adder
from solutions.reference.training.completion import floor_without_memory
from solutions.reference.training.sentiment import all_sentences
from solutions.reference.verification.capstones import cell, numbers


def states(p, a, b):
    """h, o, y and the inputs of every step, the carry going on as it comes."""
    x, h, o, carry = [], [], [], 0.0
    for a_t, b_t in zip([*a, 0.0], [*b, 0.0], strict=True):
        h_t, y = carry_step(p, a_t, b_t, carry)
        x.append([a_t, b_t, carry])
        h.append(h_t)
        o.append(p["V"] @ h_t + p["c"])
        assert y == pytest.approx(sigmoid(o[-1]), rel=1e-12)
        carry = float(y[1])
    return np.array(x), np.array(h), np.array(o)


def test_the_cell_step_by_step_is_the_adder(rng):
    p, (a, b) = cell(rng, 5), rng.integers(2, size=(2, 20)).astype(float)
    _, h, o = states(p, a, b)
    assert h.shape == (21, 5)
    assert run_adder(p, a, b).tolist() == (o[:, 0] > 0).astype(int).tolist()


def test_the_carry_s_error_makes_the_adder_s_gradient(rng):
    problem = numbers(int(rng.integers(1000)), 7)
    p, (a, b, target) = problem.p, problem.arguments.values()
    x, h, o = states(p, a, b)
    eps, delta = np.zeros((8, 2)), np.zeros((8, 5))
    eps[:, 0] = sigmoid(o[:, 0]) - target
    for t in reversed(range(8)):
        eps[t, 1] = carry_eps(float(o[t, 1]), p["U"], delta[t + 1]) if t < 7 else 0.0
        delta[t] = (1 - h[t] ** 2) * (p["V"].T @ eps[t])
    expected = adder_bptt(p, **problem.arguments)
    assert relative_error(sum_of_outer(delta, x), expected["dU"]) < 1e-12
    assert relative_error(sum_of_outer(eps, h), expected["dV"]) < 1e-12


def test_the_error_at_the_carry_is_the_derivative_by_its_logit(rng):
    p, bits, weights = cell(rng, 5), np.array([1.0, 0.0]), rng.normal(size=5)

    def after(o, xp):
        carry = 1 / (1 + xp.exp(-o))
        return xp.dot(weights, xp.tanh(xp.dot(p["U"][:, :2], bits) + p["U"][:, 2] * carry + p["b"]))

    o = rng.normal()
    h, _ = carry_step(p, 1.0, 0.0, float(sigmoid(np.float64(o))))
    found = carry_eps(float(o), p["U"], weights * (1 - h**2))
    assert found == pytest.approx(autograd.grad(lambda o: after(o, anp))(o), rel=1e-12)
    difference = central_difference(lambda o: float(after(o[0], np)), np.array([o]))
    assert found == pytest.approx(difference[0], rel=1e-7)


def test_no_shares_do_better_than_the_floor(rng):
    seen = ["s", "t", "s", "s", "t", "r"]
    wanted = [0, 1, 1, 0, 1, 2]
    floor = floor_of_groups(seen, wanted)
    assert floor == pytest.approx(2 * log(3 / 2) + log(3))
    for _ in range(50):
        shares = {s: rng.dirichlet(np.ones(3)) for s in "rst"}
        assert sum(-log(shares[s][w]) for s, w in zip(seen, wanted, strict=True)) > floor
    best = {"s": [2 / 3, 1 / 3, 0], "t": [0, 1, 0], "r": [0, 0, 1]}
    reached = sum(-log(best[s][w]) for s, w in zip(seen, wanted, strict=True))
    assert reached == pytest.approx(floor)


@pytest.mark.parametrize("word", ["deep", "d", "peeped", "pepp"])
def test_the_floor_of_a_word_is_that_of_its_letters(word):
    assert floor_of_groups([*word], [*word[1:], "<stop>"]) == pytest.approx(floor_without_memory(word))


def test_the_floor_of_the_sentences():
    sentences = all_sentences()
    by_last = floor_of_groups([words[-1] for words, _ in sentences], [label for _, label in sentences])
    assert by_last == pytest.approx(2 * (5 * log(9 / 5) + 4 * log(9 / 4)))
    assert by_last == pytest.approx(12.365, abs=5e-4)
    assert floor_of_groups([" ".join(w) for w, _ in sentences], [label for _, label in sentences]) == 0


def test_the_error_at_a_gap_is_the_derivative_by_the_outputs(rng):
    T, n, d, e, k, gap = 6, 3, 4, 2, 5, 2
    shapes = {"U": (d, n), "W": (d, d), "b": (d,), "h0": (d,), "Ub": (e, n), "Wb": (e, e), "bb": (e,)}
    shapes |= {"hb0": (e,), "V": (k, d), "Vb": (k, e), "c": (k,)}
    p = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    X, tau = rng.normal(size=(T, n)), np.eye(k)[3]
    run = bidirectional_forward(p, X)

    def E(o, xp):
        return xp.log(xp.sum(xp.exp(o[gap]))) - xp.dot(tau, o[gap])

    eps = gap_eps(softmax(run["o"])[gap], tau, gap, T)
    assert relative_error(eps, autograd.grad(lambda o: E(o, anp))(run["o"])) < 1e-12
    assert relative_error(eps, central_difference(lambda o: float(E(o, np)), run["o"])) < 1e-7
    g = bptt_bidirectional(p, X, np.tile(tau, (T, 1)), loss_at=np.eye(T)[gap])
    assert relative_error(sum_of_outer(eps, run["h"][1:]), g["dV"]) < 1e-12


def test_bad_arguments_are_named(rng):
    p = cell(rng, 4)
    with pytest.raises(ShapeError, match=r"^V has shape"):
        carry_step({**p, "V": np.zeros((1, 4))}, 0.0, 1.0, 0.0)
    with pytest.raises(ShapeError, match=r"^delta_next has shape"):
        carry_eps(0.5, p["U"], np.zeros(3))
    with pytest.raises(CountError, match=r"^the number of examples is 0"):
        floor_of_groups([], [])
    with pytest.raises(RangeError, match=r"^the number of targets is 0, expected 1, one for each example\.$"):
        floor_of_groups(["s"], [])
    with pytest.raises(ShapeError, match=r"^tau has shape"):
        gap_eps(np.zeros(3), np.zeros(2), 0, 2)
    for gap in (-1, 2):
        with pytest.raises(RangeError, match=rf"^the place of the gap is {gap}, expected from 0 to 1\.$"):
            gap_eps(np.zeros(3), np.zeros(3), gap, 2)


@pytest.mark.parametrize("gap", [0, 2])
def test_a_gap_may_be_the_first_word_or_the_last(gap):
    eps = gap_eps(np.array([0.25, 0.75]), np.array([0.0, 1.0]), gap, 3)
    assert eps[gap].tolist() == [0.25, -0.25]
    assert np.delete(eps, gap, axis=0).tolist() == [[0.0, 0.0]] * 2
