"""autograder report: write what the instructor reads."""

from __future__ import annotations

import click

from autograder.cli.common import console, names_argument, names_or, open_course
from autograder.pages.report import write_report


@click.command()
@names_argument
@click.pass_context
def report(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Write a report per assignment NAME... (all that were graded, if none is named).

    It shows scores, misconceptions by exercise, and who needs a look.

    Example: autograder report ch05-bptt-unrolled
    """
    course = open_course(ctx)
    for name in names_or(course, names, course.is_graded):
        console.print(f"{name}: {write_report(course, name)}")
