"""Grade a class: what changed is run and judged, verdict files first, then the gradebook."""

from __future__ import annotations

import gc
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from filelock import FileLock, Timeout

from autograder.asserted.hidden import regions
from autograder.bulk import Crew, Desk, Done, Failed, Here, Job, Order, Processes
from autograder.course import Course
from autograder.engine import Graded, Paper, refused
from autograder.errors import (
    ClusterError,
    CourseError,
    SourceError,
    SubmissionProblem,
    UnknownName,
    WriteError,
)
from autograder.loader import NONE
from autograder.read import MAX_BYTES, MAX_FILES, extra_files, read_bytes, take_all
from autograder.record.gradebook import open_gradebook, sheet
from autograder.record.ledger import Ledger
from autograder.record.marks import marks_of
from autograder.record.verdicts import Known, engine_digest, read_known, write_verdict
from autograder.times import STAMP, naive_utc, parse_time, zone_note

BATCH = 200
"""Hand-ins per database transaction, at most."""
BATCH_SECONDS = 0.5
"""A transaction is written when its first hand-in has waited so long."""

LOST = (
    "The grading of this notebook broke off twice on the instructor's machine, so it has zero for now. "
    "The instructor can grade it again with --force."
)


@dataclass(frozen=True)
class Outcome:
    """One hand-in after a run: its verdict, whether this run judged it, and what lateness costs."""

    graded: Graded
    fresh: bool
    late_penalty: float = 0.0


def grade_assignment(course: Course, assignment: str, **how: object) -> list[Outcome]:
    """All of `grade_stream` at once, in the order of the students' names."""
    return sorted(grade_stream(course, assignment, **how), key=lambda outcome: outcome.graded.student)  # type: ignore[arg-type]


def grade_stream(
    course: Course,
    assignment: str,
    *,
    students: Sequence[str] = (),
    force: bool = False,
    sandbox: str | None = None,
    jobs: int = 1,
    scheduler: str | None = None,
) -> Generator[Outcome]:
    """Grade the hand-ins of `assignment` that changed, and bring the gradebook up to all verdicts.

    `students` limits it to some; `force` grades unchanged ones again; `sandbox` overrides the course's
    level; `jobs` processes of this machine work at once, or those of the Dask `scheduler`.
    An outcome comes when it is in the gradebook, without its notebooks.
    Raises UnknownName for a student without a hand-in, CourseError if another run is at work in the course.
    """
    chosen = _chosen(course, assignment, students)
    paper = read_paper(course, assignment)
    order = Order.of(course, paper, sandbox or course.settings.sandbox)
    # All that was imported stays: the collector needn't look through it again and again.
    gc.freeze()
    with _alone(course), open_gradebook(course) as gradebook:
        batch = _Batch(Ledger(gradebook, course, assignment))
        run = _Run(course, assignment, paper, engine_digest(course, paper), force=force)
        with _crew(order, paper, jobs, scheduler) as crew:
            try:
                for graded, fresh in run.results(chosen, crew):
                    yield from batch.add(graded, fresh=fresh)
            except (KeyboardInterrupt, GeneratorExit):
                batch.write()
                raise
        yield from batch.write()


def _chosen(course: Course, assignment: str, students: Sequence[str]) -> list[str]:
    everybody = list(course.students_with(assignment))
    for student in students:
        if student not in everybody:
            raise UnknownName(
                f"{student} has handed in nothing for {assignment} (looked in the submitted folder)."
            )
    return list(students) or everybody


def _crew(order: Order, paper: Paper, jobs: int, scheduler: str | None) -> Crew:
    if scheduler is not None:
        try:  # only who has a cluster needs the library
            from autograder.bulk.cluster import Cluster  # noqa: PLC0415
        except ImportError as error:
            raise ClusterError(
                f"--scheduler needs the package {error.name}: pip install 'through-time[cluster]'."
            ) from error

        return Cluster(order, scheduler)
    return Here(order, paper) if jobs == 1 else Processes(order, jobs)


@contextmanager
def _alone(course: Course) -> Iterator[None]:
    """One run per course at a time: two writers would insert the same hand-ins."""
    lock = FileLock(course.root / ".grading.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise CourseError(
            f"Another 'autograder grade' is at work in {course.root}: let it end first, or stop it."
        ) from error
    except OSError as error:
        raise WriteError(f"{course.root} can't be written ({error.strerror}): check permissions.") from error
    try:
        yield
    finally:
        lock.release()


