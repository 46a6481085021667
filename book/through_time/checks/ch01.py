"""Checks of chapter 1: signals with an order."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from through_time._forms import choices_by, set_of
from through_time.tasks import AnswerTask, Arguments, Array, Law, Task, Trial, ValueTask

DATA = ("letter", "xray", "chess", "house", "heart", "tide", "ballots", "steps")
TASKS = ("plant", "throw", "caption", "tags", "review")
KINDS = ("one-to-one", "SISO", "SIMO", "MIMO", "many-to-one")


def _one_in_each_row(_arguments: Arguments, parts: Mapping[str, Array]) -> str:
    X = parts["X"]
    odd = np.flatnonzero(((X != 0) & (X != 1)).any(axis=1) | (X.sum(axis=1) != 1))
    if not odd.size:
        return ""
    return f"X[{odd[0]}] should hold a single 1, and zeros: word {odd[0] + 1} is one word."


def _at_its_word(arguments: Arguments, parts: Mapping[str, Array]) -> str:
    words, vocab = arguments
    for t, (word, column) in enumerate(zip(words, parts["X"].argmax(axis=1), strict=True)):
        if vocab[column] != word:
            return f"X[{t}] points at column {column}, which is '{vocab[column]}'; the word is '{word}'."
    return ""


ENCODE = ValueTask(
    "encode",
    ("words", "vocab"),
    lambda words, vocab: {"X": (len(words), len(vocab))},
    (Law(("X",), _one_in_each_row), Law(("X",), _at_its_word)),
    lambda: (
        Trial(
            "five words out of three",
            {"T": 5, "n": 3},
            (["sat", "mat", "cat", "sat", "cat"], ["mat", "sat", "cat"]),
        ),
        Trial("one word", {"T": 1, "n": 3}, (["cat"], ["mat", "sat", "cat"])),
        Trial(
            "a word that is not in vocab",
            {"T": 2, "n": 3},
            (["cat", "dog"], ["mat", "sat", "cat"]),
            raises="ValueError",
        ),
    ),
    "value",
)

CHECKS: Mapping[str, tuple[Task, ...]] = {
    "1.1": (AnswerTask("ans_1_1", "a frozenset of ids from the table", set_of(DATA)),),
    "1.2": (
        AnswerTask(
            "ans_1_2", "a dict from each of the five tasks to the name of its kind", choices_by(TASKS, KINDS)
        ),
    ),
    "1.3": (ENCODE,),
}
