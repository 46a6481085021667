"""Cases of which some right draws are enough: a training may have a start that it gets stuck from."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.judge.compare import TOLERANCE, Reading
from autograder.judge.prepared import Prepared
from solutions.model import Case

Readings = Mapping[int, Mapping[str, Reading]]
"""A question's number -> the readings of its parts."""


def settled(prepared: Prepared, parts: Readings, case: Case) -> bool:
    """Whether every part that the case decides has as many right draws as it needs."""
    if not case.enough:
        return False
    return all(len(numbers) >= case.enough for numbers in _right(prepared, parts, case).values())


def forgiven(prepared: Prepared, parts: Readings) -> set[tuple[int, str]]:
    """The questions and parts that don't count, since enough other draws of the case have the part right."""
    cases = {id(asked.case): asked.case for asked in prepared.asked if asked.case.enough}
    return {
        (number, name)
        for case in cases.values()
        for name, right in _right(prepared, parts, case).items()
        if len(right) >= case.enough
        for number in _numbers(prepared, case)
        if number not in right
    }


def _numbers(prepared: Prepared, case: Case) -> list[int]:
    return [number for number, asked in enumerate(prepared.asked) if asked.case is case]


def _right(prepared: Prepared, parts: Readings, case: Case) -> dict[str, set[int]]:
    """The draws in which each part is right."""
    names = case.parts or tuple(part.name for part in prepared.task.parts)
    numbers = [number for number in _numbers(prepared, case) if number in parts]
    return {name: {n for n in numbers if _is_right(prepared, n, name, parts[n])} for name in names}


def _is_right(prepared: Prepared, number: int, name: str, readings: Mapping[str, Reading]) -> bool:
    reading = readings.get(name)
    if reading is None or reading.array is None:
        return False
    return prepared.asked[number].error(name, reading.array) < TOLERANCE
