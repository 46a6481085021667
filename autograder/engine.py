"""Grade one hand-in: restore its cells, run them behind walls, judge the graded ones where they stand."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat.v4 import new_notebook

from autograder.canonical import restore
from autograder.paper import Paper
from autograder.read import Submission
from autograder.running import run
from autograder.sandbox import Nursery
from autograder.sandbox.outputs import WRONG_FORM
from autograder.show import text_output, verdict_output
from autograder.verdict import ExerciseVerdict, Mark

__all__ = ["Graded", "Paper", "grade", "grade_all", "refused"]


@dataclass(frozen=True)
class Graded:
    """All that is kept of one graded hand-in. `timestamp` is nbgrader's text of when it was handed in.

    `notebooks` are the graded ones by name, none where only the verdicts were read; `marks` are nbgrader's, by
    notebook and cell. `walled` is False if the student's code ran without a sandbox.
    """

    student: str
    assignment: str
    notebooks: Mapping[str, Any]
    verdicts: tuple[ExerciseVerdict, ...]
    problem: str | None = None
    notes: tuple[str, ...] = ()
    digest: str = ""
    timestamp: str | None = None
    seconds: float = 0.0
    marks: Mapping[str, Mapping[str, Mark]] = field(default_factory=dict)
    walled: bool = True

    @property
    def score(self) -> float:
        """What the judge gave, before late penalties and marks by hand."""
        return float(sum(verdict.score for verdict in self.verdicts))

    @property
    def max_score(self) -> float:
        """What the judge could have given."""
        return float(sum(verdict.max_score for verdict in self.verdicts))

    @property
    def by_hand(self) -> float:
        """What a person could give besides."""
        return float(sum(verdict.by_hand for verdict in self.verdicts))


def grade(submission: Submission, paper: Paper, nursery: Nursery, timestamp: str | None = None) -> Graded:
    """Grade a hand-in of one notebook, as `grade_all` does."""
    (name,) = paper.sheets
    return grade_all({name: submission}, paper, nursery, timestamp)


def grade_all(
    handed_in: Mapping[str, Submission],
    paper: Paper,
    nursery: Nursery,
    timestamp: str | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Graded:
    """Grade a hand-in, its notebooks by name. One that can't be read gets zero in all of it, with the reason.

    `files` are the student's beside the notebooks; the paper's own take precedence.
    """
    started = time.monotonic()
    beside = {**(files or {}), **paper.files}
    done = {name: _grade_one(handed_in[name], name, paper, nursery, beside) for name in paper.sheets}
    first = next(iter(handed_in.values()))
    problems = [each.problem for each in handed_in.values()]
    unread = all(problems)
    notes = [note for each in done.values() for note in each.notes]
    return Graded(
        student=first.student,
        assignment=first.assignment,
        notebooks={name: each.notebook for name, each in done.items()},
        verdicts=tuple(verdict for each in done.values() for verdict in each.verdicts),
        problem=" ".join(map(str, problems)) if unread else None,
        notes=(*(() if unread else filter(None, problems)), *notes),
        digest=first.digest,
        timestamp=timestamp,
        seconds=time.monotonic() - started,
    )


@dataclass(frozen=True)
class _One:
    """A graded notebook."""

    notebook: Any
    verdicts: tuple[ExerciseVerdict, ...]
    notes: tuple[str, ...]


def _grade_one(
    submission: Submission, name: str, paper: Paper, nursery: Nursery, files: Mapping[str, bytes]
) -> _One:
    if submission.problem is not None:
        return _refused(name, paper, submission.problem, submission.notes)
    sheet = paper.sheets[name]
    notebook, notes = restore(submission.notebook, sheet.cells, dict(sheet.kernelspec))
    verdicts = run(notebook, paper, name, nursery, files)
    if any(cell.get("outputs") and paper.exercise(cell) is None for cell in notebook.cells):
        _leave_out_wrong_outputs(notebook)
    return _One(notebook, verdicts, (*submission.notes, *notes))


def refused(student: str, assignment: str, paper: Paper, reason: str) -> Graded:
    """The zero of a hand-in that was not run, with the reason."""
    done = {name: _refused(name, paper, reason) for name in paper.sheets}
    notebooks = {name: each.notebook for name, each in done.items()}
    verdicts = tuple(verdict for each in done.values() for verdict in each.verdicts)
    return Graded(student, assignment, notebooks, verdicts, reason)


def _refused(name: str, paper: Paper, reason: str, notes: tuple[str, ...] = ()) -> _One:
    sheet = paper.sheets[name]
    notebook, _ = restore(new_notebook(), sheet.cells, dict(sheet.kernelspec))
    verdicts = paper.nothing(name, (reason,))
    for cell in notebook.cells:
        label = paper.label(name, cell)
        if cell.cell_type == "code" and label is not None and not cell.metadata.nbgrader.solution:
            cell.outputs = verdict_output(verdicts[label])
    return _One(notebook, tuple(verdicts.values()), notes)


def _leave_out_wrong_outputs(notebook: Any) -> None:
    """Put a note where a child sent an output that is none. Each alone takes long to check, so first all are."""
    if _valid(notebook):
        return
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [
                output if _valid(output, "output") else text_output(WRONG_FORM) for output in cell.outputs
            ]


def _valid(node: Any, kind: str | None = None) -> bool:
    try:
        nbformat.validate(node, ref=kind, version=4, version_minor=5)
    except Exception:  # noqa: BLE001  (nbformat raises many kinds of exception for wrong structures)
        return False
    return True
