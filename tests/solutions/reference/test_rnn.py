"""The forward pass over T steps against the single step."""

import numpy as np
import pytest

from solutions.reference.activations import RELU
from solutions.reference.errors import CountError, ShapeError, UnknownNameError
from solutions.reference.losses import HEADS, output_head
from solutions.reference.rnn import batch_forward, only_first, only_last, rnn_forward, siso_forward
from solutions.reference.steps import output_step, rnn_step


def step_by_step(p, X, head, **f):
    z, h, o = [], [p["h0"]], []
    for x in X:
        z_t, h_t = rnn_step(p, x, h[-1], **f)
        z.append(z_t)
        h.append(h_t)
        o.append(output_step(p, h_t))
    return {"z": z, "h": h, "o": o, "y": [output_head(head).output(o_t) for o_t in o]}


@pytest.mark.parametrize("head", HEADS)
def test_the_run_is_the_steps_one_after_another(p, X, head):
    run, expected = rnn_forward(p, X, head), step_by_step(p, X, head)

    assert list(run) == ["z", "h", "o", "y"]
    for name, value in run.items():
        assert value == pytest.approx(np.array(expected[name]), rel=1e-12)


def test_the_output_is_softmax_unless_another_is_named(p, X):
    assert rnn_forward(p, X)["y"].sum(axis=1) == pytest.approx(np.ones(6))


def test_any_activation_may_stand_for_tanh(p, X):
    assert rnn_forward(p, X, f=RELU)["h"] == pytest.approx(
        np.array(step_by_step(p, X, "softmax-ce", f=RELU)["h"])
    )


def test_siso_sees_its_input_at_the_first_step_only(p, X):
    run = siso_forward(p, X[0], 6)

    z, h = rnn_step(p, X[0], p["h0"])
    assert run["h"][0] == pytest.approx(p["h0"])
    for t in range(6):
        assert run["z"][t] == pytest.approx(z, rel=1e-12)
        assert run["h"][t + 1] == pytest.approx(h, rel=1e-12)
        z = p["W"] @ h + p["b"]
        h = np.tanh(z)
    assert run["o"] == pytest.approx(output_step(p, run["h"][6]), rel=1e-12)
    assert run["y"] == pytest.approx(np.tanh(run["o"]), rel=1e-12)


def test_a_batch_is_its_sequences_side_by_side(p, rng):
    X = rng.normal(size=(2, 6, 3))
    run = batch_forward(p, X, "sigmoid-ce")

    for i in range(2):
        for name, value in rnn_forward(p, X[i], "sigmoid-ce").items():
            assert run[name][:, i] == pytest.approx(value, rel=1e-12)


def test_masked_series_hold_their_row_and_zeros():
    x = np.array([1.0, 2.0])
    assert only_first(x, 3).tolist() == [[1, 2], [0, 0], [0, 0]]
    assert only_last(x, 3).tolist() == [[0, 0], [0, 0], [1, 2]]
    for function, name in ((only_first, "x"), (only_last, "tau")):
        with pytest.raises(CountError, match="T is 0"):
            function(x, 0)
        with pytest.raises(ShapeError, match=rf"^{name} has shape"):
            function(x[None], 2)
    assert only_first(x, 1).tolist() == only_last(x, 1).tolist() == [[1, 2]]


@pytest.mark.parametrize("T", [0, -1])
def test_a_series_has_at_least_one_step(p, X, T):
    with pytest.raises(CountError, match=f"T is {T}, expected"):
        siso_forward(p, X[0], T)
    with pytest.raises(ShapeError, match="X has shape"):
        rnn_forward(p, X[:0])


def test_wrong_shapes_and_names_are_refused(p, X):
    for function, wrong in ((rnn_forward, X[:, :2]), (rnn_forward, X[0]), (batch_forward, X)):
        with pytest.raises(ShapeError, match=r"^X has shape"):
            function(p, wrong)
    with pytest.raises(ShapeError, match=r"^x has shape"):
        siso_forward(p, X[0, :2], 3)
    with pytest.raises(UnknownNameError):
        rnn_forward(p, X, "hinge")
