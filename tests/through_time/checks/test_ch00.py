"""Chapter 0's check: the form of six shapes."""

import numpy as np
import pytest
from through_time import check

from solutions.exercises.ch00 import SHAPES, TASK


@pytest.fixture
def told(capsys):
    def run(*arguments):
        result = check(*arguments)
        return result, capsys.readouterr().out

    return run


@pytest.mark.parametrize(
    "value", [SHAPES, *TASK.wrong.values(), {name: tuple(map(np.int64, s)) for name, s in SHAPES.items()}]
)
def test_form_does_not_tell_right_from_wrong(value, told):
    result, out = told("0.1", value)
    assert result.right
    assert "Whether the answer is right, only the grader knows." in out


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "it is still None."),
        ([(4, 3)], "it is a list, not a dict."),
        ({"U": (2, 2)}, "it lacks 'W', 'V', 'dU', 'dh_dz' and 'eps'."),
        ({**SHAPES, "Z": (1,)}, "'Z' is not one of"),
        ({**SHAPES, "eps": 5}, "5 is no shape: write a tuple of whole numbers; a vector of 4 numbers has"),
        ({**SHAPES, "eps": (5)}, "5 is no shape"),
        ({**SHAPES, "eps": [5]}, "[5] is no shape: write a tuple of whole numbers."),
        ({**SHAPES, "eps": ()}, "() is no shape"),
        ({**SHAPES, "U": (4, 0)}, "(4, 0) is no shape"),
        ({**SHAPES, "U": ("d", "n")}, "('d', 'n') is no shape"),
    ],
)
def test_form_is_wrong(value, sentence, told):
    result, out = told("0.1", value)
    assert not result.right
    assert sentence in out
