"""Counts and middles of a class's points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean, quantiles

BINS = 10
SHARES = ("none", "to 25", "to 50", "to 75", "below all", "all")
"""Steps of an exercise's points, in per cent of them."""

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
TIMES = (
    ("over a week early", 7 * _DAY), ("3 to 7 days early", 3 * _DAY), ("1 to 3 days early", _DAY),
    ("6 to 24 hours early", 6 * _HOUR), ("1 to 6 hours early", _HOUR), ("in the last hour", timedelta()),
    ("up to a day late", -_DAY), ("more than a day late", timedelta.min),
)  # fmt: skip
"""Names of spans before the due date, and where each begins."""


@dataclass(frozen=True)
class Spread:
    """The least, the quartiles and the most of some numbers, and their mean."""

    count: int
    mean: float
    least: float
    lower: float
    median: float
    upper: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """The spread of at least one number."""
        found = sorted(values)
        lower, median, upper = quantiles(found, n=4, method="inclusive") if len(found) > 1 else found * 3
        return cls(len(found), fmean(found), found[0], lower, median, upper, found[-1])


def bins(scores: Iterable[float], most: float) -> list[int]:
    """How many scores lie in each tenth of `most`; the last tenth has those that earned all."""
    counts = Counter(min(max(int(BINS * score / most), 0), BINS - 1) if most else 0 for score in scores)
    return [counts[number] for number in range(BINS)]


def bin_labels() -> list[str]:
    """The tenths, in per cent."""
    return [f"{100 * number // BINS}-{100 * (number + 1) // BINS}" for number in range(BINS)]


def steps(scores: Sequence[float], most: float) -> list[int]:
    """How many scores lie in each of `SHARES`."""
    counts = Counter(_step(score, most) for score in scores)
    return [counts[name] for name in SHARES]


def _step(score: float, most: float) -> str:
    share = score / most if most else 0.0
    if share <= 0:
        return SHARES[0]
    if share >= 1:
        return SHARES[-1]
    return SHARES[1 + sum(share > limit for limit in (0.25, 0.5, 0.75))]


def by_time(early: Iterable[timedelta]) -> list[int]:
    """How many hand-ins lie in each span of `TIMES`."""
    counts = Counter(next(name for name, begins in TIMES if each >= begins) for each in early)
    return [counts[name] for name, _ in TIMES]


def span(time: timedelta) -> str:
    """A span of time in the largest unit that it has at least one of: "2 days", "1 hour"."""
    seconds = abs(time.total_seconds())
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            number = int(seconds // length)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "less than a minute"
