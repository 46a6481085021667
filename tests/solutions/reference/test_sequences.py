"""One-hot words, the count of weights, and the echo of one input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.activations import IDENTITY
from solutions.reference.errors import CountError, ShapeError, UnknownNameError
from solutions.reference.rnn import rnn_forward
from solutions.reference.sequences import echo, one_hot, parameter_count, word_states
from solutions.reference.verification.problems import rnn_params

VOCAB = ["cat", "mat", "rat"]
sentences = st.lists(st.sampled_from(VOCAB), min_size=1, max_size=8)


def test_a_sentence_becomes_its_unit_vectors():
    X = one_hot(["rat", "rat", "mat"], VOCAB)
    assert X.tolist() == [[0, 0, 1], [0, 0, 1], [0, 1, 0]]
    assert X.dtype == np.float64


@given(words=sentences, order=st.permutations(VOCAB))
def test_each_row_points_at_its_word_in_whatever_order_the_words_are_listed(words, order):
    X = one_hot(words, order)
    assert X.shape == (len(words), 3)
    assert (X.sum(axis=1) == 1).all()
    assert [order[i] for i in X.argmax(axis=1)] == words


@given(words=sentences)
def test_multiplying_a_matrix_by_it_picks_columns(words):
    U = np.arange(12.0).reshape(4, 3)
    for word, x in zip(words, one_hot(words, VOCAB), strict=True):
        assert (U @ x == U[:, VOCAB.index(word)]).all()


def test_an_unknown_word_is_named():
    with pytest.raises(UnknownNameError, match="no word 'dog'; choose one of cat, mat, rat"):
        one_hot(["cat", "dog"], VOCAB)
    with pytest.raises(ValueError, match="dog"):
        one_hot(["dog"], VOCAB)


@pytest.mark.parametrize(("n", "d", "k"), [(3, 4, 5), (1, 1, 1), (5, 2, 7)])
def test_the_count_is_that_of_the_arrays(rng, n, d, k):
    p = rnn_params(rng, n, d, k)
    assert parameter_count(n, d, k) == sum(p[name].size for name in ("U", "W", "V", "b", "c"))


@pytest.mark.parametrize(("sizes", "name"), [((0, 4, 5), "n"), ((3, 0, 5), "d"), ((3, 4, 0), "k")])
def test_a_count_of_nothing_is_refused(sizes, name):
    with pytest.raises(CountError, match=f"^{name} is 0"):
        parameter_count(*sizes)


@pytest.mark.parametrize("w_h", [0.5, 1.0, -0.9, 1.5])
def test_the_echo_is_a_run_of_the_network(w_h):
    one = np.ones((1, 1))
    p = {"U": one, "W": w_h * one, "V": one, "b": np.zeros(1), "c": np.zeros(1), "h0": np.zeros(1)}
    X = np.zeros((20, 1))
    X[0] = 1
    assert echo(w_h, 20) == pytest.approx(rnn_forward(p, X)["h"][1:, 0], rel=1e-12)


def test_a_linear_echo_is_a_power():
    assert echo(1.5, 20, IDENTITY) == pytest.approx(1.5 ** np.arange(20.0))


@given(w_h=st.floats(-2, 2))
def test_the_sign_of_the_weight_does_not_change_the_size_of_the_echo(w_h):
    assert np.abs(echo(w_h, 30)) == pytest.approx(np.abs(echo(-w_h, 30)), rel=1e-12)


def test_an_echo_of_no_steps_is_refused():
    with pytest.raises(CountError, match="T is 0"):
        echo(0.5, 0)


@given(words=sentences, w_h=st.floats(-2, 2))
def test_the_states_of_words_are_a_run_of_the_network(words, w_h):
    one, U = np.ones((1, 1)), np.array([[-1.0, -0.5, 1.0]])
    p = {"U": U, "W": w_h * one, "V": one, "b": np.zeros(1), "c": np.zeros(1), "h0": np.zeros(1)}
    X = one_hot(words, VOCAB)
    assert word_states((X @ U.T)[:, 0], w_h) == pytest.approx(rnn_forward(p, X)["h"][1:, 0], rel=1e-12)


def test_words_in_a_table_are_refused():
    with pytest.raises(ShapeError, match=r"^weights has shape"):
        word_states(np.ones((2, 2)), 0.5)
