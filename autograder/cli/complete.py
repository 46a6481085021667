"""What the shell completes: names of assignments and students, read from the course's folder without opening it.

A completion answers while somebody types, so neither nbgrader nor the course's exercises are imported. What can't be
read completes to nothing.
"""

from __future__ import annotations

import contextlib
import importlib.util
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import click

FOLDERS = ("release", "source", "collected", "verdicts")
"""Each holds a folder per assignment; nbgrader's layout, and ours."""
EXERCISES = re.compile(r"""^c\.Grading\.exercises *= *["']([\w.]+)["']""", re.MULTILINE)


def assignments(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The assignments that the course has a source, a released notebook or hand-ins of."""
    root = _root(ctx)
    found = {each for folder in FOLDERS for each in _folders(root / folder)} | set(_sources(root))
    chosen = ctx.params.get("names") or ()
    return sorted(name for name in found - set(chosen) if name.startswith(incomplete))


def students(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The students of the gradebook, if it is a file, and those who handed in."""
    root = _root(ctx)
    found = {*_folders(root / "submitted"), *_in_gradebook(root / "gradebook.db")}
    return sorted(name for name in found if name.startswith(incomplete))


def _root(ctx: click.Context) -> Path:
    """The folder that `--course` names, or this one: nothing has been carried out yet when a shell asks."""
    program = ctx.find_root()
    return Path(program.params.get("folder") or ".")


def _folders(place: Path) -> Iterator[str]:
    with contextlib.suppress(OSError):
        yield from (each.name for each in place.iterdir() if each.is_dir() and not each.name.startswith("."))


def _sources(root: Path) -> Iterator[str]:
    """The Markdown files in a folder `assignments` beside the module that the settings name."""
    try:
        named = EXERCISES.search((root / "nbgrader_config.py").read_text(encoding="utf-8"))
        spec = importlib.util.find_spec(named[1]) if named else None
    except (OSError, UnicodeDecodeError, ImportError, ValueError):
        return
    if spec is not None and spec.origin:
        yield from (each.stem for each in (Path(spec.origin).parent / "assignments").glob("*.md"))


def _in_gradebook(path: Path) -> Iterator[str]:
    if not path.is_file():
        return
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=1)) as db,
    ):
        yield from (name for (name,) in db.execute("SELECT id FROM student"))
