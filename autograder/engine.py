"""Grade one hand-in: restore its cells, run them behind walls, and judge each graded cell where it stands."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat.v4 import new_notebook

from autograder.assignment.notebook import exercise_of
from autograder.canonical import TemplateCell, restore
from autograder.judge import judge
from autograder.loader import Catalogue
from autograder.read import Submission
from autograder.sandbox import Nursery, SandboxSession
from autograder.show import verdict_output
from autograder.student import Failure
from autograder.verdict import ExerciseVerdict, Mark, PartVerdict
from solutions.model import Exercise

WRONG = "[An output of a wrong form was left out.]\n"


@dataclass(frozen=True)
class Graded:
    """All that is kept of one graded hand-in. `timestamp` is nbgrader's text of when it was handed in.

    `notebooks` are the graded ones by name, none where only the verdicts were read; `marks` are nbgrader's, by
    notebook and cell.
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


@dataclass(frozen=True)
class Paper:
    """An assignment as it is graded: released cells, exercises, and the course's secret."""

    template: tuple[TemplateCell, ...]
    kernelspec: Mapping[str, Any]
    catalogue: Catalogue
    secret: bytes

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """What the assignment asks for, in the released order, whatever a student's order is."""
        names = [cell.grade_id for cell in self.template if cell.grade]
        found = [
            self.catalogue.exercises.get(exercise_of(name) or exercise_of(name, "written") or "")
            for name in names
        ]
        return tuple({exercise.id: exercise for exercise in found if exercise is not None}.values())

    def exercise(self, cell: Any) -> Exercise | None:
        """The exercise that a cell is the judged cell of."""
        data = cell.metadata.get("nbgrader", {})
        identifier = exercise_of(data["grade_id"]) if data.get("grade") else None
        return self.catalogue.exercises.get(identifier or "")


def grade(submission: Submission, paper: Paper, nursery: Nursery, timestamp: str | None = None) -> Graded:
    """Grade one hand-in. One that can't be read gets zero in every exercise, with the reason."""
    started = time.monotonic()
    student = submission.notebook if submission.problem is None else new_notebook()
    notebook, notes = restore(student, paper.template, dict(paper.kernelspec))
    if submission.problem is not None:
        notes = []
        verdicts = _zeros(notebook, paper, submission.problem)
    else:
        verdicts = _run(notebook, paper, nursery)
        _leave_out_wrong_outputs(notebook)
    return Graded(
        student=submission.student,
        assignment=submission.assignment,
        notebooks={submission.assignment: notebook},
        verdicts=verdicts,
        problem=submission.problem,
        notes=(*submission.notes, *notes),
        digest=submission.digest,
        timestamp=timestamp,
        seconds=time.monotonic() - started,
    )


def refused(student: str, assignment: str, paper: Paper, reason: str) -> Graded:
    """The zero of a hand-in that was not run, with the reason."""
    notebook, _ = restore(new_notebook(), paper.template, dict(paper.kernelspec))
    verdicts = _zeros(notebook, paper, reason)
    return Graded(student, assignment, {assignment: notebook}, verdicts, reason)


def _zeros(notebook: Any, paper: Paper, reason: str) -> tuple[ExerciseVerdict, ...]:
    verdicts = {exercise.id: _zero(exercise, (reason,)) for exercise in paper.exercises}
    for cell in notebook.cells:
        exercise = paper.exercise(cell)
        if exercise is not None:
            cell.outputs = verdict_output(verdicts[exercise.id])
    return tuple(verdicts.values())


def _zero(exercise: Exercise, messages: tuple[str, ...] = ()) -> ExerciseVerdict:
    """Nothing from the judge; what a person can give is left to that person."""
    parts = tuple(PartVerdict(part.name, part.points, 0.0) for part in exercise.parts)
    return ExerciseVerdict(exercise.id, exercise.title, parts, messages, by_hand=exercise.by_hand)


def _run(notebook: Any, paper: Paper, nursery: Nursery) -> tuple[ExerciseVerdict, ...]:
    """Run all cells in order; where one hangs for good, once more in a fresh process without it."""
    verdicts: dict[str, ExerciseVerdict] = {}
    with nursery.open() as session:
        stuck = _pass(notebook, paper, session, verdicts, skip=None)
    if stuck is not None:
        with nursery.open() as session:
            _pass(notebook, paper, session, verdicts, skip=stuck)
    # An exercise that only a person marks has no cell to judge.
    return tuple(verdicts.get(exercise.id) or _zero(exercise) for exercise in paper.exercises)


def _pass(
    notebook: Any,
    paper: Paper,
    session: SandboxSession,
    verdicts: dict[str, ExerciseVerdict],
    skip: int | None,
) -> int | None:
    """Run and judge the cells; the number of the cell in which the process hung, if it did.

    On a second pass the cell `skip` and all that was judged up to it keep what the first pass gave.
    """
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or number == skip:
            continue
        exercise = paper.exercise(cell)
        if exercise is None:
            outputs, failure = session.run(cell.source)
            cell.outputs = [nbformat.from_dict(output) for output in outputs]
            if failure is not None:
                cell.outputs.append(_stopped(failure))
        elif skip is None or number > skip:
            verdicts[exercise.id] = judge(exercise, session, paper.secret, paper.catalogue.misconceptions)
            cell.outputs = verdict_output(verdicts[exercise.id])
        if session.hung and skip is None:
            return number
    return None


def _leave_out_wrong_outputs(notebook: Any) -> None:
    """Put a note where a child sent an output that is none. Each alone takes long to check, so first all are."""
    if _valid(notebook):
        return
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output if _valid(output, "output") else _text(WRONG) for output in cell.outputs]


def _valid(node: Any, kind: str | None = None) -> bool:
    try:
        nbformat.validate(node, ref=kind, version=4, version_minor=5)
    except Exception:  # noqa: BLE001  (nbformat raises many kinds of exception for wrong structures)
        return False
    return True


def _text(text: str) -> Any:
    return nbformat.from_dict({"output_type": "stream", "name": "stdout", "text": text})


def _stopped(failure: Failure) -> Any:
    said = {
        Failure.TIMEOUT: "This cell was stopped at its time limit; the next ones were run.",
        Failure.DIED: "This cell couldn't be run: the process had ended or its time was used up.",
    }
    return _text(said.get(failure, "This cell couldn't be run.") + "\n")
