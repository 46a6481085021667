"""Put a student's notebook back into the released form: graded and locked cells are the gradebook's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import nbformat


@dataclass(frozen=True)
class TemplateCell:
    """A cell that nbgrader knows: what was released, and how it is marked."""

    grade_id: str
    cell_type: str
    source: str
    grade: bool
    solution: bool
    locked: bool
    points: float
    checksum: str | None
    task: bool = False
    title: str = ""
    """The heading that it stands under."""
    shown: str | None = None
    """What students see of the source, where that isn't all."""

    @property
    def visible(self) -> str:
        """The source as students have it."""
        return self.source if self.shown is None else self.shown

    @property
    def is_test(self) -> bool:
        """Whether its outputs tell what the answers earn."""
        return self.grade and not self.solution and self.cell_type == "code"

    @property
    def is_answer(self) -> bool:
        """Whether the student writes here what another cell grades."""
        return self.solution and not self.grade

    @property
    def metadata(self) -> dict[str, Any]:
        """The cell's nbgrader metadata, as nbgrader itself writes it."""
        data: dict[str, Any] = {
            "schema_version": 3,
            "grade_id": self.grade_id,
            "cell_type": self.cell_type,
            "grade": self.grade,
            "solution": self.solution,
            "locked": self.locked,
            "task": self.task,
            "checksum": self.checksum,
        }
        if self.grade or self.task:
            data["points"] = self.points
        return data


@dataclass(frozen=True)
class Sheet:
    """A released notebook: the cells that nbgrader knows, in order, and the kernelspec."""

    cells: tuple[TemplateCell, ...]
    kernelspec: Mapping[str, Any]


def restore(
    notebook: Any, template: Iterable[TemplateCell], kernelspec: dict[str, Any]
) -> tuple[Any, list[str]]:
    """The notebook to run: the student's own cells, and the released cells as they were released.

    Locked and graded cells get their source, type and points back; of duplicates the first counts.
    Deleted ones come back to their place; a graded cell that stands before the solution cell that it
    follows comes behind it; for the rest the student's order holds. A deleted solution cell
    comes back empty: its stub would undo what the student defines in another cell. No metadata of the
    student's is kept. Returns the notebook and sentences about what was put back.
    """
    cells = {cell.grade_id: cell for cell in template}
    kept = _match(notebook, cells)
    changed = [name for name, cell in kept if name and _changed(cell, cells[name])]
    present = {name for name, _ in kept}
    moved = _put_in_place(kept, list(cells.values()))
    deleted = [name for name in moved if name not in present]
    answers = [name for name in deleted if cells[name].is_answer]
    notes = [
        _note(changed, "had been changed"),
        _note([name for name in deleted if name not in answers], "had been deleted"),
        _note(answers, "had been deleted", "put back empty"),
        _note([name for name in moved if name in present], "stood in another place"),
    ]
    made = [
        _rebuild(student, cells.get(identifier or ""), number)
        for number, (identifier, student) in enumerate(kept)
    ]
    # Nbformat's own makers validate each cell and the whole, a fifth of all our time; what is graded is validated once.
    whole = {"cells": made, "metadata": {"kernelspec": kernelspec}, "nbformat": 4, "nbformat_minor": 5}
    return nbformat.from_dict(whole), [note for note in notes if note]


def _note(names: list[str], what: str, how: str = "put back as released") -> str:
    if not names:
        return ""
    subject = f"The cell {names[0]}" if len(names) == 1 else f"The cells {', '.join(names)}"
    return f"{subject} {what}; {'it was' if len(names) == 1 else 'they were'} {how}."


Pair = tuple[str | None, Any]
"""A released cell's id, or None for a cell of the student's own; and the student's cell, or None."""


def _match(notebook: Any, cells: dict[str, TemplateCell]) -> list[Pair]:
    """Each of the student's cells with the released cell that it is; of duplicates only the first is one."""
    seen: set[str] = set()
    kept: list[Pair] = []
    for cell in notebook.cells:
        data = cell.metadata.get("nbgrader", {})
        identifier = data.get("grade_id") if isinstance(data, dict) else None
        if isinstance(identifier, str) and identifier in cells and identifier not in seen:
            seen.add(identifier)
            kept.append((identifier, cell))
        else:
            kept.append((None, cell))
    return kept


def _changed(cell: Any, released: TemplateCell) -> bool:
    """Whether it isn't as released; students got it without its hidden lines."""
    same = cell.source in (released.source, released.visible) and cell.cell_type == released.cell_type
    return released.locked and not same


def _put_in_place(kept: list[Pair], released: list[TemplateCell]) -> list[str]:
    """Put back what is missing, and graded cells that stand before the solution cell they follow.

    In the released order, so that a cell that was put back counts for those that follow it. Returns the
    ids of the cells that were put back.
    """
    order = [cell.grade_id for cell in released]
    moved = []
    solution = ""
    for cell in released:
        position = {identifier: number for number, (identifier, _) in enumerate(kept) if identifier}
        place = position.get(cell.grade_id)
        if place is None or (cell.grade and not cell.solution and place < position.get(solution, -1)):
            _put_back(kept, order, cell.grade_id)
            moved.append(cell.grade_id)
        if cell.solution:
            solution = cell.grade_id
    return moved


def _put_back(kept: list[Pair], order: list[str], identifier: str) -> None:
    """Insert the released cell where it belongs: before the next released cell after those it follows."""
    kept[:] = [pair for pair in kept if pair[0] != identifier]
    earlier = set(order[: order.index(identifier)])
    after = max((n for n, (found, _) in enumerate(kept) if found in earlier), default=-1)
    place = next((n for n, (found, _) in enumerate(kept) if n > after and found), len(kept))
    kept.insert(place, (identifier, None))


def _rebuild(student: Any, released: TemplateCell | None, number: int) -> dict[str, Any]:
    identifier = f"cell-{number}"
    if released is None:
        return _cell(student.cell_type, student.source, identifier)
    source = released.source
    if released.solution:
        # In an answer, hidden lines are no tests that have to be run.
        source = student.source if student is not None else released.visible
    if released.is_answer and student is None:
        source = ""
    return _cell(released.cell_type, source, identifier, nbgrader=released.metadata)


def _cell(cell_type: str, source: str, identifier: str, **metadata: Any) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": cell_type, "id": identifier, "metadata": metadata, "source": source}
    if cell_type == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell
