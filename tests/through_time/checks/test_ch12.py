"""What chapter 12's checks tell a student."""

import numpy as np
import pytest
from through_time import capstones, check, losses
from through_time.checks.ch12 import CHECKS
from through_time.problems import parameters

from solutions.reference.adder import adder_rows
from solutions.reference.training.adder import adder_bptt, adder_loss, rows_objective, run_adder
from solutions.reference.training.completion import complete, encode_word
from solutions.reference.training.sentiment import encode_sentence, predict
from solutions.reference.verification.capstones import cell, numbers

ROWS, TRAIN, RUN, BPTT, WHY = (task.name for task in CHECKS["12.1"])


@pytest.fixture
def told(capsys):
    def run(*arguments):
        result = check(*arguments)
        printed = capsys.readouterr()
        assert printed.err == ""
        assert printed.out.isascii()
        return result.parts, printed.out

    return run


def nothing(*_arguments):
    raise NotImplementedError


def tell_adder(told, **names):
    given = {ROWS: nothing, TRAIN: nothing, RUN: nothing, BPTT: nothing, WHY: "A"} | names
    return told("12.1", *given.values())


@pytest.fixture(scope="module")
def trained():
    from figures import capstone_data as data
    from figures.capstones import descend, starts

    p = descend(starts([1], 4, 3, 2, recurrent=False), data.rows(), 1.0, 400, ("W",)).p
    return {name: p[name][0] for name in ("U", "b", "V", "c")}


def test_losses_are_those_of_the_reference():
    rng = np.random.default_rng(5)
    p = cell(rng, 4)
    assert capstones.rows_loss(p) == pytest.approx(
        rows_objective(p, list(zip(*adder_rows(), strict=True)))[0], rel=1e-12
    )
    problem = numbers(3, 9)
    assert capstones.adder(problem.p, **problem.arguments) == pytest.approx(
        adder_loss(problem.p, **problem.arguments), rel=1e-12
    )
    q = parameters(rng, 3, 4, 1)
    X = np.eye(3)[[0, 2, 1]]
    assert 1 / (1 + np.exp(-capstones.last_logits(q, X)[0])) == pytest.approx(predict(q, X), rel=1e-12)
    two = {**q, **{f"{name}b": q[name] for name in ("U", "W", "b", "V")}, "hb0": q["h0"]}
    assert capstones.gap(two, X, np.ones(1), 1) == losses.one_output(
        capstones.gap_logits(two, X, 1), np.ones(1), "softmax-ce"
    )


def test_rows_are_looked_at(told):
    X, Y = adder_rows()
    parts, out = tell_adder(told, adder_rows=lambda: (X, Y))
    assert parts["X"]
    assert "12.1 adder_rows: right" in out
    parts, out = tell_adder(told, adder_rows=lambda: (X[:4].repeat(2, axis=0), Y))
    assert "The rows of X are not all 8 cases" in out
    parts, out = tell_adder(told, adder_rows=lambda: (X, Y[:, ::-1]))
    assert "ones come in, and the sum bit and twice the carry make" in out


def test_a_training_is_judged_by_its_loss(told, trained):
    parts, _ = tell_adder(told, train_adder=lambda _seed: {k: a.copy() for k, a in trained.items()})
    assert parts["U"]
    zeros = {name: np.zeros_like(array) for name, array in trained.items()}
    _, out = tell_adder(told, train_adder=lambda _seed: zeros)
    assert "With your weights the loss of the 8 cases is 11.1; it has to get below 0.1." in out


def test_run_and_gradient(told):
    parts, out = tell_adder(told, run_adder=run_adder, adder_bptt=adder_bptt)
    assert parts["bits"]
    assert parts["dV"]
    assert "12.1 run_adder: right" in out
    assert "12.1 adder_bptt: right" in out
    _, out = tell_adder(told, run_adder=lambda p, a, b: run_adder(p, a, b)[:-1])
    assert "bits is (5,), expected (6,)" in out
    _, out = tell_adder(told, run_adder=lambda p, a, b: 1 - run_adder(p, a, b))
    assert "feed the carry on as it comes" in out
    _, out = tell_adder(told, run_adder=lambda *_: 3)
    assert "run_adder must return an array of N + 1 bits. It returned" in out
    _, out = tell_adder(told, run_adder=lambda *_: None)
    assert "run_adder must return an array of N + 1 bits." in out


