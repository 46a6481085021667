"""The shape check: what it accepts, what it binds, and what it says."""

import numpy as np
import pytest

from solutions.reference.errors import (
    CountError,
    DtypeError,
    MissingArrayError,
    ShapeError,
)
from solutions.reference.shapes import check_count, check_params, check_same_shape, check_shapes


def test_letters_take_the_sizes_that_they_meet():
    sizes = check_shapes(
        "W (d,d) h (T+1,d) x (n) E ()", np.zeros((4, 4)), np.zeros((7, 4)), np.zeros(3), np.float64(1)
    )
    assert sizes == {"d": 4, "T": 6, "n": 3}


def test_a_size_may_be_known_before():
    assert check_shapes("x (n)", np.zeros(3), n=3, d=4) == {"n": 3, "d": 4}
    with pytest.raises(ShapeError, match=r"^x has shape \(2,\), expected \(n,\) with n = 3\.$"):
        check_shapes("x (n)", np.zeros(2), n=3)


@pytest.mark.parametrize(
    ("spec", "shapes", "message"),
    [
        ("W (d,d)", [(4, 3)], "W has shape (4, 3), expected (d, d) with d = 4."),
        ("x (n)", [(1, 3)], "x has shape (1, 3), expected (n,)."),
        ("X (T,n) h (T+1,d)", [(6, 3), (6, 4)], "h has shape (6, 4), expected (T+1, d) with T = 6."),
        ("v (3)", [(4,)], "v has shape (4,), expected (3,)."),
        ("V (1,d)", [(2, 4)], "V has shape (2, 4), expected (1, d)."),
        ("X (T,n)", [(0, 3)], "X has shape (0, 3), expected (T, n), every letter at least 1."),
        ("h (T+1,d)", [(1, 3)], "h has shape (1, 3), expected (T+1, d), every letter at least 1."),
        ("v (3)", [(2,)], "v has shape (2,), expected (3,)."),
        ("W (d,n) U (d,n)", [(4, 3), (4, 2)], "U has shape (4, 2), expected (d, n) with d = 4, n = 3."),
        ("E ()", [(1,)], "E has shape (1,), expected ()."),
    ],
)
def test_the_message_says_which_array_what_was_expected_and_what_came(spec, shapes, message):
    with pytest.raises(ShapeError) as caught:
        check_shapes(spec, *(np.zeros(shape) for shape in shapes))
    assert str(caught.value) == message
    assert caught.value.name == message.split()[0]
    assert caught.value.given == shapes[-1]
    assert message.partition("expected ")[2].startswith(caught.value.expected)


@pytest.mark.parametrize(
    ("array", "given"),
    [
        ([1.0, 2.0], "of type list"),
        (1.0, "of type float"),
        (np.array([1, 2]), "of dtype int64"),
        (np.array([1, 2], dtype=np.float32), "of dtype float32"),
        (np.array([1, 2], dtype=complex), "of dtype complex128"),
        (np.array(["a"]), "of dtype <U1"),
    ],
)
def test_only_float64_arrays_pass(array, given):
    with pytest.raises(DtypeError) as caught:
        check_shapes("x (n)", array)
    assert (
        str(caught.value) == f"x is {given}, expected a float64 array: convert it with np.asarray(x, float)."
    )
    assert (caught.value.name, caught.value.given) == ("x", given)


def test_a_dict_is_checked_by_name():
    p = {"extra": np.zeros(1), "b": np.zeros(4), "W": np.zeros((4, 4))}
    assert check_params("W (d,d) b (d)", p) == {"d": 4}
    with pytest.raises(ShapeError, match=r"^W has shape \(4, 4\), expected \(d, d\) with d = 3"):
        check_params("W (d,d) b (d)", p, d=3)
    with pytest.raises(MissingArrayError, match=r"^c is missing; the dict must hold W, c\.$") as caught:
        check_params("W (d,d) c (k)", p)
    assert caught.value.name == "c"


def test_as_many_arrays_as_entries():
    with pytest.raises(ValueError, match="zip"):
        check_shapes("x (n)", np.zeros(3), np.zeros(3))


def test_same_shapes():
    check_same_shape(a=np.zeros((2, 3)), b=np.ones((2, 3)), c=np.ones((2, 3)))
    with pytest.raises(ShapeError, match=r"^c has shape \(2, 1\), expected \(2, 3\), the shape of a\.$"):
        check_same_shape(a=np.zeros((2, 3)), b=np.ones((2, 3)), c=np.ones((2, 1)))
    with pytest.raises(
        ShapeError, match=r"^a has shape \(2, 0\), expected at least one axis, and no empty one\.$"
    ):
        check_same_shape(a=np.zeros((2, 0)), b=np.zeros((2, 0)))
    with pytest.raises(DtypeError, match=r"^b is of dtype"):
        check_same_shape(a=np.zeros(2), b=np.zeros(2, dtype=int))


@pytest.mark.parametrize("value", [0, -1, 2.0, "3", None])
def test_a_count_is_a_whole_number_from_one(value):
    check_count("T", 1)
    check_count("T", np.int64(3))
    with pytest.raises(CountError) as caught:
        check_count("T", value)
    assert str(caught.value) == f"T is {value!r}, expected a whole number of at least 1."
    assert (caught.value.name, caught.value.given) == ("T", value)