@dataclass
class _Run:
    """One pass over the hand-ins."""

    course: Course
    assignment: str
    paper: Paper
    engine: str
    force: bool

    def results(self, students: Sequence[str], crew: Crew) -> Iterator[tuple[Graded, bool]]:
        """Every hand-in's verdict, on disk already, and whether it is fresh."""
        for student in students:
            job = read_job(self.course, student, self.assignment)
            known = None if self.force else self._known(job)
            if known is not None:
                yield known, False
                continue
            crew.submit(job)
            yield from map(self._keep, crew.done())
        while ready := crew.done(everything=True):
            yield from map(self._keep, ready)

    def _known(self, job: Job) -> Graded | None:
        """What an earlier run made of the hand-in, if hand-in and engine are still the same."""
        wanted = Known(job.digest, job.timestamp, self.engine)
        return read_known(self.course, job.student, job.assignment, wanted)

    def _keep(self, result: Done | Failed) -> tuple[Graded, bool]:
        if isinstance(result, Failed):
            graded = _lost(self.paper, result.job)
            write_verdict(self.course, graded, self.engine)
        else:
            graded = result.graded
            write_verdict(self.course, graded, self.engine, result.texts)
        return replace(graded, notebooks={}), True


@dataclass
class _Batch:
    """Verdicts on their way into the gradebook, a transaction at a time."""

    ledger: Ledger
    held: list[tuple[Graded, bool]] = field(default_factory=list)
    since: float = 0.0

    def add(self, graded: Graded, *, fresh: bool) -> list[Outcome]:
        """Take one; what was written, if it was time to."""
        self.since = self.since if self.held else time.monotonic()
        self.held.append((graded, fresh))
        full = len(self.held) >= BATCH or time.monotonic() - self.since >= BATCH_SECONDS
        return self.write() if full else []

    def write(self) -> list[Outcome]:
        """Write and commit what is held."""
        held, self.held = self.held, []
        if not held:
            return []
        penalties = self.ledger.write(held)
        self.ledger.gradebook.db.commit()
        return [
            Outcome(graded, fresh, penalty) for (graded, fresh), penalty in zip(held, penalties, strict=True)
        ]


def read_job(course: Course, student: str, assignment: str) -> Job:
    """A student's current hand-in as bytes."""
    folder = course.submitted(student, assignment)
    timestamp, note = handed_in(folder)
    taken = take_all(folder, course.notebooks(assignment))
    # Our own exercises need no files.
    files, more = ({}, ()) if course.has_exercises(assignment) else extra_files(folder)
    return Job(student, assignment, taken, timestamp, (*filter(None, [note]), *more), files)


def read_paper(course: Course, assignment: str) -> Paper:
    """The assignment as it is graded. Raises UnknownName if it hasn't been released."""
    ours, hidden = course.has_exercises(assignment), regions(course.config)
    with open_gradebook(course) as gradebook:
        sheets = {
            name: sheet(
                gradebook,
                assignment,
                name,
                course.source(assignment) if ours else course.release(assignment, name),
                hidden,
            )
            for name in course.notebooks(assignment)
        }
    if ours:
        return Paper(sheets, course.catalogue, course.secret)
    return Paper(sheets, NONE, b"", _beside(course, assignment))


def _beside(course: Course, assignment: str) -> dict[str, bytes]:
    """The files that lie beside an ordinary assignment's source notebooks; students get them, too."""
    folder = course.source_folder(assignment)
    files, problems = extra_files(folder)
    if problems:
        raise SourceError(
            f"Not all files in {folder} can be put beside the notebooks when they are graded: at most {MAX_FILES}, "
            f"of {MAX_BYTES // 2**20} MB together, no links. Let the notebooks do with less."
        )
    return files


def handed_in(folder: Path) -> tuple[str | None, str | None]:
    """The text of a hand-in's timestamp.txt, and a note if it can't be used.

    Nbgrader's list of submissions breaks on an empty or unreadable one, so such a one counts as absent.
    """
    if not (folder / "timestamp.txt").exists():
        return None, None
    try:
        text = read_bytes(folder / "timestamp.txt").decode("utf-8-sig").strip()
        note = zone_note(text)
        if note:  # nbgrader takes it as UTC, too, and says nothing
            text = parse_time(text).strftime(STAMP)
        naive_utc(text)
    except (SubmissionProblem, UnicodeDecodeError, ValueError, OverflowError, TypeError):
        return None, "The time of the hand-in (timestamp.txt) can't be read; it counts as in time."
    return text, note


def grade_handin(course: Course, job: Job, desk: Desk, engine: str) -> Graded:
    """Grade a hand-in and write its verdict file and graded notebooks; not the gradebook."""
    graded = desk.grade(job)
    write_verdict(course, graded, engine)
    return graded


def _lost(paper: Paper, job: Job) -> Graded:
    """The zero of a hand-in that ended the grading process itself."""
    graded = refused(job.student, job.assignment, paper, LOST)
    marks = {name: marks_of(book) for name, book in graded.notebooks.items()}
    return replace(graded, marks=marks, digest=job.digest, timestamp=job.timestamp)
