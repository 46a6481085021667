"""What sequences are made of and remembered as: one-hot words, the count of weights, the echo of one input."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.errors import UnknownNameError
from solutions.reference.shapes import Array, check_count, check_shapes


def one_hot(words: Sequence[str], vocab: Sequence[str]) -> Array:
    """Return X (T,n), row t−1 the unit vector of word t: 1 at the word's place in `vocab`, else 0; float64.

    `vocab` holds n different words, in any order; `words` is T of them. Raises UnknownNameError for a word
    that is not in `vocab`. Source: lecture E.
    """
    place = {word: i for i, word in enumerate(vocab)}
    X = np.zeros((len(words), len(vocab)))
    for t, word in enumerate(words):
        if word not in place:
            raise UnknownNameError("word", word, vocab)
        X[t, place[word]] = 1.0
    return X


def parameter_count(n: int, d: int, k: int) -> int:
    """Return the number of entries of U, W, V, b and c: nd + d² + kd + d + k. There is no T in it.

    Raises CountError. Source: lecture A (the set of parameters).
    """
    for name, size in (("n", n), ("d", d), ("k", k)):
        check_count(name, size)
    return n * d + d * d + k * d + d + k


def echo(w_h: float, T: int, f: Activation = TANH) -> Array:
    """Return h_1..h_T (T,) of a scalar network with h_0 = 0, x_1 = u = 1 and no other input: h_t = f(w_h h_{t−1}).

    h_1 = f(1); no bias; float64. Raises CountError. Source: lecture B (review question).
    """
    check_count("T", T)
    h = np.ones((T, 1))
    h[0] = f.f(h[0])
    for t in range(1, T):
        h[t] = f.f(w_h * h[t - 1])
    return h[:, 0]


def word_states(weights: Array, w_h: float) -> Array:
    """Return h_1..h_T (T,) of h_t = tanh(u_t + w_h h_{t−1}), h_0 = 0, for weights (T,), the u_t of each word.

    A network with a state of one number: U x_t is the entry of U for word t. Raises ArrayError.
    Source: lecture E (without its sentences' targets). Float64.
    """
    T = check_shapes("weights (T)", weights)["T"]
    h = np.zeros(T + 1)
    for t in range(T):
        h[t + 1] = np.tanh(weights[t] + w_h * h[t])
    return h[1:]
