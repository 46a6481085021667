"""Decide whose a hand-in is; where that isn't certain, it is nobody's."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.collecting.handin import Who
from autograder.collecting.worksheet import Participant
from autograder.errors import SubmissionProblem
from autograder.matching import folded
from autograder.roster import Person, people, unfit
from autograder.rostertable import split_name


@dataclass(frozen=True)
class Placed:
    """The student, and the person to add to the roster if it isn't one of it."""

    student: str
    new: Person | None = None
    sure: bool = True
    """Whether a key says so, and not the name alone."""


class Places:
    """Finds the students of hand-ins."""

    def __init__(
        self,
        roster: Sequence[Person],
        worksheet: Mapping[str, Participant] | None = None,
        *,
        add: bool = False,
    ) -> None:
        self._roster = roster
        self._ids = {each.id for each in roster}
        self._people = people(roster)
        self._worksheet = worksheet
        self._add = add

    def fits(self, text: str) -> bool:
        """Whether a text is the key or the name of one student of the roster."""
        return len(self._people.fitting([text], [text])) == 1

    def place(self, who: Who) -> Placed:
        """Whose it is. Raises SubmissionProblem, in a sentence, if that can't be told."""
        keys, names, email = self._told(who)
        fitting = sorted(self._people.fitting(keys, names))
        if len(fitting) == 1:
            return Placed(fitting[0], sure=fitting[0] in self._people.fitting(keys))
        if fitting:
            more = " Give Moodle's grading worksheet by --worksheet." if who.form == "moodle" else ""
            raise SubmissionProblem(f"{who.label} may be {' or '.join(fitting[:5])}.{more}")
        if who.form == "folders" and not keys:
            raise SubmissionProblem(
                "Its name doesn't say whose it is: put the student's id into it, or give it alone with --student."
            )
        if self._roster and not self._add:
            raise SubmissionProblem(self._unknown(who))
        return self._new(who, keys, names, email)

    def _told(self, who: Who) -> tuple[Sequence[str], Sequence[str], str]:
        """The keys, names and e-mail address that are known of somebody."""
        line = self._worksheet.get(who.account) if self._worksheet and who.form == "moodle" else None
        if line is None:
            return who.keys, who.names, ""
        return line.keys, (line.name,) if line.name else who.names, line.email

    def _unknown(self, who: Who) -> str:
        if who.hidden and who.form == "moodle":
            return f"{who.label} is nobody's name: give Moodle's grading worksheet by --worksheet."
        if who.hidden:
            return f"{who.label} is nobody's name: switch anonymous grading off in Canvas and download again."
        return (
            f"{who.label} is not in the roster: add the student by 'autograder roster', or take all unknown ones in "
            "by --add."
        )

    def _new(self, who: Who, keys: Sequence[str], names: Sequence[str], email: str) -> Placed:
        name = names[0] if names else ""
        if who.form == "moodle":
            student = keys[0] if keys else (f"Participant {who.account}" if who.hidden else name)
        else:
            student = who.account or keys[-1]
        student = folded_id(student)
        if reason := unfit(student):
            raise SubmissionProblem(f"{who.label} can't be a student: the id {reason}.")
        taken = {folded(each): each for each in self._ids}.get(folded(student))
        if taken is not None and taken != student:
            raise SubmissionProblem(f"{who.label} differs from the student {taken} only in letter case.")
        if who.form != "moodle":
            return Placed(student, Person(student, lms_user_id=who.account if who.form == "canvas" else ""))
        first, last = split_name(name)
        return Placed(student, Person(student, first, last, email), sure=bool(keys))


def folded_id(student: str) -> str:
    """An id as a folder's name: with letters in one piece, whatever system packed it."""
    return unicodedata.normalize("NFC", student).strip()
