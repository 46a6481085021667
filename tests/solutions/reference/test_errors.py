"""What each error says, what it keeps, and who may catch it."""

import pytest

from solutions.reference import errors


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (errors.ShapeError("W", "(d, d)", (4, 3)), "W has shape (4, 3), expected (d, d)."),
        (
            errors.ShapeError("W", "(d, d)", (4, 3), " with d = 4"),
            "W has shape (4, 3), expected (d, d) with d = 4.",
        ),
        (
            errors.DtypeError("x", "of type list"),
            "x is of type list, expected a float64 array: convert it with np.asarray(x, float).",
        ),
        (errors.MissingArrayError("c", ["V", "c"]), "c is missing; the dict must hold V, c."),
        (errors.NonFiniteError("dW"), "dW holds nan or inf: no clipping repairs it; leave this step out."),
        (errors.RangeError("limit", -1.0, "a number above 0"), "limit is -1.0, expected a number above 0."),
        (errors.CountError("T", 0), "T is 0, expected a whole number of at least 1."),
        (
            errors.UnknownNameError("head", "hinge", {"a": 1, "b": 2}),
            "There is no head 'hinge'; choose one of a, b.",
        ),
    ],
)
def test_the_message_is_a_sentence(error, message):
    assert str(error) == message
    assert error.name == message.split()[0] or error.name == "hinge"


def test_the_parts_are_kept():
    shape = errors.ShapeError("W", "(d, d)", (4, 3))
    assert (shape.expected, shape.given) == ("(d, d)", (4, 3))
    assert errors.DtypeError("x", "of type list").given == "of type list"
    limit = errors.RangeError("limit", -1.0, "a number above 0")
    assert (limit.given, limit.expected) == (-1.0, "a number above 0")
    assert errors.CountError("T", 0).given == 0
    assert errors.UnknownNameError("head", "hinge", {"a": 1, "b": 2}).known == ("a", "b")


def test_one_handler_catches_every_kind():
    of_arrays = (errors.ShapeError, errors.DtypeError, errors.MissingArrayError, errors.NonFiniteError)
    assert all(issubclass(kind, errors.ArrayError) for kind in of_arrays)
    assert issubclass(errors.CountError, errors.RangeError)
    families = (errors.ArrayError, errors.RangeError, errors.UnknownNameError)
    assert all(issubclass(kind, errors.InputError) for kind in families)
    assert issubclass(errors.InputError, ValueError)
