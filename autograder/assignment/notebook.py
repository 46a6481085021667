"""Make nbgrader's source notebook from an assignment, and the notebook that a student gets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from through_time.handin.stamp import put_stamp

from autograder.assignment.source import AssignmentSource, SourceCell
from solutions.model import Exercise

INSTRUCTOR_TAG = "instructor"
"""Cells with this tag stay in the source notebook and are left out of the released one."""

STEPS = (
    "LockCells",
    "ClearSolutions",
    "ClearOutput",
    "ClearHiddenTests",
    "ClearMarkScheme",
    "ComputeChecksums",
)
"""What nbgrader does to a source notebook to release it."""

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}


def grade_id(exercise: str, role: str) -> str:
    """The nbgrader id of an exercise's cell: ("5.1", "check") -> "ex-5-1-check"."""
    return f"ex-{exercise.replace('.', '-')}-{role}"


def exercise_of(cell_grade_id: str, role: str = "check") -> str | None:
    """The exercise whose cell of this role has the id: "ex-5-1-check" -> "5.1"; None for any other id."""
    found = re.fullmatch(rf"ex-([0-9A-Za-z-]+)-{role}", cell_grade_id)
    return found.group(1).replace("-", ".") if found else None


def source_notebook(source: AssignmentSource) -> Any:
    """Make nbgrader's source notebook: solutions, graded cells with their points, rubrics, explanations."""
    cells = []
    counts: dict[str, int] = {}
    for cell in source.cells:
        stem = grade_id(cell.exercise, cell.role) if cell.exercise else cell.role
        counts[stem] = counts.get(stem, 0) + 1
        identifier = stem if counts[stem] == 1 else f"{stem}-{counts[stem]}"
        cells.append(_notebook_cell(source, cell, identifier))
        if cell.role == "written":
            cells.append(_rubric_cell(source.exercises[cell.exercise], grade_id(cell.exercise, "rubric")))
    notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC})
    nbformat.validate(notebook)
    return notebook


def student_notebook(source: AssignmentSource) -> Any:
    """The notebook as a student gets it, made without a gradebook: for the book's download link.

    It is the one that `autograder release` makes, so a hand-in may come from either.
    """
    notebook = without_instructor_cells(source_notebook(source))
    # These bring half a second of imports, which nobody who grades has to wait for.
    from nbgrader import preprocessors  # noqa: PLC0415

    for name in STEPS:
        notebook, _ = getattr(preprocessors, name)().preprocess(notebook, {})
    put_stamp(notebook, source.name)
    return notebook


def without_instructor_cells(notebook: Any) -> Any:
    """`notebook` with the instructor's cells left out, in place."""
    notebook.cells = [cell for cell in notebook.cells if INSTRUCTOR_TAG not in cell.metadata.get("tags", ())]
    return notebook


def with_rubrics(notebook: Any, exercises: Mapping[str, Exercise]) -> Any:
    """A graded notebook with the rubric below each written answer, in place: what formgrader shows its marker."""
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        written = exercise_of(cell.metadata.get("nbgrader", {}).get("grade_id", ""), "written")
        exercise = exercises.get(written or "")
        if exercise is not None:
            cells.append(_rubric_cell(exercise, grade_id(exercise.id, "rubric")))
    notebook.cells = cells
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
    # Graded and a solution at once is nbgrader's mark of a cell that a person grades.
    answered = cell.role in {"solution", "written"}
    made.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": identifier,
        "grade": cell.role in {"check", "written"},
        "solution": answered,
        "locked": not answered,
        "task": False,
    }
    if cell.role == "check":
        made.metadata["nbgrader"]["points"] = source.exercises[cell.exercise].judged
    if cell.role == "written":
        made.metadata["nbgrader"]["points"] = source.exercises[cell.exercise].by_hand
    return made


def _rubric_cell(exercise: Exercise, identifier: str) -> Any:
    """The marker's table, in a cell of the instructor's."""
    rubric = exercise.written.rubric if exercise.written else ()
    rows = [f"| {each.name} | {each.points:g} | {each.full} | {each.half} | {each.none} |" for each in rubric]
    text = [
        f"**Marking {exercise.id} by hand, {exercise.by_hand:g} points.**",
        "",
        "| looked for | points | all of them | half | none |",
        "|---|---|---|---|---|",
        *rows,
    ]
    return new_markdown_cell(source="\n".join(text), id=identifier, metadata={"tags": [INSTRUCTOR_TAG]})
