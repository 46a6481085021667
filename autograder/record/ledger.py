"""The one writer of grades: a batch of hand-ins goes into nbgrader's tables in a few statements.

Nbgrader's own objects would each be read and committed alone, some 0.1 s for a hand-in. Marks, comments, extra
credit and flags that a person gave are never touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nbgrader.api import Comment, Grade, Gradebook, Student, SubmittedAssignment, SubmittedNotebook, new_uuid
from sqlalchemy import bindparam, insert, select, update

from autograder.course import Course
from autograder.engine import Graded
from autograder.record.marks import earned
from autograder.record.penalty import late_penalty, seconds_late
from autograder.times import naive_utc
from autograder.verdict import Mark

ASSIGNMENTS, NOTEBOOKS = SubmittedAssignment.__table__, SubmittedNotebook.__table__
GRADES, COMMENTS, STUDENTS = Grade.__table__, Comment.__table__, Student.__table__

Rows = list[dict[str, Any]]


@dataclass
class Ledger:
    """An assignment's page of the gradebook. The caller commits.

    Made once per run: the released cells are read here, so it holds as long as nobody releases anew.
    """

    gradebook: Gradebook
    course: Course
    assignment: str
    _changes: dict[Any, Rows] = field(init=False, default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        found = self.gradebook.find_assignment(self.assignment)
        self._id, self._due = found.id, found.duedate
        self._notebooks = {book.id: book.name for book in found.notebooks}
        books = found.notebooks
        self._graded = [
            (book.id, cell.id) for book in books for cell in (*book.grade_cells, *book.task_cells)
        ]
        self._commented = [
            (book.id, cell.id) for book in books for cell in (*book.solution_cells, *book.task_cells)
        ]
        own = ("grade_cells", "solution_cells", "task_cells")
        self._names = {cell.id: cell.name for book in books for kind in own for cell in getattr(book, kind)}
        self._by_hand = {cell.id for book in books for cell in book.task_cells}

    def write(self, entries: Sequence[tuple[Graded, bool]]) -> list[float]:
        """Write hand-ins of this assignment, each with whether it is fresh; the points each loses for lateness.

        One that is not fresh and stands in the gradebook as it should is left alone, so that what a person has
        marked since then doesn't ask to be marked again.
        """
        students = [graded.student for graded, _ in entries]
        self._add_missing(students)
        rows = self._read(students)
        penalties, changed = [], []
        for graded, fresh in entries:
            row = rows[graded.student]
            timestamp = naive_utc(graded.timestamp) if graded.timestamp else None
            scores = {grade.id: self._mark(graded, grade).score for grade in row.grades}
            unchanged = all(grade.auto_score == scores[grade.id] for grade in row.grades)
            if fresh or not unchanged or row.timestamp != timestamp:
                self._change(row, timestamp, scores)
                changed.append(graded)
            # Always, since a due date, an extension or a mark by hand may be newer than the grades.
            late = seconds_late(timestamp, self._due, row.extension)
            penalties.append(
                sum(self._penalty(graded.student, book, row, scores, late) for book in row.notebooks)
            )
        self._comment(changed)
        self._send()
        return penalties

    def _change(self, row: _Row, timestamp: datetime | None, scores: dict[str, float | None]) -> None:
        if row.timestamp != timestamp:
            self._changes[ASSIGNMENTS].append({"own": row.id, "timestamp": timestamp})
        self._changes[GRADES] += [
            # As nbgrader has it: what a person has marked is shown to that person again after a regrade.
            {
                "own": grade.id,
                "auto_score": scores[grade.id],
                "needs_manual_grade": grade.manual_score is not None or scores[grade.id] is None,
            }
            for grade in row.grades
        ]

    def _send(self) -> None:
        """Write all changes, a statement for each table."""
        for table, changed in self._changes.items():
            columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in changed[0] if name != "own"}
            statement = update(table).where(table.c.id == bindparam("own")).values(columns)
            told = [
                {name if name == "own" else f"new_{name}": value for name, value in row.items()}
                for row in changed
            ]
            self.gradebook.db.connection().execute(statement, told)
        self._changes.clear()

    def _penalty(self, student: str, book: Any, row: _Row, scores: Any, late: float) -> float:
        """Nbgrader takes off for each notebook; a penalty that holds already isn't written again."""
        total = sum(
            earned(grade.manual_score, scores[grade.id], grade.extra_credit)
            for grade in row.grades
            if grade.book == book.notebook_id
        )
        penalty = late_penalty(self.course.config, student, total, late)
        if penalty != book.late_submission_penalty:
            self._changes[NOTEBOOKS].append({"own": book.id, "late_submission_penalty": penalty})
        return penalty or 0.0

    def _mark(self, graded: Graded, row: Any) -> Mark:
        """The mark of a row's cell; a cell that the notebook lacks earns nothing, and a task waits for a person."""
        nothing = Mark(None if row.cell_id in self._by_hand else 0.0)
        return graded.marks.get(self._notebooks[row.book], {}).get(self._names[row.cell_id], nothing)

    def _read(self, students: Sequence[str]) -> dict[str, _Row]:
        """What the gradebook has of some students' hand-ins, all of which have rows."""
        db = self.gradebook.db
        there = list(db.execute(select(ASSIGNMENTS).where(self._chosen(students))))
        found = {row.id: _Row(row.id, row.timestamp, row.extension) for row in there}
        books = select(NOTEBOOKS).where(NOTEBOOKS.c.assignment_id.in_(found))
        for book in db.execute(books):
            found[book.assignment_id].notebooks.append(book)
        columns = (
            GRADES.c.id,
            GRADES.c.cell_id,
            GRADES.c.auto_score,
            GRADES.c.manual_score,
            GRADES.c.extra_credit,
        )
        for grade in db.execute(self._of(GRADES, students, *columns)):
            found[grade.of].grades.append(grade)
        return {row.student_id: found[row.id] for row in there}

    def _comment(self, entries: Sequence[Graded]) -> None:
        """Nbgrader's own comment on cells that were left as they were released."""
        if not entries:
            return
        graded = {each.student: each for each in entries}
        columns = (COMMENTS.c.id, COMMENTS.c.cell_id, ASSIGNMENTS.c.student_id)
        for row in self.gradebook.db.execute(self._of(COMMENTS, list(graded), *columns)):
            said = "No response." if self._mark(graded[row.student_id], row).untouched else None
            self._changes[COMMENTS].append({"own": row.id, "auto_comment": said})

    def _chosen(self, students: Sequence[str]) -> Any:
        return (ASSIGNMENTS.c.assignment_id == self._id) & ASSIGNMENTS.c.student_id.in_(students)

    def _of(self, table: Any, students: Sequence[str], *columns: Any) -> Any:
        """Rows of `table` that belong to hand-ins, with the released notebook as `book` and the hand-in as `of`."""
        return (
            select(*columns, NOTEBOOKS.c.notebook_id.label("book"), ASSIGNMENTS.c.id.label("of"))
            .join(NOTEBOOKS, table.c.notebook_id == NOTEBOOKS.c.id)
            .join(ASSIGNMENTS, NOTEBOOKS.c.assignment_id == ASSIGNMENTS.c.id)
            .where(self._chosen(students))
        )

    def _add_missing(self, students: Iterable[str]) -> None:
        """Insert all rows of hand-ins that the gradebook doesn't have."""
        wanted = dict.fromkeys(students)
        db = self.gradebook.db
        here = (ASSIGNMENTS.c.student_id == STUDENTS.c.id) & (ASSIGNMENTS.c.assignment_id == self._id)
        asked = select(STUDENTS.c.id, ASSIGNMENTS.c.id.label("of")).outerjoin(ASSIGNMENTS, here)
        known = dict(map(tuple, db.execute(asked.where(STUDENTS.c.id.in_(wanted)))))
        tables: dict[Any, Rows] = {STUDENTS: [{"id": who} for who in wanted if who not in known]}
        for table in (ASSIGNMENTS, NOTEBOOKS, GRADES, COMMENTS):
            tables[table] = []
        for who in wanted:
            if known.get(who) is None:
                self._add(tables, who)
        for table, rows in tables.items():
            if rows:
                db.connection().execute(insert(table), rows)

    def _add(self, tables: dict[Any, Rows], student: str) -> None:
        own = new_uuid()
        tables[ASSIGNMENTS].append({"id": own, "assignment_id": self._id, "student_id": student})
        books = {book: new_uuid() for book in self._notebooks}
        tables[NOTEBOOKS] += [
            {"id": books[book], "notebook_id": book, "assignment_id": own, "flagged": False} for book in books
        ]
        tables[GRADES] += [
            {"id": new_uuid(), "notebook_id": books[book], "cell_id": cell, "needs_manual_grade": True}
            for book, cell in self._graded
        ]
        tables[COMMENTS] += [
            {"id": new_uuid(), "notebook_id": books[book], "cell_id": cell} for book, cell in self._commented
        ]


@dataclass
class _Row:
    """A hand-in as the gradebook has it; grades with the released notebook that they belong to as `book`."""

    id: str
    timestamp: datetime | None
    extension: Any
    notebooks: list[Any] = field(default_factory=list)
    grades: list[Any] = field(default_factory=list)
