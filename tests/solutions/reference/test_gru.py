"""The GRU."""

from math import exp, tanh

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.errors import MissingArrayError, ShapeError
from solutions.reference.gru import gru_backward, gru_bptt, gru_delta_step, gru_forward, gru_loss, gru_step
from solutions.reference.numeric import central_difference, numeric_gradients, relative_error
from solutions.reference.readout import readout_loss
from solutions.reference.verification import gates
from solutions.reference.verification.gates import gated
from solutions.reference.verification.problems import EQUAL, SEEDS, SIZES


@pytest.fixture
def problem(rng):
    return gated(int(rng.integers(1000)), 3, SIZES)


@pytest.fixture
def q(problem):
    return problem.p


@pytest.fixture
def dH(rng):
    return rng.normal(size=(6, 4))


def test_a_step_is_written_out_entry_by_entry(q):
    x, h = q["X"][0], q["h0"]
    h_next, gates = gru_step(q, x, h)

    def affine(row, state):
        return sum(q["Wx"][row] * x) + sum(q["Wh"][row] * state) + q["bz"][row]

    r = [1 / (1 + exp(-affine(unit, h))) for unit in range(4)]
    for unit in range(4):
        u = 1 / (1 + exp(-affine(4 + unit, h)))
        m = tanh(affine(8 + unit, np.array(r) * h))
        assert gates[:, unit] == pytest.approx([r[unit], u, m], rel=1e-12)
        assert h_next[unit] == pytest.approx((1 - u) * h[unit] + u * m, rel=1e-12)


def test_the_forward_pass_repeats_the_step(q):
    run, h = gru_forward(q, q["X"]), q["h0"]
    assert run["h"][0] == pytest.approx(h, abs=0)
    for t, x in enumerate(q["X"]):
        h, gates = gru_step(q, x, h)
        assert run["h"][t + 1] == pytest.approx(h, rel=1e-12)
        assert run["gates"][t] == pytest.approx(gates, rel=1e-12)


@pytest.mark.parametrize(("bias", "kept"), [(-1000.0, 1.0), (1000.0, 0.0)])
def test_the_update_gate_keeps_or_replaces_the_state(q, bias, kept):
    q["bz"][4:8] = bias
    h, gates = gru_step(q, q["X"][0], q["h0"])
    assert h == pytest.approx(q["h0"] if kept else gates[2], rel=1e-15)


@pytest.mark.parametrize(
    "sizes", [gates.SIZES, EQUAL, {**gates.SIZES, "T": 1}], ids=["all different", "equal", "one step"]
)
def test_gradients_agree_with_central_differences(rng, sizes):
    q = gated(SEEDS[0], 3, sizes).p
    dH = rng.normal(size=(sizes["T"], sizes["d"]))
    arrays = {name: q[name] for name in ("Wx", "Wh", "bz", "h0", "X")}

    g = gru_backward(q, q["X"], dH)
    expected = numeric_gradients(lambda r: float((dH * gru_forward(r, r["X"])["h"][1:]).sum()), arrays)

    assert set(g) == set(expected)
    assert max(relative_error(g[name], expected[name]) for name in g) < 1e-7


def test_a_delta_step_agrees_with_central_differences(q, rng):
    x, h, dh = q["X"][0], q["h0"], rng.normal(size=4)
    _, gates = gru_step(q, x, h)

    delta, dh_prev = gru_delta_step(q, gates, h, dh)

    assert relative_error(dh_prev, central_difference(lambda s: float(dh @ gru_step(q, x, s)[0]), h)) < 1e-7
    by_bias = central_difference(lambda bz: float(dh @ gru_step({**q, "bz": bz}, x, h)[0]), q["bz"])
    assert relative_error(delta, by_bias.reshape(3, 4)) < 1e-7


