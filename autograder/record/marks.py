"""What nbgrader makes of a graded notebook's cells, by its own rules."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from nbgrader import utils

from autograder.verdict import Mark

log = logging.getLogger(__name__)


def marks_of(notebook: Any) -> dict[str, Mark]:
    """The mark of each cell that nbgrader knows, by name."""
    cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    return {cell.metadata.nbgrader.grade_id: Mark(_score(cell), _untouched(cell)) for cell in cells}


def none_of(notebook: Any) -> dict[str, Mark]:
    """The marks of a notebook that wasn't handed in with the others: as nbgrader has it, nobody is to mark it."""
    return {name: Mark(0.0) for name in marks_of(notebook)}


def to_json(marks: Mapping[str, Mapping[str, Mark]]) -> dict[str, dict[str, list[Any]]]:
    """Marks by notebook and cell as plain values."""
    return {
        book: {name: [mark.score, mark.untouched] for name, mark in cells.items()}
        for book, cells in marks.items()
    }


def from_json(data: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Mark]]:
    """The marks that `to_json` wrote."""
    return {
        book: {name: Mark(score, untouched) for name, (score, untouched) in cells.items()}
        for book, cells in data.items()
    }


def earned(by_hand: float | None, judged: float | None, extra: float | None) -> float:
    """What a cell counts, as nbgrader adds it up: a person's mark before the judge's, and extra credit to either."""
    score = judged if by_hand is None else by_hand
    return 0.0 if score is None else float(score) + float(extra or 0.0)


def _score(cell: Any) -> float | None:
    """Nbgrader's score of a cell; None where a person has to mark, and 0 where nbgrader can't tell."""
    if cell.metadata.nbgrader.get("task"):
        return None
    try:
        score, points = utils.determine_grade(cell, log)
    except (ValueError, KeyError):
        return 0.0
    return None if score is None else min(max(float(score), 0.0), points)


def _untouched(cell: Any) -> bool:
    known = cell.metadata.nbgrader
    # Nobody writes in a test, nor in a task, whose answer is in other cells.
    return bool(utils.is_solution(cell) and known.get("checksum") == utils.compute_checksum(cell))
