"""The students of a course: read from a table, and kept in the gradebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from nbgrader.api import Gradebook, Student
from sqlalchemy import insert, select, update

from autograder.course import Course
from autograder.errors import UsageError
from autograder.matching import People, folded
from autograder.record.gradebook import open_gradebook

LONGEST = 128
"""Characters that nbgrader's gradebook has room for."""


@dataclass(frozen=True)
class Person:
    """A student of the course; `id` is what the student is called in the course's folders."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""


FIELDS = tuple(field.name for field in fields(Person))


@dataclass(frozen=True)
class Change:
    """A student after an update: "new", "changed", "unchanged", or "kept" for one who isn't in the table."""

    person: Person
    state: str
    before: Person | None = None

    def text(self) -> str:
        """What changed, in words."""
        if self.before is None:
            return ""
        was, now = self.before, self.person
        return ", ".join(
            f"{name} {getattr(was, name) or 'nothing'} -> {getattr(now, name)}"
            for name in FIELDS
            if getattr(was, name) != getattr(now, name)
        )


def students(gradebook: Gradebook) -> list[Person]:
    """The roster. Students whom only a hand-in brought into the gradebook aren't in it."""
    table = Student.__table__
    rows = gradebook.db.execute(select(*(table.c[name] for name in FIELDS)).order_by(table.c.id)).mappings()
    return [
        Person(**{name: row[name] or "" for name in FIELDS})
        for row in rows
        if any(row[name] is not None for name in FIELDS[1:])
    ]


def people(roster: Iterable[Person]) -> People:
    """The students, to be found by what platforms call them."""
    return People(
        (each.id, (each.id, each.lms_user_id, each.email), (each.first_name, each.last_name))
        for each in roster
    )


def update_roster(course: Course, table: Sequence[Person]) -> list[Change]:
    """Bring the students of `table` into the gradebook; nobody is deleted, and no empty cell replaces anything.

    Raises UsageError, and writes nothing, if two students would have the same id, e-mail address or id at the
    platform.
    """
    with open_gradebook(course) as gradebook:
        before = {each.id: each for each in students(gradebook)}
        after = {**before, **{each.id: _merged(before.get(each.id), each) for each in table}}
        named = {each.id for each in table}
        _refuse_contradictions(list(after.values()), named)
        changes = [_change(before.get(who), person, named) for who, person in sorted(after.items())]
        write(gradebook, [change.person for change in changes if change.state in ("new", "changed")])
        gradebook.db.commit()
    return changes


def write(gradebook: Gradebook, persons: Iterable[Person]) -> None:
    """Insert or update students; the caller commits."""
    table = Student.__table__
    there = set(gradebook.db.execute(select(table.c.id)).scalars())
    for each in persons:
        # Empty texts, not nothing: so that a student of the roster can be told from one of a hand-in alone.
        row = {name: getattr(each, name) for name in FIELDS}
        if each.id in there:
            gradebook.db.execute(update(table).where(table.c.id == each.id).values(**row))
        else:
            gradebook.db.execute(insert(table).values(**row))


def unfit(student: str) -> str | None:
    """Why an id can't be the name of a student's folder; None if it can."""
    if not student.strip() or student != student.strip():
        return "is empty or has blanks around it"
    if "/" in student or "\\" in student or not student.isprintable():
        return "has a slash or a character that can't be printed"
    if student.startswith("."):
        return "begins with a point"
    if len(student) > LONGEST or len(student.encode()) > 240:
        return f"is longer than {LONGEST} characters"
    return None


def _merged(old: Person | None, new: Person) -> Person:
    if old is None:
        return new
    return replace(old, **{name: getattr(new, name) for name in FIELDS if getattr(new, name)})


def _change(before: Person | None, after: Person, named: set[str]) -> Change:
    if after.id not in named:
        return Change(after, "kept")
    if before is None:
        return Change(after, "new")
    return Change(after, "unchanged") if before == after else Change(after, "changed", before)


def _refuse_contradictions(everybody: Sequence[Person], named: set[str]) -> None:
    """Raise UsageError if two students, one of them of the table, can't be told apart."""
    for field, what in (("id", "id"), ("email", "e-mail address"), ("lms_user_id", "id at the platform")):
        seen: dict[str, Person] = {}
        for each in everybody:
            value = folded(getattr(each, field))
            other = seen.setdefault(value, each)
            if value and other is not each and {other.id, each.id} & named:
                raise UsageError(
                    f"{other.id} and {each.id} would have the same {what} ({getattr(each, field)}): correct the "
                    "table, or the gradebook if it has the wrong one. Nothing was changed."
                )
