"""Nbgrader's gradebook: the released cells in it, and the one writer of grades.

Reads and writes go through nbgrader's own tables, in one transaction per batch.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbgrader import utils
from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError

from autograder.assignment.notebook import exercise_of
from autograder.canonical import TemplateCell
from autograder.course import Course
from autograder.engine import Graded
from autograder.errors import UnknownName
from autograder.record.address import unusable, usable
from autograder.record.late import late_penalty

log = logging.getLogger(__name__)


@contextmanager
def open_gradebook(course: Course) -> Iterator[Gradebook]:
    """The course's gradebook. Raises GradebookError, in a sentence, for a database that can't be used."""
    url = usable(course.directory.db_url)
    _put_alembic_on_path()
    try:
        with Gradebook(url, course.directory.course_id) as gradebook:
            try:
                yield gradebook
            except BaseException:
                gradebook.db.rollback()
                raise
    except SQLAlchemyError as error:
        raise unusable(url, error) from error


def _put_alembic_on_path() -> None:
    """Nbgrader stamps a new gradebook by the program alembic, which lies beside this interpreter."""
    beside = str(Path(sys.executable).parent)
    places = os.environ.get("PATH", os.defpath).split(os.pathsep)
    if beside not in places:
        os.environ["PATH"] = os.pathsep.join([beside, *places])


def template(
    gradebook: Gradebook, assignment: str, source: Path
) -> tuple[list[TemplateCell], dict[str, Any]]:
    """The released cells of `assignment` and its kernelspec; the gradebook's texts in the source's order.

    Raises UnknownName if the assignment hasn't been released.
    """
    try:
        notebook = gradebook.find_notebook(assignment, assignment)
        order = [cell.metadata.nbgrader.grade_id for cell in nbformat.read(source, 4).cells if _known(cell)]
    except (MissingEntry, OSError) as error:
        raise UnknownName(
            f"The assignment {assignment} hasn't been released in this course: run 'autograder release {assignment}'."
        ) from error
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    texts = {cell.name: cell for cell in notebook.source_cells}
    cells = [
        TemplateCell(
            grade_id=name,
            cell_type=texts[name].cell_type,
            source=texts[name].source,
            grade=name in points,
            solution=name in solutions,
            locked=bool(texts[name].locked),
            points=float(points.get(name, 0.0)),
            checksum=texts[name].checksum,
        )
        for name in order
        if name in texts
    ]
    return cells, dict(json.loads(notebook.kernelspec))


def save(gradebook: Gradebook, course: Course, graded: Graded, *, fresh: bool = True) -> float:
    """Write one hand-in's grades; the caller commits. Manual scores, comments and extra credit stay.

    Returns the points that are taken off for lateness.

    With `fresh` False, a hand-in that the gradebook holds already is left alone, so that what a person
    has marked since then doesn't ask to be marked again.
    """
    submission = _submission(gradebook, graded)
    notebook = next(item for item in submission.notebooks if item.name == graded.assignment)
    cells = {
        cell.metadata.nbgrader.grade_id: cell for cell in graded.notebook.cells if "nbgrader" in cell.metadata
    }
    scores = {
        grade: _auto_score(cells[grade.name], grade.max_score) if grade.name in cells else 0.0
        for grade in notebook.grades
    }
    timestamp = utils.parse_utc(graded.timestamp) if graded.timestamp else None
    unchanged = all(grade.auto_score == score for grade, score in scores.items())
    if fresh or not unchanged or submission.timestamp != timestamp:
        submission.timestamp = timestamp
        for grade, score in scores.items():
            grade.auto_score = score
            # As nbgrader has it: what a person has marked is shown to that person again after a regrade.
            grade.needs_manual_grade = grade.manual_score is not None or score is None
        for comment in notebook.comments:
            comment.auto_comment = "No response." if _untouched(cells.get(comment.name)) else None
        gradebook.db.flush()
    # Always, since a due date, an extension or a mark by hand may be newer than the grades.
    notebook.late_submission_penalty = late_penalty(course.config, submission, notebook)
    return notebook.late_submission_penalty or 0.0


def _untouched(cell: Any) -> bool:
    return cell is not None and cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)


def _auto_score(cell: Any, points: float) -> float | None:
    """Nbgrader's score of a cell; None where a person has to mark, and 0 where nbgrader can't tell."""
    try:
        score, _ = utils.determine_grade(cell, log)
    except (ValueError, KeyError):
        return 0.0
    return None if score is None else min(max(float(score), 0.0), points)


def _submission(gradebook: Gradebook, graded: Graded) -> SubmittedAssignment:
    """The student's submission with a row for every cell, made if it isn't there."""
    try:
        return gradebook.find_submission(graded.assignment, graded.student)
    except MissingEntry:
        _add_rows(gradebook.db, gradebook.find_assignment(graded.assignment), graded.student)
        return gradebook.find_submission(graded.assignment, graded.student)


def _add_rows(db: Any, assignment: Assignment, student: str) -> None:
    """Insert a submission's rows, table by table: nbgrader's objects would each be committed alone."""
    if db.get(Student, student) is None:
        db.execute(insert(Student.__table__), {"id": student})
    own = new_uuid()
    db.execute(
        insert(SubmittedAssignment.__table__),
        {"id": own, "assignment_id": assignment.id, "student_id": student},
    )
    for notebook in assignment.notebooks:
        row = {"id": new_uuid(), "notebook_id": notebook.id, "assignment_id": own, "flagged": False}
        db.execute(insert(SubmittedNotebook.__table__), row)
        ours = {"notebook_id": row["id"]}
        for table, cells, more in (
            (Grade.__table__, (*notebook.grade_cells, *notebook.task_cells), {"needs_manual_grade": True}),
            (Comment.__table__, (*notebook.solution_cells, *notebook.task_cells), {}),
        ):
            rows = [{"id": new_uuid(), "cell_id": cell.id, **ours, **more} for cell in cells]
            if rows:
                db.execute(insert(table), rows)


def _known(cell: Any) -> bool:
    return "nbgrader" in cell.metadata


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


def standing(gradebook: Gradebook, student: str, assignment: str) -> Standing:
    """Where a student stands. Raises UnknownName if the gradebook has no such submission."""
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry as error:
        raise UnknownName(
            f"{student} has no grade for {assignment} in the gradebook: run 'autograder grade {assignment}'."
        ) from error
    notebooks = submission.notebooks
    comments = [
        (comment.name, comment.manual_comment)
        for notebook in notebooks
        for comment in notebook.comments
        if comment.manual_comment
    ]
    penalty = float(sum(notebook.late_submission_penalty or 0.0 for notebook in notebooks))
    return Standing(
        score=max(float(submission.score) - penalty, 0.0),
        max_score=float(submission.max_score),
        penalty=penalty,
        open=any(grade.needs_manual_grade for notebook in notebooks for grade in notebook.grades),
        comments=tuple(comments),
        written={
            exercise: MarkByHand(
                float(grade.score),
                float(grade.max_score),
                grade.manual_score is None and grade.needs_manual_grade,
            )
            for notebook in notebooks
            for grade in notebook.grades
            if (exercise := exercise_of(grade.name, "written")) is not None
        },
    )
