"""python -m through_time check NOTEBOOK...: is it fit to hand in, and what is to be mended."""

from __future__ import annotations

import argparse
import glob
import importlib.util
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from through_time._text import plain

TO_LOOK, TO_RUN = ("nbformat",), ("jupyter_client", "ipykernel")
"""Packages that Jupyter's own installation brings."""

DESCRIPTION = """\
Look at notebooks as the grader will get them, and run a copy of each from top to bottom in a fresh kernel:
is the name right, are the cells of the assignment all there and unchanged, does every cell run, what do the
checks say. Your file is not changed. The exit code is 0 if all are fit to hand in, 1 if something is to be
mended or still open, 2 if there is no such notebook.

Example: python -m through_time check ch05-bptt-unrolled.ipynb"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m through_time", description="The public package of the course."
    )
    commands = parser.add_subparsers(required=True, metavar="check")
    check = commands.add_parser(
        "check", help="is a notebook fit to hand in?", description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    check.add_argument("notebooks", nargs="+", metavar="NOTEBOOK", help="a file that ends in .ipynb")
    check.add_argument("--no-run", action="store_true", help="only look at the file, and run nothing")
    check.add_argument(
        "--seconds", type=_seconds, default=30.0, metavar="N", help="the most that a cell may take (30)"
    )
    given = parser.parse_args(arguments)
    paths = [Path(name) for each in given.notebooks for name in _expanded(each)]
    for path in paths:
        if problem := _unfit(path):
            check.error(problem)
    needed = TO_LOOK if given.no_run else (*TO_LOOK, *TO_RUN)
    if missing := [name for name in needed if importlib.util.find_spec(name) is None]:
        check.error(
            f"this Python has no {' and no '.join(missing)}: install with pip install {' '.join(missing)}."
        )
    return _check(paths, given.seconds, execute=not given.no_run)


def _check(paths: list[Path], seconds: float, *, execute: bool) -> int:
    from through_time.handin.report import CannotRun, examine  # noqa: PLC0415  (needs what was just looked for)

    code = 0
    for number, path in enumerate(paths):
        try:
            report = examine(path, seconds, execute=execute)
        except OSError as error:
            print(f"{plain(str(path))} can't be read: {error.strerror}.", file=sys.stderr)
            return 2
        except CannotRun as problem:
            print(f"No kernel could be started in this Python: {plain(str(problem))}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            print("Stopped by you.", file=sys.stderr)
            return 130
        print("\n" * (number > 0) + "\n".join(report.lines()), flush=True)
        code = max(code, int(not report.fit))
    return code


def _expanded(name: str) -> list[str]:
    """Files for a pattern that the shell left alone, as Windows' does."""
    if "*" not in name:
        return [name]
    return sorted(glob.glob(name)) or [name]  # noqa: PTH207  (Path.glob takes no absolute pattern)


def _unfit(path: Path) -> str:
    name = plain(str(path))
    if not path.exists():
        return f"there is no file {name}."
    if path.is_dir():
        return f"{name} is a folder: name the notebook in it."
    if path.suffix.lower() != ".ipynb":
        return f"{name} is no notebook: its name doesn't end in .ipynb."
    return ""


def _seconds(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and value >= 1):
        raise argparse.ArgumentTypeError("a limit is a number of seconds, at least 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
