"""Rows and columns say the same."""

import numpy as np
import pytest

from solutions.reference.bptt import bptt_many_to_one
from solutions.reference.chain import componentwise_jacobian
from solutions.reference.errors import ShapeError
from solutions.reference.losses import output_eps
from solutions.reference.numeric import relative_error
from solutions.reference.rows import many_to_one_rows, row_gradient_of_state, row_gradient_of_weight
from solutions.reference.stacked import bptt_stacked, delta_stacked_step, stacked_forward, stacked_outputs
from solutions.reference.steps import delta_step
from solutions.reference.verification.networks import stack_problem
from solutions.reference.verification.problems import SIZES


@pytest.mark.parametrize("T", [1, 6])
def test_many_to_one_in_rows_is_the_transpose(p, X, T):
    V, tau = p["V"][:1], np.array([1.0])
    dw_i, dw_h, dw_o = many_to_one_rows(p["U"].T, p["W"].T, V.T, p["h0"][None], X[:T], tau[None])

    columns = {**p, "V": V, "b": np.zeros(4), "c": np.zeros(1)}
    g = bptt_many_to_one(columns, X[:T], tau)

    assert relative_error(dw_i.T, g["dU"]) < 1e-12
    assert relative_error(dw_h.T, g["dW"]) < 1e-12
    assert relative_error(dw_o.T, g["dV"]) < 1e-12


def test_a_stack_in_rows_is_the_transpose():
    problem = stack_problem(11, **SIZES)
    p, X, Tau = problem.p, problem.arguments["X"], problem.arguments["Tau"]
    low, high = stacked_forward(p, X)
    eps = output_eps(stacked_outputs(p, X), Tau, "softmax-ce")
    above, below, row = np.zeros(6), np.zeros(4), np.zeros((1, 4))
    rows, states, below_states = [], [], []
    for t in reversed(range(6)):
        above = delta_step(high["z"][t], p["V"], eps[t], p["W2"], above)
        below = delta_stacked_step(low["z"][t], p["U2"], above, p["W1"], below)
        J = componentwise_jacobian(low["z"][t])
        dh, row = row_gradient_of_state(above[None], p["U2"], row, p["W1"], J)
        assert row == pytest.approx(below[None], rel=1e-12)
        assert dh @ J == pytest.approx(row)
        rows.append(row)
        states.append(low["h"][t][:, None])
        below_states.append(X[t][:, None])

    g = bptt_stacked(p, X, Tau)
    assert relative_error(row_gradient_of_weight(rows, states), g["dW1"]) < 1e-12
    with pytest.raises(ShapeError, match="h has shape"):
        row_gradient_of_weight(rows, [h.T for h in states])


def test_wrong_shapes_are_named(p, X):
    with pytest.raises(ShapeError, match=r"^w_o has shape \(5, 4\)"):
        many_to_one_rows(p["U"].T, p["W"].T, p["V"], p["h0"][None], X, np.ones((1, 1)))
    with pytest.raises(ShapeError, match=r"^J has shape"):
        row_gradient_of_state(np.ones((1, 5)), p["V"], np.ones((1, 4)), p["W"], p["V"])
    with pytest.raises(ShapeError, match=r"^dz has shape"):
        row_gradient_of_weight([np.ones(2)], [np.ones((4, 1))])
    with pytest.raises(ValueError, match="zip"):
        row_gradient_of_weight([np.ones((1, 2))], [])
