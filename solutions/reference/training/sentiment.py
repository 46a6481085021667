"""Sentences over cat, mat and rat, judged by the last state: 1 if the sentence has a rat in it, else 0."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import product

import numpy as np

from solutions.reference.activations import TANH, sigmoid
from solutions.reference.backward import gradient_sums
from solutions.reference.losses import eps_sigmoid_cross_entropy, sigmoid_cross_entropy
from solutions.reference.rnn import batch_forward, rnn_forward
from solutions.reference.sequences import one_hot
from solutions.reference.sgd import Descent, added, sgd
from solutions.reference.shapes import Array, Gradients, Params, check_count
from solutions.reference.training.completion import start_values, without_memory

WORDS = ("cat", "mat", "rat")
DESCENT = Descent(eta=0.3, epochs=1500, limit=1.0)

Sentence = Sequence[str]
Labelled = tuple[Sentence, int]

THREE_SENTENCES: tuple[Labelled, ...] = (
    (("cat", "mat", "rat"), 1),
    (("rat", "rat", "mat"), 1),
    (("mat", "mat", "cat"), 0),
)
"""The three sentences of lecture E. Their last words alone tell them apart."""


def all_sentences() -> list[Labelled]:
    """Return the 27 sentences of three words, labelled 1 if there is a rat in them.

    Source: lecture E, with the sentences that it leaves out.
    """
    return [(words, int("rat" in words)) for words in product(WORDS, repeat=3)]


def balanced_sentences(rng: np.random.Generator, count: int, length: int) -> list[Labelled]:
    """Return `count` random sentences of that many words, with a rat in every second one.

    A rat may stand anywhere, and at more than one place. Raises CountError. Source: chapter 12.
    """
    check_count("count", count)
    check_count("length", length)
    sentences: list[Labelled] = []
    for i in range(count):
        words = rng.integers(2, size=length)
        if i % 2:
            rats = rng.random(size=length) < 1.0 / 3.0
            rats[rng.integers(length)] = True
            words[rats] = 2
        sentences.append((tuple(WORDS[word] for word in words), i % 2))
    return sentences


def encode_sentence(words: Sentence) -> Array:
    """Return X (T,3), one-hot rows in the order cat, mat, rat; float64.

    Raises UnknownNameError for another word, CountError for no word. Source: lecture E.
    """
    check_count("the number of words", len(words))
    return one_hot(words, WORDS)


def train_sentiment(
    data: Sequence[Labelled],
    d: int,
    seed: int,
    use_W: bool = True,  # noqa: FBT001, FBT002
) -> dict[str, Array]:
    """Return U (d,3), W (d,d), V (1,d), b, c, h0 of an RNN trained on labelled sentences; float64.

    Without W the recurrent weights are 0 and stay so. h_0 is 0 and isn't trained. Raises InputError.
    Source: lecture E (many-to-one, sigmoid and cross entropy).
    """
    check_count("d", d)
    rng = np.random.default_rng(seed)
    p = start_values(rng, d, len(WORDS), 1)
    examples = [(encode_sentence(words), label) for words, label in data]
    fixed = ("h0",) if use_W else ("h0", "W")
    return sgd(sentences_objective, p if use_W else without_memory(p), examples, DESCENT, rng, fixed)[0]


def sentences_objective(p: Params, examples: Sequence[tuple[Array, int]]) -> tuple[float, Gradients]:
    """Return E summed over examples (X (T,3), label), and dU, dW, dV, db, dc, dh0; float64.

    Sentences of one length go through the network together. Raises ArrayError, CountError.
    Source: lecture E.
    """
    lengths: dict[int, list[tuple[Array, int]]] = defaultdict(list)
    for X, label in examples:
        lengths[len(X)].append((X, label))
    parts = [_same_length(p, group) for group in lengths.values()]
    return sum(E for E, _ in parts), added([g for _, g in parts])


def _same_length(p: Params, group: Sequence[tuple[Array, int]]) -> tuple[float, Gradients]:
    X = np.array([sentence for sentence, _ in group])
    tau = np.array([[float(label)] for _, label in group])
    run = batch_forward(p, X, "sigmoid-ce")
    o = run["o"][-1]
    eps = np.zeros_like(run["o"])
    eps[-1] = eps_sigmoid_cross_entropy(o, tau)
    return float(sigmoid_cross_entropy(o, tau).sum()), gradient_sums(p, X.swapaxes(0, 1), run, eps, TANH)


def predict(p: Params, X: Array) -> float:
    """Return the probability y_T of label 1, for X (T,3); float64. Raises ArrayError. Source: lecture E."""
    return float(sigmoid(rnn_forward(p, X, "sigmoid-ce")["o"][-1, 0]))


def share_right(p: Params, data: Sequence[Labelled]) -> float:
    """Return the share of labelled sentences that come out on the right side of ½.

    Raises InputError. For p as `train_sentiment` returns it. Source: chapter 12.
    """
    check_count("the number of sentences", len(data))
    right = [(predict(p, encode_sentence(words)) > 0.5) == bool(label) for words, label in data]
    return sum(right) / len(right)
