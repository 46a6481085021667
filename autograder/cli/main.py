"""The program `autograder`: its commands, and how its errors end."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from traitlets import TraitError

from autograder.cli.collect import collect
from autograder.cli.doctor import doctor
from autograder.cli.export import export
from autograder.cli.feedback import feedback
from autograder.cli.grade import grade
from autograder.cli.init import init
from autograder.cli.release import release
from autograder.cli.report import report
from autograder.cli.serve import serve
from autograder.cli.verify import verify
from autograder.errors import AutograderError, UsageError


class _Program(click.Group):
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


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
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

    \b
    autograder init my-course
    autograder --course my-course release ch05-bptt-unrolled
    autograder --course my-course collect downloads/ --assignment ch05-bptt-unrolled
    autograder --course my-course grade
    autograder --course my-course feedback
    autograder --course my-course report
    autograder --course my-course export
    """  # noqa: D301  (\b is click's mark for lines that stay as they are)
    ctx.obj = folder


for command in (doctor, init, release, collect, grade, feedback, report, export, serve, verify):
    main.add_command(command)
