"""Find the course's students and scales in a platform's table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from autograder.errors import UsageError
from autograder.export.rows import Row


def find_students(rows: Sequence[Row], keys: Sequence[Iterable[str]]) -> dict[int, str]:
    """Which student each line of a platform's table is: line number to the student's id.

    A line names its student by `keys`, which are compared with the student's id, id at the platform and e-mail
    address. A line that fits two students, and a student who fits two lines, are left out: a grade must not go
    to somebody else.
    """
    names: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for name in (row.student, row.lms_user_id, row.email):
            if name.strip():
                names[_folded(name)].add(row.student)
    found: dict[int, str] = {}
    for line, each in enumerate(keys):
        fitting = {student for key in each if key.strip() for student in names.get(_folded(key), ())}
        if len(fitting) == 1:
            found[line] = fitting.pop()
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


def _folded(text: str) -> str:
    return text.strip().casefold()
