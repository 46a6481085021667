"""A plain CSV: one row per student and assignment."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.export.rows import Row
from autograder.export.sheet import Filled, Sheet, defused

HEADER = (
    "student", "last_name", "first_name", "email", "assignment", "submitted", "score_before_penalty",
    "late_penalty", "score", "max_score", "late_seconds", "needs_manual_marking",
)  # fmt: skip


def plain_sheet(rows: Sequence[Row]) -> Filled:
    """Every row; a student without a hand-in has a maximum and no score."""
    return Filled(Sheet(HEADER, tuple(map(_cells, rows))), sum(row.handed_in for row in rows))


def _cells(row: Row) -> tuple[str, ...]:
    texts = (row.student, row.last_name, row.first_name, row.email, row.assignment, row.submitted)
    if row.handed_in:
        numbers = (row.before, row.penalty, row.score, row.max_score, row.late_seconds)
        marks = (*map(_exact, numbers), "yes" if row.open else "no")
    else:
        marks = ("", "", "", _exact(row.max_score), "", "")
    return (*map(defused, texts), *marks)


def _exact(value: float) -> str:
    """A number that reads back as it was."""
    return repr(round(value, 9)).removesuffix(".0")
