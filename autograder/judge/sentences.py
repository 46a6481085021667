"""The sentences of a verdict, and what they must not carry: no expected value and no hidden input."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MOST_LINES = 12
MOST_CHARACTERS = 240

# Numbers with a point or an exponent, and whole numbers too long to be a size, an index or a line.
_NUMBER = re.compile(r"[-+]?\d*\.\d[\d_]*(?:[eE][-+]?\d+)?|[-+]?\d+[eE][-+]?\d+|\d{5,}|0x[0-9a-fA-F]+")


def redacted(detail: str) -> str:
    """A student's exception text without the numbers that could carry the hidden inputs out; one line."""
    text = _NUMBER.sub("…", " ".join(detail.split()))
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def listed(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = list(names)
    return f"{', '.join(most)} and {last}" if most else last


def one_digit(error: float) -> str:
    """An error to one significant digit: more would tell a student who knows his number the right one."""
    if error >= 1000:
        return "over 1000"
    rounded = float(f"{error:.0e}")
    return f"{rounded:g}" if rounded >= 0.001 else f"{rounded:.0e}"


def limited(messages: Sequence[str]) -> tuple[str, ...]:
    """At most a dozen lines, none empty and none twice."""
    return tuple(dict.fromkeys(message for message in messages if message))[:MOST_LINES]
