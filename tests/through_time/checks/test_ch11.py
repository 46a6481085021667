"""What chapter 11's checks tell a student."""

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


def weights(q, K, scale=None):
    e = K @ q / (np.sqrt(len(q)) if scale is None else scale)
    w = np.exp(e - e.max())
    return w / w.sum()


def attend(q, K, Vv):
    a = weights(q, K)
    return Vv.T @ a, a


def attend_backward(q, K, Vv, dout, *, dense=True):
    a, da = weights(q, K), Vv @ dout
    de = (a * (da - a @ da) if dense else a * (1 - a) * da) / np.sqrt(len(q))
    return K.T @ de, np.outer(de, q), np.outer(a, dout)


def test_right_answers(told):
    for arguments in (("11.1", attend), ("11.2", attend_backward), ("11.3", (7, 4))):
        right, out = told(*arguments)
        assert right, out


def test_a_forgotten_scale(told):
    right, out = told("11.1", lambda q, K, Vv: (Vv.T @ weights(q, K, 1.0), weights(q, K, 1.0)))
    assert not right
    assert "Right: out. Not right: a." in out
    assert "do not stand to each other as exp of the scores does" in out


def test_weights_along_the_wrong_axis(told):
    right, out = told("11.1", lambda _q, K, Vv: (Vv.sum(axis=0), np.ones(len(K))))
    assert not right
    assert "a adds to 5, and shares of a whole add to 1" in out


def test_negative_weights(told):
    def answer(q, K, Vv):
        a = weights(q, K)
        a[0], a[1] = a[0] + 2, a[1] - 2
        return Vv.T @ a, a

    right, out = told("11.1", answer)
    assert not right
    assert "a has negative entries" in out


def test_another_mean(told):
    right, out = told("11.1", lambda q, K, Vv: (Vv.mean(axis=0), weights(q, K)))
    assert not right
    assert "Right: a. Not right: out." in out
    assert "with your weights the rows of Vv mix to" in out


def test_an_overflow(told):
    def answer(q, K, Vv):
        w = np.exp(K @ q / np.sqrt(len(q)))
        return Vv.T @ (w / w.sum()), w / w.sum()

    right, out = told("11.1", answer)
    assert not right
    assert "exp that overflows" in out
    assert "scores near 1000 and -1000" in out


def test_a_diagonal_jacobian(told):
    right, out = told("11.2", lambda *arguments: attend_backward(*arguments, dense=False))
    assert not right
    assert "Right: dVv. Not right: dq and dK." in out
    assert "central difference" in out


def test_swapped_vectors(told):
    def answer(*arguments):
        dq, dK, dVv = attend_backward(*arguments)
        return dq, dK.T, dVv

    right, out = told("11.2", answer)
    assert not right
    assert "the transpose has it" in out


def test_keys_without_a_gradient(told):
    def answer(q, K, Vv, dout):
        dq, _, dVv = attend_backward(q, K, Vv, dout)
        return dq, np.zeros_like(K), dVv

    right, out = told("11.2", answer)
    assert not right
    assert "dK is all zeros" in out


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ([7, 4], "it is a list, not a tuple"),
        ((7,), "it is (7,)"),
        ((7, 4.5), "it is (7, 4.5)"),
        ((7, -1), "it is (7, -1)"),
        (None, "it is still None"),
    ],
)
def test_form_of_the_count_is_wrong(value, sentence, told):
    right, out = told("11.3", value)
    assert not right
    assert sentence in out
