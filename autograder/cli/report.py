"""autograder report: write what the instructor reads."""

from __future__ import annotations

import click

from autograder.cli.common import console, json_option, names_argument, names_or, open_course, print_json


@click.command()
@names_argument
@json_option
@click.pass_context
def report(ctx: click.Context, names: tuple[str, ...], *, as_json: bool) -> None:
    """Write a report per assignment NAME... (all that were graded, if none is named), and the course's page.

    Each is one HTML file in reports/ that opens anywhere, with CSV files beside it: scores, exercises and
    parts, misconceptions, who needs a look, the same answers, times. reports/index.html has all assignments
    and each student's line through them.

    Example: autograder report ch05-bptt-unrolled
    """
    from autograder.pages.report import write_course_report, write_report

    course = open_course(ctx)
    written = {name: write_report(course, name) for name in names_or(course, names, course.is_graded)}
    index = write_course_report(course)
    for name, path in {**written, "all assignments": index}.items():
        if as_json:
            print_json({"assignment": name if name in written else None, "report": str(path)})
        else:
            console.print(f"{name}: {path}")
