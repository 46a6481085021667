"""The assignment of chapter 11: the formulas of its written answer."""

import numpy as np
import pytest

from solutions.reference.attention import bilinear_scores, mix, mix_backward
from solutions.reference.jacobians import step_jacobian
from solutions.reference.roads import by_the_joint, direct_term
from solutions.reference.seq2seq import seq2seq_bptt, seq2seq_forward
from solutions.reference.verification.attention import SIZES, encoder_decoder

NAME = "ch11-attention"
pytestmark = pytest.mark.xdist_group(NAME)


@pytest.mark.parametrize("name", ["none", "bilinear"])
def test_the_model_answer_s_formulas_hold(name):
    """With losses at step 3 alone, all roads together are the derivative by the first input."""
    problem = encoder_decoder(11, {**SIZES, "T": 3}, name)
    p, X, inputs, Tau = problem.p, problem.p["X"], problem.p["inputs"], problem.arguments["Tau"]
    run = seq2seq_forward(p, X, inputs, name)
    y = np.exp(run["o"] - run["o"].max(axis=1, keepdims=True))
    y /= y.sum(axis=1, keepdims=True)
    # Targets equal to the outputs: no loss at steps 1 and 2.
    targets = np.vstack([y[:2], Tau[2:]])
    g = seq2seq_bptt(p, X, inputs, targets, "softmax-ce", name)
    eps = y[2] - Tau[2]
    s, H, ds = run["s"][3], run["h"][1:], p["Vs"].T @ eps
    direct = np.zeros_like(H)
    if name != "none":
        dkappa = p["Vc"].T @ eps
        _, alpha = mix(bilinear_scores(p, s, H), H)
        de, _ = mix_backward(alpha, H, dkappa)
        direct = direct_term(p, s, alpha, de, dkappa)
        ds = ds + p["A"] @ H.T @ de
    at_h1 = by_the_joint(p, run["zh"], run["zs"], ds, 1) + direct[0]
    for i in range(1, len(H)):
        over = np.eye(len(p["b"]))
        for j in range(1, i + 1):
            over = step_jacobian(p["W"], run["zh"][j]) @ over
        at_h1 = at_h1 + over.T @ direct[i]
    slopes = 1 - H[0] ** 2
    assert p["U"].T @ (slopes * at_h1) == pytest.approx(g["dX"][0], rel=1e-9, abs=1e-13)
