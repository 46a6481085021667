"""Nbgrader's gradebook: open it, the released cells in it, and where a student stands."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.exc import SQLAlchemyError

from autograder.asserted.hidden import Region, visible
from autograder.assignment.notebook import exercise_of
from autograder.canonical import Sheet, TemplateCell
from autograder.course import Course
from autograder.errors import UnknownName
from autograder.record.address import unusable, usable


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


def sheet(gradebook: Gradebook, assignment: str, name: str, path: Path, hidden: Sequence[Region]) -> Sheet:
    """The notebook `name` of `assignment` as released; the gradebook's texts in the order of the file at `path`.

    `hidden` are the regions that students don't see.

    Raises UnknownName if it hasn't been released.
    """
    try:
        notebook = gradebook.find_notebook(name, assignment)
        titles = _titles(nbformat.read(path, 4))
    except (MissingEntry, OSError) as error:
        raise UnknownName(
            f"The assignment {assignment} hasn't been released in this course: run 'autograder release {assignment}'."
        ) from error
    tasks = {cell.name for cell in notebook.task_cells}
    graded = {cell.name for cell in notebook.grade_cells}
    points = {cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)}
    solutions = {cell.name for cell in notebook.solution_cells}
    texts = {cell.name: cell for cell in notebook.source_cells}
    cells = tuple(
        TemplateCell(
            grade_id=name,
            cell_type=texts[name].cell_type,
            source=texts[name].source,
            grade=name in graded,
            solution=name in solutions,
            locked=bool(texts[name].locked),
            points=float(points.get(name, 0.0)),
            checksum=texts[name].checksum,
            task=name in tasks,
            title=title,
            shown=seen if (seen := visible(texts[name].source, hidden)) != texts[name].source else None,
        )
        for name, title in titles.items()
        if name in texts
    )
    return Sheet(cells, dict(json.loads(notebook.kernelspec)))


def _titles(notebook: Any) -> dict[str, str]:
    """The cells that nbgrader knows, in order, each with the last heading above its end."""
    found, heading = {}, ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            told = re.findall(r"^ {0,3}#{1,6}\s+(.+?)[\s#]*$", cell.source, re.MULTILINE)
            heading = told[-1][:100] if told else heading
        if "nbgrader" in cell.metadata:
            found[cell.metadata.nbgrader.grade_id] = heading
    return found


def by_hand(assignment: Any) -> dict[str, str]:
    """What a verdict calls each cell that a person marks, by the cell's id in the gradebook."""
    count = Counter(cell.name for book in assignment.notebooks for cell in book.source_cells)
    found = {}
    for book in assignment.notebooks:
        written = {cell.name for cell in book.solution_cells}
        for cell in (*book.task_cells, *(each for each in book.grade_cells if each.name in written)):
            own = cell.name if count[cell.name] == 1 else f"{book.name}: {cell.name}"
            found[cell.id] = exercise_of(cell.name, "written") or own
    return found
