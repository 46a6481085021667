"""Answers of a form of their own: a word as numbers that can be compared, and bits of which one is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from solutions.model import Arguments, Array, Misfit, Packing

LETTERS = "dep"
_NONE = -1.0


def codes(word: str, length: int) -> Array:
    """One number per letter, (length + 1,); the place after the last one shows a word that is too long."""
    found = np.full(length + 1, _NONE)
    for place, letter in enumerate(word[: length + 1]):
        found[place] = LETTERS.index(letter)
    return found


def _unpack(value: Any, arguments: Arguments) -> Mapping[str, Any] | None:
    if not isinstance(value, str):
        return None
    if "stop" in value or "<" in value:
        return {
            "word": Misfit(
                "has the stop symbol in it, which ends the word and is no part of it", "stop-missing"
            )
        }
    if not set(value) <= set(LETTERS):
        return {"word": Misfit("has a letter in it that is none of d, e and p")}
    return {"word": codes(value, int(arguments[2]))}


def _letter(number: float) -> str:
    # Each hundredth that a number is off by moves the letter on: what is wrong must not look right.
    place, hundredths = divmod(round(100 * number), 100)
    return "" if place < 0 and hundredths == 0 else LETTERS[(place + hundredths) % len(LETTERS)]


def _pack(parts: Mapping[str, Any], _arguments: Arguments) -> str:
    return "".join(map(_letter, np.asarray(parts["word"], dtype=np.float64)))


TEXT = Packing("a text over the letters d, e and p", _unpack, _pack)
"""complete(p, first, max_len)."""


def too_few_bits(value: Any, N: int) -> Any:
    """The bits as they are, or what N of them show where N + 1 belong."""
    if isinstance(value, list | tuple | np.ndarray) and np.shape(value) == (N,):
        return Misfit(f"has {N} bits, expected {N + 1}", "last-carry-dropped")
    return value
