"""Take in hand-ins: find them in what was given, tell whose and what they are, and keep them."""

from __future__ import annotations

import contextlib
import os
import pwd
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from autograder.collecting.content import read_files
from autograder.collecting.handin import HandIn
from autograder.collecting.keep import keep, only_one
from autograder.collecting.origin import remember
from autograder.collecting.plan import Options, Plan, Planned
from autograder.collecting.when import utc, when
from autograder.collecting.worksheet import read_worksheet
from autograder.course import Course
from autograder.errors import CourseError, SubmissionProblem, UsageError
from autograder.record.gradebook import open_gradebook
from autograder.roster import Person, students, write


@dataclass(frozen=True)
class Collected:
    """One thing that was found.

    `state` is "new", "known", "refused" (it can't be taken), or "unplaced" (it isn't clear whose or what it is);
    `note` says why, or what was done. `source` is where it was found, `time` when it was handed in, in UTC.
    """

    student: str
    assignment: str
    state: str
    note: str = ""
    source: str = ""
    time: str = ""


@dataclass
class Collection:
    """All that was found, and sentences about the whole."""

    found: list[Collected] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


def collect(course: Course, paths: Sequence[Path], options: Options | None = None) -> Collection:
    """Take in what `paths` hold: folders, zips and notebooks, of a platform, of nbgrader, or of students.

    Nothing that was collected is ever overwritten. Raises UsageError for a path that isn't there, and CourseError
    for an assignment that hasn't been released.
    """
    options = options or Options()
    if options.assignment and not course.is_released(options.assignment):
        raise CourseError(
            f"The assignment {options.assignment} hasn't been released: run 'autograder release {options.assignment}'."
        )
    for path in paths:
        if not path.exists():
            raise UsageError(f"There is no file or folder {path} to collect from.")
    with contextlib.ExitStack() as stack:
        stack.enter_context(only_one(course))
        return _Run(course, options, stack).collect(paths)


class _Run:
    def __init__(self, course: Course, options: Options, stack: contextlib.ExitStack) -> None:
        self._course, self._options, self._stack = course, options, stack
        self._worksheet = read_worksheet(options.worksheet) if options.worksheet else {}
        with open_gradebook(course) as gradebook:
            self._roster = students(gradebook)
            self._due = {each.name: utc(each.duedate) for each in gradebook.assignments}
        self._now = datetime.now(UTC)
        self._local = False
        self._done = Collection()

    def collect(self, paths: Sequence[Path]) -> Collection:
        """Take in everything that was given."""
        plan = Plan(self._course, self._options, self._roster, self._worksheet, self._stack)
        planned = plan.of(paths)
        for left in plan.left:
            self._say(left.who, left.state, left.why, left.source)
        if self._options.add:
            self._add(each.placed.new for each in planned)
        for each in planned:
            self._take(each)
        if not self._done.found:
            raise UsageError(f"There is nothing to collect in {', '.join(map(str, paths))}{self._wanted()}.")
        if self._local:
            zone = self._now.astimezone().tzname()
            self._done.messages.append(
                f"Times without a zone, as in zips and in Moodle's worksheet, were read as local time ({zone})."
            )
        return self._done

    def _wanted(self) -> str:
        return f" for {self._options.assignment}" if self._options.assignment else ""

    def _add(self, persons: Iterable[Person | None]) -> None:
        new = {person.id: person for person in persons if person is not None}
        if new:
            with open_gradebook(self._course) as gradebook:
                write(gradebook, new.values())
                gradebook.db.commit()
            self._done.messages.append(f"Added to the roster: {', '.join(sorted(new))}.")

    def _take(self, plan: Planned) -> None:
        hand_in, student, assignment = plan.hand_in, plan.placed.student, plan.assignment
        try:
            files, came, said = read_files(hand_in.content)
            if not files:
                raise SubmissionProblem(" ".join(said) or "The folder is empty.")
        except SubmissionProblem as problem:
            self._say(student, "refused", str(problem), hand_in.source, assignment)
            return
        told = self._told(hand_in)
        found = when(hand_in, files, came, told=told, due=self._due.get(assignment), now=self._now)
        kept = keep(
            self._course,
            student,
            assignment,
            files,
            found.time,
            sure=found.sure,
            superseded=hand_in.superseded,
        )
        if hand_in.who.form in ("moodle", "canvas") and not hand_in.superseded:
            remember(self._course, student, assignment, hand_in.who.form, hand_in.names)
        self._local = self._local or found.local
        if hand_in.superseded:
            said.append("Another file of the same name was handed in with it, and counts.")
        elif not kept.counts:
            said.append("A later one is there already, and counts.")
        if kept.corrected:
            said.append("Its time was put right.")
        note = " ".join((*said, *found.notes, *_wrong_owner(hand_in, student)))
        time = f"{found.time:%Y-%m-%d %H:%M:%S} UTC"
        self._done.found.append(Collected(student, assignment, kept.state, note, hand_in.source, time))

    def _told(self, hand_in: HandIn) -> datetime | None:
        line = self._worksheet.get(hand_in.who.account) if hand_in.who.form == "moodle" else None
        return line.time if line else None

    def _say(self, who: str, state: str, why: str, source: str, assignment: str = "") -> None:
        of = assignment or self._options.assignment or ""
        self._done.found.append(Collected(who, of, state, why, source))


def _wrong_owner(hand_in: HandIn, student: str) -> list[str]:
    """In nbgrader's exchange everybody can write, so a folder of somebody else's is named."""
    path = hand_in.content.path
    if hand_in.who.form != "exchange" or path is None:
        return []
    try:
        number = path.stat().st_uid
        owner = pwd.getpwuid(number).pw_name
    except (OSError, KeyError):
        return []
    if owner == student or number == os.getuid():
        return []
    return [f"Its folder belongs to {owner}, not to {student}: somebody else may have handed it in."]
