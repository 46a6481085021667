"""What the judge says: verdicts per part, exercise and submission, and their JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SMALL = 1e-6
"""A part without points is right below this error, which is the judge's tolerance."""


@dataclass(frozen=True)
class Mark:
    """What nbgrader keeps of a released cell: the judge's score, None where a person marks; left as released or not."""

    score: float | None
    untouched: bool = False


@dataclass(frozen=True)
class PartVerdict:
    """One part: what it could earn, what it earned, and the largest norm-relative error seen.

    `error` is None where no comparison was possible (no value, a wrong shape, not finite).
    """

    name: str
    points: float
    score: float
    error: float | None = None

    @property
    def right(self) -> bool:
        """Whether the part earned all its points; one that has none can show it by its error only."""
        if self.points:
            return self.score == self.points
        return self.error is not None and self.error < SMALL


@dataclass(frozen=True)
class ExerciseVerdict:
    """One exercise: its parts, and what the student reads.

    `messages` are sentences in reading order. `misconceptions` are ids of the catalogue, several when
    they give the same numbers here. `section` is where to read again, "" when all is right. `curve` holds
    (t, norm-relative error) for a small picture, and `curve_label` says what t counts: the step of delta_t
    where the exercise asks for deltas, else the number of steps to which the sequence was cut.

    `by_hand` is what a person can give besides, for a text; it is no part of `max_score`.
    """

    exercise: str
    title: str
    parts: tuple[PartVerdict, ...]
    messages: tuple[str, ...] = ()
    misconceptions: tuple[str, ...] = ()
    section: str = ""
    curve: tuple[tuple[int, float], ...] = ()
    curve_label: str = ""
    by_hand: float = 0.0

    @property
    def max_score(self) -> float:
        """What the exercise could earn from the judge."""
        return math.fsum(part.points for part in self.parts)

    @property
    def score(self) -> float:
        """What it earned there: finite, and within 0 and `max_score`."""
        return min(max(math.fsum(part.score for part in self.parts), 0.0), self.max_score)

    def to_json(self) -> dict[str, Any]:
        """The verdict as plain values, totals included."""
        parts = [vars(part) for part in self.parts]
        return {**vars(self), "parts": parts, "score": self.score, "max_score": self.max_score}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ExerciseVerdict:
        """The verdict that `to_json` wrote."""
        return cls(
            exercise=data["exercise"],
            title=data["title"],
            parts=tuple(PartVerdict(**part) for part in data["parts"]),
            messages=tuple(data["messages"]),
            misconceptions=tuple(data["misconceptions"]),
            section=data["section"],
            curve=tuple((int(t), float(error)) for t, error in data["curve"]),
            curve_label=data.get("curve_label", ""),
            by_hand=float(data.get("by_hand", 0.0)),
        )
