"""autograder collect: take in what students handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from autograder.choices import FORMATS
from autograder.cli.common import console, json_option, open_course, print_json
from autograder.cli.complete import assignments, students

if TYPE_CHECKING:
    from autograder.collecting import Collected, Collection

STATES = ("new", "known", "refused")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option(
    "--assignment",
    metavar="NAME",
    help="What was handed in; else names and cells of the notebooks say it.",
    shell_complete=assignments,
)
@click.option(
    "--from", "form", type=click.Choice(FORMATS), help="Where it comes from; else its names say it."
)
@click.option(
    "--worksheet",
    type=click.Path(path_type=Path),
    help="Moodle's grading worksheet, which says who is who, and when.",
)
@click.option("--student", metavar="ID", help="Whose all of it is, by id.", shell_complete=students)
@click.option("--add", is_flag=True, help="Add students who are not in the roster to it.")
@json_option
@click.pass_context
def collect(
    ctx: click.Context,
    paths: tuple[Path, ...],
    assignment: str | None,
    form: str | None,
    worksheet: Path | None,
    student: str | None,
    *,
    add: bool,
    as_json: bool,
) -> None:
    """Take in the hand-ins in PATH..., which are folders, zips or notebooks.

    They may be what Canvas or Moodle lets you download, the inbound folder of nbgrader's exchange, what its
    zip_collect unpacked, or a folder, a zip or a notebook for each student, named by the student's id, e-mail
    address or full name. Every hand-in is kept with its time in collected/; the latest of each student is the one
    that is graded. What can't be placed is named, and the exit code is 1.

    Example: autograder collect ~/downloads/submissions.zip --assignment ch05-bptt-unrolled
    """
    from autograder.collecting import Options
    from autograder.collecting import collect as collect_all

    course = open_course(ctx)
    if assignment:
        course.assignment_names((assignment,))
    done = collect_all(course, paths, Options(assignment, form, student, worksheet, add))
    if as_json:
        for item in done.found:
            print_json(asdict(item))
        for message in done.messages:
            print_json({"message": message})
    else:
        _tell(done)
    ctx.exit(int(any(item.state in ("refused", "unplaced") for item in done.found)))


def _tell(done: Collection) -> None:
    for item in done.found:
        if item.state != "unplaced" and item.note:
            console.print(f"{item.student}: {item.state}. {item.note}")
    unplaced = [item for item in done.found if item.state == "unplaced"]
    if unplaced:
        console.print(_table(unplaced))
    for message in done.messages:
        console.print(message)
    counts = [f"{sum(item.state == state for item in done.found)} {state}" for state in STATES]
    if unplaced:
        counts.append(f"{len(unplaced)} not placed")
    console.print(", ".join(counts) + ".")


def _table(unplaced: Sequence[Collected]) -> Table:
    table = Table("could not be placed", "why", title_justify="left")
    for item in unplaced:
        table.add_row(item.source, item.note)
    return table
