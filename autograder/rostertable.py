"""Read the table of a course's students, as an instructor or a platform writes it."""

from __future__ import annotations

from pathlib import Path

from autograder.errors import UsageError
from autograder.export.sheet import Sheet, read_sheet
from autograder.matching import folded, squeezed
from autograder.roster import FIELDS, LONGEST, Person, unfit

HEADERS = {
    "first_name": ("first_name", "First name", "FirstName", "Given name", "Given names"),
    "last_name": ("last_name", "Last name", "LastName", "Surname", "Family name"),
    "name": ("Full name", "full_name", "Name", "Student", "sortable_name", "Student name"),
    "email": ("email", "Email address", "E-mail", "Mail", "E-mail address"),
    "lms_user_id": ("lms_user_id", "LMS user id", "canvas_user_id"),
}
"""What a column may be called; letter case, blanks and signs don't matter."""

CANVAS = ("Student", "ID", "Section")
NOBODY = ("student, test", "test student")
"""What Canvas calls the student for testing."""
CANVAS_IDS = ("SIS Login ID", "SIS User ID", "ID")
IDS = (
    "id",
    "student_id",
    "Username",
    "login_id",
    "user_id",
    "ID number",
    "idnumber",
    "Student ID",
    "Email address",
    "email",
)
"""What a student may be called in the course, the best first: the first column that is filled for everybody counts."""


def read_roster(path: Path) -> tuple[list[Person], str]:
    """The students in `path`, and the column that gave their ids.

    The columns are id, first_name, last_name, email and lms_user_id, or those of Canvas's gradebook and of Moodle's
    participants, gradebook and grading worksheet. Raises UsageError for a table without ids, or with a row that can't
    be a student's.
    """
    sheet = read_sheet(path, "roster")
    columns = {squeezed(name): at for at, name in reversed(list(enumerate(sheet.header)))}
    canvas = all(squeezed(name) in columns for name in CANVAS)
    rows = {number: row for number, row in enumerate(sheet.rows, 2) if any(cell.strip() for cell in row)}
    if canvas:
        # Lines before the students have no ID: the points possible, and how grades are posted.
        rows = {number: row for number, row in rows.items() if row[columns["id"]].strip()}
        rows = {number: row for number, row in rows.items() if folded(row[columns["student"]]) not in NOBODY}
    if not rows:
        raise UsageError(f"The roster {path} has no students: it needs a header, and a row for each student.")
    column = _id_column(path, sheet, columns, rows, CANVAS_IDS if canvas else IDS)
    if canvas:
        columns["lmsuserid"] = columns["id"]
    elif squeezed(column) != "idnumber" and "lmsuserid" not in columns and "idnumber" in columns:
        columns["lmsuserid"] = columns["idnumber"]
    found: dict[str, Person] = {}
    for number, row in rows.items():
        person = _person(
            f"Row {number} of the roster {path}", row, columns, row[columns[squeezed(column)]].strip()
        )
        if found.setdefault(folded(person.id), person) != person:
            raise UsageError(
                f"The id {person.id} stands in the roster {path} twice, with different data (the second time in row "
                f"{number}): correct one of them. Nothing was changed."
            )
    return list(found.values()), column


def _id_column(
    path: Path,
    sheet: Sheet,
    columns: dict[str, int],
    rows: dict[int, tuple[str, ...]],
    names: tuple[str, ...],
) -> str:
    """The best of the columns `names` that is filled in every row."""
    there = [name for name in names if squeezed(name) in columns]
    for name in there:
        at = columns[squeezed(name)]
        empty = [number for number, row in rows.items() if not row[at].strip()]
        if not empty:
            return sheet.header[at]
        if name == "id":
            raise UsageError(
                f"Row {empty[0]} of the roster {path} has no id: fill it in. Nothing was changed."
            )
    if there:
        raise UsageError(
            f"No column of the roster {path} names every student ({', '.join(there)} have empty cells): fill one of "
            "them in. Nothing was changed."
        )
    raise UsageError(
        f"The roster {path} has no column id (nor Username, ID number, Email address, nor Canvas's Student, ID and "
        f"Section); its columns are: {', '.join(sheet.header)[:200]}."
    )


def _person(where: str, row: tuple[str, ...], columns: dict[str, int], student: str) -> Person:
    def cell(field: str) -> str:
        at = next((columns[squeezed(name)] for name in HEADERS[field] if squeezed(name) in columns), None)
        return "" if at is None else " ".join(row[at].split())

    first, last = cell("first_name"), cell("last_name")
    if not (first or last):
        first, last = split_name(cell("name"))
    person = Person(student, first, last, cell("email"), cell("lms_user_id"))
    if reason := unfit(student):
        raise UsageError(f"{where}: the id {student[:40]!r} {reason}. Nothing was changed.")
    for name in FIELDS:
        if len(getattr(person, name)) > LONGEST:
            raise UsageError(f"{where}: {name} is longer than {LONGEST} characters. Nothing was changed.")
    return person


def split_name(name: str) -> tuple[str, str]:
    """First and last name: "Lovelace, Ada" and "Ada Lovelace"."""
    last, comma, first = name.partition(",")
    if comma:
        return first.strip(), last.strip()
    first, _, last = name.rpartition(" ")
    return first.strip(), last.strip()
