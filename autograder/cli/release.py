"""autograder release: make the notebooks that students get."""

from __future__ import annotations

from datetime import datetime

import click

from autograder.cli.common import console, names_argument, open_course, sandbox_option, warn_without_walls
from autograder.release import release as release_assignment


@click.command()
@names_argument
@click.option(
    "--due", type=click.DateTime(), help="When it is due, in local time, e.g. '2026-03-01 12:00:00'."
)
@sandbox_option
@click.pass_context
def release(ctx: click.Context, names: tuple[str, ...], due: datetime | None, sandbox: str | None) -> None:
    """Make the released notebooks of the assignments NAME... (all, if none is named).

    Proves for each that its model solution earns all points and the empty notebook none.
    Example: autograder release ch05-bptt-unrolled --due '2026-03-01 12:00:00'
    """
    course = open_course(ctx)
    warn_without_walls(sandbox or course.settings.sandbox)
    for name in course.assignment_names(names):
        released = release_assignment(course, name, due=due, sandbox=sandbox)
        state = "released" if released.fresh else "unchanged"
        console.print(f"{name}: {state}, {released.points:g} points, {released.notebook}")
