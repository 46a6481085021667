"""How long a cell remembers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.cell_memory import direct_cell_path, forget_bias, kept_share
from solutions.reference.errors import CountError, RangeError, ShapeError
from solutions.reference.lstm import lstm_backward, lstm_forward
from solutions.reference.numeric import relative_error
from solutions.reference.verification.gates import gated
from solutions.reference.verification.problems import SIZES


@pytest.fixture
def q(rng):
    return gated(int(rng.integers(1000)), 4, SIZES).p


def test_without_recurrent_weights_the_cell_path_is_the_whole_derivative(q):
    q = {**q, "Wh": np.zeros((16, 4))}
    run = lstm_forward(q, q["X"])
    at_the_end = np.zeros((6, 4))
    at_the_end[-1] = 1.0

    along_the_cell = (
        run["gates"][-1, 3] * (1 - np.tanh(run["c"][-1]) ** 2) * direct_cell_path(run["gates"])[0]
    )

    assert lstm_backward(q, q["X"], at_the_end)["dc0"] == pytest.approx(along_the_cell, rel=1e-12)


def test_with_recurrent_weights_it_is_not(q):
    run = lstm_forward(q, q["X"])
    at_the_end = np.zeros((6, 4))
    at_the_end[-1] = 1.0
    along_the_cell = (
        run["gates"][-1, 3] * (1 - np.tanh(run["c"][-1]) ** 2) * direct_cell_path(run["gates"])[0]
    )
    assert relative_error(lstm_backward(q, q["X"], at_the_end)["dc0"], along_the_cell) > 0.05


def test_the_cell_path_is_a_product_of_forget_gates(rng):
    gates = rng.uniform(size=(3, 4, 2))
    path = direct_cell_path(gates)
    assert path.shape == (4, 2)
    assert path.flags["C_CONTIGUOUS"]
    assert path[3].tolist() == [1.0, 1.0]
    assert path[1] == pytest.approx(gates[1, 1] * gates[2, 1], rel=1e-12)
    assert path[0] == pytest.approx(gates[0, 1] * gates[1, 1] * gates[2, 1], rel=1e-12)


@pytest.mark.parametrize(
    ("bias", "steps", "share"),
    [(0.0, 10, 1 / 1024), (1.0, 10, 0.0436), (2.0, 50, 1.75e-3), (3.0, 100, 7.8e-3), (5.0, 200, 0.261)],
)
def test_what_a_forget_bias_keeps(bias, steps, share):
    assert kept_share(bias, steps) == pytest.approx(share, rel=0.02)
    assert type(kept_share(bias, steps)) is float


def test_half_after_a_hundred_steps_needs_a_bias_of_almost_five():
    assert forget_bias(0.5, 100) == pytest.approx(4.968, abs=5e-4)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 2.0])
def test_no_bias_keeps_all_or_nothing(share):
    with pytest.raises(RangeError, match=f"^share is {share}, expected a number between 0 and 1"):
        forget_bias(share, 3)


@pytest.mark.parametrize("function", [kept_share, forget_bias])
def test_a_share_is_left_after_a_step_at_least(function):
    with pytest.raises(CountError, match=r"^steps is 0"):
        function(0.5, 0)


@given(share=st.floats(0.01, 0.99), steps=st.integers(1, 1000))
def test_the_bias_for_a_share_keeps_that_share(share, steps):
    assert kept_share(forget_bias(share, steps), steps) == pytest.approx(share, rel=1e-9)


def test_the_cell_path_wants_four_gates():
    with pytest.raises(ShapeError, match=r"^gates has shape \(3, 3, 2\), expected \(T, 4, d\)"):
        direct_cell_path(np.ones((3, 3, 2)))
