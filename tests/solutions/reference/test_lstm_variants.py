"""The LSTM's variants, one changed line each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.errors import ShapeError, UnknownNameError
from solutions.reference.lstm import lstm_backward, lstm_forward
from solutions.reference.lstm_variants import OPEN, VARIANTS, variant, variant_backward, variant_forward
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.verification.gates import SIZES, gated
from solutions.reference.verification.problems import SEEDS

EXTRAS = ("peep", "Wg")
BLOCK = {"NIG": 0, "NFG": 1, "NOG": 3, "CIFG": 0}
"""The block of z that the variant doesn't listen to."""


@pytest.fixture
def q(rng):
    return gated(int(rng.integers(1000)), 4, SIZES, EXTRAS).p


@pytest.fixture
def dH(rng):
    return rng.normal(size=(7, 5))


def without(q, *names):
    return {name: array for name, array in q.items() if name not in names}


def test_nothing_changed_is_the_plain_lstm(q, dH):
    q = without(q, *EXTRAS)
    ours, plain = variant_forward(q, q["X"], VARIANTS["LSTM"]), lstm_forward(q, q["X"])
    assert ours["h"] == pytest.approx(plain["h"], rel=1e-12)
    assert ours["c"] == pytest.approx(plain["c"], rel=1e-12)
    assert ours["gates"][1:] == pytest.approx(plain["gates"], rel=1e-12)
    g, expected = variant_backward(q, q["X"], dH, VARIANTS["LSTM"]), lstm_backward(q, q["X"], dH)
    assert set(g) == set(expected)
    assert max(relative_error(g[name], expected[name]) for name in g) < 1e-12


def test_before_the_first_step_no_gate_is_open(q):
    assert not variant_forward(q, q["X"], VARIANTS["LSTM"])["gates"][0].any()


@pytest.mark.parametrize("name", EXTRAS)
def test_an_extra_of_zeros_is_no_extra(q, dH, name):
    (other,) = set(EXTRAS) - {name}
    bare, zeros = without(q, name), {**q, name: np.zeros_like(q[name])}
    for cell in VARIANTS.values():
        ours, expected = (variant_backward(r, q["X"], dH, cell) for r in (zeros, bare))
        assert set(ours) - set(expected) == {f"d{name}"}
        assert f"d{other}" in ours
        assert max(relative_error(ours[key], expected[key]) for key in expected) == 0.0


@pytest.mark.parametrize("cell", VARIANTS)
def test_gradients_agree_with_central_differences(q, dH, cell):
    arrays = {name: q[name] for name in ("Wx", "Wh", "bz", "h0", "c0", "X", *EXTRAS)}

    def E(r):
        return float((dH * variant_forward(r, r["X"], variant(cell))["h"][1:]).sum())

    g, expected = variant_backward(q, q["X"], dH, variant(cell)), numeric_gradients(E, arrays)

    assert set(g) == set(expected)
    assert max(relative_error(g[name], expected[name]) for name in g) < 1e-7


@pytest.mark.parametrize("cell", BLOCK)
def test_a_gate_that_is_gone_has_no_gradient(q, dH, cell):
    q = without(q, "Wg")
    g = variant_backward(q, q["X"], dH, variant(cell))
    rows = slice(5 * BLOCK[cell], 5 * BLOCK[cell] + 5)
    assert not g["dbz"][rows].any()
    assert not g["dWx"][rows].any()
    assert np.count_nonzero(g["dbz"]) == 15


@pytest.mark.parametrize(("cell", "block"), [("NIG", 0), ("NFG", 1), ("NOG", 3)])
def test_a_gate_that_is_gone_is_open(q, cell, block):
    gates = variant_forward(q, q["X"], variant(cell))["gates"][1:]
    assert (gates[:, block] == 1.0).all()
    assert (np.delete(gates, [block, 2], axis=1) < 1.0).all()


