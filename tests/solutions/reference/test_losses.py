"""Outputs and losses against their definitions, their slopes against differences, and no overflow."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from solutions.reference.errors import DtypeError, ShapeError, UnknownNameError
from solutions.reference.losses import (
    HEADS,
    half_squared_error,
    log_sum_exp,
    output_eps,
    output_head,
    sequence_loss,
    softmax,
)
from solutions.reference.numeric import central_difference, relative_error

DEFINITIONS = {
    "identity-half-se": (lambda o: o, lambda y, tau: 0.5 * (y - tau) ** 2),
    "tanh-half-se": (math.tanh, lambda y, tau: 0.5 * (y - tau) ** 2),
    "sigmoid-ce": (
        lambda o: 1 / (1 + math.exp(-o)),
        lambda y, tau: -tau * math.log(y) - (1 - tau) * math.log(1 - y),
    ),
}
LOGITS = arrays(float, 5, elements=st.floats(-30, 30))


@pytest.fixture
def o(rng):
    return rng.normal(size=(6, 5)) * 2


@pytest.fixture
def tau(rng):
    """Targets between 0 and 1 whose rows do not sum to 1."""
    return rng.uniform(0, 1, size=(6, 5))


def test_half_squared_error_is_half_of_the_squared_distance():
    y, tau = np.array([[3.0, 1.0], [0.0, 2.0]]), np.array([[0.0, 5.0], [0.0, 1.0]])
    assert half_squared_error(y, tau) == pytest.approx([12.5, 0.5])


@pytest.mark.parametrize("head", DEFINITIONS)
def test_a_componentwise_head_is_its_definition(head, o, tau):
    g, E = DEFINITIONS[head]
    y = [[g(value) for value in row] for row in o.tolist()]
    sums = [sum(map(E, *rows)) for rows in zip(y, tau.tolist(), strict=True)]

    assert output_head(head).output(o) == pytest.approx(np.array(y), rel=1e-12)
    assert output_head(head).loss(o, tau) == pytest.approx(sums, rel=1e-12)


def test_softmax_and_its_cross_entropy_are_their_definitions(o, tau):
    y = [[math.exp(value) / sum(map(math.exp, row)) for value in row] for row in o.tolist()]
    sums = [
        -sum(t * math.log(v) for t, v in zip(*rows, strict=True))
        for rows in zip(tau.tolist(), y, strict=True)
    ]

    assert softmax(o) == pytest.approx(np.array(y), rel=1e-12)
    assert output_head("softmax-ce").output(o) == pytest.approx(np.array(y), rel=1e-12)
    assert output_head("softmax-ce").loss(o, tau) == pytest.approx(sums, rel=1e-12)


@pytest.mark.parametrize("head", HEADS)
def test_eps_is_the_slope_of_the_loss(head, o, tau):
    slope = central_difference(lambda logits: sequence_loss(logits, tau, head)[0], o)
    assert relative_error(output_eps(o, tau, head), slope) < 1e-7


@pytest.mark.parametrize("head", HEADS)
def test_a_head_works_on_the_last_axis_whatever_is_before_it(head, o, tau):
    many, one = output_head(head), output_head(head)
    stacked = many.eps(o.reshape(2, 3, 5), tau.reshape(2, 3, 5))

    assert many.loss(o.reshape(2, 3, 5), tau.reshape(2, 3, 5)).shape == (2, 3)
    for t in range(6):
        assert stacked.reshape(6, 5)[t] == pytest.approx(one.eps(o[t], tau[t]), rel=1e-14)
        assert many.output(o)[t] == pytest.approx(one.output(o[t]), rel=1e-14)


def test_the_loss_of_a_sequence_is_the_sum_over_steps(o, tau):
    E, Et = sequence_loss(o, tau, "softmax-ce")

    assert (
        pytest.approx(sum(sequence_loss(o[t : t + 1], tau[t : t + 1], "softmax-ce")[0] for t in range(6)))
        == E
    )
    assert type(E) is float
    assert Et == pytest.approx(output_head("softmax-ce").loss(o, tau))


def test_large_logits_neither_overflow_nor_lose_the_loss():
    o, tau = np.array([1000.0, 0.0, -1000.0]), np.array([0.0, 0.0, 1.0])

    assert softmax(o).tolist() == [1.0, 0.0, 0.0]
    assert log_sum_exp(o) == 1000.0
    assert output_head("softmax-ce").loss(o, tau) == 2000.0
    assert output_eps(o, tau, "softmax-ce").tolist() == [1.0, 0.0, -1.0]
    assert output_head("sigmoid-ce").loss(o, tau) == pytest.approx(1000 + np.log(2) + 1000)
    assert output_eps(o, tau, "sigmoid-ce").tolist() == [1.0, 0.5, -1.0]


def test_rows_far_from_each_other_are_each_shifted_by_their_own_largest():
    o = np.array([[1000.0, 999.0], [-1000.0, -1001.0]])
    expected = [1 / (1 + np.exp(-1.0)), 1 / (1 + np.exp(1.0))]
    assert softmax(o) == pytest.approx(np.array([expected, expected]), rel=1e-12)
    assert log_sum_exp(o) == pytest.approx(np.array([1000.0, -1000.0]) + np.log1p(np.exp(-1.0)), rel=1e-15)


def test_a_confident_mistake_costs_as_much_as_its_logit():
    right, wrong = np.array([1.0]), np.array([0.0])
    assert output_head("sigmoid-ce").loss(np.array([40.0]), wrong) == pytest.approx(40.0, rel=1e-15)
    assert 0.0 < output_head("sigmoid-ce").loss(np.array([40.0]), right) < 1e-17


@given(LOGITS, st.floats(-1000, 1000))
def test_softmax_sums_to_one_and_ignores_a_common_shift(o, shift):
    y = softmax(o)
    assert y.sum() == pytest.approx(1.0, rel=1e-12)
    assert softmax(o + shift) == pytest.approx(y, rel=1e-10)
    assert (y >= 0.0).all()


@given(LOGITS, arrays(float, 5, elements=st.floats(0, 1)))
def test_eps_of_softmax_sums_to_zero_for_any_targets(o, tau):
    assert output_eps(o, tau, "softmax-ce").sum() == pytest.approx(0.0, abs=1e-13)


@pytest.mark.parametrize("head", HEADS)
def test_targets_of_another_shape_are_refused(head):
    o, tau = np.zeros((6, 5)), np.zeros((6, 1))
    for function in (output_head(head).loss, output_head(head).eps):
        with pytest.raises(ShapeError, match=r"tau has shape \(6, 1\), expected \(6, 5\), the shape of o"):
            function(o, tau)
    with pytest.raises(ShapeError, match="expected at least one axis"):
        output_eps(np.array(1.0), np.array(1.0), head)


def test_a_single_number_has_no_outputs_to_compare():
    for function in (softmax, log_sum_exp):
        with pytest.raises(ShapeError, match="o has shape"):
            function(np.array(1.0))


def test_outputs_and_targets_of_different_shapes_are_refused():
    with pytest.raises(ShapeError, match="the shape of y"):
        half_squared_error(np.zeros(3), np.zeros(4))


def test_integer_targets_are_refused():
    with pytest.raises(DtypeError, match=r"tau is of dtype int64, expected a float64 array"):
        output_eps(np.zeros(3), np.array([0, 1, 0]), "softmax-ce")


def test_an_unknown_head_is_named():
    with pytest.raises(
        UnknownNameError, match="There is no output head 'hinge'; choose one of identity-half-se"
    ):
        output_head("hinge")
