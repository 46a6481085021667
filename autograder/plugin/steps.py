"""The steps that nbgrader runs: judge a hand-in as the bulk command does; leave out what is the instructor's."""

from __future__ import annotations

import atexit
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.asserted.hidden import regions, visible
from autograder.assignment.notebook import without_instructor_cells
from autograder.bulk import Desk, Job, Order
from autograder.course import Course
from autograder.grading import grade_handin, read_job, read_paper
from autograder.record.verdicts import engine_digest


class JudgeNotebook(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Takes the place of nbgrader's Execute: the notebook comes out run, with a verdict in each graded cell."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:  # noqa: ARG002  (the hand-in is read anew)
        """Judge the hand-in that `resources` names. Nbgrader works in the course's folder."""
        names = resources["nbgrader"]
        course = Course.open(Path.cwd())
        paper = read_paper(course, names["assignment"])
        desk = _desk(Order.of(course, paper, course.settings.sandbox))
        job = read_job(course, names["student"], names["assignment"])
        return _round.notebook(names["notebook"], course, job, desk, engine_digest(course, paper)), resources


class _Round:
    """Nbgrader asks for a hand-in's notebooks one by one, and each is graded with all the others."""

    def __init__(self) -> None:
        self._of: tuple[object, ...] = ()
        self._left: dict[str, Any] = {}

    def notebook(self, name: str, course: Course, job: Job, desk: Desk, engine: str) -> Any:
        """The graded notebook; who asks for one a second time wants all to be graded again."""
        of = (course.root, job.student, job.assignment, job.digest, job.timestamp, engine)
        if of != self._of or name not in self._left:
            self._of, self._left = of, dict(grade_handin(course, job, desk, engine).notebooks)
        return self._left.pop(name)


_round = _Round()


class LeaveOutInstructorCells(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Takes explanations and rubrics out of what students get: the released notebook, nbgrader's own feedback."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Leave out the cells with the instructor's tag."""
        return without_instructor_cells(nb), resources


class LeaveOutHiddenLines(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Takes hidden tests and mark schemes out of nbgrader's own feedback."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Leave them out of the cells that nbgrader knows."""
        hidden = regions(self.config)
        for cell in nb.cells:
            if "nbgrader" in cell.metadata:
                cell.source = visible(cell.source, hidden)
        return nb, resources


_desks: dict[str, Desk] = {}


def _desk(order: Order) -> Desk:
    """Nbgrader makes a new step for each hand-in; one desk, and its nursery, serves those of one order."""
    key = order.key
    if key not in _desks:
        for old in _desks.values():
            old.close()
        _desks.clear()
        _desks[key] = Desk(order)
        atexit.register(_desks[key].close)
    return _desks[key]
