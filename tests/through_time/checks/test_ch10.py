"""What chapter 10's checks tell a student."""

import numpy as np
import pytest
from through_time import check
from through_time.checks import ch10

from solutions.reference.lstm import lstm_backward, lstm_step


@pytest.fixture
def told(capsys):
    def run(*arguments):
        result = check(*arguments)
        printed = capsys.readouterr()
        assert printed.err == ""
        assert printed.out.isascii()
        assert len(printed.out.splitlines()) <= 12
        return result.right, printed.out

    return run


def test_right_answers(told):
    for arguments in (("10.1", lstm_step), ("10.2", lstm_backward), ("10.3", -1), ("10.3", np.float64(7.5))):
        right, out = told(*arguments)
        assert right, out


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda h, c, gates: (h, c, gates[[0, 1, 3, 2]]), "gates[2] is g, and not tanh of its own block"),
        (lambda h, c, gates: (h, c, gates[[1, 0, 2, 3]]), "gates[0] is i, and not the sigmoid of its own"),
        (lambda h, c, gates: (h, c + 1e-3, gates), "c2[0] is not what your own gates keep of c"),
        (lambda _h, c, gates: (gates[3] * c, c, gates), "h2[0] is not what your own o shows of your own c2"),
        (lambda h, c, gates: (h, c, gates.T), "gates is (3, 4), expected (4, 3)"),
    ],
)
def test_a_wrong_step_is_told_where(change, sentence, told):
    right, out = told("10.1", lambda *arguments: change(*lstm_step(*arguments)))
    assert not right
    assert sentence in out


def test_large_biases_are_tried():
    sizes = [np.abs(trial.arguments[0]["bz"]).max() for trial in ch10.STEP.trials()]
    assert max(sizes) > 200
    assert min(sizes) <= 1


@pytest.mark.parametrize("name", ["Wx", "Wh", "bz", "X", "h0", "c0"])
def test_a_wrong_gradient_is_told_by_a_nudge(name, told):
    def backward(q, X, dH):
        g = lstm_backward(q, X, dH)
        g[f"d{name}"] = g[f"d{name}"] * 1.001
        return g

    right, out = told("10.2", backward)
    assert not right
    assert f"Not right: d{name}." in out
    assert f"Nudge that entry of {name} alone" in out


def test_what_is_missing_is_named(told):
    def backward(q, X, dH):
        g = lstm_backward(q, X, dH)
        del g["dc0"]
        return g

    right, out = told("10.2", backward)
    assert not right
    assert "dc0 is missing" in out


def test_differences_are_a_thousand_times_finer_than_what_is_told():
    for trial in ch10.BACKWARD.trials():
        g = lstm_backward(*trial.arguments)
        for law in ch10.BACKWARD.laws:
            assert law.fault(trial.arguments, g) == ""
            off = {name: array * (1 + 1e-5) for name, array in g.items()}
            assert law.fault(trial.arguments, off) != ""


@pytest.mark.parametrize(
    ("value", "sentence"), [("4.9", "not a number"), (None, "it is still None"), (float("nan"), "it is nan")]
)
def test_form_of_the_answer_is_wrong(value, sentence, told):
    right, out = told("10.3", value)
    assert not right
    assert sentence in out
