"""Make the book's exercise page of an assignment: statements, stubs, points, and the download link."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

from autograder.assignment.notebook import student_notebook
from autograder.assignment.source import AssignmentSource
from autograder.files import write_if_changed
from autograder.loader import Catalogue, load_catalogue

_SOLUTION = re.compile(
    r"^([ \t]*)### BEGIN SOLUTION\n.*?^[ \t]*### END SOLUTION[^\n]*", re.DOTALL | re.MULTILINE
)


def write_exercise_pages(target: Path, catalogue: Catalogue | None = None) -> list[Path]:
    """Write each assignment's exercise page and released notebook into `target`.

    Files whose content is unchanged are left alone, so that a build does only what changed. Returns the
    pages.
    """
    catalogue = catalogue or load_catalogue()
    pages = []
    for name in catalogue.assignments:
        source = catalogue.source(name)
        write_if_changed(target / f"{name}.ipynb", nbformat.writes(student_notebook(source)) + "\n")
        page = target / f"{name}.md"
        write_if_changed(page, exercise_page(source))
        pages.append(page)
    return pages


def exercise_page(source: AssignmentSource) -> str:
    """The page as MyST Markdown. It holds no solution, no explanation, and nothing of the hidden inputs."""
    count, total = len(source.exercises), f"{source.points:g}"
    opening = (
        f"{count} {'exercise' if count == 1 else 'exercises'}, {total} points. "
        f"Work in the notebook: {{download}}`{source.name}.ipynb <{source.name}.ipynb>`. "
        "Hand it in under this name."
    )
    parts = [f"# Exercises: {source.title}", opening, _overview(source)]
    for cell in source.cells:
        if cell.role == "statement":
            exercise = source.exercises[cell.exercise]
            anchor = f"(exercise-{exercise.id.replace('.', '-')})="
            parts.append(f"{anchor}\n{cell.source}")
        elif cell.role == "solution":
            parts.append(f"```python\n{stub(cell.source)}\n```")
        elif cell.role == "written":
            parts.append(f"```text\n{text_stub(cell.source)}\n```")
        elif cell.role in {"given", "setup", "check"}:
            parts.append(f"```python\n{cell.source}\n```")
        elif cell.role == "text" and not cell.source.startswith("# "):
            parts.append(cell.source)
    return "\n\n".join(parts) + "\n"


def stub(solution: str) -> str:
    """A solution cell as the student meets it."""
    return _SOLUTION.sub(r"\1# YOUR CODE HERE\n\1raise NotImplementedError()", solution)


def text_stub(text: str) -> str:
    """A cell for a written answer as the student meets it: what stands around the model answer stays."""
    found, count = _SOLUTION.subn(r"\1YOUR ANSWER HERE", text)
    return found if count else "YOUR ANSWER HERE"


def _overview(source: AssignmentSource) -> str:
    rows = [
        f"| {{ref}}`{exercise.id} <exercise-{exercise.id.replace('.', '-')}>` "
        f"| {exercise.title} | {exercise.kind} | {exercise.points:g} |"
        for exercise in source.exercises.values()
    ]
    return "\n".join(["| exercise | title | kind | points |", "|---|---|---|---|", *rows])
