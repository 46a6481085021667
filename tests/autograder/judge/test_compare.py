"""What counts as equal, and what can be compared at all."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from autograder.judge.compare import (
    LARGEST,
    SMALLEST,
    TOLERANCE,
    error_of,
    floor_of,
    floors_of,
    norm,
    read,
    scale_of,
)

FINITE = st.floats(-1e6, 1e6)


@pytest.fixture(autouse=True)
def overflow_is_meant():
    with np.errstate(all="ignore"):
        yield


def part_error(given_, expected, others=()):
    return error_of(given_, expected, scale_of(expected, floor_of([expected, *others])))


@given(arrays(float, array_shapes(max_dims=3, max_side=4), elements=FINITE))
def test_array_equals_itself(array):
    assert part_error(array, array.copy()) == 0


@given(arrays(float, (4, 3), elements=st.floats(0.1, 10)), st.floats(-0.9e-6, 0.9e-6))
def test_error_is_relative_to_the_norm(array, share):
    assert part_error(array * (1 + share), array) == pytest.approx(abs(share), rel=1e-6, abs=1e-12)


def test_near_zero_is_measured_by_the_whole_answer():
    big, zero = np.full((3, 3), 5.0), np.zeros(4)
    assert part_error(zero + 1e-12, zero, [big]) < TOLERANCE
    assert part_error(zero + 1e-7, zero, [big]) > TOLERANCE


def test_one_small_entry_is_not_judged_alone():
    expected = np.array([1.0, 1e-9])
    assert part_error(np.array([1.0, 2e-9]), expected) < TOLERANCE


def test_answer_of_zeros_has_a_floor_of_its_own():
    zero = np.zeros(3)
    assert floor_of([zero]) == SMALLEST
    assert part_error(zero + 1e-15, zero) < TOLERANCE
    assert part_error(zero + 1e-9, zero) > TOLERANCE


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e308])
def test_error_stays_finite(bad):
    error = part_error(np.array([bad, 1.0]), np.array([-1e308 if bad == 1e308 else 1.0, 1.0]))
    assert math.isfinite(error)
    assert TOLERANCE < error <= LARGEST


def test_floors_of_many_answers_are_each_one_s_own():
    one, two = [np.ones(3), np.ones(2)], [np.zeros(3), np.ones(2) * 7]
    norms = [np.array([norm(one[i]), norm(two[i])]) for i in range(2)]
    assert floors_of(norms).tolist() == pytest.approx([floor_of(one), floor_of(two)])


@pytest.mark.parametrize(
    "value",
    [
        np.arange(6, dtype=np.int64).reshape(2, 3),
        np.arange(6, dtype=np.uint8).reshape(2, 3),
        np.arange(6, dtype=np.float32).reshape(2, 3),
        np.arange(6, dtype=np.longdouble).reshape(2, 3),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(12.0).reshape(2, 6)[:, ::2] / 2,
        [[0, 1, 2], [3.0, 4, 5]],
        ((0, 1, 2), (3, 4, 5)),
        [np.arange(3.0), np.arange(3.0, 6.0)],
    ],
    ids=str,
)
def test_numbers_in_any_dress_are_read(value):
    reading = read(value, (2, 3))
    assert reading.array.dtype == np.float64
    assert reading.array.shape == (2, 3)


@pytest.mark.parametrize("value", [2.5, np.float64(2.5), np.array(2.5), 2])
def test_a_number_is_an_array_of_no_axes(value):
    assert read(value, ()).array == pytest.approx(2.5, abs=0.6)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "is None"),
        ("text", "is text where numbers belong"),
        (True, "is a truth value where numbers belong"),
        (np.array([True, False]), "is an array of dtype bool where numbers belong"),
        ([[1, 2], [3]], "is a list that makes no array of numbers"),
        ([10**400], "is a list where numbers belong"),
        ({"a": 1}, "is a dict where numbers belong"),
        (frozenset({1.0}), "is a frozenset where numbers belong"),
        (np.zeros((3, 2)), "has shape (3, 2), expected (2,)"),
        (1.5, "has shape (), expected (2,)"),
        (np.zeros((2, 1)), "has shape (2, 1), expected (2,)"),
        (1j, "is a complex where numbers belong"),
    ],
    ids=repr,
)
def test_what_is_no_array_of_the_shape_is_told(value, said):
    reading = read(value, (2,))
    assert reading.array is None
    assert reading.problem == said


def test_a_longdouble_beyond_float64_is_read_as_inf():
    assert np.isinf(read(np.array([np.longdouble("1e400"), 1]), (2,)).array[0])
