"""Chapter 12, autocompletion: a word encoded, its gradient, its training, and words that grow."""

from __future__ import annotations

from typing import Any

import numpy as np
from through_time.problems import parameters

from solutions.exercises.ch12_answers import FLOOR_TASK
from solutions.exercises.ch12_codes import TEXT, codes
from solutions.exercises.ch12_styles import COMPLETE_STYLES, WORD_BPTT_STYLES, WORD_STYLES
from solutions.exercises.ch12_training import (
    DEEP_PACKING,
    a_seed,
    a_trained,
    train_deep,
    train_deep_always_with_W,
    trained_deep,
)
from solutions.exercises.inputs import Make
from solutions.misconceptions import bptt as wrong_bptt
from solutions.misconceptions.capstone_texts import GROWN, WORD, grown, in_words
from solutions.model import Arguments, Case, Function, FunctionTask, Part
from solutions.reference.bptt import bptt_mimo
from solutions.reference.training import completion


def _word(length: int) -> Make:
    """(word,), over d, e and p."""
    return lambda rng: ("".join(rng.choice(list("dep"), size=length)),)


def _word_with_all(length: int) -> Make:
    """(word,), with each of d, e and p in it, and not the same letter at both ends."""

    def make(rng: np.random.Generator) -> Arguments:
        while True:
            (word,) = _word(length)(rng)
            if set(word) == set("dep") and word[0] != word[-1]:
                return (word,)

    return make


ENCODE_WORD = FunctionTask(
    name="encode_word",
    signature="encode_word(word) -> (X (T, 4), Tau (T, 4))",
    arguments=("word",),
    parts=(Part("X", 1), Part("Tau", 1)),
    cases=(
        Case("6 letters", _word_with_all(6), draws=3),
        Case("1 letter", _word(1), diagnostic=False),
        Case("deep", lambda _: ("deep",), diagnostic=False),
    ),
    reference=lambda word: dict(zip(("X", "Tau"), completion.encode_word(word), strict=True)),
    twists=WORD,
    alternatives=WORD_STYLES,
    returns="tuple",
)


def _word_problem(length: int, d: int = 3) -> Make:
    def make(rng: np.random.Generator) -> Arguments:
        return parameters(rng, 4, d, 4), *_word_with_all(length)(rng)

    return make


WORD_BPTT = FunctionTask(
    name="word_bptt",
    signature="word_bptt(p, word) -> dict of dU, dW, dV, db, dc, dh0",
    arguments=("p", "word"),
    parts=(
        Part("dU", 0.5),
        Part("dW", 1),
        Part("dV", 0.5),
        Part("db", 0.5),
        Part("dc", 0.25),
        Part("dh0", 0.25),
    ),
    cases=(
        Case("6 letters", _word_problem(6), draws=3),
        # With equal sizes no shape gives exchanged axes away.
        Case("EQ", _word_problem(6, d=4)),
        Case("1 letter", lambda rng: (parameters(rng, 4, 3, 4), *_word(1)(rng)), diagnostic=False),
    ),
    reference=lambda p, word: bptt_mimo(p, *completion.encode_word(word)),
    twists=in_words(
        {
            key: function
            for key, function in wrong_bptt.twists_for("mimo").items()
            if not key.startswith("softmax-overflow")
        }
    ),
    alternatives=WORD_BPTT_STYLES,
    prefixes=lambda arguments: [(arguments[0], arguments[1][:t]) for t in range(1, len(arguments[1]) + 1)],
)

TRAIN_DEEP = FunctionTask(
    name="train_deep",
    signature="train_deep(seed, use_W=True) -> (p, losses)",
    arguments=("seed", "use_W"),
    parts=(Part("learnt", 3), Part("ablation", 3)),
    cases=(
        Case("with W", lambda rng: (a_seed(rng), True), draws=3, parts=("learnt",), enough=1),
        Case("without W", lambda rng: (a_seed(rng), False), draws=3, parts=("ablation",), enough=1),
    ),
    reference=train_deep,
    twists={"w-trained-in-ablation": train_deep_always_with_W},
    returns=DEEP_PACKING,
)


def _of_a_trained(first: str, max_len: int) -> Make:
    return lambda rng: (trained_deep(a_trained(rng), True), first, max_len)  # noqa: FBT003


def _of_any(first: str, max_len: int) -> Make:
    """(p, first, max_len) of a network whose word depends on all that was read, and doesn't end at once."""

    def make(rng: np.random.Generator) -> Arguments:
        while True:
            p = {name: 2 * array for name, array in parameters(rng, 4, 3, 4).items()}
            words = {key: function(p, first, max_len) for key, function in GROWN.items()}
            word = grown(p, first, max_len)
            if len(word) == max_len and all(words[key] != word for key in words if key != "stop-missing"):
                return p, first, max_len

    return make


def _as_codes(function: Any) -> Function:
    return lambda p, first, max_len: {"word": codes(function(p, first, max_len), max_len)}


COMPLETE = FunctionTask(
    name="complete",
    signature="complete(p, first, max_len) -> str",
    arguments=("p", "first", "max_len"),
    parts=(Part("word", 2),),
    cases=(
        Case("deep", _of_a_trained("d", 10)),
        Case("deep, cut", _of_a_trained("d", 3)),
        Case("any network", _of_any("pe", 9), draws=3),
    ),
    reference=_as_codes(completion.complete),
    twists={key: _as_codes(function) for key, function in GROWN.items()},
    alternatives=COMPLETE_STYLES,
    returns=TEXT,
)


TASKS = (ENCODE_WORD, WORD_BPTT, TRAIN_DEEP, COMPLETE, FLOOR_TASK)
"""Exercise 12.2."""
