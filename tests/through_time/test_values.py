"""Functions that return values: their form, their manners, and the laws that hold without an answer."""

import numpy as np
import pytest
from through_time import check
from through_time.checks import CHECKS
from through_time.tasks import Law, Trial, ValueTask


def shares(x):
    """Shares (n,) that add to 1, and the total that they are of."""
    if (x < 0).any():
        raise ValueError("negative")
    return {"y": x / x.sum(), "total": float(x.sum())}


def _adds_to_one(_arguments, parts):
    return "" if np.isclose(parts["y"].sum(), 1) else "y does not add to 1."


def _is_the_total(arguments, parts):
    return "" if np.allclose(parts["y"] * parts["total"], arguments[0]) else "y * total is not x."


TASK = ValueTask(
    "shares",
    ("x",),
    lambda x: {"y": x.shape, "total": ()},
    (Law(("y",), _adds_to_one), Law(("total",), _is_the_total, uses=("y",))),
    lambda: (
        Trial("n = 3", {"n": 3}, (np.array([1.0, 2.0, 5.0]),)),
        Trial("a negative number", {"n": 2}, (np.array([-1.0, 2.0]),), raises="ValueError"),
    ),
)


@pytest.fixture
def told(monkeypatch, capsys):
    """told(function, returns=...) checks it as exercise 0.0, and returns the result and what was printed."""

    def run(function, returns="dict"):
        task = ValueTask(TASK.name, TASK.arguments, TASK.shapes, TASK.laws, TASK.trials, returns)
        monkeypatch.setitem(CHECKS, "0.0", (task,))
        result = check("0.0", function)
        printed = capsys.readouterr()
        assert printed.err == ""
        assert printed.out.isascii()
        return result, printed.out

    return run


def changed(**changes):
    """`shares` with parts replaced by change(part)."""
    return lambda x: {name: changes.get(name, lambda part: part)(part) for name, part in shares(x).items()}


def test_right_function(told):
    result, out = told(shares)
    assert result.right
    assert dict(result.parts) == {"y": True, "total": True}
    assert "y and total are what they have to be" in out
    assert "(Tried with n = 3 and a negative number.)" in out


def test_tuple_in_the_order_of_the_parts(told):
    assert told(lambda x: tuple(shares(x).values()), "tuple")[0].right
    _, out = told(lambda x: [*shares(x).values()], "tuple")
    assert "must return a tuple (y, total); it returned a list." in out
    _, out = told(lambda x: (x,), "tuple")
    assert "it returned a tuple of length 1." in out


def test_value_itself(monkeypatch, capsys):
    task = ValueTask(
        "half",
        ("x",),
        lambda x: {"y": x.shape},
        (),
        lambda: (Trial("n = 2", {"n": 2}, (np.ones(2),)),),
        "value",
    )
    monkeypatch.setitem(CHECKS, "0.0", (task,))
    assert check("0.0", lambda x: x / 2).right
    assert "y is what it has to be" in capsys.readouterr().out
    assert not check("0.0", lambda _: None).right
    assert "returned None: let it end with `return`, and y." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "wrong", "sentence"),
    [
        ({"y": lambda y: 2 * y}, {"y", "total"}, "y does not add to 1."),
        ({"total": lambda total: total + 1}, {"total"}, "y * total is not x."),
        ({"y": lambda y: y[:, None]}, {"y", "total"}, "y is (3, 1), expected (3,)."),
        ({"y": lambda y: y.tolist()}, {"y", "total"}, "y must be an array of shape (3,); it is a list."),
        ({"y": lambda y: y.astype("f4")}, {"y", "total"}, "y has the dtype float32, expected float64."),
        ({"y": lambda y: y * np.nan}, {"y", "total"}, "y holds NaN or inf: y[0] is nan, for one."),
        ({"total": lambda _: np.inf}, {"total"}, "total holds NaN or inf: total is inf, for one."),
        ({"total": lambda _: "8"}, {"total"}, "total must be a number; it is a str."),
        ({"total": lambda _: True}, {"total"}, "total must be a number; it is a bool."),
        (
            {"total": lambda t: np.array([t])},
            {"total"},
            "total must be a number; it is an array of shape (1,).",
        ),
    ],
)
def test_what_is_wrong_is_said(changes, wrong, sentence, told):
    result, out = told(changed(**changes))
    assert {name for name, right in result.parts.items() if not right} == wrong
    assert sentence in out
    assert "(Tried with n = 3.)" in out


@pytest.mark.parametrize("number", [np.float64, np.array, int])
def test_kinds_of_number(number, told):
    assert told(changed(total=number))[0].right


def test_missing_and_extra_parts(told):
    def other(x):
        found = shares(x)
        del found["total"]
        return found | {"Total": 8.0}

    result, out = told(other)
    assert dict(result.parts) == {"y": True, "total": False}
    assert "total is missing." in out
    assert "Nobody asked for 'Total'" in out


def test_exception_that_has_to_come(told):
    result, out = told(lambda x: {"y": x / x.sum(), "total": x.sum()})
    assert not result.right
    assert "shares returned a dict, where it has to raise ValueError." in out
    assert "(Tried with n = 2, a negative number.)" in out

    def other(x):
        if (x < 0).any():
            raise KeyError("negative")
        return shares(x)

    _, out = told(other)
    assert "shares stopped with KeyError: 'negative'" in out


def test_manners(told):
    def writes(x):
        found = shares(x)
        x += 1
        return found

    result, out = told(writes)
    assert not result.right
    assert "changed what it was given: x." in out

    calls = []

    def remembers(x):
        calls.append(1)
        found = shares(x)
        return found | {"y": found["y"] * (1 + 1e-12 * len(calls))}

    result, out = told(remembers)
    assert not result.right
    assert "gave another answer when it was called again" in out


def test_nothing_to_call(told):
    result, out = told(None)
    assert dict(result.parts) == {"y": False, "total": False}
    assert "write its name without brackets" in out

    def stub(_):
        raise NotImplementedError

    _, out = told(stub)
    assert "shares is not written yet" in out
