"""What a released notebook says of itself: its assignment, and the checksums of the cells that belong to it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEY = "through_time"
"""Where the stamp lies in a notebook's metadata."""


@dataclass(frozen=True)
class Stamp:
    """An assignment's name, and its cells by nbgrader's id, with their checksums as released."""

    assignment: str
    locked: Mapping[str, str]
    answers: Mapping[str, str]


def grading(cell: Any) -> Mapping[str, Any]:
    """The cell's nbgrader metadata if the cell is part of the assignment, else nothing."""
    data = cell.get("metadata", {}).get("nbgrader")
    named = isinstance(data, Mapping) and isinstance(data.get("grade_id"), str)
    return data if named and any(map(data.get, ("grade", "solution", "locked"))) else {}


def is_answer(data: Mapping[str, Any]) -> bool:
    """Whether the student writes in a cell with this nbgrader metadata."""
    return bool(data.get("solution"))


def checksum(cell: Any) -> str:
    """The checksum that nbgrader gives a cell of an assignment: MD5 over its source, kind, id and points."""
    data = grading(cell)
    grade, solution = bool(data.get("grade", False)), is_answer(data)
    locked = not solution and (grade or bool(data.get("locked", False)))
    pieces = [
        cell["source"],
        cell["cell_type"],
        str(grade),
        str(solution),
        str(locked),
        str(data.get("grade_id")),
    ]
    if grade:
        pieces.append(str(_points(data.get("points"))))
    return hashlib.md5("".join(pieces).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def put_stamp(notebook: Any, assignment: str) -> None:
    """Write into a released notebook's metadata which assignment it is and what its cells are."""
    cells = [(grading(cell), checksum(cell)) for cell in notebook["cells"] if grading(cell)]
    notebook["metadata"][KEY] = {
        "assignment": assignment,
        "locked": {data["grade_id"]: found for data, found in cells if not is_answer(data)},
        "answers": {data["grade_id"]: found for data, found in cells if is_answer(data)},
    }


def read_stamp(notebook: Any) -> Stamp | None:
    """The stamp of a notebook, or None if it has none that can be used."""
    data = notebook.get("metadata", {}).get(KEY)
    if not isinstance(data, Mapping) or not isinstance(data.get("assignment"), str):
        return None
    locked, answers = data.get("locked"), data.get("answers")
    if not (isinstance(locked, Mapping) and isinstance(answers, Mapping)):
        return None
    return Stamp(data["assignment"], dict(locked), dict(answers))


def _points(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None
