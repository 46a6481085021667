"""autograder feedback: write what students read."""

from __future__ import annotations

import click

from autograder.cli.common import console, names_argument, names_or, open_course
from autograder.pages.feedback import write_feedback


@click.command()
@names_argument
@click.pass_context
def feedback(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Write a feedback page per graded hand-in of the assignments NAME... (all that were graded, if none is named).

    Each is one HTML file that opens anywhere, in feedback/<student>/<assignment>/.
    Example: autograder feedback ch05-bptt-unrolled
    """
    course = open_course(ctx)
    for name in names_or(course, names, course.is_graded):
        pages, changed = write_feedback(course, name)
        console.print(f"{name}: {len(pages)} feedback pages, {changed} of them new or changed.")
