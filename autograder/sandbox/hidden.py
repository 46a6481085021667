"""The judge's inputs stay hidden: a function may keep what it is called with, and a later cell may print it.

Only numbers that are told as such are found, to six digits; who encodes them gets them, and has a number without
its answer, for a probe whose values change with the course.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from through_time.functions import Known

from autograder.sandbox.conceal import HIDDEN

_DIGITS = 6
_MOST = 5000
"""So many numbers of an array are remembered: the judge's time is no student's to spend."""
_NUMBER = re.compile(r"\d*\.\d+(?:[eE][-+]?\d+)?")


class Hidden:
    """What has been sent to one student's process."""

    def __init__(self) -> None:
        self._sent: list[Any] = []
        self._keys: set[str] = set()

    def sent(self, arguments: tuple[Any, ...]) -> None:
        """Remember these; they are looked at when something that may tell them comes back."""
        self._sent.append(arguments)

    def cover(self, value: Any) -> Any:
        """`value`, an output of a later cell, with the numbers left out that were sent."""
        if isinstance(value, str):
            return _NUMBER.sub(self._covered, value) if self._sent or self._keys else value
        if isinstance(value, list):
            return [self.cover(each) for each in value]
        if isinstance(value, dict):
            return {key: self.cover(each) for key, each in value.items()}
        if isinstance(value, float):
            return HIDDEN if self._tells(value, repr(value)) else value
        return value

    def _covered(self, found: re.Match[str]) -> str:
        text = found.group()
        return HIDDEN if self._tells(float(text), text) else text

    def _tells(self, number: float, text: str) -> bool:
        digits = text.lower().partition("e")[0].replace(".", "").lstrip("0")
        if len(digits) < _DIGITS:
            return False
        for arguments in self._sent:
            for numbers in _numbers(arguments):
                self._keys.update(map(_key, numbers[:_MOST].tolist()))
        self._sent.clear()
        self._keys.discard("")
        return _key(number) in self._keys


def _key(number: float) -> str:
    """Exponent and first digits; nothing for what is round by itself, as 0.5 or 1/8: that is anybody's number."""
    text = f"{abs(number):.{_DIGITS - 1}e}"
    return "" if text[_DIGITS - 1 : _DIGITS + 1] == "00" else text


def _numbers(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        yield value.ravel()
    elif isinstance(value, float):
        yield np.array([value])
    elif isinstance(value, Known):
        yield from _numbers(list(value.coefficients))
    elif isinstance(value, dict):
        yield from _numbers(list(value.values()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _numbers(each)
