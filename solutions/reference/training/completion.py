"""Autocompletion over d, e, p and a stop symbol: at every step the next symbol, by softmax."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solutions.reference.bptt import bptt, loss
from solutions.reference.rnn import rnn_forward
from solutions.reference.sequences import one_hot
from solutions.reference.sgd import Descent, added, sgd
from solutions.reference.shapes import Array, Gradients, Params, check_count

SYMBOLS = ("d", "e", "p", "<stop>")
"""The vocabulary, in the order of the one-hot rows."""
STOP = SYMBOLS[-1]
HEAD = "softmax-ce"
UNITS = 2
DESCENT = Descent(eta=0.5, epochs=1000, limit=1.0)

Word = tuple[Array, Array]


def encode_word(word: str) -> Word:
    """Return X (T,4) and Tau (T,4), one-hot in the order of SYMBOLS: the word, and the word moved on by one.

    float64. Raises UnknownNameError for another letter, CountError for no letter. Source: lecture A.
    """
    check_count("the length of the word", len(word))
    return one_hot([*word], SYMBOLS), one_hot([*word[1:], STOP], SYMBOLS)


def train_deep(seed: int, use_W: bool = True) -> tuple[dict[str, Array], list[float]]:  # noqa: FBT001, FBT002
    """Return the parameters of an RNN (d = 2) trained on the word "deep", and the loss before each step.

    Without W the recurrent weights are 0 and stay so. h_0 is 0 and isn't trained. Arrays are float64.
    Source: lecture A. Raises nothing.
    """
    rng = np.random.default_rng(seed)
    p = start_values(rng, UNITS, len(SYMBOLS), len(SYMBOLS))
    if not use_W:
        return sgd(words_objective, without_memory(p), [encode_word("deep")], DESCENT, rng, ("h0", "W"))
    return sgd(words_objective, p, [encode_word("deep")], DESCENT, rng, ("h0",))


def words_objective(p: Params, words: Sequence[Word]) -> tuple[float, Gradients]:
    """Return the loss summed over encoded words, and its gradients as `bptt` gives them; float64.

    Raises ArrayError, CountError. Source: lecture A.
    """
    each = [bptt(p, X, Tau, HEAD) for X, Tau in words]
    return sum(loss(p, X, Tau, HEAD) for X, Tau in words), added(each)


def complete(p: Params, first: str, max_len: int) -> str:
    """Return the word that grows from `first` by the likeliest symbol, up to the stop symbol or max_len letters.

    Each letter that is written is the next input. Raises InputError. Source: lecture A.
    For the arrays of `train_deep`.
    """
    check_count("the length of the word", len(first))
    word = first
    while len(word) < max_len:
        o = rnn_forward(p, one_hot([*word], SYMBOLS), HEAD)["o"]
        symbol = SYMBOLS[int(o[-1].argmax())]
        if symbol == STOP:
            break
        word += symbol
    return word


def floor_without_memory(word: str) -> float:
    """Return the least loss that a network with W = 0 can come to: it sees one letter, and no letter before.

    A letter with several successors costs at least the entropy of their shares, each time it comes.
    Raises UnknownNameError, CountError. Source: lecture A.
    """
    X, Tau = encode_word(word)
    pairs = X.T @ Tau
    share = pairs / np.maximum(pairs.sum(axis=1, keepdims=True), 1.0)
    return float(-(pairs * np.log(np.where(pairs > 0.0, share, 1.0))).sum())


def start_values(rng: np.random.Generator, d: int, n: int, k: int) -> dict[str, Array]:
    """Return U (d,n), W (d,d), V (k,d) of order one, and b (d,), c (k,), h0 (d,) of zeros; float64.

    Raises nothing. Source: chapter 12.
    """
    return {
        "U": rng.normal(size=(d, n)),
        "W": rng.normal(size=(d, d)) / np.sqrt(d),
        "V": rng.normal(size=(k, d)),
        "b": np.zeros(d),
        "c": np.zeros(k),
        "h0": np.zeros(d),
    }


def without_memory(p: Params) -> dict[str, Array]:
    """Return p with W = 0: the ablation that shows what the state is good for.

    Every array as in `train_deep`. Raises nothing. Source: chapter 12.
    """
    return {**p, "W": np.zeros_like(p["W"])}
