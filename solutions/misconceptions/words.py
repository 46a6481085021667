"""One-hot coding with one twist: what chapter 1's students compute."""

from __future__ import annotations

import numpy as np

from solutions.misconceptions.family import Family
from solutions.misconceptions.steps import Run, after
from solutions.model import Array
from solutions.reference.errors import UnknownNameError
from solutions.reference.sequences import one_hot


def _columns(r: Run) -> list[str]:
    return list(r.vocab)


def _rows(r: Run) -> Array:
    try:
        return one_hot(r.words, r.columns)
    except UnknownNameError as error:
        raise ValueError(str(error)) from error


ENCODE = Family(
    {"columns": _columns, "X": _rows, "g": lambda r: {"values": r.X}},
    lambda words, vocab: {"words": words, "vocab": vocab},
    {
        "axis-swapped": {"X": after(lambda _, X: X.T)},
        "integer-dtype": {"X": after(lambda _, X: X.astype(int))},
        "integer-dtype:bool": {"X": after(lambda _, X: X.astype(bool))},
        "sorted-vocab": {"columns": lambda r: sorted(r.vocab)},
        "sorted-vocab:backwards": {"columns": lambda r: sorted(r.vocab, reverse=True)},
        "place-for-word": {"X": lambda r: np.eye(len(r.words), len(r.vocab)) + 0 * _rows(r)},
        "index-for-one": {"X": after(lambda _, X: X * np.arange(1.0, 1 + X.shape[1]))},
        "index-for-one:from-zero": {"X": after(lambda _, X: X * np.arange(X.shape[1]))},
    },
)
"""encode(words, vocab)."""
