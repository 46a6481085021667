"""Make nbgrader's source notebook from an assignment, and the notebook that a student gets."""

from __future__ import annotations

import re
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.preprocessors import ClearSolutions

from autograder.assignment.source import AssignmentSource, SourceCell

INSTRUCTOR_TAG = "instructor"
"""Cells with this tag stay in the source notebook and are left out of the released one."""

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}


def grade_id(exercise: str, role: str) -> str:
    """The nbgrader id of an exercise's cell: ("5.1", "check") -> "ex-5-1-check"."""
    return f"ex-{exercise.replace('.', '-')}-{role}"


def exercise_of(cell_grade_id: str) -> str | None:
    """The exercise that a graded cell belongs to: "ex-5-1-check" -> "5.1"; None for any other id."""
    found = re.fullmatch(r"ex-([0-9A-Za-z-]+)-check", cell_grade_id)
    return found.group(1).replace("-", ".") if found else None


def source_notebook(source: AssignmentSource) -> Any:
    """Make nbgrader's source notebook: solutions, graded cells with their points, explanations."""
    cells = []
    counts: dict[str, int] = {}
    for cell in source.cells:
        stem = grade_id(cell.exercise, cell.role) if cell.exercise else cell.role
        counts[stem] = counts.get(stem, 0) + 1
        identifier = stem if counts[stem] == 1 else f"{stem}-{counts[stem]}"
        cells.append(_notebook_cell(source, cell, identifier))
    notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC})
    nbformat.validate(notebook)
    return notebook


def student_notebook(source: AssignmentSource) -> Any:
    """The notebook as a student gets it, made without a gradebook: for the book's download link."""
    notebook = without_instructor_cells(source_notebook(source))
    notebook, _ = ClearSolutions().preprocess(notebook, {})
    return notebook


def without_instructor_cells(notebook: Any) -> Any:
    """`notebook` with the instructor's cells left out, in place."""
    notebook.cells = [cell for cell in notebook.cells if INSTRUCTOR_TAG not in cell.metadata.get("tags", ())]
    return notebook


def _notebook_cell(source: AssignmentSource, cell: SourceCell, identifier: str) -> Any:
    # A stable id keeps the file the same from one build to the next.
    make = new_code_cell if cell.kind == "code" else new_markdown_cell
    made = make(source=cell.source, id=identifier)
    if cell.role == "explanation":
        made.metadata["tags"] = [INSTRUCTOR_TAG]
        return made
    if cell.role == "text":
        return made
    graded = cell.role == "check"
    made.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": identifier,
        "grade": graded,
        "solution": cell.role == "solution",
        "locked": cell.role != "solution",
        "task": False,
    }
    if graded:
        made.metadata["nbgrader"]["points"] = source.exercises[cell.exercise].points
    return made
