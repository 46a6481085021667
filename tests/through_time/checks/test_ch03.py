"""What chapter 3's checks tell a student."""

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


def mlp_forward(x, Ws, bs, f):
    zs, hs = [], [x]
    for W, b in zip(Ws, bs, strict=True):
        zs.append(W @ hs[-1] + b)
        hs.append(f(zs[-1]))
    return zs, hs


def mlp_backward(x, Ws, bs, tau):
    hs = mlp_forward(x, Ws, bs, np.tanh)[1]
    delta = Ws[-1] @ hs[-2] + bs[-1] - tau
    dWs, dbs = [], []
    for layer in range(len(Ws) - 1, -1, -1):
        dWs.insert(0, np.outer(delta, hs[layer]))
        dbs.insert(0, delta)
        delta = (1 - hs[layer] ** 2) * (Ws[layer].T @ delta)
    return dWs, dbs


def train_step(Ws, bs, x, tau, lr):
    dWs, dbs = mlp_backward(x, Ws, bs, tau)
    return (
        [W - lr * dW for W, dW in zip(Ws, dWs, strict=True)],
        [b - lr * db for b, db in zip(bs, dbs, strict=True)],
    )


def output_eps(o, tau, head):
    if head == "tanh-half-se":
        return (np.tanh(o) - tau) * (1 - np.tanh(o) ** 2)
    e = np.exp(o - o.max())
    y = {"identity-half-se": o, "sigmoid-ce": 0.5 * (1 + np.tanh(o / 2)), "softmax-ce": e / e.sum()}[head]
    return y - tau


def test_right_answers(told):
    for arguments in (
        ("3.1", mlp_forward),
        ("3.2", output_eps),
        ("3.3", mlp_backward),
        ("3.4", train_step, "A"),
        ("3.5", 17),
        ("3.6", "D"),
    ):
        right, out = told(*arguments)
        assert right, out


def test_lists_of_the_wrong_length(told):
    right, out = told(
        "3.1", lambda x, Ws, bs, f: (mlp_forward(x, Ws, bs, f)[0], mlp_forward(x, Ws, bs, f)[1][1:])
    )
    assert not right
    assert "must return a tuple (zs, hs) of lists with 3 and 4 arrays" in out
    assert "it returned a tuple of a list of 3 and a list of 3." in out


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "returned None"),
        ([], "it returned a list."),
        ((), "it returned an empty tuple."),
        ((1, 2), "it returned a tuple of an int and an int."),
    ],
)
def test_other_containers(value, sentence, told):
    right, out = told("3.3", lambda *_: value)
    assert not right
    assert sentence in out


def test_bias_left_out(told):
    right, out = told("3.1", lambda x, Ws, bs, f: mlp_forward(x, Ws, [0 * b for b in bs], f))
    assert not right
    assert "has its single 1 in column 1, so zs[0][0] should be hs[0][1] + bs[0][0]" in out


def test_activation_left_out_at_the_top(told):
    def forward(x, Ws, bs, f):
        zs, hs = mlp_forward(x, Ws, bs, f)
        return zs, [*hs[:-1], zs[-1].copy()]

    right, out = told("3.1", forward)
    assert not right
    assert "hs[3] isn't f(zs[2])." in out


def test_slope_left_out_at_the_output(told):
    right, out = told(
        "3.2",
        lambda o, tau, head: np.tanh(o) - tau if head == "tanh-half-se" else output_eps(o, tau, head),
    )
    assert not right
    assert "eps is off by" in out
    assert '(Tried with "tanh-half-se" with k = 4.)' in out


def test_overflow_at_the_output(told):
    def plain(o, tau, head):
        if head != "softmax-ce":
            return output_eps(o, tau, head)
        e = np.exp(o)
        return e / e.sum() - tau

    right, out = told("3.2", plain)
    assert not right
    assert "eps holds NaN or inf" in out
    assert "logits up to 5000" in out


def test_one_layer_wrong(told):
    def backward(x, Ws, bs, tau):
        dWs, dbs = mlp_backward(x, Ws, bs, tau)
        return [2 * dWs[0], *dWs[1:]], dbs

    right, out = told("3.3", backward)
    assert not right
    assert "Not right: dWs[0]." in out
    assert "dWs[0] is 2 times the central difference, in every entry." in out


def test_list_that_is_changed(told):
    def step(Ws, bs, x, tau, lr):
        new_Ws, new_bs = train_step(Ws, bs, x, tau, lr)
        Ws[0] = new_Ws[0]
        bs[0] -= 1
        return new_Ws, new_bs

    right, out = told("3.4", step, "B")
    assert not right
    assert "train_step_fixed changed what it was given: Ws and bs." in out


def test_step_with_new_weights(told):
    def step(Ws, bs, x, tau, lr):
        Ws = [*Ws[:-1], Ws[-1] * 0.99]
        return train_step(Ws, bs, x, tau, lr)

    right, out = told("3.4", step, "B")
    assert not right
    assert "isn't what a step of size 0.1 against the gradient of E gives" in out


@pytest.mark.parametrize(
    ("exercise", "value", "sentence"),
    [
        ("3.5", "0.1", "it is a str, not a number"),
        ("3.5", True, "it is a bool, not a number"),
        ("3.5", float("inf"), "it is inf"),
        ("3.5", None, "it is still None"),
        ("3.6", "E", "'E' is not one of 'A', 'B', 'C' or 'D'"),
    ],
)
def test_form_of_an_answer_is_wrong(exercise, value, sentence, told):
    right, out = told(exercise, value)
    assert not right
    assert sentence in out
