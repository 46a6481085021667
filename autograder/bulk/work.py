"""One hand-in's way through the engine, in whatever process: bytes in, verdict and graded notebook out.

All that crosses from one process or machine to another is in `Order`, `Job` and `Done`: values of our own, made by
judges. What a student's process says never gets here but through `autograder.wire`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256

from autograder.assignment.notebook import with_rubrics
from autograder.canonical import Sheet
from autograder.course import Course
from autograder.engine import Graded, Paper, grade_all
from autograder.errors import SourceError
from autograder.inside.limits import Limits
from autograder.loader import Catalogue, load_catalogue
from autograder.read import Taken, understand
from autograder.record.marks import marks_of, none_of
from autograder.record.verdicts import file_texts, judge_digest
from autograder.sandbox import Nursery


@dataclass(frozen=True)
class Order:
    """All that a process needs to know to grade hand-ins of one assignment."""

    sheets: Mapping[str, Sheet]
    exercises: str
    digest: str
    secret: bytes
    sandbox: str
    limits: Limits
    files: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, course: Course, paper: Paper, sandbox: str) -> Order:
        """The order to grade `paper` of `course` behind these walls."""
        catalogue = paper.catalogue
        return cls(
            paper.sheets,
            catalogue.module,
            _code(catalogue),
            paper.secret,
            sandbox,
            course.settings.limits,
            paper.files,
        )

    @cached_property
    def key(self) -> str:
        """A text that is the same for the same order."""
        files = [(name, sha256(data).hexdigest()) for name, data in self.files.items()]
        return repr((replace(self, files={}), files))


def _code(catalogue: Catalogue) -> str:
    """Tells one version of the exercises and of the judge from another."""
    return f"{catalogue.digest} {judge_digest().hex()}"


@dataclass(frozen=True)
class Job:
    """One hand-in, as bytes: its notebooks by name, and the files beside them."""

    student: str
    assignment: str
    taken: Mapping[str, Taken]
    timestamp: str | None = None
    notes: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Its bytes."""
        return sum(len(each.data) for each in self.taken.values()) + sum(map(len, self.files.values()))

    @cached_property
    def digest(self) -> str:
        """A SHA-256 in hexadecimal of all that is graded; of a lone notebook, that notebook's own."""
        if len(self.taken) == 1 and not self.files:
            return next(iter(self.taken.values())).digest
        told = [(name, each.digest) for name, each in self.taken.items()]
        told += [(name, sha256(data).hexdigest()) for name, data in self.files.items()]
        return sha256(repr(told).encode()).hexdigest()


@dataclass(frozen=True)
class Done:
    """One hand-in graded: the verdict without notebooks, and these as the texts of their files."""

    graded: Graded
    texts: Mapping[str, str]


class Desk(contextlib.AbstractContextManager["Desk"]):
    """Where a process grades: the paper, and a nursery that is started when the first hand-in needs it."""

    def __init__(self, order: Order, paper: Paper | None = None) -> None:
        self.order = order
        self._given = paper
        self._stack = contextlib.ExitStack()

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the nursery with all that runs in it."""
        self._stack.close()

    @cached_property
    def paper(self) -> Paper:
        """The assignment as it is graded. Raises SourceError if the exercises here are others than the order's."""
        if self._given is not None:
            return self._given
        catalogue = load_catalogue(self.order.exercises)
        if _code(catalogue) != self.order.digest:
            raise SourceError(
                f"The judge, or the exercises in {self.order.exercises}, are others here than where grading was "
                "started: install the same version on each machine."
            )
        return Paper(self.order.sheets, catalogue, self.order.secret, self.order.files)

    @cached_property
    def nursery(self) -> Nursery:
        """The nursery; a run with nothing new starts none."""
        return self._stack.enter_context(Nursery(self.order.sandbox, self.order.limits))

    def grade(self, job: Job) -> Graded:
        """Grade one hand-in. Raises SandboxError if there can be no walls."""
        submissions = {
            name: understand(taken, job.student, job.assignment) for name, taken in job.taken.items()
        }
        graded = grade_all(submissions, self.paper, self.nursery, job.timestamp, job.files)
        notebooks = {
            name: with_rubrics(book, self.paper.catalogue.exercises)
            for name, book in graded.notebooks.items()
        }
        marks = {
            name: none_of(book) if job.taken[name].missing and len(notebooks) > 1 else marks_of(book)
            for name, book in notebooks.items()
        }
        notes = (*graded.notes, *job.notes)
        walled = self.order.sandbox != "none"
        return replace(
            graded, notebooks=notebooks, marks=marks, notes=notes, digest=job.digest, walled=walled
        )

    def do(self, job: Job) -> Done:
        """Grade one hand-in for another process."""
        graded = self.grade(job)
        return Done(replace(graded, notebooks={}), file_texts(graded))
