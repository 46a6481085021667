"""Chapter 12, sentiment: a sentence encoded, its gradient, its training, and what is made of it."""

from __future__ import annotations

import numpy as np
from through_time.problems import parameters

from solutions.exercises.ch12_answers import PROOF_TASK
from solutions.exercises.ch12_styles import PREDICT_STYLES, SENTENCE_BPTT_STYLES
from solutions.exercises.ch12_training import (
    SENTIMENT_PACKING,
    a_seed,
    train_sentiment,
    train_sentiment_always_with_W,
)
from solutions.exercises.inputs import Make
from solutions.misconceptions import bptt as wrong_bptt
from solutions.misconceptions.capstone_texts import PREDICT, in_sentences, loss_at_every_step
from solutions.misconceptions.words import ENCODE
from solutions.model import Arguments, Case, Function, FunctionTask, Part
from solutions.reference.bptt import bptt_many_to_one
from solutions.reference.sequences import one_hot
from solutions.reference.training import sentiment


def _words(length: int) -> Make:
    """(words,), random ones; with three or more, each of the three words is among them."""

    def make(rng: np.random.Generator) -> Arguments:
        while True:
            words = [str(word) for word in rng.choice(sentiment.WORDS, size=length)]
            if length < 3 or (set(words) == set(sentiment.WORDS) and words != sorted(words)):
                return (words,)

    return make


def _of_words(key: str) -> Function:
    function = ENCODE.twisted(key) if key else ENCODE.twisted()
    return lambda words: {"X": function(words, list(sentiment.WORDS))["values"]}


ENCODE_SENTENCE = FunctionTask(
    name="encode_sentence",
    signature="encode_sentence(words) -> (T, 3)",
    arguments=("words",),
    parts=(Part("X", 1),),
    cases=(
        Case("5 words", _words(5), draws=3),
        Case("3 words", _words(3), diagnostic=False),
        Case("1 word", _words(1), diagnostic=False),
    ),
    reference=_of_words(""),
    twists={key: _of_words(key) for key in ("place-for-word", "index-for-one", "index-for-one:from-zero")},
    alternatives={"one-hot": lambda words: {"X": one_hot(words, sentiment.WORDS)}},
    returns="value",
)


def _sentence(T: int, d: int = 4) -> Make:
    """(p, X (T, 3), label), X one-hot."""
    return lambda rng: (
        parameters(rng, 3, d, 1),
        np.eye(3)[rng.integers(3, size=T)],
        int(rng.integers(2)),
    )


SENTENCE_BPTT = FunctionTask(
    name="sentence_bptt",
    signature="sentence_bptt(p, X (T, 3), label) -> dict of dU, dW, dV, db, dc, dh0",
    arguments=("p", "X", "label"),
    parts=(
        Part("dU", 1),
        Part("dW", 1),
        Part("dV", 0.25),
        Part("db", 0.25),
        Part("dc", 0.25),
        Part("dh0", 0.25),
    ),
    cases=(
        Case("6 words", _sentence(6), draws=3),
        # With equal sizes no shape gives exchanged axes away.
        Case("EQ", _sentence(6, d=3)),
        Case("1 word", _sentence(1), diagnostic=False),
    ),
    reference=lambda p, X, label: bptt_many_to_one(p, X, np.array([float(label)])),
    twists={**in_sentences(wrong_bptt.twists_for("many-to-one")), "loss-at-every-step": loss_at_every_step},
    alternatives=SENTENCE_BPTT_STYLES,
    prefixes=lambda arguments: [
        (arguments[0], arguments[1][:t], arguments[2]) for t in range(1, len(arguments[1]) + 1)
    ],
)

_THREE = [([*words], label) for words, label in sentiment.THREE_SENTENCES]
_ALL = [([*words], label) for words, label in sentiment.all_sentences()]


def _training(data: list[tuple[list[str], int]], *, use_W: bool) -> Make:
    return lambda rng: ([([*words], label) for words, label in data], 2, a_seed(rng), use_W)


TRAIN_SENTIMENT = FunctionTask(
    name="train_sentiment",
    signature="train_sentiment(data, d, seed, use_W=True) -> p",
    arguments=("data", "d", "seed", "use_W"),
    parts=(Part("three", 1), Part("all_27", 2), Part("longer", 2)),
    cases=(
        Case("three sentences", _training(_THREE, use_W=True), draws=3, parts=("three",), enough=1),
        Case("three without W", _training(_THREE, use_W=False), draws=3, parts=("three",), enough=1),
        Case("27 sentences", _training(_ALL, use_W=True), draws=3, parts=("all_27", "longer"), enough=1),
    ),
    reference=train_sentiment,
    twists={"w-trained-in-ablation": train_sentiment_always_with_W},
    returns=SENTIMENT_PACKING,
)

PREDICT_TASK = FunctionTask(
    name="predict",
    signature="predict(p, X (T, 3)) -> float",
    arguments=("p", "X"),
    parts=(Part("y", 1),),
    cases=(
        Case("6 words", lambda rng: _sentence(6)(rng)[:2], draws=3),
        Case("1 word", lambda rng: _sentence(1)(rng)[:2], diagnostic=False),
    ),
    reference=lambda p, X: {"y": sentiment.predict(p, X)},
    twists=PREDICT,
    alternatives=PREDICT_STYLES,
    returns="value",
)


TASKS = (ENCODE_SENTENCE, SENTENCE_BPTT, TRAIN_SENTIMENT, PREDICT_TASK, PROOF_TASK)
"""Exercise 12.3."""
