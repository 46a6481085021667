"""Prints how far every formula is from its oracles: `python -m solutions.reference.verify`.

Exit code 0: all are within their bounds. 1: at least one is not. 2: autograd isn't installed.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from solutions.reference.verification.check import Check

MISSING = (
    "The oracles need autograd, which is among the development dependencies: "
    "install them with `pip install -e '.[dev]'`."
)


def main() -> int:
    """Run all checks, print the table, and return the exit code."""
    console = Console(markup=False)
    try:
        verification = importlib.import_module("solutions.reference.verification")
        checks: list[Check] = list(verification.all_checks())
    except ModuleNotFoundError as error:
        if error.name != "autograd":
            raise
        console.print(MISSING, soft_wrap=True)
        return 2
    return report(checks, console)


def report(checks: Iterable[Check], console: Console) -> int:
    """Print one line per check, then a sentence; return 1 if an error is over its bound, else 0."""
    table = Table("", "formula", "oracle", "worst error", "bound", box=None)
    over = count = 0
    for check in checks:
        worst = check.worst()
        passed = worst < check.bound
        over, count = over + (not passed), count + 1
        mark = "" if passed else "over"
        table.add_row(mark, check.formula, check.oracle, f"{worst:.1e}", f"{check.bound:.0e}")
    console.print(table)
    console.print(f"{over} of {count} checks are over their bound." if over else f"All {count} checks hold.")
    return 1 if over or not count else 0


if __name__ == "__main__":
    sys.exit(main())
