"""autograder release: make what students get."""

from __future__ import annotations

import contextlib
from datetime import datetime

import click

from autograder.cli.common import (
    console,
    json_option,
    names_argument,
    open_course,
    print_json,
    sandbox_option,
    warn_without_walls,
)  # fmt: skip
from autograder.errors import AutograderError


@click.command()
@names_argument
@click.option(
    "--due",
    type=click.DateTime(),
    metavar="TIME",
    help="When it is due, in local time, e.g. '2026-03-01 12:00:00'.",
)
@sandbox_option
@json_option
@click.pass_context
def release(
    ctx: click.Context, names: tuple[str, ...], due: datetime | None, sandbox: str | None, *, as_json: bool
) -> None:
    """Make the released notebooks of the assignments NAME... (all, if none is named), and pack them for students.

    Proves for each that its model solution earns all points and the empty notebook none. Then brings the zips in
    bundles/ up to date: one per released assignment and, under the name of the course's folder, one with all of
    them. Each holds the public package, a requirements file for pip and a README.

    An ordinary nbgrader assignment, of notebooks in source/NAME, is released by nbgrader's own steps, without a zip.

    Example: autograder release ch05-bptt-unrolled --due '2026-03-01 12:00:00'
    """
    from autograder.bundle import refresh_bundles
    from autograder.release import release as release_assignment

    course = open_course(ctx)
    warn_without_walls(sandbox or course.settings.sandbox)
    done = []
    try:
        for name in course.assignment_names(names):
            done.append(release_assignment(course, name, due=due, sandbox=sandbox))
            if not as_json:
                state = "released" if done[-1].fresh else "unchanged"
                console.print(f"{name}: {state}, {done[-1].points:g} points, {done[-1].notebook}")
                for warning in done[-1].warnings:
                    console.print(f"{name}: {warning}")
    except AutograderError:
        # What was taken back mustn't stay in a zip; if it can't be packed, the first error says more.
        with contextlib.suppress(AutograderError):
            refresh_bundles(course)
        raise
    packed = refresh_bundles(course)
    if as_json:
        for each in done:
            zipped = packed.get(each.assignment)
            print_json({
                "assignment": each.assignment, "fresh": each.fresh, "points": each.points,
                "notebook": str(each.notebook), "bundle": str(zipped.path) if zipped else None,
                "warnings": list(each.warnings),
            })  # fmt: skip
        return
    for name, bundle in packed.items():
        if bundle.fresh:
            console.print(f"{name or 'all that are released'}: packed for students in {bundle.path}")