def test_a_network_has_the_gradients_of_its_output_layer_too(problem):
    q, Tau, head = problem.p, problem.arguments["Tau"], problem.arguments["head"]
    assert set(gru_bptt(q, q["X"], Tau, head)) == {"dWx", "dWh", "dbz", "dX", "dh0", "dV", "dc"}
    assert gru_loss(q, q["X"], Tau, head) == readout_loss(q, gru_forward(q, q["X"])["h"], Tau, head)


def test_two_hundred_steps_stay_finite():
    problem = gated(SEEDS[0], 3, {**SIZES, "T": 200})
    g = gru_bptt(problem.p, problem.p["X"], **problem.arguments)
    assert all(np.isfinite(array).all() for array in g.values())


@given(order=st.permutations(range(4)), seed=st.sampled_from(SEEDS))
def test_permuting_the_units_permutes_the_gradients(order, seed):
    q = gated(seed, 3, SIZES).p
    rows = np.concatenate([np.array(order) + 4 * block for block in range(3)])
    permuted = {
        "Wx": q["Wx"][rows],
        "Wh": q["Wh"][rows][:, order],
        "bz": q["bz"][rows],
        "h0": q["h0"][order],
    }
    dH = np.random.default_rng(seed).normal(size=(6, 4))
    g, moved = gru_backward(q, q["X"], dH), gru_backward(permuted, q["X"], dH[:, order])
    assert moved["dWh"] == pytest.approx(g["dWh"][rows][:, order], rel=1e-9, abs=1e-12)
    assert moved["dh0"] == pytest.approx(g["dh0"][order], rel=1e-9, abs=1e-12)
    assert moved["dX"] == pytest.approx(g["dX"], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "shape"),
    [("Wx", (16, 3)), ("Wh", (12, 3)), ("bz", (16,)), ("X", (6, 2)), ("dH", (5, 4)), ("dH", (6, 3))],
)
def test_a_wrong_shape_is_named(q, dH, name, shape):
    arrays = {**q, "dH": dH, name: np.zeros(shape)}
    with pytest.raises(ShapeError, match=f"^{name} has shape"):
        gru_backward(arrays, arrays["X"], arrays["dH"])


def test_the_message_says_what_three_d_is(q):
    with pytest.raises(ShapeError, match=r"^Wx has shape \(9, 3\), expected \(3d, n\) with 3d = 12"):
        gru_forward({**q, "Wx": q["Wx"][:9]}, q["X"])


def test_a_missing_start_state_is_named(q):
    del q["h0"]
    with pytest.raises(MissingArrayError, match=r"^h0 is missing"):
        gru_forward(q, q["X"])


@pytest.mark.parametrize(("name", "shape"), [("x", (4,)), ("h", (3,))])
def test_a_step_names_a_wrong_shape(q, name, shape):
    arrays = {"x": q["X"][0], "h": q["h0"], name: np.zeros(shape)}
    with pytest.raises(ShapeError, match=f"^{name} has shape"):
        gru_step(q, arrays["x"], arrays["h"])


@pytest.mark.parametrize(("name", "shape"), [("gates", (4, 4)), ("h", (3,)), ("dh", (3,))])
def test_a_delta_step_names_a_wrong_shape(q, name, shape):
    arrays = {"gates": np.ones((3, 4)), "h": q["h0"], "dh": np.ones(4), name: np.zeros(shape)}
    with pytest.raises(ShapeError, match=f"^{name} has shape"):
        gru_delta_step(q, arrays["gates"], arrays["h"], arrays["dh"])


def test_a_delta_step_fits_its_parameters(q):
    with pytest.raises(ShapeError, match=r"^gates has shape \(3, 5\), expected \(3, d\) with d = 4"):
        gru_delta_step(q, np.ones((3, 5)), np.ones(5), np.ones(5))


def test_the_forward_pass_names_a_wrong_input(q):
    with pytest.raises(ShapeError, match=r"^X has shape \(6, 2\)"):
        gru_forward(q, q["X"][:, :2])
