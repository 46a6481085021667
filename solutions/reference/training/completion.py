"""Autocompletion over d, e, p and a stop symbol: at every step the next symbol, by softmax."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solutions.reference.bptt import bptt, loss
from solutions.reference.errors import UnknownNameError
from solutions.reference.rnn import rnn_forward
from solutions.reference.sgd import Descent, added, sgd
from solutions.reference.shapes import Array, Gradients, Params, check_count

LETTERS = "dep"
STOP = len(LETTERS)
"""The index of the stop symbol, the last of the four."""
HEAD = "softmax-ce"
UNITS = 2
DESCENT = Descent(eta=0.5, epochs=1000, limit=1.0)

Word = tuple[Array, Array]


def encode_word(word: str) -> Word:
    """Return X (T,4) and Tau (T,4), one-hot in the order d, e, p, stop: the word, and the word moved on by one.

    float64. Raises UnknownNameError for another letter, CountError for no letter. Source: lecture A.
    """
    return one_hot([_index(letter) for letter in word]), one_hot([*map(_index, word[1:]), STOP])


def one_hot(symbols: Sequence[int]) -> Array:
    """Return the rows (T,4) with a 1 at each symbol's index; float64. Raises CountError for no symbol."""
    check_count("the length of the word", len(symbols))
    rows: Array = np.eye(STOP + 1)[list(symbols)]
    return rows


def _index(letter: str) -> int:
    if letter not in LETTERS:
        raise UnknownNameError("letter", letter, LETTERS)
    return LETTERS.index(letter)


def train_deep(seed: int, use_W: bool = True) -> tuple[dict[str, Array], list[float]]:  # noqa: FBT001, FBT002
    """Return the parameters of an RNN (d = 2) trained on the word "deep", and the loss before each step.

    Without W the recurrent weights are 0 and stay so. h_0 is 0 and isn't trained. Arrays are float64.
    Source: lecture A.
    """
    rng = np.random.default_rng(seed)
    p = start_values(rng, UNITS, STOP + 1, STOP + 1)
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

    Each letter that is written is the next input. Raises UnknownNameError, ArrayError. Source: lecture A.
    """
    word = first
    while len(word) < max_len:
        o = rnn_forward(p, one_hot([_index(letter) for letter in word]), HEAD)["o"]
        symbol = int(o[-1].argmax())
        if symbol == STOP:
            break
        word += LETTERS[symbol]
    return word


def floor_without_memory(word: str) -> float:
    """Return the least loss that a network with W = 0 can come to: it sees one letter, and no letter before.

    A letter with several successors costs at least the entropy of their shares, each time it comes.
    Raises UnknownNameError, CountError.
    """
    X, Tau = encode_word(word)
    pairs = X.T @ Tau
    share = pairs / np.maximum(pairs.sum(axis=1, keepdims=True), 1.0)
    return float(-(pairs * np.log(np.where(pairs > 0.0, share, 1.0))).sum())


def start_values(rng: np.random.Generator, d: int, n: int, k: int) -> dict[str, Array]:
    """Return U (d,n), W (d,d), V (k,d) of order one, and b (d,), c (k,), h0 (d,) of zeros; float64."""
    return {
        "U": rng.normal(size=(d, n)),
        "W": rng.normal(size=(d, d)) / np.sqrt(d),
        "V": rng.normal(size=(k, d)),
        "b": np.zeros(d),
        "c": np.zeros(k),
        "h0": np.zeros(d),
    }


def without_memory(p: Params) -> dict[str, Array]:
    """Return p with W = 0: the ablation that shows what the state is good for."""
    return {**p, "W": np.zeros_like(p["W"])}
