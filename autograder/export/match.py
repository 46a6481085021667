"""Find the course's students and scales in a platform's table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from autograder.errors import UsageError
from autograder.export.rows import Row
from autograder.matching import People


def find_students(
    rows: Sequence[Row], keys: Sequence[Sequence[str]], names: Sequence[str] = ()
) -> dict[int, str]:
    """Which student each line of a platform's table is: line number to the student's id.

    A line names its student by `keys`, which are compared with the student's id, id at the platform and e-mail
    address, or else by its full name in `names`. A line that fits two students, and a student who fits two
    lines, are left out: a grade must not go to somebody else.
    """
    people = People(
        (row.student, (row.student, row.lms_user_id, row.email), (row.first_name, row.last_name))
        for row in rows
    )
    sure = _single({line: people.fitting(each) for line, each in enumerate(keys)})
    rest = {
        line: people.fitting(each, names[line : line + 1]) - set(sure.values())
        for line, each in enumerate(keys)
        if names and not people.fitting(each)
    }
    found = {**sure, **_single(rest)}
    # Where a name contradicts the keys, neither is believed.
    return {
        line: who
        for line, who in found.items()
        if len(people.fitting(keys[line], names[line : line + 1])) == 1
    }


def _single(fitting: Mapping[int, set[str]]) -> dict[int, str]:
    """The lines that fit one student whom no other line fits."""
    found = {line: min(students) for line, students in fitting.items() if len(students) == 1}
    counts = Counter(found.values())
    return {line: student for line, student in found.items() if counts[student] == 1}


def missing(rows: Sequence[Row], found: Mapping[int, str]) -> list[str]:
    """The students with a grade who are in no line."""
    there = set(found.values())
    return sorted({row.student for row in rows if row.handed_in} - there)


def scale(assignment: str, ours: float, theirs: float | None, platform: str, *, rescale: bool) -> float:
    """What to multiply points by. Raises UsageError if the maxima differ and `rescale` doesn't allow it."""
    if theirs is None or abs(theirs - ours) < 0.005:
        return 1.0
    if rescale and theirs > 0 and ours > 0:
        return theirs / ours
    raise UsageError(
        f"{assignment} has {ours:g} points here and {theirs:g} in {platform}: set the maximum there to {ours:g} and "
        "export the template again, or let --rescale convert the grades."
    )
