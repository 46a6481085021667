"""The program `autograder`: its commands, and how its errors end."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from traitlets import TraitError

from autograder.cli.lazy import LazyGroup
from autograder.errors import AutograderError, UsageError

COMMANDS = {
    "init": "Make a course folder, with its settings and its secret.",
    "roster": "Read the list of students, or show it.",
    "release": "Make the notebooks for students, and pack them.",
    "collect": "Take in what was handed in, from folders, zips and platforms.",
    "grade": "Grade what changed.",
    "serve": "Open formgrader, to mark written answers.",
    "feedback": "Write a page for each hand-in, and hand the pages back.",
    "report": "Write what the instructor reads: scores, mistakes, who needs a look.",
    "export": "Write grades for a spreadsheet, Canvas or Moodle.",
    "verify": "Prove what the exercises can tell apart.",
    "doctor": "Say what this machine gives to grading, and what is missing.",
    "completion": "Print the script for completion in bash, zsh or fish.",
}
"""In the order of a course's day; each is a module of this package."""


class _Program(LazyGroup):
    """Turns our errors into one sentence and an exit code: 1 needs an eye, 2 wrong use. A bug keeps its trace."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except AutograderError as error:
            click.echo(f"autograder: {error}", err=True)
            sys.exit(error.exit_code)
        except TraitError as error:
            click.echo(f"autograder: nbgrader_config.py: {str(error).rstrip('.')}.", err=True)
            sys.exit(UsageError.exit_code)
        except PermissionError as error:
            click.echo(
                f"autograder: {error.filename} can't be used: {error.strerror}. Check permissions.", err=True
            )
            sys.exit(AutograderError.exit_code)


@click.group(cls=_Program, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--course",
    "folder",
    type=click.Path(path_type=Path),
    default=Path(),
    envvar="AUTOGRADER_COURSE",
    help="The course's folder; the current one if not given.",
)
@click.version_option(package_name="through-time")
@click.pass_context
def main(ctx: click.Context, folder: Path) -> None:
    """Release, collect, grade and report the assignments of a course.

    In the course's folder, --course may be left out. 'autograder grade --help' explains a command. The exit code is
    0 when all is done, 1 when something needs your eye, 2 when a command was used wrongly.

    \b
    Examples:
    autograder init my-course
    autograder --course my-course roster students.csv
    autograder --course my-course release ch05-bptt-unrolled
    autograder --course my-course collect downloads/ --assignment ch05-bptt-unrolled
    autograder --course my-course grade
    autograder --course my-course feedback
    autograder --course my-course report
    autograder --course my-course export
    """  # noqa: D301  (\b is click's mark for lines that stay as they are)
    ctx.obj = folder
