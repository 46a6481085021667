"""What chapter 8's checks tell a student."""

import numpy as np
import pytest
from through_time import check


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


def profile(p, X, *, falling=True, norm=2):
    h, factors = p["h0"], []
    for x in X:
        h = np.tanh(p["U"] @ x + p["W"] @ h + p["b"])
        factors.append((1 - h**2)[:, None] * p["W"])
    J = [np.eye(len(h))]
    for factor in factors[:0:-1]:
        J.append(J[-1] @ factor if falling else factor @ J[-1])
    J = np.array(J[::-1])
    return J, np.array([np.linalg.norm(each, norm) for each in J])


def power(W, k):
    return np.linalg.matrix_power(W, k)


def test_right_answers(told):
    for arguments in (
        ("8.1", profile),
        ("8.2", (1, 2.0, 0.5)),
        ("8.3", ["tanh 2.0", "relu 1.0", "sigmoid 1.0", "tanh 1.0"]),
        ("8.4", (False, 0)),
        ("8.5", power, "E"),
    ):
        right, out = told(*arguments)
        assert right, out


def test_wrong_order_is_seen_by_a_nudge(told):
    right, out = told("8.1", lambda p, X: profile(p, X, falling=False))
    assert not right
    assert "Nudge entry" in out
    assert "Not right: J." in out


def test_a_factor_too_many(told):
    def answer(p, X):
        J, norms = profile(p, X)
        return J @ p["W"], norms

    right, out = told("8.1", answer)
    assert not right
    assert "is what a nudge of h_T does to h_T itself" in out


@pytest.mark.parametrize(("norm", "sentence"), [("fro", "takes no vector of length 1"), (1, "norms[")])
def test_another_norm(norm, sentence, told):
    right, out = told("8.1", lambda p, X: profile(p, X, norm=norm))
    assert not right
    assert "Right: J. Not right: norms." in out
    assert sentence in out


def test_spectral_radius_is_too_small_for_a_norm(told):
    def answer(p, X):
        J, _ = profile(p, X)
        return J, np.abs(np.linalg.eigvals(J)).max(axis=1)

    right, out = told("8.1", answer)
    assert not right
    assert "takes some vector of length 1 to one of length" in out


@pytest.mark.parametrize(
    "wrong", [lambda W, k: W**k, lambda W, k: power(W.T, k), lambda W, k: power(W, k + 1)]
)
def test_another_power(wrong, told):
    right, out = told("8.5", wrong, "A")
    assert not right
    assert "Start at h = 0 with a 1 in entry" in out


def test_one_step_is_named_as_one(told):
    right, out = told("8.5", lambda W, k: power(W, k) if k != 1 else 2 * W, "A")
    assert not right
    assert "go 1 step h -> W h" in out


@pytest.mark.parametrize(
    ("exercise", "value", "sentence"),
    [
        ("8.2", [0.2, 0.2, 0.2], "it is a list, not a tuple"),
        ("8.2", (0.2, 0.2), "it has to hold 3 numbers"),
        ("8.2", (0.2, 0.2, "1"), "it has to hold 3 numbers"),
        ("8.2", (0.2, 0.2, float("inf")), "it has to hold 3 numbers"),
        ("8.3", ("relu 1.0",), "it is a tuple, not a list"),
        ("8.3", ["relu 1.0", "tanh 1.0", "tanh 2.0", "sigmoid"], "'sigmoid' is not one of"),
        ("8.3", ["relu 1.0", "tanh 1.0", "tanh 2.0", "tanh 2.0"], "it has to hold each of"),
        ("8.4", [True, 9], "it is a list, not a tuple"),
        ("8.4", (1, 9), "it is (1, 9)"),
        ("8.4", (True, 9.5), "it is (True, 9.5)"),
        ("8.5", "F", "'F' is not one of"),
        ("8.2", None, "it is still None"),
    ],
)
def test_form_of_an_answer_is_wrong(exercise, value, sentence, told):
    arguments = (power, value) if exercise == "8.5" else (value,)
    right, out = told(exercise, *arguments)
    assert not right
    assert sentence in out
