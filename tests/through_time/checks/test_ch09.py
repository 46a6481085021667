"""What chapter 9's checks tell a student."""

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


def norm(g):
    return np.sqrt(sum(np.sum(part**2) for part in g.values()))


def clip(g, limit):
    factor = limit / norm(g) if norm(g) > limit else 1.0
    return {name: factor * part for name, part in g.items()}, norm(g)


def chunks(p, X, Tau, k):
    g = {f"d{name}": np.zeros_like(array) for name, array in p.items()}
    h = [p["h0"]]
    for x in X:
        h.append(np.tanh(p["U"] @ x + p["W"] @ h[-1] + p["b"]))
    carry = 0.0 * p["b"]
    for t in range(len(X), 0, -1):
        o = p["V"] @ h[t] + p["c"]
        eps = np.exp(o - o.max()) / np.exp(o - o.max()).sum() - Tau[t - 1]
        delta = (1 - h[t] ** 2) * (p["V"].T @ eps + carry)
        for name, term in (
            ("dV", np.outer(eps, h[t])),
            ("dc", eps),
            ("dU", np.outer(delta, X[t - 1])),
            ("dW", np.outer(delta, h[t - 1])),
            ("db", delta),
        ):
            g[name] += term
        carry = p["W"].T @ delta
        if t == 1:
            g["dh0"] += carry
        if (t - 1) % k == 0:
            carry = 0.0 * carry
    return g


def start(d, kind, gain, rng):
    M = rng.normal(size=(d, d))
    return gain * {"identity": np.eye(d), "gaussian": M / d**0.5, "orthogonal": np.linalg.qr(M)[0]}[kind]


def test_right_answers(told):
    for arguments in (
        ("9.1", clip),
        ("9.2", chunks),
        ("9.3", start),
        ("9.4", 3),
        ("9.5", dict.fromkeys(("jumps", "deaf", "memory", "swings"), "E")),
        ("9.6", lambda g, limit: clip(g, limit)[0], "A"),
    ):
        right, out = told(*arguments)
        assert right, out


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda g, c: ({k: np.clip(a, -c, c) for k, a in g.items()}, norm(g)), "It should be the limit"),
        (lambda g, c: ({k: a * c / norm(g) for k, a in g.items()}, norm(g)), "isn't g"),
        (lambda g, c: (clip(g, c)[0], norm(clip(g, c)[0])), "written into one long vector"),
        (lambda g, c: clip(g, c)[0], "must return a tuple"),
        (
            lambda g, c: ({**clip(g, c)[0], "dW": clip(g, c)[0]["dW"][::-1]}, norm(g)),
            "The direction has changed",
        ),
    ],
)
def test_wrong_clipping(wrong, sentence, told):
    right, out = told("9.1", wrong)
    assert not right
    assert sentence in out


def test_zero_gradients_are_tried(told):
    def answer(g, limit):
        return {name: part / norm(g) * min(norm(g), limit) for name, part in g.items()}, norm(g)

    right, out = told("9.1", answer)
    assert not right
    assert "a gradient of zeros" in out


def test_an_error_that_crosses_a_cut(told):
    right, out = told("9.2", lambda p, X, Tau, _k: chunks(p, X, Tau, len(X)))
    assert not right
    assert "in chunks of 2" in out
    assert "Right: dV and dc" in out.replace("dV, dc", "dV and dc")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda d, k, _, rng: start(d, k, 1.0, rng), "of W should be 2"),
        (
            lambda d, k, g, rng: g * rng.normal(size=(d, d)) if k == "orthogonal" else start(d, k, g, rng),
            "the product of W transposed",
        ),
        (
            lambda d, k, g, rng: g * np.eye(d) if k == "orthogonal" else start(d, k, g, rng),
            "beside its diagonal",
        ),
        (
            lambda d, k, g, rng: g * rng.normal(size=(d, d)) if k == "gaussian" else start(d, k, g, rng),
            "deviation",
        ),
        (
            lambda d, k, g, rng: 0.9 + start(d, k, g, rng) if k == "gaussian" else start(d, k, g, rng),
            "mean of W",
        ),
        (lambda d, k, g, _: start(d, k, g, np.random.default_rng()), "another answer"),
        (
            lambda d, k, g, rng: (
                rng.normal(size=d) + np.zeros((d, d)) if k == "gaussian" else start(d, k, g, rng)
            ),
            "anew",
        ),
    ],
)
def test_wrong_starts(wrong, sentence, told):
    right, out = told("9.3", wrong)
    assert not right
    assert sentence in out


@pytest.mark.parametrize(
    ("exercise", "value", "sentence"),
    [
        ("9.4", "26", "it is a str, not a number"),
        ("9.4", None, "it is still None"),
        ("9.5", {"jumps": "A"}, "it lacks"),
        ("9.5", dict.fromkeys(("jumps", "deaf", "memory", "swings"), "F"), "'F' is not one of"),
    ],
)
def test_form_of_an_answer_is_wrong(exercise, value, sentence, told):
    right, out = told(exercise, value)
    assert not right
    assert sentence in out
