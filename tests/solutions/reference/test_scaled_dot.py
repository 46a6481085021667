"""Scaled dot-product attention."""

from math import exp, sqrt

import numpy as np
import pytest

from solutions.reference.attention import attention
from solutions.reference.errors import ShapeError
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.scaled_dot import (
    attend,
    attend_backward,
    scaled_dot,
    scaled_dot_backward,
    scaled_scores,
)

S, D, M, R = 6, 4, 5, 3


@pytest.fixture
def q(rng):
    return {
        "q": rng.normal(size=D),
        "K": rng.normal(size=(S, D)),
        "Vv": rng.normal(size=(S, M)),
        "Q": rng.normal(size=(R, D)),
    }


def test_one_query_is_written_out_entry_by_entry(q):
    out, a = attend(q["q"], q["K"], q["Vv"])
    weights = [exp(sum(key * q["q"]) / sqrt(4)) for key in q["K"]]
    assert a == pytest.approx([w / sum(weights) for w in weights], rel=1e-12)
    assert out == pytest.approx([sum(a * q["Vv"][:, j]) for j in range(M)], rel=1e-12)


def test_each_row_of_the_matrix_form_is_one_query(q, rng):
    dY = rng.normal(size=(R, M))
    Y, P = scaled_dot(q["Q"], q["K"], q["Vv"])
    g = scaled_dot_backward(q["Q"], q["K"], q["Vv"], dY)
    dK, dV = np.zeros((S, D)), np.zeros((S, M))
    for row in range(R):
        out, a = attend(q["Q"][row], q["K"], q["Vv"])
        assert Y[row] == pytest.approx(out, rel=1e-12)
        assert P[row] == pytest.approx(a, rel=1e-12)
        dq, dK_row, dV_row = attend_backward(q["Q"][row], q["K"], q["Vv"], dY[row])
        assert g["dQ"][row] == pytest.approx(dq, rel=1e-9, abs=1e-12)
        dK, dV = dK + dK_row, dV + dV_row
    assert g["dK"] == pytest.approx(dK, rel=1e-9, abs=1e-12)
    assert g["dV"] == pytest.approx(dV, rel=1e-9, abs=1e-12)


def test_the_scale_is_all_that_it_adds_to_dot_scores(q):
    out, a = attend(q["q"], q["K"], q["K"])
    context, alpha = attention({}, q["q"] / sqrt(4), q["K"], "dot")
    assert a == pytest.approx(alpha, rel=1e-12)
    assert out == pytest.approx(context, rel=1e-12)


def test_gradients_agree_with_central_differences(q, rng):
    dout, dY = rng.normal(size=M), rng.normal(size=(R, M))

    one = numeric_gradients(
        lambda r: float(dout @ attend(r["q"], r["K"], r["Vv"])[0]), {k: q[k] for k in ("q", "K", "Vv")}
    )
    for found, name in zip(attend_backward(q["q"], q["K"], q["Vv"], dout), ("dq", "dK", "dVv"), strict=True):
        assert relative_error(found, one[name]) < 1e-7

    arrays = {"Q": q["Q"], "K": q["K"], "V": q["Vv"]}
    many = numeric_gradients(lambda r: float((dY * scaled_dot(r["Q"], r["K"], r["V"])[0]).sum()), arrays)
    g = scaled_dot_backward(q["Q"], q["K"], q["Vv"], dY)
    assert set(g) == set(many)
    assert max(relative_error(g[name], many[name]) for name in g) < 1e-7


def test_huge_scores_pick_one_key_without_a_warning():
    _, a = attend(np.array([1000.0]), np.array([[1.0], [-1.0], [0.0]]), np.ones((3, 2)))
    assert a.tolist() == [1.0, 0.0, 0.0]


def test_one_key_has_all_the_weight_and_its_score_no_say(q):
    dq, dK, dVv = attend_backward(q["q"], q["K"][:1], q["Vv"][:1], np.arange(5.0))
    assert not dq.any()
    assert not dK.any()
    assert dVv.tolist() == [[0.0, 1.0, 2.0, 3.0, 4.0]]


@pytest.mark.parametrize(("name", "shape"), [("K", (6, 3)), ("Vv", (5, 5)), ("dout", (4,)), ("q", (4, 1))])
def test_one_query_names_a_wrong_shape(q, name, shape):
    arrays = {**q, "dout": np.ones(M), name: np.ones(shape)}
    with pytest.raises(ShapeError, match=f"^{name} has shape"):
        attend_backward(arrays["q"], arrays["K"], arrays["Vv"], arrays["dout"])
    if name != "dout":
        with pytest.raises(ShapeError, match=f"^{name} has shape"):
            attend(arrays["q"], arrays["K"], arrays["Vv"])


@pytest.mark.parametrize(("name", "shape"), [("Q", (3,)), ("K", (6, 3)), ("V", (5, 5)), ("dY", (4, 5))])
def test_the_matrix_form_names_a_wrong_shape(q, name, shape):
    arrays = {"Q": q["Q"], "K": q["K"], "V": q["Vv"], "dY": np.ones((R, M)), name: np.ones(shape)}
    with pytest.raises(ShapeError, match=f"^{name} has shape"):
        scaled_dot_backward(*arrays.values())
    if name != "dY":
        with pytest.raises(ShapeError, match=f"^{name} has shape"):
            scaled_dot(arrays["Q"], arrays["K"], arrays["V"])


def test_scaled_scores_are_inner_products_over_the_root_of_their_length(q):
    expected = [sum(key * q["q"]) / 2 for key in q["K"]]
    assert scaled_scores(q["q"], q["K"]) == pytest.approx(expected, rel=1e-12)
    with pytest.raises(ShapeError, match=r"^K has shape"):
        scaled_scores(q["q"], q["K"].T)
    with pytest.raises(ShapeError, match=r"^q has shape"):
        scaled_scores(q["K"], q["K"])
