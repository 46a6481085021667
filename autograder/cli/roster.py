"""autograder roster: the students of the course."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from autograder.cli.common import console, json_option, open_course, print_json

if TYPE_CHECKING:
    from autograder.roster import Change, Person


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@json_option
@click.pass_context
def roster(ctx: click.Context, file: Path | None, *, as_json: bool) -> None:
    """Read the students of FILE, a CSV, into the gradebook; without FILE, list those who are in it.

    FILE has the columns id, first_name, last_name, email, lms_user_id, or is what a platform exports: Canvas's
    gradebook, Moodle's participants, gradebook or grading worksheet. Nobody is deleted, and an empty cell
    replaces nothing. A table that contradicts itself or the gradebook changes nothing.

    Example: autograder roster students.csv
    """
    from autograder.record.gradebook import open_gradebook
    from autograder.roster import students, update_roster
    from autograder.rostertable import read_roster

    course = open_course(ctx)
    if file is None:
        with open_gradebook(course) as gradebook:
            found = students(gradebook)
        _list(found, as_json=as_json)
        return
    table, column = read_roster(file)
    changes = update_roster(course, table)
    if as_json:
        for change in changes:
            print_json({**asdict(change.person), "state": change.state, "changes": change.text()})
        return
    _tell(changes, column)


def _list(found: list[Person], *, as_json: bool) -> None:
    from autograder.roster import FIELDS

    if as_json:
        for person in found:
            print_json(asdict(person))
    elif not found:
        console.print(
            "There is no roster: whoever hands in is taken in. Read one with 'autograder roster students.csv'."
        )
    else:
        table = Table(*FIELDS)
        for person in found:
            table.add_row(*(getattr(person, name) for name in FIELDS))
        console.print(table)
        console.print(f"{len(found)} students.")


def _tell(changes: list[Change], column: str) -> None:
    for change in changes:
        if change.state in ("new", "changed"):
            name = f"{change.person.first_name} {change.person.last_name}".strip()
            console.print(
                f"{change.person.id}: {change.state}{', ' + name if change.state == 'new' and name else ''}"
                f"{', ' + change.text() if change.before else ''}."
            )
    counts = {
        state: sum(change.state == state for change in changes) for state in ("new", "changed", "unchanged")
    }
    kept = sum(change.state == "kept" for change in changes)
    console.print(
        f"The ids are those of the column {column}. "
        + ", ".join(f"{count} {state}" for state, count in counts.items())
        + (f"; {kept} in the gradebook aren't in the file, and stay" if kept else "")
        + "."
    )
