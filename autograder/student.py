"""The student's notebook as the judge sees it: something that can be asked, and answers in plain values.

The sandbox has the real one (`autograder.sandbox`); tests and `autograder verify` have one that calls a
Python function directly.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Failure(StrEnum):
    """Why there is no value to judge."""

    MISSING = "missing"  # the name is not defined
    RAISED = "raised"  # the student's code raised an exception
    TIMEOUT = "timeout"  # the time limit was reached
    NOT_PLAIN = "not plain"  # a value that is no number, string, array or container of them
    DIED = "died"  # the student's process ended or spoke nonsense


@dataclass(frozen=True)
class Reply:
    """What came back from one question.

    `value` is made of None, bool, int, float, str, list, tuple, frozenset, dict with such keys and
    values, and arrays of dtype kind b, i, u or f. It means nothing when `failure` is set.
    `detail` is then a sentence's worth of fact: the exception's type, message and the student's line.
    `changed` holds the positions of the arguments that were no longer as sent after the call.
    """

    value: Any = None
    failure: Failure | None = None
    detail: str = ""
    changed: tuple[int, ...] = ()


class Student(Protocol):
    """Somebody's notebook, run from top to bottom as far as the graded cell."""

    def call(self, name: str, arguments: tuple[Any, ...]) -> Reply:
        """Call the student's function `name` with copies of `arguments`."""
        ...

    def value(self, name: str) -> Reply:
        """Return the student's variable `name`."""
        ...
