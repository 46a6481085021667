"""What chapter 2's checks tell a student."""

import numpy as np
import pytest
from through_time import check
from through_time.numeric import central_difference


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


def two_paths(x, w):
    u, v = w * x, np.sin(x) + w
    slope = 1 - np.tanh(u * v) ** 2
    return slope * v * x + slope * u, slope * v * x, slope * u


def jac_tanh(z):
    return np.diag(1 - np.tanh(z) ** 2)


def jac_softmax(o):
    y = np.exp(o - o.max())
    y /= y.sum()
    return np.diag(y) - np.outer(y, y)


def test_right_answers(told):
    for arguments in (
        ("2.1", lambda f, theta, eps=1e-5: central_difference(f, theta, eps)),
        ("2.2", two_paths),
        ("2.3", jac_tanh, jac_softmax),
        ("2.4", central_difference, "E"),
        ("2.5", frozenset({"ReLU"})),
        ("2.6", [1e-12, 1e-1, 1e-5]),
    ):
        right, out = told(*arguments)
        assert right, out


def test_one_sided_difference(told):
    def numeric_grad(f, theta, eps=1e-5):
        slope = np.zeros(theta.shape)
        for i in np.ndindex(theta.shape):
            nudged = theta.copy()
            nudged[i] += eps
            slope[i] = (f(nudged) - f(theta)) / eps
        return slope

    right, out = told("2.1", numeric_grad)
    assert not right
    assert "slope isn't the gradient of f: along one direction v, f changes by" in out


def test_step_that_is_not_used(told):
    right, out = told("2.1", lambda f, theta, _eps=0: central_difference(f, theta))
    assert not right
    assert "With eps = 0.5, slope isn't the central difference of that step." in out


def test_theta_that_is_changed(told):
    def numeric_grad(f, theta, eps=1e-5):
        slope = central_difference(f, theta, eps)
        theta += eps
        return slope

    right, out = told("2.1", numeric_grad)
    assert not right
    assert "numeric_grad changed what it was given: theta." in out


def test_half_of_two_paths(told):
    right, out = told("2.2", lambda x, w: (two_paths(x, w)[1], two_paths(x, w)[1], two_paths(x, w)[2]))
    assert not right
    assert "Right: path_u and path_v. Not right: total." in out
    assert "total is" in out
    assert "with nothing held fixed, f changes by" in out


def test_path_of_its_own(told):
    right, out = told("2.2", lambda x, w: (two_paths(x, w)[0], 0.0, two_paths(x, w)[2]))
    assert not right
    assert "path_u is 0; with v held fixed, f changes by" in out


def test_vector_for_a_jacobian(told):
    right, out = told("2.3", lambda z: 1 - np.tanh(z) ** 2, jac_softmax)
    assert not right
    assert "J is (4,), expected (4, 4)." in out


def test_entry_of_a_jacobian(told):
    right, out = told("2.3", jac_tanh, lambda o: np.diag(np.diag(jac_softmax(o))))
    assert not right
    assert "alone: y_" in out
    assert "is 0." in out


def test_softmax_that_overflows(told):
    def naive(o):
        y = np.exp(o) / np.exp(o).sum()
        return np.diag(y) - np.outer(y, y)

    right, out = told("2.3", jac_tanh, naive)
    assert not right
    assert "J holds NaN or inf" in out
    assert "(Tried with 5 entries near 1000.)" in out


@pytest.mark.parametrize(
    ("exercise", "value", "sentence"),
    [
        ("2.5", frozenset({"tanh", "relu"}), "'relu' is not one of"),
        ("2.6", (1e-1, 1e-5, 1e-12), "it is a tuple, not a list"),
        ("2.6", [1e-1, 1e-5], "it has to hold each of 0.1, 1e-05 and 1e-12 once"),
        ("2.6", ["a", 1e-5, 1e-12], "it has to hold each of"),
        ("2.6", None, "it is still None"),
    ],
)
def test_form_of_an_answer_is_wrong(exercise, value, sentence, told):
    right, out = told(exercise, value)
    assert not right
    assert sentence in out
