"""Plan what to take in: whose and what each hand-in is, before any is kept."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.collecting.arrange import Arrange
from autograder.collecting.content import Recognise, named_in, read_files
from autograder.collecting.given import opened
from autograder.collecting.handin import Arranged, HandIn
from autograder.collecting.place import Placed, Places
from autograder.collecting.tree import Folder
from autograder.collecting.worksheet import Participant
from autograder.course import Course
from autograder.errors import SubmissionProblem, UsageError
from autograder.read import shown
from autograder.roster import Person, unfit


@dataclass(frozen=True)
class Options:
    """What the instructor says about what is collected; whatever isn't said is found out."""

    assignment: str | None = None
    form: str | None = None
    student: str | None = None
    worksheet: Path | None = None
    add: bool = False


@dataclass(frozen=True)
class Planned:
    """A hand-in with its student and its assignment."""

    hand_in: HandIn
    placed: Placed
    assignment: str

    @property
    def account(self) -> str:
        """What the platform calls the student."""
        return self.hand_in.who.account


@dataclass(frozen=True)
class Left:
    """What isn't taken: "refused" (it can't be) or "unplaced" (it isn't clear whose or what it is)."""

    who: str
    state: str
    why: str
    source: str


class Plan:
    """The hand-ins to take, and what is left out."""

    def __init__(
        self,
        course: Course,
        options: Options,
        roster: Sequence[Person],
        worksheet: Mapping[str, Participant],
        stack: contextlib.ExitStack,
    ) -> None:
        self._course, self._options, self._roster, self._stack = course, options, roster, stack
        self._places = Places(roster, worksheet, add=options.add)
        self._recognise = Recognise(course)
        self._student = self._chosen(options.student)
        self._names = course.assignments
        self.left: list[Left] = []

    def of(self, paths: Sequence[Path]) -> list[Planned]:
        """What to take of everything that was given."""
        planned: list[Planned] = []
        for path, folder in opened(paths, self._stack):
            arranged = self._arranged(path, folder)
            self.left += [
                Left(shown(source.rpartition("/")[2]), "refused", why, source)
                for source, why in arranged.left
            ]
            hint = self._hint(path)
            planned += [plan for each in arranged.hand_ins if (plan := self._plan(each, hint))]
        return self._without_clashes(planned)

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

    def _arranged(self, path: Path, folder: Folder | SubmissionProblem) -> Arranged:
        if isinstance(folder, SubmissionProblem):
            return Arranged(left=[(shown(path.name), str(folder))])
        arrange = Arrange(self._places.fits, self._names, self._options.form)
        if self._options.student:
            arrange.whole(folder, self._options.student)
        else:
            arrange.take(folder)
        return arrange.found

    def _hint(self, path: Path) -> str:
        """The assignment that the path's own names tell, as nbgrader's zip_collect has it: NAME/extracted."""
        path = path.resolve()
        for part in (path.stem if path.is_file() else path.name, path.parent.name):
            named = named_in(part, self._names)
            if len(named) == 1:
                return named[0]
        return ""

    def _plan(self, hand_in: HandIn, hint: str) -> Planned | None:
        """Whose and what a hand-in is; None, and said, if that isn't clear."""
        wanted = self._options.assignment
        if wanted and hand_in.assignment not in ("", wanted):
            return None  # of a folder with all assignments, only this one was asked for
        try:
            placed = self._student or self._places.place(hand_in.who)
            assignment = wanted or self._what(hand_in, hint)
        except SubmissionProblem as problem:
            self.left.append(Left(hand_in.who.label, "unplaced", str(problem), hand_in.source))
            return None
        return Planned(hand_in, placed, assignment)

    def _what(self, hand_in: HandIn, hint: str) -> str:
        if len(self._names) == 1 and not hand_in.assignment:
            found = self._names[0]
        else:
            files = {} if hand_in.assignment else read_files(hand_in.content)[0]
            found = self._recognise.recognise(files, hand_in.assignment, hint)
        if not self._course.is_released(found):
            raise SubmissionProblem(f"It is for {found}, which hasn't been released.")
        return found

    def _without_clashes(self, planned: list[Planned]) -> list[Planned]:
        """Leave out hand-ins of two accounts of a platform that would be the same student's."""
        groups: dict[tuple[str, str, str], list[Planned]] = defaultdict(list)
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
                self.left.append(Left(plan.hand_in.who.label, "unplaced", why, plan.hand_in.source))
        return kept
