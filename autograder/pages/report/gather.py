"""All that a report is made of: each graded hand-in, where its student stands, and when it came."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import nbformat
from nbgrader.utils import parse_utc

from autograder.course import Course
from autograder.engine import Graded
from autograder.read import take_all
from autograder.record.gradebook import open_gradebook
from autograder.record.standings import Standing, due_dates, standings
from autograder.record.verdicts import verdicts
from autograder.verdict import ExerciseVerdict

_KEPT = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d")


@dataclass(frozen=True)
class HandIn:
    """One student's graded hand-in. Times are in UTC, without a zone, as the gradebook has them."""

    graded: Graded
    stand: Standing
    handed_in: datetime | None = None
    due: datetime | None = None
    history: tuple[datetime, ...] = ()
    """When each hand-in that was collected came, in order."""
    duplicates: tuple[str, ...] = ()
    """Released cells that the student's file has more than once."""

    @property
    def student(self) -> str:
        """Who."""
        return self.graded.student

    @property
    def early(self) -> timedelta | None:
        """How long before the due date; negative for late work, None if there is no date to compare."""
        return self.due - self.handed_in if self.due and self.handed_in else None

    def points(self, exercise: str) -> float | None:
        """What an exercise earned, marks by hand included; None if it was no part of what was graded."""
        for verdict in self.graded.verdicts:
            if verdict.exercise == exercise:
                written = self.stand.written.get(exercise)
                return verdict.score + (written.score if written else 0.0)
        return None


@dataclass(frozen=True)
class Gathered:
    """An assignment's graded class."""

    course: Course
    assignment: str
    title: str
    handins: tuple[HandIn, ...]
    due: datetime | None = None
    released: Mapping[str, str] = field(default_factory=dict)
    """The released cells by name: what nobody wrote."""
    missing: tuple[str, ...] = ()
    """Students of the gradebook who handed in nothing."""

    @cached_property
    def max_score(self) -> float:
        """What could be earned."""
        return max((each.stand.max_score for each in self.handins), default=0.0)

    @cached_property
    def columns(self) -> dict[str, list[tuple[HandIn, ExerciseVerdict]]]:
        """Exercises with their verdicts; a hand-in that was graded before an exercise was added has none of it."""
        found: dict[str, list[tuple[HandIn, ExerciseVerdict]]] = {}
        for handin in self.handins:
            for verdict in handin.graded.verdicts:
                found.setdefault(verdict.exercise, []).append((handin, verdict))
        return found


def gather(course: Course, assignment: str) -> Gathered:
    """What is known of an assignment's hand-ins, in the order of the students' names."""
    with open_gradebook(course) as gradebook:
        stands = standings(gradebook, assignment)
        due, longer = due_dates(gradebook, assignment)
        missing = tuple(sorted({student.id for student in gradebook.students} - set(stands)))
    handins = []
    for graded in verdicts(course, assignment, notebooks=True):
        student = graded.student
        handed_in = parse_utc(graded.timestamp) if graded.timestamp else None
        handins.append(
            HandIn(
                graded,
                stands[student],
                handed_in,
                longer.get(student, due),
                _history(course, student, assignment, handed_in),
                _duplicates(course, student, assignment),
            )
        )
    title = course.title(assignment)
    return Gathered(course, assignment, title, tuple(handins), due, _released(course, assignment), missing)


def _history(course: Course, student: str, assignment: str, last: datetime | None) -> tuple[datetime, ...]:
    """When the hand-ins that `collect` kept had come, by the names of their folders; and the current one."""
    folder = course.collected(student, assignment)
    names = [path.name for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    found = {datetime.strptime(name[:19], "%Y-%m-%dT%H-%M-%S") for name in names if _KEPT.match(name)}
    if last is not None:
        found.add(
            last.astimezone(UTC).replace(tzinfo=None, microsecond=0)
            if last.tzinfo
            else last.replace(microsecond=0)
        )
    return tuple(sorted(found))


def _duplicates(course: Course, student: str, assignment: str) -> tuple[str, ...]:
    """Names of released cells that stand more than once in a file as it was handed in.

    The files may be anything: they may have come since the class was graded.
    """
    found: list[str] = []
    for taken in take_all(course.submitted(student, assignment), course.notebooks(assignment)).values():
        with suppress(ValueError, TypeError, AttributeError, RecursionError):
            notebook = json.loads(taken.data or b"{}")
            counts = Counter(filter(None, map(cell_name, notebook.get("cells", ()))))
            found += [name for name, count in counts.items() if count > 1]
    return tuple(found)


def _released(course: Course, assignment: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in course.notebooks(assignment):
        try:
            cells: Iterable[Any] = nbformat.read(course.release(assignment, name), 4).cells
        except (OSError, ValueError):
            continue
        found |= {cell_name(cell): cell.source for cell in cells if cell_name(cell)}
    return found


def cell_name(cell: Any) -> str:
    """What nbgrader calls a cell; "" for one that it doesn't know."""
    known = cell.get("metadata", {}).get("nbgrader", {})
    name = known.get("grade_id", "") if isinstance(known, dict) else ""
    return name if isinstance(name, str) else ""
