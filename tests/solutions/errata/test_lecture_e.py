"""Errata of lecture E: many-to-one over cat, mat and rat, and what becomes of long products."""

import numpy as np
import pytest

from solutions.reference.activations import IDENTITY, RELU, SIGMOID, TANH
from solutions.reference.bptt import many_to_one_loss
from solutions.reference.cell_memory import direct_cell_path, kept_share
from solutions.reference.jacobians import scalar_factor, spectral_norm
from solutions.reference.lstm import lstm_backward, lstm_forward
from solutions.reference.numeric import central_difference
from solutions.reference.training.sentiment import (
    THREE_SENTENCES,
    all_sentences,
    encode_sentence,
    predict,
    sentences_objective,
    train_sentiment,
)

EXAMPLES = [(encode_sentence(words), label) for words, label in THREE_SENTENCES]


@pytest.fixture
def rows(rng):
    """The lecture's own convention: x and o are rows, w_i (n,d), w_h (d,d), w_o (d,1)."""
    return {
        "w_i": rng.normal(size=(3, 4)),
        "w_h": rng.normal(size=(4, 4)) / 2,
        "w_o": rng.normal(size=(4, 1)),
    }


def forward(w, X):
    o = [np.zeros(4)]
    for x in X:
        o.append(np.tanh(x @ w["w_i"] + o[-1] @ w["w_h"]))
    return o, float(1 / (1 + np.exp(-o[-1] @ w["w_o"][:, 0])))


def L(w):
    """The loss of the three sentences."""
    outputs = [(forward(w, X)[1], label) for X, label in EXAMPLES]
    return float(sum(-y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat) for y_hat, y in outputs))


def path(w, X, label, j):
    """The term of ∂L/∂w_i that goes through o_j's own use of w_i."""
    o, y_hat = forward(w, X)
    delta = (y_hat - label) * w["w_o"][:, 0] * (1 - o[3] ** 2)
    for t in range(3, j, -1):
        delta = (delta @ w["w_h"].T) * (1 - o[t - 1] ** 2)
    return np.outer(X[j - 1], delta)


def paths(w, j):
    return sum(path(w, X, label, j) for X, label in EXAMPLES)


def dL(w, name):
    return central_difference(lambda a: L({**w, name: a}), w[name])


def scalar_states(w_i, w_h, X, f=TANH):
    """z_1 … z_T and o_0 … o_T of a scalar network."""
    z, o = [], [0.0]
    for x in X:
        z.append(w_i * x + w_h * o[-1])
        o.append(float(f.f(np.array([z[-1]]))[0]))
    return np.array(z), np.array(o)


def scalar_terms(w_i, w_h, X, f=TANH):
    """The terms of do_T/dw_i, one for each j."""
    z, _ = scalar_states(w_i, w_h, X, f)
    slope = f.prime(z)
    return np.array([np.prod(w_h * slope[j + 1 :]) * slope[j] * X[j] for j in range(len(X))])


def free_product(w, h0, T, f=TANH):
    """∂h_T/∂h_0 of a scalar network without inputs."""
    z, h = [0.0], h0
    for _ in range(T):
        z.append(w * h)
        h = float(f.f(np.array([z[-1]]))[0])
    return scalar_factor(w, np.array(z), f)


def test_e40_each_path_is_a_part_only_the_sum_is_the_derivative(rows, right, wrong):
    each, truth = [paths(rows, j) for j in (1, 2, 3)], dL(rows, "w_i")
    assert right(sum(each), truth)
    for part in each:
        assert wrong(part, truth, by=0.01)


def test_e41_the_last_factor_is_immediate(rows, right, wrong):
    truth = dL(rows, "w_i")
    total = np.zeros((3, 4))
    for X, label in EXAMPLES:
        o, y_hat = forward(rows, X)
        delta = (y_hat - label) * rows["w_o"][:, 0]
        for j in (3, 2, 1):
            do_dw = np.stack(
                [
                    central_difference(
                        lambda a, i=i, X=X, j=j: forward({**rows, "w_i": a}, X)[0][j][i], rows["w_i"]
                    )
                    for i in range(4)
                ]
            )
            total += np.tensordot(delta, do_dw, axes=1)
            delta = (delta * (1 - o[j] ** 2)) @ rows["w_h"].T
    assert right(sum(paths(rows, j) for j in (1, 2, 3)), truth)
    assert wrong(total, truth, by=0.01)


