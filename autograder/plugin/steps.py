"""The steps that nbgrader runs: judge a hand-in as the bulk command does; leave out what is the instructor's."""

from __future__ import annotations

import atexit
from functools import lru_cache
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.assignment.notebook import without_instructor_cells
from autograder.course import Course
from autograder.grading import grade_handin, read_paper
from autograder.record.verdicts import engine_digest
from autograder.sandbox import Nursery


class JudgeNotebook(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Takes the place of nbgrader's Execute: the notebook comes out run, with a verdict in each graded cell."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:  # noqa: ARG002  (the hand-in is read anew)
        """Judge the hand-in that `resources` names. Nbgrader works in the course's folder."""
        names = resources["nbgrader"]
        course = Course.open(Path.cwd())
        paper = read_paper(course, names["assignment"])
        nursery = _nursery(course.settings.sandbox, course.settings.limits)
        graded = grade_handin(
            course, paper, names["student"], names["assignment"], nursery, engine_digest(course, paper)
        )
        return graded.notebook, resources


class LeaveOutInstructorCells(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Takes explanations and rubrics out of what students get: the released notebook, nbgrader's own feedback."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Leave out the cells with the instructor's tag."""
        return without_instructor_cells(nb), resources


@lru_cache(maxsize=1)
def _nursery(level: str, limits: Any) -> Nursery:
    # Nbgrader makes a new step for each hand-in; one nursery serves the whole run.
    nursery = Nursery(level, limits)
    atexit.register(nursery.close)
    return nursery