def test_coupled_gates_share_one(q):
    run = variant_forward(q, q["X"], variant("CIFG"))
    i, f, g = run["gates"][1:, 0], run["gates"][1:, 1], run["gates"][1:, 2]
    assert i == pytest.approx(1 - f, rel=1e-15)
    assert run["c"][1:] == pytest.approx(f * run["c"][:-1] + (1 - f) * g, rel=1e-12)


@given(seed=st.integers(0, 10**6))
def test_coupled_gates_are_an_lstm_whose_input_gate_mirrors_the_forget_gate(seed):
    q = without(gated(seed, 4, SIZES).p, "V")
    mirrored = {**q}
    for name in ("Wx", "Wh", "bz"):
        mirrored[name] = np.concatenate([-q[name][5:10], q[name][5:]])
    ours = variant_forward(q, q["X"], variant("CIFG"))["h"]
    assert ours == pytest.approx(lstm_forward(mirrored, q["X"])["h"], rel=1e-9, abs=1e-12)


def test_activations_that_are_gone_are_lines(q):
    run = variant_forward(q, q["X"], variant("NIAF"))
    assert run["gates"][1:, 2] == pytest.approx(run["z"][:, 2], rel=1e-15)
    run = variant_forward(q, q["X"], variant("NOAF"))
    assert run["h"][1:] == pytest.approx(run["gates"][1:, 3] * run["c"][1:], rel=1e-15)


def test_peepholes_see_the_old_cell_and_the_output_gate_the_new(q):
    q = without(q, "Wg")
    bare = variant_forward(without(q, "peep"), q["X"], VARIANTS["LSTM"])
    run = variant_forward(q, q["X"], VARIANTS["LSTM"])
    seen = run["z"][0] - bare["z"][0]
    assert seen[:2] == pytest.approx(q["peep"][:2] * q["c0"], rel=1e-9, abs=1e-12)
    assert seen[2] == pytest.approx(np.zeros(5), abs=1e-12)
    assert seen[3] == pytest.approx(q["peep"][2] * run["c"][1], rel=1e-9, abs=1e-12)


def test_gates_hear_the_gates_of_the_step_before(q):
    q = without(q, "peep")
    run = variant_forward(q, q["X"], VARIANTS["LSTM"])
    t = 3
    plain = (q["Wx"] @ q["X"][t] + q["Wh"] @ run["h"][t] + q["bz"]).reshape(4, 5)
    heard = run["z"][t] - plain
    expected = (q["Wg"] @ np.concatenate([run["gates"][t, block] for block in (0, 1, 3)])).reshape(3, 5)
    assert heard[[0, 1, 3]] == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert heard[2] == pytest.approx(np.zeros(5), abs=1e-12)


@pytest.mark.parametrize("cell", VARIANTS)
def test_two_hundred_steps_stay_finite(cell):
    q = gated(SEEDS[0], 4, {**SIZES, "T": 200}, ("peep",)).p
    g = variant_backward(q, q["X"], np.ones((200, 5)), variant(cell))
    assert all(np.isfinite(array).all() for array in g.values())


def test_a_gate_that_is_gone_has_no_slope():
    assert (OPEN.name, OPEN.steepest) == ("open", 0.0)


def test_an_unknown_variant_is_named():
    with pytest.raises(UnknownNameError, match="no LSTM variant 'GRU'; choose one of LSTM, NIG"):
        variant("GRU")


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("Wx", (16, 2)),
        ("peep", (4, 5)),
        ("peep", (3, 4)),
        ("Wg", (15, 5)),
        ("Wg", (16, 16)),
        ("X", (7, 3)),
        ("dH", (6, 5)),
        ("dH", (7, 4)),
    ],
)
def test_a_wrong_shape_is_named(q, dH, name, shape):
    arrays = {**q, "dH": dH, name: np.zeros(shape)}
    with pytest.raises(ShapeError, match=f"^{name} has shape"):
        variant_backward(arrays, arrays["X"], arrays["dH"], VARIANTS["LSTM"])


def test_the_forward_pass_names_a_wrong_input(q):
    with pytest.raises(ShapeError, match=r"^X has shape \(7, 1\)"):
        variant_forward(q, q["X"][:, :1], VARIANTS["LSTM"])