def test_e42_a_term_is_small_because_its_product_is_long(rng):
    X = rng.uniform(0.1, 1, size=100)
    terms = scalar_terms(1.0, 1.0, X, RELU)
    assert len(terms) == 100
    assert terms == pytest.approx(X, rel=1e-12)
    assert pytest.approx(1.6e-30, rel=0.02) == 0.5**99
    assert abs(scalar_terms(1.0, 0.5, X)[0]) < 0.5**99


def test_e43_the_longest_path_is_one_of_a_hundred(rng, right):
    X = rng.normal(size=100)
    terms = scalar_terms(0.7, 0.9, X)
    whole = central_difference(lambda w: float(scalar_states(w[0], 0.9, X)[1][-1]), np.array([0.7]))
    assert right([terms.sum()], whole)
    assert abs(terms[0]) < 1e-12 * abs(terms.sum())
    assert np.abs(terms[-5:]).sum() > 0.9 * abs(terms.sum())


def test_e44_a_factor_may_be_one_or_more():
    assert TANH.prime(np.zeros(1))[0] == 1.0
    assert free_product(1.5, 0.0, 1) == 1.5
    assert free_product(-1.5, 0.0, 1) == -1.5


def test_e45_from_two_to_a_hundred_there_are_ninety_nine():
    assert len(range(2, 101)) == 99
    assert scalar_factor(0.5, np.zeros(100), IDENTITY) == pytest.approx(0.5**99, rel=1e-12)


def test_e46_the_gradient_does_not_hold_the_learning_rate():
    def gradient(w, T):
        """d/dw of ½ h_T² for h_T = w^T."""
        return w**T * T * w ** (T - 1)

    assert gradient(3.0, 50) == pytest.approx(8.6e48, rel=0.01)
    start = gradient(1.05, 20)
    assert start == pytest.approx(134, rel=0.01)
    assert gradient(1.05 - 0.1 * start, 20) == pytest.approx(-7.7e43, rel=0.01)
    assert gradient(1.05 - 0.001 * start, 20) == pytest.approx(0.65, rel=0.01)
    at = np.array([1.05])
    assert gradient(1.05, 20) == pytest.approx(
        central_difference(lambda w: float(0.5 * w[0] ** 40), at)[0], rel=1e-7
    )


def test_e47_one_is_where_relu_neither_fades_nor_grows():
    assert free_product(0.9, 1.0, 99, RELU) == pytest.approx(2.95e-5, rel=0.01)
    assert free_product(1.0, 1.0, 99, RELU) == 1.0
    assert free_product(1.1, 1.0, 99, RELU) == pytest.approx(1.25e4, rel=0.01)
    assert spectral_norm(np.linalg.matrix_power(np.ones((4, 4)), 99)) == pytest.approx(4.0**99, rel=1e-9)
    assert spectral_norm(np.linalg.matrix_power(np.eye(4), 99)) == 1.0


def open_lstm(c0):
    """One unit, gates open, candidate tanh(h_{t−1})."""
    Wh = np.zeros((4, 1))
    Wh[2] = 1.0
    return {
        "Wx": np.zeros((4, 1)),
        "Wh": Wh,
        "bz": np.array([1000.0, 1000.0, 0.0, 1000.0]),
        "h0": np.zeros(1),
        "c0": np.array([c0]),
    }


def test_e48_the_gradient_of_an_lstm_can_explode():
    X, at_the_end = np.zeros((50, 1)), np.zeros((50, 1))
    at_the_end[-1] = 1.0
    dh_dc0 = lstm_backward(open_lstm(0.0), X, at_the_end)["dc0"][0]
    assert dh_dc0 == 2.0**49 == pytest.approx(5.6e14, rel=0.01)
    tiny = 1e-20
    by_difference = (
        lstm_forward(open_lstm(tiny), X)["h"][-1, 0] - lstm_forward(open_lstm(-tiny), X)["h"][-1, 0]
    ) / (2 * tiny)
    assert by_difference == pytest.approx(dh_dc0, rel=1e-7)


