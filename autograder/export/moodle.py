"""Moodle: the grading worksheet of an assignment filled in, or a list for the gradebook's CSV import."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from autograder.errors import UsageError
from autograder.export.match import find_students, missing, scale
from autograder.export.rows import Row
from autograder.export.sheet import Filled, Sheet, defused, listed, number, to_number

NEEDED = ("Identifier", "Grade", "Last modified (grade)")
# The feedback column stays out: Moodle would take an older text for a new one.
KEPT = (
    "Identifier", "Full name", "Username", "ID number", "Email address", "Status", "Grade", "Maximum grade",
    "Grade can be changed", "Last modified (submission)", "Last modified (grade)",
)  # fmt: skip
KEYS = ("Username", "ID number", "Email address")
LIST = ("ID number", "Last name", "First name", "Email address")


def worksheet(rows: Sequence[Row], template: Sheet, *, rescale: bool = False) -> Filled:
    """Fill in the column Grade of the worksheet of one assignment, whose rows `rows` are.

    Students are found by user name, id number, e-mail address, the number of the participant, or full name.
    Raises UsageError if the template isn't Moodle's, or the maximum differs there and `rescale` is False.
    """
    header = list(template.header)
    lacking = [name for name in NEEDED if name not in header]
    if lacking:
        raise UsageError(
            f"The template is no grading worksheet of Moodle, which has the columns {', '.join(NEEDED)}: download "
            "it from the assignment's page, with Moodle in English."
        )
    lines = [dict(zip(header, row, strict=True)) for row in template.rows]
    full = [line.get("Full name", "") for line in lines]
    ids = {row.student for row in rows}
    found = find_students(
        rows, [[*_keys(line, ids), name] for line, name in zip(lines, full, strict=True)], full
    )
    mine = {row.student: row for row in rows if row.handed_in}
    locked, grades = [], 0
    for at, student in found.items():
        if student not in mine:
            continue
        if lines[at].get("Grade can be changed", "").strip().casefold() == "no":
            locked.append(student)
            continue
        row, there = mine[student], lines[at].get("Maximum grade", "")
        factor = scale(row.assignment, row.max_score, to_number(there), "Moodle", rescale=rescale)
        lines[at]["Grade"] = number(row.score * factor, comma="," in there)
        grades += 1
    columns = [name for name in header if name in KEPT]
    cells = tuple(tuple(defused(line[name]) for name in columns) for line in lines)
    said = []
    if left := missing(rows, found):
        said.append(f"Not in the template, or not for certain, and left out: {listed(left)}.")
    if locked:
        said.append(f"Moodle doesn't let these grades be changed: {listed(sorted(locked))}.")
    return Filled(Sheet(tuple(columns), cells, template.delimiter, template.mark), grades, tuple(said))


def grade_list(rows: Sequence[Row], names: Sequence[str]) -> Filled:
    """A row per student with a grade, a column per assignment of `names`: for Grades, Import, CSV file."""
    scores = {(row.student, row.assignment): number(row.score) for row in rows if row.handed_in}
    people = {row.student: row for row in rows if row.handed_in}
    cells = tuple(
        (
            *map(defused, (who, row.last_name, row.first_name, row.email)),
            *(scores.get((who, name), "") for name in names),
        )
        for who, row in sorted(people.items())
    )
    return Filled(Sheet((*LIST, *names), cells), len(scores))


def _keys(line: dict[str, str], ids: Collection[str]) -> list[str]:
    """What the line's student may be called; the number of the participant alone only if a student has it for an id."""
    participant = line["Identifier"].strip()
    bare = participant.rpartition(" ")[2]
    # It is a number of the assignment's, and may be somebody else's id at the platform.
    return [*(line.get(key, "") for key in KEYS), participant, *([bare] if bare in ids else [])]
