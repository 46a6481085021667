"""Turn values, names and errors into pieces of a sentence; whatever a student's object does, these return."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from pathlib import Path

import numpy as np

LIMIT = 160
_NOT_THEIRS = tuple(Path(file).parent for file in (__file__, traceback.__file__, np.__file__))
"""Folders whose lines a student can't mend: this package, the standard library, NumPy."""


def listing(words: Iterable[str], last: str = "and") -> str:
    """Words as a sentence has them: two become "a and b", three "a, b and c"."""
    *head, tail = list(words) or ["none"]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def shown(value: object) -> str:
    """A short printable form of `value`, in plain ASCII so that any terminal can print it."""
    try:
        text = ascii(value)
    except Exception:  # noqa: BLE001  (a student's __repr__ may raise anything)
        text = f"an object of type {plain(type(value).__name__)}"
    return cut(" ".join(text.split()))


def kind(value: object) -> str:
    """What sort of thing `value` is, with its article: "a list", "None", "an array"."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return "an array"
    name = plain(type(value).__name__)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def reason(error: BaseException) -> str:
    """The error's type, message, and the line of the student's code that it came through last."""
    try:
        message = " ".join(str(error).split())
    except Exception:  # noqa: BLE001  (a student's __str__ may raise anything)
        message = ""
    name = plain(type(error).__name__)
    head = f"{name}: {cut(plain(message))}" if message else name
    line = _students_line(error)
    return f"{head} {line}" if line else head


def _students_line(error: BaseException) -> str:
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not any(Path(frame.filename).is_relative_to(folder) for folder in _NOT_THEIRS)
        and not frame.filename.startswith("<__array")
    ]
    if not frames:
        return ""
    source = plain(frames[-1].line or "")
    return f"(line {frames[-1].lineno}: {cut(source)})" if source else f"(line {frames[-1].lineno})"


def plain(text: str) -> str:
    """`text` in ASCII, with escapes for the rest."""
    # Any terminal can print ASCII; a UnicodeEncodeError in a check would be ours.
    return text.encode("ascii", "backslashreplace").decode()


def cut(text: str) -> str:
    """`text`, or its beginning if it is long."""
    return text if len(text) <= LIMIT else text[: LIMIT - 3] + "..."
