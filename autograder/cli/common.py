"""Options and outputs that several commands share."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.console import Console

from autograder.choices import LEVELS
from autograder.cli.complete import assignments

if TYPE_CHECKING:
    from autograder.course import Course

F = TypeVar("F", bound=Callable[..., Any])

# Names and messages come from students, so no text is read as markup. A table in a file or a pipe isn't cut
# to a terminal's eighty columns.
console = Console(
    highlight=False, soft_wrap=True, markup=False, emoji=False, width=None if sys.stdout.isatty() else 140
)
errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


def json_option(function: F) -> F:
    """`--json`: one JSON object per line, for programs."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON object per line, for programs."
    )(function)


def sandbox_option(function: F) -> F:
    """`--sandbox`: another level than the course's."""
    return click.option(
        "--sandbox",
        type=click.Choice(LEVELS),
        help="Walls around student code; 'none' only for notebooks that you trust.",
    )(function)


def names_argument(function: F) -> F:
    """The assignments to work on."""
    return click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=assignments)(function)


def open_course(ctx: click.Context) -> Course:
    """The course that `--course` names."""
    from autograder.course import Course

    folder: Path = ctx.obj
    return Course.open(folder)


def names_or(course: Course, names: tuple[str, ...], ready: Callable[[str], bool]) -> tuple[str, ...]:
    """`names`; without any, the course's assignments that are `ready`, or all, so that the first says why not."""
    known = course.assignment_names(names)
    return known if names else tuple(filter(ready, known)) or known


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C, and a service manager's end, raise KeyboardInterrupt, however the program was started.

    A shell that starts it in the background has interrupts ignored.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        for number in before:
            signal.signal(number, signal.default_int_handler)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def warn_without_walls(level: str) -> None:
    """Say loudly that student code runs unprotected."""
    if level == "none":
        errors.print(
            "--sandbox none: student code runs without walls and can read all that you can, "
            "the solutions included. Grade only notebooks that you trust.",
            style="bold red",
        )


def print_json(data: Any) -> None:
    """One object on one line."""
    click.echo(json.dumps(data, ensure_ascii=False))
