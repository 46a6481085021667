"""Where all students of an assignment stand, read from the gradebook in a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import Row, Select, select

from autograder.errors import UnknownName
from autograder.record.gradebook import by_hand
from autograder.record.marks import earned

ASSIGNMENTS, NOTEBOOKS = SubmittedAssignment.__table__, SubmittedNotebook.__table__
GRADES, COMMENTS, CELLS = Grade.__table__, Comment.__table__, BaseCell.__table__


@dataclass(frozen=True)
class MarkByHand:
    """What a person gave for a written answer, which is 0 without asking anybody where nothing was written."""

    score: float
    max_score: float
    waiting: bool


@dataclass(frozen=True)
class Standing:
    """A student's points in an assignment as the gradebook has them, marks by hand and penalties included."""

    score: float
    max_score: float
    penalty: float
    open: bool
    """Whether something is still to be marked by hand."""
    comments: tuple[tuple[str, str], ...]
    """Cell names and what a person wrote about them."""
    written: Mapping[str, MarkByHand] = field(default_factory=dict)
    """By exercise."""


class Standings(dict[str, Standing]):
    """Standings by student."""

    def __init__(self, assignment: str) -> None:
        super().__init__()
        self.assignment = assignment

    def __missing__(self, student: str) -> Standing:
        """Raise UnknownName, saying what to do."""
        raise UnknownName(
            f"{student} has no grade for {self.assignment} in the gradebook: "
            f"run 'autograder grade {self.assignment}'."
        )


def standings(gradebook: Gradebook, assignment: str) -> Standings:
    """The standing of each student who has a submission of `assignment`; asking for another raises UnknownName."""
    found = Standings(assignment)
    try:
        entry = gradebook.find_assignment(assignment)
    except MissingEntry:
        return found
    own, marked = entry.id, by_hand(entry)
    points = _points(gradebook, own)
    grades = _by_student(gradebook, _of(own, GRADES, CELLS.c.name))
    comments = _by_student(gradebook, _of(own, COMMENTS, CELLS.c.name))
    penalties = _by_student(
        gradebook,
        select(ASSIGNMENTS.c.student_id, NOTEBOOKS.c.late_submission_penalty)
        .join(NOTEBOOKS, NOTEBOOKS.c.assignment_id == ASSIGNMENTS.c.id)
        .where(ASSIGNMENTS.c.assignment_id == own),
    )
    for student in gradebook.db.scalars(
        select(ASSIGNMENTS.c.student_id).where(ASSIGNMENTS.c.assignment_id == own)
    ):
        penalty = float(sum(row.late_submission_penalty or 0.0 for row in penalties[student]))
        found[student] = Standing(
            score=max(float(sum(_score(row) for row in grades[student])) - penalty, 0.0),
            max_score=float(sum(points.values())),
            penalty=penalty,
            open=any(row.needs_manual_grade for row in grades[student]),
            comments=tuple((row.name, row.manual_comment) for row in comments[student] if row.manual_comment),
            written=_written(grades[student], points, marked),
        )
    return found


def due_dates(gradebook: Gradebook, assignment: str) -> tuple[datetime | None, dict[str, datetime]]:
    """When `assignment` is due, in UTC without a zone, and when for the students who have longer."""
    try:
        found = gradebook.find_assignment(assignment)
    except MissingEntry:
        return None, {}
    due: datetime | None = found.duedate
    if due is None:
        return None, {}
    rows = gradebook.db.execute(
        select(ASSIGNMENTS.c.student_id, ASSIGNMENTS.c.extension).where(
            ASSIGNMENTS.c.assignment_id == found.id
        )
    )
    return due, {
        row.student_id: due + row.extension for row in rows if row.extension and row.extension > timedelta()
    }


def _points(gradebook: Gradebook, assignment: Any) -> dict[Any, float]:
    """What each cell of the assignment can earn, by its id in the database."""
    found: dict[Any, float] = {}
    for kind in (GradeCell.__table__, TaskCell.__table__):
        rows = gradebook.db.execute(
            select(kind.c.id, kind.c.max_score)
            .join(CELLS, CELLS.c.id == kind.c.id)
            .join(Notebook.__table__, Notebook.__table__.c.id == CELLS.c.notebook_id)
            .where(Notebook.__table__.c.assignment_id == assignment)
        )
        found |= {row.id: float(row.max_score) for row in rows}
    return found


def _of(assignment: Any, table: Any, *more: Any) -> Select[Any]:
    """All of a table's rows that belong to submissions of an assignment, in the cells' order of names."""
    return (
        select(ASSIGNMENTS.c.student_id, table, *more)
        .join(NOTEBOOKS, table.c.notebook_id == NOTEBOOKS.c.id)
        .join(ASSIGNMENTS, NOTEBOOKS.c.assignment_id == ASSIGNMENTS.c.id)
        .join(CELLS, table.c.cell_id == CELLS.c.id)
        .where(ASSIGNMENTS.c.assignment_id == assignment)
        .order_by(CELLS.c.name)
    )


def _by_student(gradebook: Gradebook, query: Select[Any]) -> dict[str, list[Row[Any]]]:
    rows: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in gradebook.db.execute(query):
        rows[row.student_id].append(row)
    return rows


def _score(row: Any) -> float:
    return earned(row.manual_score, row.auto_score, row.extra_credit)


def _written(
    rows: Iterable[Any], points: dict[Any, float], marked: Mapping[str, str]
) -> dict[str, MarkByHand]:
    return {
        marked[row.cell_id]: MarkByHand(
            _score(row), points.get(row.cell_id, 0.0), row.manual_score is None and row.needs_manual_grade
        )
        for row in rows
        if row.cell_id in marked
    }
