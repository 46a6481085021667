"""autograder verify: how good the exercises are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from autograder.cli.common import console, json_option, open_course, print_json, warn_without_walls
from autograder.cli.complete import assignments
from autograder.errors import UnknownName

if TYPE_CHECKING:
    from autograder.asserted.prove import Proof
    from autograder.course import Course
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

    Of an ordinary nbgrader assignment, with tests in its cells, the solution, the stub and some cheats are graded.

    Example: autograder verify ch05-bptt-unrolled --details
    """
    from autograder.loader import load_catalogue
    from autograder.verify import verify_exercise

    course = _course(ctx)
    catalogue = course.catalogue if course is not None else load_catalogue()
    chosen = _chosen(catalogue, course, names)
    done = [
        verify_exercise(catalogue.exercises[identifier], catalogue.misconceptions)
        for name in chosen
        for identifier in catalogue.assignments.get(name, ())
    ]
    proofs = _proofs(course, [name for name in chosen if name not in catalogue.assignments])
    for each in [*(each.to_json() for each in done), *(each.to_json() for each in proofs)] if as_json else ():
        print_json(each)
    if not as_json:
        if done or not proofs:
            _show(done, details=details)
        for proof in proofs:
            _show_tests(proof)
    ctx.exit(int(not (all(each.ok for each in done) and all(each.ok for each in proofs))))


def _course(ctx: click.Context) -> Course | None:
    from autograder.course import CONFIG_NAME

    folder: Path = ctx.obj
    return open_course(ctx) if (folder / CONFIG_NAME).exists() else None


def _chosen(catalogue: Catalogue, course: Course | None, names: tuple[str, ...]) -> tuple[str, ...]:
    if course is not None:
        known = course.assignment_names(names)
        # Tests in cells are tried on what was released.
        ready = (name for name in known if course.has_exercises(name) or course.is_released(name))
        return known if names else tuple(ready)
    for name in names:
        if name not in catalogue.assignments:
            raise UnknownName(
                f"There is no assignment {name!r}; there are: {', '.join(catalogue.assignments)}."
            )
    return names or tuple(catalogue.assignments)


def _proofs(course: Course | None, names: list[str]) -> list[Proof]:
    """What the tests in the cells of ordinary assignments are worth."""
    if course is None or not names:
        return []
    from autograder.asserted.prove import prove

    warn_without_walls(course.settings.sandbox)
    return [prove(course, name, course.settings.sandbox, cheats=True) for name in names]


def _show_tests(proof: Proof) -> None:
    from autograder.asserted import WEAKER
    from autograder.show import points

    table = Table(title=proof.assignment, title_justify="left")
    for column in ("test", "points", "solution", "stub", "best cheat"):
        table.add_column(column, justify="left" if column == "test" else "right")
    for line in proof.lines:
        table.add_row(line.test, *map(points, (line.points, line.solution, line.stub, line.cheat)))
    console.print(table)
    for line in proof.lines:
        if line.solution != line.points:
            console.print(f"{line.test}: the solution doesn't earn all points. {line.message}", markup=False)
    for warning in proof.warnings:
        console.print(warning[0].upper() + warning[1:], markup=False)
    tried = ", ".join(f"{points(earned)} {name}" for name, earned in proof.cheats.items())
    console.print(
        f"Of {points(proof.points)} points a notebook without a solution earns: {tried}.", markup=False
    )
    console.print(WEAKER)


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
