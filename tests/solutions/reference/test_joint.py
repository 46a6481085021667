"""Where encoder and decoder meet."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from solutions.reference.activations import SIGMOID
from solutions.reference.errors import MissingArrayError, ShapeError
from solutions.reference.joint import (
    attending_output,
    decoder_step,
    encoder_deltas,
    free_input,
    join,
    join_backward,
)
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.seq2seq import seq2seq_bptt, seq2seq_forward, state_gradients
from solutions.reference.verification.attention import SIZES, encoder_decoder

S, D, E, M, K = 4, 5, 2, 7, 8


@pytest.fixture
def problem(rng):
    """An encoder-decoder without attention: parameters, X, decoder inputs, targets, head."""
    found = encoder_decoder(int(rng.integers(1000)), SIZES, "none")
    given = found.arguments
    return found.p, found.p["X"], found.p["inputs"], given["Tau"], given["head"]


def test_the_decoder_starts_from_a_product(rng):
    P, h = rng.normal(size=(E, D)), rng.normal(size=D)
    assert join(P, h) == pytest.approx([sum(P[a] * h) for a in range(E)], rel=1e-12)


def test_one_step_of_the_decoder_is_written_out_entry_by_entry(problem):
    p, _, inputs, *_ = problem
    before = np.array([0.3, -0.8])
    z, s = decoder_step(p, inputs[0], before)
    expected = [sum(p["Us"][a] * inputs[0]) + sum(p["Ws"][a] * before) + p["bs"][a] for a in range(E)]
    assert z == pytest.approx(expected, rel=1e-12)
    assert s == pytest.approx(np.tanh(expected), rel=1e-12)
    assert decoder_step(p, inputs[0], before, SIGMOID)[1] == pytest.approx(SIGMOID.f(z), rel=1e-12)


def test_steps_from_the_joint_on_are_the_decoder_of_the_whole_pass(problem):
    p, X, inputs, *_ = problem
    run = seq2seq_forward(p, X, inputs, "none")
    s = join(p["P"], run["h"][-1])
    assert s == pytest.approx(run["s"][0], rel=1e-12)
    for t, u in enumerate(inputs):
        z, s = decoder_step(p, u, s)
        assert z == pytest.approx(run["zs"][t], rel=1e-12)
        assert s == pytest.approx(run["s"][t + 1], rel=1e-12)


def test_a_free_decoder_hears_its_likeliest_symbol():
    assert free_input(np.array([0.1, -2.0, 3.0, 2.9])).tolist() == [0.0, 0.0, 1.0, 0.0]
    assert free_input(np.array([7.0, 7.0])).tolist() == [1.0, 0.0]  # the first of equals


def test_an_attending_output_hears_state_and_context(rng):
    p = {"Vs": rng.normal(size=(K, E)), "Vc": rng.normal(size=(K, D)), "c": rng.normal(size=K)}
    s, kappa = rng.normal(size=E), rng.normal(size=D)
    together = np.hstack([p["Vs"], p["Vc"]]) @ np.concatenate([s, kappa]) + p["c"]
    assert attending_output(p, s, kappa) == pytest.approx(together, rel=1e-12)


def test_the_way_back_through_the_joint_meets_both_oracles(rng):
    """E is any function of s_1, reached from h_S through the joint and one decoder step."""
    arrays = {"P": rng.normal(size=(E, D)), "h": rng.normal(size=D)}
    Ws, z_in, pull = rng.normal(size=(E, E)), rng.normal(size=E), rng.normal(size=E)

    def loss(xp, r):
        return xp.dot(pull, xp.tanh(z_in + xp.dot(Ws, xp.dot(r["P"], r["h"]))))

    delta_1 = (1 - np.tanh(z_in + Ws @ arrays["P"] @ arrays["h"]) ** 2) * pull
    dh, dP = join_backward(arrays["P"], Ws, delta_1, arrays["h"])
    exact = autograd.grad(lambda r: loss(anp, r))(arrays)
    by_numbers = numeric_gradients(lambda r: float(loss(np, r)), arrays)
    for found, name in ((dh, "h"), (dP, "P")):
        assert relative_error(found, exact[name]) < 1e-12
        assert relative_error(found, by_numbers[f"d{name}"]) < 1e-7


def test_the_errors_of_the_encoder_are_those_of_the_whole_pass(problem):
    p, X, inputs, Tau, head = problem
    run = seq2seq_forward(p, X, inputs, "none")
    direct = state_gradients(p, X, inputs, Tau, head, "none")["direct"]
    g = seq2seq_bptt(p, X, inputs, Tau, head, "none")
    delta = encoder_deltas(p["W"], run["zh"], direct[-1])
    dU = delta.T @ X
    assert dU == pytest.approx(g["dU"], rel=1e-9, abs=1e-12)
    assert delta.T @ run["h"][:-1] == pytest.approx(g["dW"], rel=1e-9, abs=1e-12)
    assert delta.sum(axis=0) == pytest.approx(g["db"], rel=1e-9, abs=1e-12)
    assert p["W"].T @ delta[0] == pytest.approx(g["dh0"], rel=1e-9, abs=1e-12)


def test_the_errors_of_the_encoder_meet_both_oracles(rng):
    W, z, pull = rng.normal(size=(D, D)), rng.normal(size=(S, D)), rng.normal(size=D)

    def loss(xp, nudge):
        """Pull times h_S, with a nudge of every z: z itself holds the inputs at the point of departure."""
        h = np.zeros(D)
        steps = [z[0]] + [z[i] - W @ np.tanh(z[i - 1]) for i in range(1, S)]
        for i in range(S):
            h = xp.tanh(steps[i] + nudge[i] + (xp.dot(W, h) if i else 0.0))
        return xp.dot(pull, h)

    delta = encoder_deltas(W, z, pull)
    still = np.zeros((S, D))
    assert relative_error(delta, autograd.grad(lambda nudge: loss(anp, nudge))(still)) < 1e-12
    by_numbers = numeric_gradients(lambda r: float(loss(np, r["nudge"])), {"nudge": still})["dnudge"]
    assert relative_error(delta, by_numbers) < 1e-7


def test_a_single_encoder_step_hears_the_joint_and_nothing_else(rng):
    z, dh = rng.normal(size=(1, D)), rng.normal(size=D)
    assert encoder_deltas(np.ones((D, D)), z, dh) == pytest.approx((1 - np.tanh(z) ** 2) * dh, rel=1e-12)


WRONG = [
    (lambda a: join(a["P"], np.ones(D + 1)), "h_S"),
    (lambda a: join(np.ones(E), a["h_S"]), "P"),
    (lambda a: decoder_step(a, np.ones(M + 1), np.ones(E)), "u"),
    (lambda a: decoder_step(a, np.ones(M), np.ones(E + 1)), "s_prev"),
    (lambda a: decoder_step({**a, "Ws": np.ones((E, E + 1))}, np.ones(M), np.ones(E)), "Ws"),
    (lambda _: free_input(np.ones((2, 2))), "o"),
    (lambda a: attending_output(a, np.ones(E), np.ones(D + 1)), "kappa"),
    (lambda a: attending_output({**a, "Vc": np.ones((K + 1, D))}, np.ones(E), np.ones(D)), "Vc"),
    (lambda a: join_backward(a["P"], a["Ws"], np.ones(E + 1), a["h_S"]), "delta_1"),
    (lambda _: encoder_deltas(np.ones((D, D)), np.ones((S, D)), np.ones(S)), "dh_S"),
    (lambda _: encoder_deltas(np.ones((D, E)), np.ones((S, D)), np.ones(D)), "W"),
]


@pytest.mark.parametrize(("call", "culprit"), WRONG)
def test_a_wrong_shape_is_named(call, culprit):
    arrays = {"P": np.ones((E, D)), "h_S": np.ones(D), "Us": np.ones((E, M)), "Ws": np.ones((E, E))}
    arrays |= {"bs": np.ones(E), "Vs": np.ones((K, E)), "Vc": np.ones((K, D)), "c": np.ones(K)}
    with pytest.raises(ShapeError, match=f"^{culprit} has shape"):
        call(arrays)


def test_a_missing_array_is_named():
    with pytest.raises(MissingArrayError, match=r"^Vc is missing"):
        attending_output({"Vs": np.ones((K, E)), "c": np.ones(K)}, np.ones(E), np.ones(D))
