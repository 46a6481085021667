"""The course's page: all assignments, and each student's way through them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from autograder.course import Course
from autograder.files import write_if_changed
from autograder.pages.render import page
from autograder.pages.report.figures import boxes, line
from autograder.pages.report.numbers import Spread
from autograder.pages.report.sheets import csv_text
from autograder.record.gradebook import open_gradebook
from autograder.record.standings import Standings, standings


@dataclass(frozen=True)
class _Column:
    """An assignment of the course, and where everybody stands in it."""

    name: str
    title: str
    stands: Standings

    @property
    def max_score(self) -> float:
        return max(stand.max_score for stand in self.stands.values())

    @property
    def spread(self) -> Spread:
        """Of the shares of the points."""
        return Spread.of(stand.score / (self.max_score or 1.0) for stand in self.stands.values())


def write_course_report(course: Course) -> Path:
    """Write `reports/index.html` and its CSV files: all assignments of which anything was graded."""
    path = course.reports() / "index.html"
    with open_gradebook(course) as gradebook:
        found = {name: standings(gradebook, name) for name in course.assignments}
        names = {
            student.id: " ".join(filter(None, (student.first_name, student.last_name)))
            for student in gradebook.students
        }
    columns = [_Column(name, course.title(name), stands) for name, stands in found.items() if stands]
    students = [_student(who, names[who], columns) for who in sorted(names)]
    files = {"assignments": "index-assignments.csv", "students": "index-students.csv"}
    write_if_changed(path.with_name(files["assignments"]), _assignment_sheet(columns))
    write_if_changed(path.with_name(files["students"]), _student_sheet(students, columns))
    html = page(
        "course.html",
        course_name=str(course.directory.course_id) or course.root.name,
        unsafe=course.settings.sandbox == "none",
        assignments=[_assignment(course, column) for column in columns],
        boxes=boxes([(column.name, column.spread) for column in columns],
                    "Points by assignment, in per cent", 520) if columns else "",
        students=students,
        named=any(names.values()),
        files=files,
    )  # fmt: skip
    write_if_changed(path, html)
    return path


def _assignment(course: Course, column: _Column) -> dict[str, Any]:
    report = course.reports() / f"{column.name}.html"
    stands, most = column.stands.values(), column.max_score
    return {
        "name": column.name,
        "title": column.title,
        "address": quote(report.name) if report.is_file() else "",
        "hand_ins": len(stands),
        "max_score": most,
        "spread": Spread.of(stand.score for stand in stands),
        "waiting": sum(stand.open for stand in stands),
        "late": sum(bool(stand.penalty) for stand in stands),
    }


def _student(student: str, name: str, columns: list[_Column]) -> dict[str, Any]:
    stands = [column.stands.get(student) for column in columns]
    shares = [stand.score / (stand.max_score or 1.0) if stand else None for stand in stands]
    score = sum(stand.score for stand in stands if stand)
    most = sum(column.max_score for column in columns)
    return {
        "student": student,
        "name": name,
        "scores": [stand.score if stand else None for stand in stands],
        "missing": sum(stand is None for stand in stands),
        "score": score,
        "share": score / most if most else 0.0,
        "line": line(shares),
    }


def _assignment_sheet(columns: list[_Column]) -> str:
    header = [
        "assignment",
        "hand_ins",
        "max_score",
        "mean",
        "least",
        "lower_quartile",
        "median",
        "upper_quartile",
        "most",
    ]
    rows = []
    for column in columns:
        spread = Spread.of(stand.score for stand in column.stands.values())
        middles = (spread.mean, spread.least, spread.lower, spread.median, spread.upper, spread.most)
        rows.append([column.name, spread.count, column.max_score, *(round(each, 3) for each in middles)])
    return csv_text(header, rows)


def _student_sheet(students: list[dict[str, Any]], columns: list[_Column]) -> str:
    header = ["student", "name", *(column.name for column in columns), "score", "not_handed_in"]
    return csv_text(
        header,
        ([row["student"], row["name"], *row["scores"], row["score"], row["missing"]] for row in students),
    )
