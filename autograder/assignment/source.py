"""Read an assignment's source: a MyST notebook whose cells say which exercise and which role they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from autograder.errors import SourceError
from solutions.model import Exercise

CODE_ROLES = frozenset({"setup", "given", "solution", "check"})
TEXT_ROLES = frozenset({"text", "statement", "written", "explanation"})


@dataclass(frozen=True)
class SourceCell:
    """One cell: `kind` is "code" or "markdown"; `exercise` is "" for cells that belong to none."""

    kind: str
    role: str
    exercise: str
    source: str


@dataclass(frozen=True)
class AssignmentSource:
    """An assignment as its author wrote it, with the exercises that it asks for."""

    name: str
    title: str
    chapter: str
    cells: tuple[SourceCell, ...]
    exercises: Mapping[str, Exercise]

    @property
    def points(self) -> float:
        """The assignment's total."""
        return float(sum(exercise.points for exercise in self.exercises.values()))


@dataclass(frozen=True)
class Header:
    """What stands above an assignment's cells."""

    title: str
    chapter: str


def read_header(path: Path) -> Header:
    """The head of the assignment at `path`, without its cells. Raises SourceError if it can't be read."""
    try:
        text = path.read_text(encoding="utf-8")
        head = text.split("\n---", 1)[0] if text.startswith("---\n") else ""
        found = (yaml.safe_load(head) or {}).get("through_time") or {}
        return Header(str(found.get("title", path.stem)), str(found.get("chapter", "")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError) as error:
        raise SourceError(f"The head of {path} can't be read: {error}") from error


def read_source(path: Path, exercises: Mapping[str, Exercise]) -> AssignmentSource:
    """Read the assignment at `path`; `exercises` is the catalogue that its ids refer to.

    Raises SourceError, naming the file and the cell, when a role or an exercise is unknown, or when an
    exercise lacks a cell that its tasks need (statement, solution, check, written), or has two of them.
    """
    try:
        import jupytext  # noqa: PLC0415  (a tenth of a second, which only who reads a source has to wait)

        notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="md:myst")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise SourceError(f"{path} can't be read as a MyST notebook: {error}") from error
    cells = tuple(_cell(path, number, cell) for number, cell in enumerate(notebook.cells, start=1))
    ids = list(dict.fromkeys(cell.exercise for cell in cells if cell.exercise))
    unknown = [identifier for identifier in ids if identifier not in exercises]
    if unknown:
        raise SourceError(f"{path} asks for {', '.join(unknown)}, but no such exercise is defined.")
    header = read_header(path)
    source = AssignmentSource(
        name=path.stem,
        title=header.title,
        chapter=header.chapter,
        cells=cells,
        exercises={identifier: exercises[identifier] for identifier in ids},
    )
    _check_roles(path, source)
    return source


def _cell(path: Path, number: int, cell: Any) -> SourceCell:
    code = cell.cell_type == "code"
    role = str(cell.metadata.get("role", "given" if code else "text"))
    allowed = CODE_ROLES if code else TEXT_ROLES
    if role not in allowed:
        raise SourceError(
            f"{path}, cell {number}: a {cell.cell_type} cell can't have the role {role!r}; "
            f"it may be one of {', '.join(sorted(allowed))}."
        )
    return SourceCell(cell.cell_type, role, str(cell.metadata.get("exercise", "")), cell.source)


def _check_roles(path: Path, source: AssignmentSource) -> None:
    for identifier in source.exercises:
        roles = [cell.role for cell in source.cells if cell.exercise == identifier]
        for role, needed in _needed(source.exercises[identifier]).items():
            if roles.count(role) != needed:
                raise SourceError(
                    f"{path}: exercise {identifier} has {roles.count(role)} cells with the role {role}; "
                    f"it needs {'exactly one' if needed else 'none'}."
                )


def _needed(exercise: Exercise) -> Mapping[str, int]:
    """How many cells of each role an exercise needs: what a person marks alone has nothing to check."""
    judged, written = int(bool(exercise.parts)), int(exercise.written is not None)
    return {"statement": 1, "solution": judged, "check": judged, "written": written}
