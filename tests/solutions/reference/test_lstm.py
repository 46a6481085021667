"""The LSTM."""

from math import exp, tanh

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.errors import MissingArrayError, ShapeError
from solutions.reference.lstm import (
    cell_delta,
    cell_step,
    gate_deltas,
    lstm_backward,
    lstm_bptt,
    lstm_deltas,
    lstm_forward,
    lstm_loss,
    lstm_step,
    open_gates,
    show_step,
    stacked_gradients,
)
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.readout import readout_loss
from solutions.reference.verification import gates
from solutions.reference.verification.gates import LONG, gated
from solutions.reference.verification.problems import EQUAL, SEEDS, SIZES

LSTM_ARRAYS = ("Wx", "Wh", "bz", "h0", "c0")


@pytest.fixture
def problem(rng):
    return gated(int(rng.integers(1000)), 4, SIZES)


@pytest.fixture
def q(problem):
    return problem.p


@pytest.fixture
def dH(rng):
    return rng.normal(size=(6, 4))


def sigma(z):
    return 1 / (1 + exp(-z))


def test_a_step_is_written_out_entry_by_entry(q):
    x, h, c = q["X"][0], q["h0"], q["c0"]
    h_next, c_next, gates = lstm_step(q, x, h, c)
    for unit in range(4):
        zi, zf, zg, zo = (
            sum(q["Wx"][row, j] * x[j] for j in range(3))
            + sum(q["Wh"][row, j] * h[j] for j in range(4))
            + q["bz"][row]
            for row in (unit, 4 + unit, 8 + unit, 12 + unit)
        )
        cell = sigma(zf) * c[unit] + sigma(zi) * tanh(zg)
        assert gates[:, unit] == pytest.approx([sigma(zi), sigma(zf), tanh(zg), sigma(zo)], rel=1e-12)
        assert c_next[unit] == pytest.approx(cell, rel=1e-12)
        assert h_next[unit] == pytest.approx(sigma(zo) * tanh(cell), rel=1e-12)


def test_the_forward_pass_repeats_the_step(q):
    run = lstm_forward(q, q["X"])
    h, c = q["h0"], q["c0"]
    assert run["h"][0] == pytest.approx(h, abs=0)
    assert run["c"][0] == pytest.approx(c, abs=0)
    for t, x in enumerate(q["X"]):
        h, c, gates = lstm_step(q, x, h, c)
        assert run["gates"][t] == pytest.approx(gates, rel=1e-12)
        assert run["c"][t + 1] == pytest.approx(c, rel=1e-12)
        assert run["h"][t + 1] == pytest.approx(h, rel=1e-12)


def test_gates_far_from_zero_are_closed_or_open_without_a_warning():
    gates = open_gates(np.array([1000.0, -1000.0, 1000.0, -1000.0]))
    assert gates.ravel().tolist() == [1.0, 0.0, 1.0, 0.0]


def test_a_cell_that_keeps_all_and_writes_nothing_stays(rng):
    c = rng.normal(size=4)
    gates = np.stack([np.zeros(4), np.ones(4), rng.normal(size=4), rng.uniform(size=4)])
    assert cell_step(gates, c).tolist() == c.tolist()
    assert show_step(gates, c) == pytest.approx(gates[3] * np.tanh(c), rel=1e-15)


@pytest.mark.parametrize(
    "sizes", [gates.SIZES, EQUAL, {**gates.SIZES, "T": 1}], ids=["all different", "equal", "one step"]
)
def test_gradients_agree_with_central_differences(rng, sizes):
    q = gated(SEEDS[0], 4, sizes).p
    dH, X = rng.normal(size=(sizes["T"], sizes["d"])), q["X"]
    arrays = {name: q[name] for name in (*LSTM_ARRAYS, "X")}

    g = lstm_backward(q, X, dH)
    expected = numeric_gradients(lambda r: float((dH * lstm_forward(r, r["X"])["h"][1:]).sum()), arrays)

    assert set(g) == set(expected)
    assert max(relative_error(g[name], expected[name]) for name in g) < 1e-7


def test_a_network_has_the_gradients_of_its_output_layer_too(problem):
    q, Tau, head = problem.p, problem.arguments["Tau"], problem.arguments["head"]
    g = lstm_bptt(q, q["X"], Tau, head)
    assert set(g) == {"dWx", "dWh", "dbz", "dX", "dh0", "dc0", "dV", "dc"}
    assert lstm_loss(q, q["X"], Tau, head) == readout_loss(q, lstm_forward(q, q["X"])["h"], Tau, head)


def test_two_hundred_steps_stay_finite():
    problem = gated(SEEDS[0], 4, {**SIZES, "T": 200})
    g = lstm_bptt(problem.p, problem.p["X"], **problem.arguments)
    assert all(np.isfinite(array).all() for array in g.values())
    assert LONG["T"] == 200


def test_the_way_back_is_linear_in_what_comes_from_outside(q, rng):
    one, two = rng.normal(size=(2, 6, 4))
    both = lstm_backward(q, q["X"], 3.0 * one - two)
    first, second = lstm_backward(q, q["X"], one), lstm_backward(q, q["X"], two)
    for name, array in both.items():
        assert array == pytest.approx(3.0 * first[name] - second[name], rel=1e-9, abs=1e-12)


