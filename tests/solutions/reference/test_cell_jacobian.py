"""One step of an LSTM as a map of the pair (h, c)."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.cell_jacobian import half_life, pair_jacobian, pair_product
from solutions.reference.cell_memory import direct_cell_path, kept_share
from solutions.reference.errors import ShapeError
from solutions.reference.lstm import lstm_backward, lstm_forward, lstm_step
from solutions.reference.numeric import relative_error
from solutions.reference.verification.gates import gated

SIZES = {"n": 3, "d": 5, "k": 2, "T": 6}


@pytest.fixture
def q(rng):
    return gated(int(rng.integers(1000)), 4, SIZES).p


def step(q, x, pair):
    """The pair after a step, written for autograd."""
    d = len(pair) // 2
    z = anp.dot(q["Wx"], x) + anp.dot(q["Wh"], pair[:d]) + q["bz"]
    i, f, o = (1 / (1 + anp.exp(-z[block * d : block * d + d])) for block in (0, 1, 3))
    c = f * pair[d:] + i * anp.tanh(z[2 * d : 3 * d])
    return anp.concatenate([o * anp.tanh(c), c])


def test_a_steps_jacobian_meets_both_oracles(q):
    x, pair = q["X"][0], np.concatenate([q["h0"], q["c0"]])
    _, c, gates = lstm_step(q, x, q["h0"], q["c0"])
    found = pair_jacobian(q, gates, q["c0"], c)
    assert found.shape == (10, 10)
    assert relative_error(found, autograd.jacobian(lambda pair: step(q, x, pair))(pair)) < 1e-12
    nudges = 1e-5 * np.eye(10)
    by_numbers = np.array([step(q, x, pair + e) - step(q, x, pair - e) for e in nudges]).T / 2e-5
    assert relative_error(found, by_numbers) < 1e-7


def test_the_forget_gate_stands_alone(q):
    _, c, gates = lstm_step(q, q["X"][0], q["h0"], q["c0"])
    J = pair_jacobian(q, gates, q["c0"], c)
    assert J[5:, 5:].tolist() == np.diag(gates[1]).tolist()
    other = pair_jacobian({**q, "Wh": 3 * q["Wh"]}, gates, q["c0"], c)
    assert (other[:, 5:] == J[:, 5:]).all()
    assert other[:, :5] == pytest.approx(3 * J[:, :5], rel=1e-12)


def test_the_product_is_the_derivative_over_many_steps(q):
    run = lstm_forward(q, q["X"])

    def after(pair):
        for x in q["X"][2:]:
            pair = step(q, x, pair)
        return pair

    exact = autograd.jacobian(after)(np.concatenate([run["h"][2], run["c"][2]]))
    assert relative_error(pair_product(q, run, 2), exact) < 1e-12
    assert pair_product(q, run, 6).tolist() == np.eye(10).tolist()


def test_the_product_takes_an_error_back_as_the_backward_pass_does(q, rng):
    run, dH = lstm_forward(q, q["X"]), np.zeros((6, 5))
    dH[-1] = rng.normal(size=5)
    g = lstm_backward(q, q["X"], dH)
    back = pair_product(q, run).T @ np.concatenate([dH[-1], np.zeros(5)])
    assert relative_error(back, np.concatenate([g["dh0"], g["dc0"]])) < 1e-12


def test_without_recurrent_weights_the_cells_corner_is_the_product_of_the_gates(q):
    q = {**q, "Wh": np.zeros((20, 5))}
    run = lstm_forward(q, q["X"])
    assert pair_product(q, run)[5:, 5:] == pytest.approx(
        np.diag(direct_cell_path(run["gates"])[0]), rel=1e-12
    )


@pytest.mark.parametrize(
    ("bias", "steps"), [(0.0, 1.0), (1.0, 2.2), (2.0, 5.5), (3.0, 14.3), (5.0, 103.2), (-3.0, 0.227)]
)
def test_half_lives(bias, steps):
    assert half_life(bias) == pytest.approx(steps, abs=0.05)


@given(bias=st.floats(-5, 12))
def test_after_a_half_life_a_half_is_left(bias):
    whole = max(1, round(half_life(bias)))
    assert kept_share(bias, whole) ** (half_life(bias) / whole) == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "shape"), [("gates", (3, 5)), ("c_prev", (4,)), ("c", (4,)), ("Wh", (20, 4))]
)
def test_a_wrong_shape_is_named(q, name, shape):
    arrays = {"gates": np.ones((4, 5)), "c_prev": np.ones(5), "c": np.ones(5), "Wh": q["Wh"]}
    arrays[name] = np.zeros(shape)
    with pytest.raises(ShapeError, match=f"^{name} has shape"):
        pair_jacobian({**q, "Wh": arrays["Wh"]}, arrays["gates"], arrays["c_prev"], arrays["c"])


@pytest.mark.parametrize(("name", "shape"), [("c", (7, 4)), ("gates", (6, 3, 5))])
def test_a_run_of_a_wrong_shape_is_named(q, name, shape):
    run = {**lstm_forward(q, q["X"]), name: np.zeros(shape)}
    with pytest.raises(ShapeError, match=f"^{name} has shape"):
        pair_product(q, run)
