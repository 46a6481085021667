"""What is exported: where each student stands in each assignment, as the gradebook has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autograder.course import Course
from autograder.record.gradebook import open_gradebook


@dataclass(frozen=True)
class Row:
    """A student in an assignment; `handed_in` is False for a student of the gradebook without a grade there."""

    student: str
    assignment: str
    max_score: float
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""
    handed_in: bool = False
    submitted: str = ""
    """The time of the hand-in, in UTC."""
    before: float = 0.0
    """Points before the late penalty is taken off."""
    penalty: float = 0.0
    late_seconds: float = 0.0
    open: bool = False
    """Whether something is still to be marked by hand."""

    @property
    def score(self) -> float:
        """Points that count: nbgrader takes the penalty off, and goes no lower than 0."""
        return max(self.before - self.penalty, 0.0)


def read_rows(course: Course, names: tuple[str, ...]) -> list[Row]:
    """A row for each of `names` and each student of the gradebook, in order of assignment and student."""
    rows: list[Row] = []
    with open_gradebook(course) as gradebook:
        students = {student.id: student for student in gradebook.students}
        known = {assignment.name: assignment for assignment in gradebook.assignments}
        for name in filter(known.__contains__, names):
            found = {each.student_id: each for each in gradebook.assignment_submissions(name)}
            rows += [_row(students[who], known[name], found.get(who)) for who in sorted(students)]
    return rows


def _row(student: Any, assignment: Any, submission: Any) -> Row:
    who: dict[str, Any] = {
        "student": student.id,
        "assignment": assignment.name,
        "max_score": float(assignment.max_score),
        "first_name": student.first_name or "",
        "last_name": student.last_name or "",
        "email": student.email or "",
        "lms_user_id": student.lms_user_id or "",
    }
    if submission is None:
        return Row(**who)
    stamp = submission.timestamp
    # Nbgrader adds an extension to a due date without asking whether there is one.
    late = submission.total_seconds_late if assignment.duedate is not None else 0.0
    return Row(
        **who,
        handed_in=True,
        submitted=f"{stamp:%Y-%m-%d %H:%M:%S} UTC" if stamp is not None else "",
        before=float(submission.score),
        penalty=float(submission.late_submission_penalty),
        late_seconds=float(late),
        open=bool(submission.needs_manual_grade),
    )