@given(order=st.permutations(range(4)), seed=st.sampled_from(SEEDS))
def test_permuting_the_units_permutes_the_gradients(order, seed):
    q = gated(seed, 4, SIZES).p
    rows = np.concatenate([np.array(order) + 4 * block for block in range(4)])
    permuted = {
        **q,
        "Wx": q["Wx"][rows],
        "Wh": q["Wh"][rows][:, order],
        "bz": q["bz"][rows],
        "h0": q["h0"][order],
        "c0": q["c0"][order],
    }
    dH = np.random.default_rng(seed).normal(size=(6, 4))
    g, moved = lstm_backward(q, q["X"], dH), lstm_backward(permuted, q["X"], dH[:, order])
    assert moved["dWx"] == pytest.approx(g["dWx"][rows], rel=1e-9, abs=1e-12)
    assert moved["dWh"] == pytest.approx(g["dWh"][rows][:, order], rel=1e-9, abs=1e-12)
    assert moved["dc0"] == pytest.approx(g["dc0"][order], rel=1e-9, abs=1e-12)
    assert moved["dX"] == pytest.approx(g["dX"], rel=1e-9, abs=1e-12)


def test_nothing_is_written_to_the_arguments(q, dH):
    before = {name: array.copy() for name, array in q.items()}
    lstm_backward(q, q["X"], dH)
    assert all((q[name] == before[name]).all() for name in q)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("Wx", (12, 3)),
        ("Wh", (16, 3)),
        ("bz", (12,)),
        ("h0", (3,)),
        ("c0", (3,)),
        ("X", (6, 2)),
    ],
)
def test_a_wrong_parameter_or_input_is_named(q, name, shape):
    arrays = {**q, name: np.zeros(shape)}
    with pytest.raises(ShapeError, match="has shape") as caught:
        lstm_forward(arrays, arrays["X"])
    # h0 sets d, so that a wrong h0 shows at its first partner.
    assert caught.value.name == {"h0": "c0"}.get(name, name)


def test_the_message_says_what_four_d_is(q):
    with pytest.raises(ShapeError, match=r"^Wx has shape \(12, 3\), expected \(4d, n\) with 4d = 16"):
        lstm_forward({**q, "Wx": q["Wx"][:12]}, q["X"])


def test_a_missing_start_state_is_named(q):
    del q["c0"]
    with pytest.raises(MissingArrayError, match=r"^c0 is missing"):
        lstm_forward(q, q["X"])


STEP_ARRAYS = {"gates": (4, 4), "c": (4,), "c_prev": (4,), "dh": (4,), "dc": (4,), "dc_next": (4,)}


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (cell_step, ["gates", "c"]),
        (show_step, ["gates", "c"]),
        (cell_delta, ["gates", "c", "dh", "dc_next"]),
        (gate_deltas, ["gates", "c_prev", "c", "dh", "dc"]),
    ],
)
def test_every_array_of_a_step_is_checked(function, names):
    good = [np.ones(STEP_ARRAYS[name]) for name in names]
    function(*good)
    for i in range(len(names)):
        wrong = [a if j != i else np.ones((4, 3, 1)) for j, a in enumerate(good)]
        with pytest.raises(ShapeError, match=f"^{names[i]} has shape"):
            function(*wrong)


@pytest.mark.parametrize(("name", "shape"), [("x", (4,)), ("h", (3,)), ("c", (3,))])
def test_a_step_names_a_wrong_shape(q, name, shape):
    arrays = {"x": q["X"][0], "h": q["h0"], "c": q["c0"], name: np.zeros(shape)}
    with pytest.raises(ShapeError, match=f"^{name} has shape"):
        lstm_step(q, arrays["x"], arrays["h"], arrays["c"])


def test_gates_come_from_one_vector():
    for z in (np.zeros((4, 4)), np.array(1.0)):
        with pytest.raises(ShapeError, match=r"^z has shape"):
            open_gates(z)
    with pytest.raises(ShapeError, match=r"^z has shape \(6,\), expected \(4d,\) with 4d = 4"):
        open_gates(np.zeros(6))


@pytest.mark.parametrize(
    ("name", "shape"), [("h", (6, 4)), ("c", (6, 4)), ("gates", (5, 4, 4)), ("dH", (6, 3))]
)
def test_deltas_name_a_wrong_shape(q, dH, name, shape):
    arrays = {**lstm_forward(q, q["X"]), "dH": dH, name: np.zeros(shape)}
    # h sets T, so that a wrong h shows at its first partner.
    with pytest.raises(ShapeError, match=f"^{ {'h': 'c'}.get(name, name) } has shape"):
        lstm_deltas(q, arrays, arrays["dH"])
    with pytest.raises(ShapeError, match=r"^h has shape \(7, 3\)"):
        lstm_deltas(q, {**arrays, "h": np.zeros((7, 3))}, arrays["dH"])


@pytest.mark.parametrize(("name", "shape"), [("X", (6, 2)), ("h", (6, 4)), ("delta", (6, 12))])
def test_gradient_sums_name_a_wrong_shape(q, name, shape):
    arrays = {"X": q["X"], "h": np.zeros((7, 4)), "delta": np.zeros((6, 16)), name: np.zeros(shape)}
    with pytest.raises(ShapeError, match=f"^{name} has shape"):
        stacked_gradients(q, arrays["X"], arrays["h"], arrays["delta"])
