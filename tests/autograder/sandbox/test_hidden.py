"""What a function was called with is left out of what later cells print."""

import numpy as np
import pytest
from through_time.functions import Known

from autograder.sandbox.conceal import HIDDEN
from autograder.sandbox.hidden import Hidden

SENT = (
    {"W": np.array([[0.12345678, -98.7654321], [0.5, 3e-7 / 7]])},
    [1.2345678901],
    Known("cubic", np.array([0.7654321])),
)


@pytest.fixture
def hidden():
    made = Hidden()
    made.sent(SENT)
    return made


@pytest.mark.parametrize(
    "text",
    [
        "0.123457",
        "0.12345678",
        "1.2345678e-01",
        "98.76543",
        "-98.7654321",
        "4.28571429e-08",
        "1.23456789",
        "0.7654321",
    ],
)
def test_a_number_that_was_sent(hidden, text):
    assert HIDDEN in hidden.cover(f"it is {text}, so")


@pytest.mark.parametrize(
    "text", ["0.5", "0.500000", "0.123", "0.12345", "0.1234999", "1.2.3", "10000000", "3.14159265", "x"]
)
def test_any_other(hidden, text):
    assert hidden.cover(text) == text


def test_whatever_holds_it(hidden):
    shown = {"text": ["0.12345678", {"a": 0.12345678, "b": 0.25, "c": 3}], "none": None}
    assert hidden.cover(shown) == {"text": [HIDDEN, {"a": HIDDEN, "b": 0.25, "c": 3}], "none": None}


def test_before_anything_is_sent():
    assert Hidden().cover("0.12345678") == "0.12345678"
