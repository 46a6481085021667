"""Canvas's gradebook import: the file that Canvas exported, with the columns of our assignments filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from autograder.errors import UsageError
from autograder.export.match import find_students, missing, scale
from autograder.export.rows import Row
from autograder.export.sheet import Filled, Sheet, defused, listed, number, to_number

WHO = (
    "Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account",
    "Section",
)  # fmt: skip
KEYS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
POINTS = "Points Possible"
EXCUSED = "EX"


def canvas_sheet(
    rows: Sequence[Row], template: Sheet, titles: Mapping[str, str], *, rescale: bool = False
) -> Filled:
    """Fill in the columns `Title (number)` whose title is an assignment's name or its title in `titles`.

    Other assignments' columns are left out, so that the import can't touch them. Who has no grade here, and who
    is excused in Canvas, keeps what the template has.
    Raises UsageError if the template isn't Canvas's, or a maximum differs there and `rescale` is False.
    """
    where = {name: template.header.index(name) for name in WHO if name in template.header}
    if "ID" not in where or "Section" not in where:
        raise UsageError(
            "The template is no gradebook of Canvas, which has the columns ID and Section: "
            "export it in Canvas by Grades, Export, and give that file."
        )
    columns = _columns(template.header, titles)
    if not columns:
        raise UsageError(
            f"The template has no column for {listed(list(titles))}: make the assignment in Canvas under "
            "this name, and export the gradebook again."
        )
    # Lines between the header and the students, such as the points possible, have no ID.
    people = [line for line, row in enumerate(template.rows) if row[where["ID"]].strip()]
    keys = [[template.rows[line][where[key]] for key in KEYS if key in where] for line in people]
    found = {people[at]: student for at, student in find_students(rows, keys).items()}
    cells = [list(row) for row in template.rows]
    possible = next((row for row in cells if row[0].strip().startswith(POINTS)), None)
    grades, excused = 0, []
    for name, column in columns.items():
        mine = {row.student: row for row in rows if row.assignment == name and row.handed_in}
        there = possible[column] if possible else ""
        most = next((row.max_score for row in mine.values()), None)
        factor = 1.0 if most is None else scale(name, most, to_number(there), "Canvas", rescale=rescale)
        for line, student in found.items():
            if student in mine and cells[line][column].strip().upper() == EXCUSED:
                excused.append(student)
            elif student in mine:
                cells[line][column] = number(mine[student].score * factor, comma="," in there)
                grades += 1
    kept = [*where.values(), *columns.values()]
    safe = tuple(tuple(defused(cell) for cell in row) for row in cells)
    sheet = Sheet(template.header, safe, template.delimiter, template.mark)
    return Filled(
        sheet.only(kept),
        grades,
        tuple(_left_out(missing(rows, found), sorted(set(excused)), [n for n in titles if n not in columns])),
    )


def _columns(header: Sequence[str], titles: Mapping[str, str]) -> dict[str, int]:
    """Where each assignment's column is. Raises UsageError if two columns could be an assignment's."""
    columns: dict[str, int] = {}
    for name, title in titles.items():
        wanted = {_plain(name), _plain(title)}
        fitting = [
            at
            for at, text in enumerate(header)
            if (match := re.fullmatch(r"(.*)\(\d+\)", text, re.DOTALL)) and _plain(match[1]) in wanted
        ]
        if len(fitting) > 1:
            both = " and ".join(header[at] for at in fitting)
            raise UsageError(
                f"The template has more than one column for {name} ({both}): delete all but one of them."
            )
        if fitting:
            columns[name] = fitting[0]
    return columns


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _left_out(students: list[str], excused: list[str], assignments: list[str]) -> list[str]:
    said = []
    if students:
        said.append(f"Not in the template, or not for certain, and left out: {listed(students)}.")
    if excused:
        said.append(f"Excused in Canvas, and left so: {listed(excused)}.")
    if assignments:
        said.append(f"Without a column in the template, and left out: {listed(assignments)}.")
    return said
