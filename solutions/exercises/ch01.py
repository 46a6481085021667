"""Chapter 1, signals with an order: exercises 1.1 to 1.3, 6 points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from solutions.exercises.ch01_answers import KINDS, SEQUENCES
from solutions.misconceptions.words import ENCODE
from solutions.model import Answer, Arguments, Case, Exercise, FunctionTask, Misfit, Packing, Part
from solutions.reference.errors import UnknownNameError
from solutions.reference.sequences import one_hot

ASSIGNMENT = "ch01-order"

_WORDS = ("cat", "mat", "rat", "bat", "hat", "sat", "oat", "fat")


def _sentence(T: int, n: int, *, unknown: bool = False) -> Any:
    """A maker of (words, vocab): T words out of n that do not stand in the order of the alphabet.

    Every word of the vocabulary is used where T allows it. With `unknown` one word is not in it.
    """

    def make(rng: np.random.Generator) -> Arguments:
        while True:
            chosen = [str(word) for word in rng.permutation(_WORDS)[: n + 1]]
            vocab, stranger = chosen[:n], chosen[n]
            # A vocabulary that is sorted, or sorted backwards, would hide that somebody sorts it.
            if vocab != sorted(vocab) and vocab != sorted(vocab, reverse=True):
                break
        spoken = [*vocab, *(str(word) for word in rng.choice(vocab, max(T - n, 0)))][:T]
        words = [str(word) for word in rng.permutation(spoken)]
        if unknown:
            words[int(rng.integers(T))] = stranger
        return words, vocab

    return make


def _encode(words: Sequence[str], vocab: Sequence[str]) -> Answer:
    try:
        return {"values": one_hot(words, vocab)}
    except UnknownNameError as error:
        raise ValueError(str(error)) from error


def _by_comparison(words: Sequence[str], vocab: Sequence[str]) -> Answer:
    if not set(words) <= set(vocab):
        raise ValueError("unknown word")
    return {"values": (np.array(words)[:, None] == np.array(vocab)).astype(np.float64)}


def _by_rows_of_the_identity(words: Sequence[str], vocab: Sequence[str]) -> Answer:
    # list.index raises the ValueError by itself.
    return {"values": np.eye(len(vocab))[[list(vocab).index(word) for word in words]]}


def _unpack(value: Any, arguments: Arguments) -> Mapping[str, Any] | None:
    """The array, or what its form gives away: exchanged axes, or whole numbers."""
    words, vocab = arguments
    if value is None:
        return None
    shape, wanted = np.shape(value), (len(words), len(vocab))
    if shape != wanted:
        shows = "axis-swapped" if shape == wanted[::-1] else ""
        return {"values": Misfit(f"has shape {shape}, expected {wanted}", shows)}
    dtype = np.asarray(value).dtype
    if dtype.kind != "f":
        return {"values": Misfit(f"has the dtype {dtype}, expected float64", "integer-dtype")}
    return {"values": value}


ENCODED = FunctionTask(
    name="encode",
    signature="encode(words, vocab) -> X (T, n) float64",
    arguments=("words", "vocab"),
    parts=(Part("values", 1), Part("unknown_word", 1)),
    cases=(
        Case("STD", _sentence(4, 3), draws=3, parts=("values",)),
        Case("repeats", _sentence(6, 4), parts=("values",)),
        Case("T1", _sentence(1, 3), diagnostic=False, parts=("values",)),
        Case(
            "a word that is not in vocab",
            _sentence(4, 3, unknown=True),
            draws=3,
            diagnostic=False,
            parts=("unknown_word",),
            raises="ValueError",
        ),
    ),
    reference=_encode,
    twists=ENCODE.all(),
    alternatives={"comparison": _by_comparison, "identity": _by_rows_of_the_identity},
    returns=Packing(
        "an array (T, n) of float64",
        _unpack,
        lambda parts, _arguments: parts["values"],
    ),
)

EXERCISES: Mapping[str, Exercise] = {
    exercise.id: exercise
    for exercise in (
        Exercise("1.1", "Does order matter?", "conceptual", "1.1", (SEQUENCES,)),
        Exercise("1.2", "Name the mapping", "conceptual", "1.4", (KINDS,)),
        Exercise("1.3", "One-hot a sentence", "code", "1.3", (ENCODED,)),
    )
}
