"""autograder collect: take in what students handed in."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from autograder.cli.common import console, json_option, open_course, print_json
from autograder.collect import collect as collect_folder
from autograder.errors import UsageError


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--assignment", help="What was handed in; needed if the course has several assignments.")
@json_option
@click.pass_context
def collect(ctx: click.Context, paths: tuple[Path, ...], assignment: str | None, *, as_json: bool) -> None:
    """Take in the hand-ins below PATH..., folders that hold one folder per student.

    Every hand-in is kept with its time in collected/; the latest of each student is the one that is graded.
    Example: autograder collect downloads/ --assignment ch05-bptt-unrolled
    """
    course = open_course(ctx)
    names = course.assignment_names((assignment,) if assignment else ())
    if len(names) > 1:
        raise UsageError(f"Say what was handed in with --assignment; the course has: {', '.join(names)}.")
    found = [item for path in paths for item in collect_folder(course, path, names[0])]
    for item in found:
        if as_json:
            print_json(asdict(item))
        elif item.note:
            console.print(f"{item.student}: {item.state}. {item.note}")
    if not as_json:
        counts = {state: sum(item.state == state for item in found) for state in ("new", "known", "refused")}
        console.print(", ".join(f"{count} {state}" for state, count in counts.items()) + ".")
    ctx.exit(int(any(item.state == "refused" for item in found)))