def test_words(told):
    rest = (nothing, nothing, nothing, 1.0)
    parts, _ = told("12.2", encode_word, *rest)
    assert parts["Tau"]
    _, out = told("12.2", lambda word: (encode_word(word)[0],) * 2, *rest)
    assert "The target of a step is the letter that comes next" in out
    _, out = told("12.2", lambda word: tuple(a[:, ::-1].copy() for a in encode_word(word)), *rest)
    assert "is not the unit vector of 'p' in the order d, e, p, stop" in out

    def no_stop(word):
        X, Tau = encode_word(word)
        Tau[-1] = 0
        return X, Tau

    _, out = told("12.2", no_stop, *rest)
    assert "After the last letter comes the stop symbol." in out


def test_growing_words(told):
    parts, _ = told("12.2", nothing, nothing, nothing, complete, 1.0)
    assert parts["word"]
    _, out = told("12.2", nothing, nothing, nothing, lambda *_: "ppppppppp", 1.0)
    assert "The word has to begin with 'pe', and to have 8 letters at most" in out
    _, out = told("12.2", nothing, nothing, nothing, lambda _p, first, n: (first + "d" * n)[:n], 1.0)
    assert "the likeliest symbol is" in out
    _, out = told("12.2", nothing, nothing, nothing, lambda *_: "pe<stop>", 1.0)
    assert "complete must return a text over the letters d, e and p, without the stop symbol" in out


def test_a_trained_word(told):
    p = {name: np.zeros(shape) for name, shape in (("U", (2, 4)), ("W", (2, 2)), ("V", (4, 2)))}
    p |= {"b": np.zeros(2), "c": np.zeros(4), "h0": np.zeros(2)}
    _, out = told("12.2", nothing, nothing, lambda *_: (p, [5.5, 5.5]), nothing, 1.0)
    assert "With your weights the loss of 'deep' is 5.55; it has to get below 0.05." in out
    assert "losses[-1] is 5.5: it has hardly fallen." in out
    for value in (p, (p, 5.5), (p, []), ([], [1.0])):
        _, out = told("12.2", nothing, nothing, lambda *_, value=value: value, nothing, 1.0)
        assert "train_deep must return a tuple (p, losses) of a dict and a list." in out


def test_sentences(told):
    rest = (nothing, nothing, nothing, (True, 3))
    assert told("12.3", encode_sentence, *rest)[0]["X"]
    _, out = told("12.3", lambda words: encode_sentence(words[::-1]), *rest)
    assert "is not the unit vector of 'rat' in the order cat, mat, rat" in out
    parts, _ = told("12.3", nothing, nothing, nothing, predict, (True, 3))
    assert parts["y"]
    _, out = told("12.3", nothing, nothing, nothing, lambda p, X: 1 - predict(p, X), (True, 3))
    assert "y is not the output of the network after the last word" in out
    _, out = told("12.3", nothing, nothing, nothing, lambda _p, _X: 1.5, (True, 3))
    assert "a probability lies between 0 and 1" in out
    _, out = told("12.3", nothing, nothing, nothing, nothing, [True, 3])
    assert "it is a list, not a tuple" in out


def test_a_W_in_the_ablation(told):
    rng = np.random.default_rng(0)

    def train(_data, d, _seed, use_W):
        p = {"U": rng.normal(size=(d, 3)), "W": np.ones((d, d)), "V": np.ones((1, d))}
        return p | {"b": np.zeros(d), "c": np.zeros(1), "h0": np.zeros(d)} if use_W is not None else {}

    _, out = told("12.3", nothing, nothing, train, nothing, (True, 3))
    assert "With your weights the loss of the three sentences is" in out


def test_a_gap(told):
    _, out = told("12.4", nothing, lambda p, _X, _gap: np.full_like(p["c"], 0.2))
    assert "y is not what the two chains say at the gap" in out
    _, out = told("12.4", nothing, lambda p, _X, _gap: np.ones_like(p["c"]))
    assert "y has to hold shares" in out
