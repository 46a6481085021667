"""Grade a class: what changed is run and judged, verdict files first, then the gradebook."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nbgrader.utils import parse_utc

from autograder.assignment.notebook import with_rubrics
from autograder.course import Course
from autograder.engine import Graded, Paper, grade
from autograder.errors import SubmissionProblem, UnknownName
from autograder.read import read_bytes, read_submission
from autograder.record.gradebook import open_gradebook, save, template
from autograder.record.verdicts import engine_digest, read_verdict, still_holds, write_verdict
from autograder.sandbox import Nursery

BATCH = 50
"""Hand-ins per database transaction."""


@dataclass(frozen=True)
class Outcome:
    """One hand-in after a run: its verdict, whether this run judged it, and what lateness costs."""

    graded: Graded
    fresh: bool
    late_penalty: float = 0.0


def grade_assignment(
    course: Course,
    assignment: str,
    *,
    students: Sequence[str] = (),
    force: bool = False,
    sandbox: str | None = None,
    progress: Callable[[str], None] = lambda _student: None,
) -> list[Outcome]:
    """Grade the hand-ins of `assignment` that changed, and bring the gradebook up to all verdicts.

    `students` limits it to some; `force` grades unchanged ones again; `sandbox` overrides the course's
    level; `progress` is called with each student's name. Raises UnknownName for a student without a hand-in.
    """
    everybody = list(course.students_with(assignment))
    for student in students:
        if student not in everybody:
            raise UnknownName(
                f"{student} has handed in nothing for {assignment} (looked in the submitted folder)."
            )
    chosen = list(students) or everybody
    paper = read_paper(course, assignment)
    engine = engine_digest(course, paper)
    outcomes: list[Outcome] = []
    with _Lazy(sandbox or course.settings.sandbox, course) as nursery:
        for student in chosen:
            known = None if force else _known(course, student, assignment, engine)
            graded = known or grade_handin(course, paper, student, assignment, nursery.get(), engine)
            outcomes.append(Outcome(graded, fresh=known is None))
            progress(student)
    with open_gradebook(course) as gradebook:
        for start in range(0, len(outcomes), BATCH):
            for number, outcome in enumerate(outcomes[start : start + BATCH], start):
                penalty = save(gradebook, course, outcome.graded, fresh=outcome.fresh)
                outcomes[number] = replace(outcome, late_penalty=penalty)
            gradebook.db.commit()
    return outcomes


def read_paper(course: Course, assignment: str) -> Paper:
    """The assignment as it is graded. Raises UnknownName if it hasn't been released."""
    with open_gradebook(course) as gradebook:
        cells, kernelspec = template(gradebook, assignment, course.source(assignment))
    return Paper(tuple(cells), kernelspec, course.catalogue, course.secret)


def handed_in(folder: Path) -> tuple[str | None, str | None]:
    """The text of a hand-in's timestamp.txt, and a note if it can't be used.

    Nbgrader's list of submissions breaks on an empty or unreadable one, so such a one counts as absent.
    """
    if not (folder / "timestamp.txt").exists():
        return None, None
    try:
        text = read_bytes(folder / "timestamp.txt").decode("utf-8-sig").strip()
        parse_utc(text)
    except (SubmissionProblem, UnicodeDecodeError, ValueError, OverflowError, TypeError):
        return None, "The time of the hand-in (timestamp.txt) can't be read; it counts as in time."
    return text, None


def grade_handin(
    course: Course, paper: Paper, student: str, assignment: str, nursery: Nursery, engine: str
) -> Graded:
    """Grade a student's current hand-in and write its verdict file and graded notebook; not the gradebook."""
    folder = course.submitted(student, assignment)
    timestamp, note = handed_in(folder)
    graded = grade(read_submission(folder, student, assignment), paper, nursery, timestamp)
    if note:
        graded = replace(graded, notes=(*graded.notes, note))
    graded = replace(graded, notebook=with_rubrics(graded.notebook, paper.catalogue.exercises))
    write_verdict(course, graded, engine)
    return graded


def _known(course: Course, student: str, assignment: str, engine: str) -> Graded | None:
    """What an earlier run made of the hand-in, if hand-in and engine are still the same."""
    folder = course.submitted(student, assignment)
    digest = read_submission(folder, student, assignment).digest
    timestamp, _ = handed_in(folder)
    if not still_holds(course, student, assignment, digest, timestamp, engine):
        return None
    return read_verdict(course, student, assignment)


class _Lazy(contextlib.AbstractContextManager["_Lazy"]):
    """A nursery that is started when the first hand-in needs it: a run with nothing new starts none."""

    def __init__(self, level: str, course: Course) -> None:
        self._level = level
        self._limits = course.settings.limits
        self._stack = contextlib.ExitStack()
        self._nursery: Nursery | None = None

    def get(self) -> Nursery:
        """The nursery, started on the first call."""
        if self._nursery is None:
            self._nursery = self._stack.enter_context(Nursery(self._level, self._limits))
        return self._nursery

    def __exit__(self, *exception: object) -> None:
        self._stack.close()


def verdicts(course: Course, assignment: str) -> Iterator[Graded]:
    """What is known of each hand-in of `assignment`, in the order of the students' names."""
    for student in course.students_with(assignment):
        graded = read_verdict(course, student, assignment)
        if graded is not None:
            yield graded
