"""A hand-in's feedback: one self-contained HTML file without scripts, hidden inputs or expected values."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

from nbgrader.utils import is_grade, parse_utc

from autograder.assignment.notebook import exercise_of
from autograder.course import Course
from autograder.engine import Graded
from autograder.files import write_if_changed
from autograder.grading import verdicts
from autograder.pages.render import page
from autograder.record.gradebook import Standing, open_gradebook, standing
from autograder.verdict import ExerciseVerdict

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def write_feedback(course: Course, assignment: str) -> tuple[list[Path], int]:
    """Write the feedback of every graded hand-in of `assignment`.

    Returns the pages of the class and how many of them changed.
    """
    title = course.catalogue.source(assignment).title
    pages, changed = [], 0
    with open_gradebook(course) as gradebook:
        for graded in verdicts(course, assignment):
            path = course.feedback(graded.student, assignment) / f"{assignment}.html"
            stand = standing(gradebook, graded.student, assignment)
            changed += write_if_changed(path, feedback_page(graded, stand, title, course))
            pages.append(path)
    return pages, changed


def feedback_page(graded: Graded, stand: Standing, title: str, course: Course) -> str:
    """The page as HTML, with links into the course's built book if it has one."""
    own = [
        cell
        for cell in graded.notebook.cells
        if not _locked(cell) and (cell.cell_type == "code" or is_grade(cell))
    ]
    return page(
        "feedback.html",
        title=title,
        student=graded.student,
        handed_in=f"{parse_utc(graded.timestamp):%Y-%m-%d %H:%M} UTC" if graded.timestamp else "",
        standing=stand,
        problem=graded.problem,
        notes=graded.notes,
        verdicts=graded.verdicts,
        comments=[(_place(name), text) for name, text in stand.comments],
        again={verdict.exercise: read_again(verdict, course) for verdict in graded.verdicts},
        cells=[] if graded.problem else [_cell(cell) for cell in own],
    )


def _place(name: str) -> str:
    """A commented cell by what a student calls it."""
    exercise = exercise_of(name, "written")
    return f"{exercise}, what you wrote" if exercise else name


def read_again(verdict: ExerciseVerdict, course: Course) -> list[tuple[str, str]]:
    """Sections to read and their addresses ("" without a built book): the mistake's, then the exercise's.

    A section of a chapter that the book doesn't have is left out.
    """
    if not verdict.section:
        return []
    exercise = course.catalogue.exercises.get(verdict.exercise)
    wanted = dict.fromkeys(filter(None, (verdict.section, exercise.section if exercise else "")))
    chapters, book = course.catalogue.chapters, course.settings.book_url.rstrip("/")
    found = []
    for section in wanted:
        page_name = chapters.get(section.partition(".")[0])
        if page_name is not None:
            address = f"{book}/{page_name}.html#sec-{section.replace('.', '-')}" if book else ""
            found.append((section, address))
    return found


def _locked(cell: Any) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("locked", False))


def _cell(cell: Any) -> dict[str, Any]:
    return {"source": cell.source, "outputs": [_output(output) for output in cell.get("outputs", ())]}


def _output(output: Any) -> dict[str, str]:
    """An output as text and, if it has one, a PNG; HTML and scripts of the student's are not shown."""
    if output.output_type == "stream":
        return {"text": "".join(output.text), "image": ""}
    if output.output_type == "error":
        return {"text": _COLOURS.sub("", f"{output.ename}: {output.evalue}"), "image": ""}
    image = str(output.data.get("image/png", "")).replace("\n", "")
    try:
        base64.b64decode(image, validate=True)
    except ValueError:  # no base64, or not even ASCII
        image = ""
    text = output.data.get("text/plain", "")
    return {"text": "" if image else str(text), "image": image}
