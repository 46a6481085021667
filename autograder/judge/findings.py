"""What was found out about one task, before the tasks of an exercise are put together."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.verdict import PartVerdict


@dataclass(frozen=True)
class Findings:
    """One task's parts, sentences and names; fields as in `ExerciseVerdict`."""

    parts: tuple[PartVerdict, ...]
    messages: tuple[str, ...] = ()
    misconceptions: tuple[str, ...] = ()
    section: str = ""
    curve: tuple[tuple[int, float], ...] = ()
    curve_label: str = ""
