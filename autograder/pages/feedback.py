"""A hand-in's feedback: one self-contained HTML file without scripts, hidden inputs or expected values."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.utils import parse_utc

from autograder.assignment.notebook import exercise_of
from autograder.course import Course
from autograder.engine import Graded
from autograder.files import write_if_changed
from autograder.pages.cells import own_cells
from autograder.pages.render import page
from autograder.record.gradebook import open_gradebook
from autograder.record.standings import Standing, standings
from autograder.record.verdicts import verdicts
from autograder.verdict import ExerciseVerdict


def write_feedback(course: Course, assignment: str) -> tuple[list[Path], int]:
    """Write the feedback of every graded hand-in of `assignment`.

    Returns the pages of the class and how many of them changed.
    """
    title = course.title(assignment)
    pages, changed = [], 0
    released = _released_texts(course, assignment)
    with open_gradebook(course) as gradebook:
        stands = standings(gradebook, assignment)
    for graded in verdicts(course, assignment, notebooks=True):
        path = course.feedback(graded.student, assignment) / f"{assignment}.html"
        text = feedback_page(graded, stands[graded.student], title, course, released)
        changed += write_if_changed(path, text)
        pages.append(path)
    return pages, changed


def _released_texts(course: Course, assignment: str) -> frozenset[str]:
    """The texts of the released notebooks' cells."""
    found: set[str] = set()
    for path in course.release(assignment).parent.glob("*.ipynb"):
        found.update(cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "markdown")
    return frozenset(found)


def feedback_page(
    graded: Graded, stand: Standing, title: str, course: Course, released: Container[str] = ()
) -> str:
    """The page as HTML, with links into the course's built book if it has one.

    `released` are texts that every student was given, and needn't read again.
    """
    cells = [] if graded.problem else own_cells(graded.notebooks, released)
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
        todo=[] if graded.problem else _todo(graded, course),
        cells=cells,
        shown={cell["exercise"] for cell in cells},
    )


def _todo(graded: Graded, course: Course) -> list[dict[str, Any]]:
    """What went wrong, each mistake once with all the exercises that show it, in the order of the notebook."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for verdict in graded.verdicts:
        if verdict.score >= verdict.max_score or not verdict.messages:
            continue
        names = verdict.misconceptions
        item = found.setdefault(
            names or (verdict.exercise, ""),
            {
                "names": names,
                "label": _label(verdict),
                "message": _main_message(verdict, course),
                "exercises": [],
                "lost": 0.0,
                "again": read_again(verdict, course),
            },
        )
        item["exercises"].append(verdict.exercise)
        item["lost"] += verdict.max_score - verdict.score
    return list(found.values())


def _label(verdict: ExerciseVerdict) -> str:
    """What stands before the names of the mistakes, as the judge meant them."""
    if len(verdict.misconceptions) < 2:
        return "This mistake is called"
    return "Two mistakes at once:" if "Two things at once:" in verdict.messages else "One of these mistakes:"


def _main_message(verdict: ExerciseVerdict, course: Course) -> str:
    """The sentences of what was named, else what the judge said first."""
    known = course.catalogue.misconceptions
    # The judge fills in names after a "{".
    begun = tuple(known[name].message.partition("{")[0] for name in verdict.misconceptions if name in known)
    told = [message for message in verdict.messages if begun and message.startswith(begun)]
    return " ".join(told) or verdict.messages[-1 if verdict.misconceptions else 0]


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
