"""A hand-in's feedback: one self-contained HTML file without scripts, hidden inputs or expected values."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.engine import Graded
from autograder.files import write_if_changed
from autograder.grading import verdicts
from autograder.pages.render import page
from autograder.record.gradebook import Standing, open_gradebook, standing

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def write_feedback(course: Course, assignment: str) -> tuple[list[Path], int]:
    """Write the feedback of every graded hand-in of `assignment`.

    Returns the pages of the class and how many of them changed.
    """
    title = course.catalogue.source(assignment).title
    chapters = course.catalogue.chapters
    pages, changed = [], 0
    with open_gradebook(course) as gradebook:
        for graded in verdicts(course, assignment):
            path = course.feedback(graded.student, assignment) / f"{assignment}.html"
            stand = standing(gradebook, graded.student, assignment)
            changed += write_if_changed(
                path, feedback_page(graded, stand, title, course.settings.book_url, chapters)
            )
            pages.append(path)
    return pages, changed


def feedback_page(
    graded: Graded, stand: Standing, title: str, book_url: str, chapters: Mapping[str, str]
) -> str:
    """The page as HTML.

    `book_url` is where the built book lies, "" for no links; `chapters` are its pages by chapter number.
    """
    own = [cell for cell in graded.notebook.cells if cell.cell_type == "code" and not _locked(cell)]
    return page(
        "feedback.html",
        title=title,
        student=graded.student,
        handed_in=graded.timestamp,
        standing=stand,
        problem=graded.problem,
        notes=graded.notes,
        verdicts=graded.verdicts,
        comments=stand.comments,
        links={v.section: section_link(book_url, chapters, v.section) for v in graded.verdicts},
        cells=[] if graded.problem else [_cell(cell) for cell in own],
    )


def section_link(book_url: str, chapters: Mapping[str, str], section: str) -> str:
    """The address of a section of the built book; "" if there is no book, or no such chapter in it."""
    page_name = chapters.get(section.partition(".")[0])
    if not book_url or page_name is None:
        return ""
    return f"{book_url.rstrip('/')}/{page_name}.html#sec-{section.replace('.', '-')}"


def _locked(cell: Any) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("locked", False))


def _cell(cell: Any) -> dict[str, Any]:
    return {"source": cell.source, "outputs": [_output(output) for output in cell.outputs]}


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
