"""autograder doctor: say what this machine gives to grading, and what is missing."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich.table import Table

from autograder.cli.common import console, json_option, print_json

if TYPE_CHECKING:
    from autograder.sandbox.examine import Finding


@click.command()
@json_option
def doctor(*, as_json: bool) -> None:
    """Look at this machine: which walls it can put around student code, and what to do about the rest.

    The exit code is 1 if a part is missing that grading needs.

    Example: autograder doctor
    """
    from autograder.sandbox.examine import examine

    found = tuple(examine())
    if as_json:
        for finding in found:
            print_json(asdict(finding))
    else:
        console.print(_table(found))
        for finding in found:
            if not finding.there:
                console.print(f"{finding.part}: {finding.remedy}")
    sys.exit(0 if all(finding.there or not finding.needed for finding in found) else 1)


def _table(found: tuple[Finding, ...]) -> Table:
    table = Table()
    for column in ("part", "", "seen"):
        table.add_column(column)
    for finding in found:
        mark = "there" if finding.there else ("missing" if finding.needed else "not so")
        table.add_row(finding.part, mark, finding.seen)
    return table
