"""Release an assignment: source notebook, released notebook, and the proof that both grade as they should."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.apps import NbGraderAPI
from through_time.handin.stamp import read_stamp
from traitlets.config import Config

from autograder.asserted.prove import prove
from autograder.assignment.notebook import source_notebook
from autograder.course import Course
from autograder.engine import Graded, Paper, grade
from autograder.errors import AutograderError, SourceError, UnknownName
from autograder.files import write_if_changed
from autograder.grading import read_paper
from autograder.read import Submission
from autograder.record.gradebook import open_gradebook
from autograder.sandbox import Nursery


@dataclass(frozen=True)
class Released:
    """A released assignment; `fresh` is False if it stood already as its source has it.

    `notebook` is the released one, or the folder of several; `warnings` are sentences about its tests.
    """

    assignment: str
    notebook: Path
    points: float
    fresh: bool
    warnings: tuple[str, ...] = ()


def release(
    course: Course, assignment: str, *, due: datetime | None = None, sandbox: str | None = None
) -> Released:
    """Release `assignment` into the course.

    The solution has to earn full marks and the empty notebook none, or SourceError says which part doesn't,
    and no notebook is released. In an ordinary assignment of nbgrader's, tests may be so lenient that an empty
    notebook earns something, which is a warning. `due` sets the date after which work is late.
    """
    course.assignment_names((assignment,))
    level = sandbox or course.settings.sandbox
    ours = course.has_exercises(assignment)
    released = (
        _release_ours(course, assignment, level) if ours else _release_ordinary(course, assignment, level)
    )
    if due is not None:
        with open_gradebook(course) as gradebook:
            gradebook.find_assignment(assignment).duedate = due.astimezone(UTC).replace(tzinfo=None)
            gradebook.db.commit()
    return released


def _release_ours(course: Course, assignment: str, level: str) -> Released:
    source = course.catalogue.source(assignment)
    changed = write_if_changed(course.source(assignment), nbformat.writes(source_notebook(source)) + "\n")
    path = course.release(assignment)
    if changed or not _is_stamped(path) or not _recorded(course, assignment):
        path.unlink(missing_ok=True)
        _generate(course, assignment)
        try:
            _prove(course, assignment, path, level)
        except AutograderError:
            path.unlink(missing_ok=True)
            raise
        changed = True
    return Released(assignment, path, source.points, changed)


def _release_ordinary(course: Course, assignment: str, level: str) -> Released:
    """Release what stands in the source folder, by nbgrader's own steps."""
    names = course.notebooks(assignment)
    paths = [course.release(assignment, name) for name in names]
    sources = [path for path in course.source_folder(assignment).rglob("*") if path.is_file()]
    newest = max(path.stat().st_mtime for path in sources)
    changed = not course.is_released(assignment) or min(path.stat().st_mtime for path in paths) < newest
    changed = changed or not _recorded(course, assignment)
    warnings: tuple[str, ...] = ()
    if changed:
        _check_language(course, assignment)
        _generate(course, assignment)
        try:
            proof = prove(course, assignment, level)
            proof.require()
        except AutograderError:
            for path in paths:
                path.unlink(missing_ok=True)
            raise
        warnings = proof.warnings
    paper = read_paper(course, assignment)
    points = sum(cell.points for sheet in paper.sheets.values() for cell in sheet.cells)
    where = paths[0] if len(paths) == 1 else course.release_folder(assignment)
    return Released(assignment, where, points, changed, warnings)


def _check_language(course: Course, assignment: str) -> None:
    for name in course.notebooks(assignment):
        path = course.source(assignment, name)
        try:
            metadata = nbformat.read(path, 4).metadata
        except (OSError, ValueError, KeyError, AttributeError, nbformat.ValidationError) as error:
            raise SourceError(
                f"{path} can't be read as a notebook: open it in JupyterLab and save it."
            ) from error
        language = metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get(
            "name"
        )
        if language not in (None, "python"):
            raise SourceError(f"{path} is in {language}; only notebooks in Python can be graded here.")


def _is_stamped(path: Path) -> bool:
    """Whether there is a released notebook that says which assignment it is; older releases didn't."""
    return path.exists() and read_stamp(nbformat.read(path, 4)) is not None


def _recorded(course: Course, assignment: str) -> bool:
    """Whether the gradebook has the released cells: it may be a new one, at another address."""
    try:
        read_paper(course, assignment)
    except UnknownName:
        return False
    return True


def _generate(course: Course, assignment: str) -> None:
    """Let nbgrader make the released notebook and its rows in the gradebook."""
    with open_gradebook(course):  # says in a sentence if it can't be used
        pass
    config = Config()
    config.merge(course.config)
    config.CourseDirectory.root = str(course.root)
    api = NbGraderAPI(config=config)
    api.log.setLevel(logging.ERROR)
    result = api.generate_assignment(assignment, force=True)
    if not result["success"]:
        said = (result.get("log") or "") + "\n" + (result.get("error") or "")
        # The first exception tells more than those that follow from it.
        reason = re.search(
            r"^\s*(?:[\w.]+(?:Error|Exception): |\[ERROR\] (?!Traceback))(.+)", said, re.MULTILINE
        )
        told = reason[1] if reason else "it didn't say why"
        raise SourceError(f"nbgrader couldn't make the released notebook of {assignment}: {told}")


def _prove(course: Course, assignment: str, released: Path, level: str) -> None:
    """Grade the model solution and the released notebook. Raises SourceError unless they earn all and nothing."""
    paper = read_paper(course, assignment)
    with Nursery(level, course.settings.limits) as nursery:
        solution = _graded(nbformat.read(course.source(assignment), 4), paper, assignment, nursery)
        stub = _graded(nbformat.read(released, 4), paper, assignment, nursery)
    for verdict in solution.verdicts:
        if verdict.score != verdict.max_score:
            wrong = ", ".join(part.name for part in verdict.parts if not part.right)
            raise SourceError(
                f"{assignment}: the model solution of {verdict.exercise} earns {verdict.score:g} of "
                f"{verdict.max_score:g} points ({wrong}). {' '.join(verdict.messages)}"
            )
    for verdict in stub.verdicts:
        if verdict.score:
            raise SourceError(
                f"{assignment}: the empty notebook earns {verdict.score:g} points in {verdict.exercise}."
            )


def _graded(notebook: Any, paper: Paper, assignment: str, nursery: Nursery) -> Graded:
    return grade(Submission("", assignment, notebook), paper, nursery)
