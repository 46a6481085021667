"""Binary addition, and the network that is set by hand."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.adder import (
    STEP,
    add_exactly,
    adder_rows,
    bit_pairs,
    exact_adder,
    from_bits,
    sigmoid_of_gain,
    table_rows,
    to_bits,
)
from solutions.reference.errors import CountError, ShapeError
from solutions.reference.numeric import central_difference
from solutions.reference.rnn import rnn_forward


def test_the_rows_are_all_cases_of_a_full_adder():
    X, Y = adder_rows()
    assert {tuple(row) for row in X} == {(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)}
    for (a, b, c), (bit, carry) in zip(X, Y, strict=True):
        assert a + b + c == bit + 2 * carry


@pytest.mark.parametrize(("N", "rows"), [(1, 4), (2, 16), (8, 65_536)])
def test_a_table_squares_with_every_bit(N, rows):
    assert table_rows(N) == rows


@given(st.integers(0, 2**70 - 1))
def test_bits_are_the_number(number):
    bits = to_bits(number, 70)
    assert from_bits(bits) == number
    assert bits.dtype == np.float64
    assert bits[0] == number % 2


def test_bits_above_are_cut_off():
    assert to_bits(6, 2).tolist() == [0.0, 1.0]


def test_pairs_end_with_zeros_for_the_last_carry():
    assert bit_pairs(to_bits(1, 2), to_bits(2, 2)).tolist() == [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]


def test_the_network_set_by_hand_adds_all_pairs_of_six_bits():
    for a in range(64):
        for b in range(a, 64, 3):
            assert from_bits(add_exactly(to_bits(a, 6), to_bits(b, 6))) == a + b


@given(a=st.integers(0, 2**200 - 1), b=st.integers(0, 2**200 - 1))
def test_it_adds_numbers_of_two_hundred_bits(a, b):
    assert from_bits(add_exactly(to_bits(a, 200), to_bits(b, 200))) == a + b


def test_its_units_count_the_ones():
    h = rnn_forward(exact_adder(), bit_pairs(to_bits(7, 3), to_bits(5, 3)), "identity-half-se", STEP)["h"]
    assert h.tolist() == [[0, 0, 0], [1, 1, 0], [1, 1, 0], [1, 1, 1], [1, 0, 0]]


def wrong_sums(gain, pairs=500):
    draw = random.Random(3)  # noqa: S311
    wrong = 0
    for _ in range(pairs):
        a, b = draw.getrandbits(32), draw.getrandbits(32)
        wrong += from_bits(add_exactly(to_bits(a, 32), to_bits(b, 32), sigmoid_of_gain(gain))) != a + b
    return wrong


def test_soft_units_of_low_gain_lose_the_carry():
    assert wrong_sums(2.0, 50) == 50
    assert 0 < wrong_sums(3.0) < 150
    assert wrong_sums(4.0) == 0


def test_a_sigmoid_of_gain_has_its_slope(rng):
    f, z = sigmoid_of_gain(3.0), rng.normal(size=7)
    assert f.f(z) == pytest.approx(1 / (1 + np.exp(-3.0 * z)), rel=1e-12)
    slopes = [central_difference(lambda x, i=i: float(f.f(x)[i]), z)[i] for i in range(7)]
    assert f.prime(z) == pytest.approx(slopes, rel=1e-7)
    assert f.steepest == f.prime(np.zeros(1))[0]
    assert f.name == "sigmoid of gain 3.0"


def test_the_step_has_no_slope():
    assert STEP.f(np.array([-1.0, 0.0, 0.1])).tolist() == [0.0, 0.0, 1.0]
    assert STEP.prime(np.array([-1.0, 0.0, 0.1])).tolist() == [0.0, 0.0, 0.0]
    assert STEP.steepest == 0.0
    assert STEP.name == "step"


@pytest.mark.parametrize("function", [add_exactly, bit_pairs])
def test_numbers_of_unlike_length_are_named(function):
    with pytest.raises(ShapeError, match=r"^b has shape \(3,\), expected \(N,\) with N = 4"):
        function(np.zeros(4), np.zeros(3))
    with pytest.raises(ShapeError, match=r"^a has shape \(4, 1\)"):
        function(np.zeros((4, 1)), np.zeros(4))


@pytest.mark.parametrize("call", [lambda: to_bits(3, 0), lambda: table_rows(0)])
def test_there_is_at_least_one_bit(call):
    with pytest.raises(CountError, match=r"^N is 0"):
        call()