def test_e49_the_number_of_steps_is_no_size_of_a_weight(rows):
    sentences = [encode_sentence(words) for words in (("cat", "mat", "rat"), ("cat", "mat", "mat", "rat"))]
    assert [X.shape for X in sentences] == [(3, 3), (4, 3)]
    assert all(0 < forward(rows, X)[1] < 1 for X in sentences)
    # Three words of three letters hide it: the index of a step takes the place of an input's.
    by_steps = {len(X): np.ones((len(X), 4)) for X in sentences}
    assert (sentences[0] @ by_steps[3]).shape == (3, 4)
    with pytest.raises(ValueError, match="matmul"):
        sentences[1] @ by_steps[4]


def test_e50_the_jacobian_of_rows_holds_the_transpose(rows, right, wrong):
    X = EXAMPLES[0][0]
    o, _ = forward(rows, X)

    def step(before):
        return np.tanh(X[1] @ rows["w_i"] + before @ rows["w_h"])

    truth = np.stack([central_difference(lambda a, i=i: float(step(a)[i]), o[1]) for i in range(4)])
    slope = np.diag(1 - o[2] ** 2)
    assert right(slope @ rows["w_h"].T, truth)
    assert wrong(slope @ rows["w_h"], truth, by=0.1)


def test_e61_the_identity_keeps_a_gradient_only_while_slopes_are_one(rng):
    X = rng.normal(size=100)
    z, _ = scalar_states(1.0, 1.0, X)
    assert abs(scalar_factor(1.0, z)) < 1e-20
    assert free_product(1.0, 0.5, 100) == pytest.approx(0.013, abs=0.001)
    assert free_product(1.0, 0.5, 100, RELU) == 1.0


def test_e62_descent_stops_at_any_stationary_point(rows):
    zeros = {name: np.zeros_like(array) for name, array in rows.items()}
    assert L(zeros) == pytest.approx(3 * np.log(2), rel=1e-12)
    for name in zeros:
        assert np.abs(dL(zeros, name)).max() < 1e-9
    by_last_word = {
        "w_i": np.outer([-3.0, 3.0, 3.0], np.ones(4)),
        "w_h": zeros["w_h"],
        "w_o": np.full((4, 1), 3.0),
    }
    assert L(by_last_word) < 0.05


def test_e63_the_last_word_tells_the_three_sentences_apart():
    forgetful = train_sentiment(THREE_SENTENCES, 2, 11, use_W=False)
    assert all((predict(forgetful, X) > 0.5) == bool(label) for X, label in EXAMPLES)
    by_last_word = {}
    for words, label in THREE_SENTENCES:
        by_last_word.setdefault(words[-1], set()).add(label)
    assert all(len(labels) == 1 for labels in by_last_word.values())
    of_all = {}
    for words, label in all_sentences():
        of_all.setdefault(words[-1], set()).add(label)
    assert of_all == {"cat": {0, 1}, "mat": {0, 1}, "rat": {1}}


def test_e77_another_activation_may_make_it_worse():
    assert abs(free_product(1.0, 0.5, 50, SIGMOID)) < 0.25**50
    assert free_product(1.0, 0.5, 50, TANH) > 1e-3
    z, _ = scalar_states(1.0, 0.9, np.array([1.0, -5.0, *np.ones(48)]), RELU)
    assert scalar_factor(0.9, z, RELU) == 0.0


def test_e78_an_lstm_that_starts_at_zero_forgets_half_at_every_step():
    q = {
        "Wx": np.zeros((8, 1)),
        "Wh": np.zeros((8, 2)),
        "bz": np.zeros(8),
        "h0": np.zeros(2),
        "c0": np.ones(2),
    }
    gates = lstm_forward(q, np.zeros((100, 1)))["gates"]
    assert direct_cell_path(gates)[0] == pytest.approx([0.5**100] * 2, rel=1e-12)
    assert kept_share(5.0, 100) > 0.5


def test_e79_the_loss_of_one_sentence_is_not_the_loss_of_all():
    one = train_sentiment(THREE_SENTENCES[:1], 2, 11)
    assert sentences_objective(one, EXAMPLES[:1])[0] < 0.01
    assert predict(one, EXAMPLES[2][0]) > 0.5
    assert sentences_objective(one, EXAMPLES)[0] > 3 * np.log(2)
    losses = [many_to_one_loss(one, X, np.array([float(label)])) for X, label in EXAMPLES]
    assert sentences_objective(one, EXAMPLES)[0] == pytest.approx(sum(losses), rel=1e-12)
