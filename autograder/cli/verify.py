"""autograder verify: how good the exercises are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from autograder.cli.common import console, json_option, open_course, print_json
from autograder.cli.complete import assignments
from autograder.errors import UnknownName

if TYPE_CHECKING:
    from autograder.loader import Catalogue
    from autograder.verify import Verification

COLUMNS = (
    "exercise",
    "title",
    "reference",
    "stub",
    "alternatives",
    "misconceptions",
    "pairs",
    "answers",
    "by hand",
    "verdict",
)


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=assignments)
@click.option(
    "--details", is_flag=True, help="List every group, every mistake that can't be told, and each failure."
)
@json_option
@click.pass_context
def verify(ctx: click.Context, names: tuple[str, ...], *, details: bool, as_json: bool) -> None:
    """Try on the exercises of the assignments NAME... (all, if none is named) what is known, right and wrong.

    The reference and right answers in other styles have to earn all points, an empty stub none, and each
    misconception has to be rejected and named. Works in a course, or without one on the book's own exercises.
    Example: autograder verify ch05-bptt-unrolled --details
    """
    from autograder.verify import verify_exercise

    catalogue = _catalogue(ctx)
    done = [
        verify_exercise(catalogue.exercises[identifier], catalogue.misconceptions)
        for name in _chosen(catalogue, names)
        for identifier in catalogue.assignments[name]
    ]
    for verification in done if as_json else ():
        print_json(verification.to_json())
    if not as_json:
        _show(done, details=details)
    ctx.exit(int(not all(verification.ok for verification in done)))


def _catalogue(ctx: click.Context) -> Catalogue:
    from autograder.course import CONFIG_NAME
    from autograder.loader import load_catalogue

    folder: Path = ctx.obj
    return open_course(ctx).catalogue if (folder / CONFIG_NAME).exists() else load_catalogue()


def _chosen(catalogue: Catalogue, names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in catalogue.assignments:
            raise UnknownName(
                f"There is no assignment {name!r}; there are: {', '.join(catalogue.assignments)}."
            )
    return names or tuple(catalogue.assignments)


def _show(done: list[Verification], *, details: bool) -> None:
    from autograder.verify import Outcome

    table = Table()
    for column in COLUMNS:
        table.add_column(column)
    for verification in done:
        summary = verification.summary()
        table.add_row(*(summary[column] for column in COLUMNS))
    console.print(table)
    told = {Outcome.OK, *(() if details else (Outcome.GROUP, Outcome.MASKED, Outcome.UNSEEN))}
    for verification in done:
        for row in verification.rows:
            if row.outcome not in told:
                console.print(f"{row.exercise} {row.task}, {row.kind} {row.name}: {row.note}.", markup=False)
