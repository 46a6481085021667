"""Take in hand-ins: find them in what was given, tell whose and what they are, and keep them."""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from autograder.collecting.archive import open_zip
from autograder.collecting.arrange import Arrange, Arranged, HandIn
from autograder.collecting.content import Recognise, read_files
from autograder.collecting.keep import keep, only_one
from autograder.collecting.place import Placed, Places
from autograder.collecting.tree import Folder, on_disk, read_folder
from autograder.collecting.when import utc, when
from autograder.collecting.worksheet import Participant, read_worksheet
from autograder.course import Course
from autograder.errors import CourseError, SubmissionProblem, UsageError
from autograder.read import shown
from autograder.record.gradebook import open_gradebook
from autograder.roster import Person, students, unfit, write


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


@dataclass(frozen=True)
class Options:
    """What the instructor says about what is collected; whatever isn't said is found out."""

    assignment: str | None = None
    form: str | None = None
    student: str | None = None
    worksheet: Path | None = None
    add: bool = False


@dataclass
class Collection:
    """All that was found, and sentences about the whole."""

    found: list[Collected] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Planned:
    hand_in: HandIn
    placed: Placed
    assignment: str

    @property
    def account(self) -> str:
        """What the platform calls the student."""
        return self.hand_in.who.account


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
        self._places = Places(self._roster, self._worksheet, add=options.add)
        self._recognise = Recognise(course)
        self._student = self._chosen(options.student)
        self._names = tuple(course.catalogue.assignments)
        self._now = datetime.now(UTC)
        self._local = False
        self._done = Collection()

    def collect(self, paths: Sequence[Path]) -> Collection:
        """Everything, one path after the other."""
        planned: list[_Planned] = []
        for path in paths:
            arranged = self._arranged(path)
            for source, why in arranged.left:
                self._say(shown(source.rpartition("/")[2]), "refused", why, source)
            hint = self._hint(path)
            planned += [plan for each in arranged.hand_ins if (plan := self._plan(each, hint))]
        planned = self._without_clashes(planned)
        if self._options.add:
            self._add(plan.placed.new for plan in planned)
        for plan in planned:
            self._take(plan)
        if not self._done.found:
            raise UsageError(f"There is nothing to collect in {', '.join(map(str, paths))}.")
        if self._local:
            zone = self._now.astimezone().tzname()
            self._done.messages.append(
                f"Times without a zone, as in zips and in Moodle's worksheet, were read as local time ({zone})."
            )
        return self._done

    def _chosen(self, student: str | None) -> Placed | None:
        """The student whose everything is. Raises UsageError for one who isn't in the roster."""
        if student is None:
            return None
        if reason := unfit(student):
            raise UsageError(f"{student!r} can't be a student: the id {reason}.")
        if not self._roster or student in {each.id for each in self._roster}:
            return Placed(student)
        if self._options.add:
            return Placed(student, Person(student))
        raise UsageError(
            f"{student} is not in the roster: add the student by 'autograder roster', or by --add."
        )

    def _arranged(self, path: Path) -> Arranged:
        arrange = Arrange(self._places.fits, self._names, self._stack, self._options.form)
        try:
            folder = self._opened(path)
        except SubmissionProblem as problem:
            arrange.found.left.append((shown(path.name), str(problem)))
            return arrange.found
        if self._options.student:
            arrange.whole(folder, self._options.student)
        else:
            arrange.take(folder)
        return arrange.found

    def _opened(self, path: Path) -> Folder:
        if path.is_dir():
            return read_folder(path, path.resolve().name)
        path = path.resolve()  # a link that the instructor gives is meant
        file = on_disk(path)
        if file.is_zip:
            folder = open_zip(file, self._stack)
            folder.name = path.stem
            return folder
        if not file.is_notebook:
            raise SubmissionProblem(
                "It is no folder, no notebook and no zip; unpack any other archive first."
            )
        return Folder(path.parent.name, files={file.name: file})

    def _hint(self, path: Path) -> str:
        """The assignment that the path's own names tell, as nbgrader's zip_collect has it: NAME/extracted."""
        path = path.resolve()
        for part in (path.stem if path.is_file() else path.name, path.parent.name):
            named = [each for each in self._names if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", part)]
            if len(named) == 1:
                return named[0]
        return ""

    def _plan(self, hand_in: HandIn, hint: str) -> _Planned | None:
        """Whose and what a hand-in is; None, and said, if that isn't clear."""
        wanted = self._options.assignment
        if wanted and hand_in.assignment not in ("", wanted):
            return None  # of a folder with all assignments, only this one was asked for
        try:
            placed = self._student or self._places.place(hand_in.who)
            assignment = wanted or self._what(hand_in, hint)
        except SubmissionProblem as problem:
            self._say(hand_in.who.label, "unplaced", str(problem), hand_in.source)
            return None
        return _Planned(hand_in, placed, assignment)

    def _what(self, hand_in: HandIn, hint: str) -> str:
        if len(self._names) == 1:
            return self._names[0]
        files = {} if hand_in.assignment else read_files(hand_in.content)[0]
        found = self._recognise.recognise(files, hand_in.assignment, hint)
        if not self._course.is_released(found):
            raise SubmissionProblem(f"It is for {found}, which hasn't been released.")
        return found

    def _without_clashes(self, planned: list[_Planned]) -> list[_Planned]:
        """Leave out hand-ins of two accounts of a platform that would be the same student's."""
        groups: dict[tuple[str, str, str], list[_Planned]] = defaultdict(list)
        for plan in planned:
            groups[plan.hand_in.who.form, plan.placed.student, plan.assignment].append(plan)
        kept = []
        for (form, student, _), plans in groups.items():
            sure = {plan.account for plan in plans if plan.placed.sure} or {plan.account for plan in plans}
            for plan in plans:
                if sure == {plan.account}:
                    kept.append(plan)
                    continue
                more = " Give the grading worksheet by --worksheet." if form == "moodle" else ""
                why = f"Somebody else in the download may be {student}, too.{more}"
                self._say(plan.hand_in.who.label, "unplaced", why, plan.hand_in.source)
        return kept

    def _add(self, persons: Iterable[Person | None]) -> None:
        new = {person.id: person for person in persons if person is not None}
        if new:
            with open_gradebook(self._course) as gradebook:
                write(gradebook, new.values())
                gradebook.db.commit()
            self._done.messages.append(f"Added to the roster: {', '.join(sorted(new))}.")

    def _take(self, plan: _Planned) -> None:
        hand_in, student, assignment = plan.hand_in, plan.placed.student, plan.assignment
        try:
            files, came, said = read_files(hand_in.content)
            if not files:
                raise SubmissionProblem(" ".join(said) or "The folder is empty.")
        except SubmissionProblem as problem:
            self._say(student, "refused", str(problem), hand_in.source, assignment)
            return
        told = self._told(hand_in, self._worksheet)
        found = when(hand_in, files, came, told=told, due=self._due.get(assignment), now=self._now)
        state, counts = keep(
            self._course,
            student,
            assignment,
            files,
            found.time,
            sure=found.sure,
            superseded=hand_in.superseded,
        )
        self._local = self._local or found.local
        if hand_in.superseded:
            said.append("Another file of the same name was handed in with it, and counts.")
        elif not counts:
            said.append("A later one is there already, and counts.")
        note = " ".join((*said, *found.notes))
        time = f"{found.time:%Y-%m-%d %H:%M:%S} UTC"
        self._done.found.append(Collected(student, assignment, state, note, hand_in.source, time))

    def _told(self, hand_in: HandIn, worksheet: Mapping[str, Participant]) -> datetime | None:
        line = worksheet.get(hand_in.who.account) if hand_in.who.form == "moodle" else None
        return line.time if line else None

    def _say(self, who: str, state: str, why: str, source: str, assignment: str = "") -> None:
        of = assignment or self._options.assignment or ""
        self._done.found.append(Collected(who, of, state, why, source))
