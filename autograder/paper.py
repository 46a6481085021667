"""An assignment as it is graded: its notebooks' released cells, what they ask for, and the course's secret."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from autograder.asserted.score import PART
from autograder.assignment.notebook import exercise_of
from autograder.canonical import Sheet, TemplateCell
from autograder.loader import Catalogue
from autograder.verdict import ExerciseVerdict, PartVerdict
from solutions.model import Exercise


@dataclass(frozen=True)
class Paper:
    """The sheets by the notebooks' names, the exercises that their cells may belong to, and what lies beside them.

    A graded cell that belongs to no exercise is a test cell, or, if a student writes in it, a person's to mark.
    """

    sheets: Mapping[str, Sheet]
    catalogue: Catalogue
    secret: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)

    def exercise(self, cell: Any) -> Exercise | None:
        """The exercise that a cell is the judged cell of."""
        data = cell.metadata.get("nbgrader", {})
        identifier = exercise_of(data["grade_id"]) if data.get("grade") else None
        return self.catalogue.exercises.get(identifier or "")

    def test(self, book: str, cell: Any) -> TemplateCell | None:
        """The released test cell that a restored cell is, if it belongs to no exercise."""
        found = self._cells[book].get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        return found if found is not None and found.is_test and self._exercise(found) is None else None

    def label(self, book: str, cell: Any) -> str | None:
        """What a restored cell's verdict is called, if it has one."""
        found = self._cells[book].get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if found is None or not (found.grade or found.task):
            return None
        exercise = self._exercise(found)
        return exercise.id if exercise is not None else self.name(book, found.grade_id)

    def name(self, book: str, grade_id: str) -> str:
        """A cell's name, with its notebook's where another has a cell of this name."""
        return grade_id if self._count[grade_id] == 1 else f"{book}: {grade_id}"

    def nothing(self, book: str, messages: tuple[str, ...] = ()) -> dict[str, ExerciseVerdict]:
        """The verdicts on a notebook that earns nothing, by name, in the released order.

        What a person can give is left to that person.
        """
        found = {}
        for cell in self.sheets[book].cells:
            if not (cell.grade or cell.task):
                continue
            exercise = self._exercise(cell)
            verdict = _zero_of(exercise, messages) if exercise else self._zero(book, cell, messages)
            found[verdict.exercise] = verdict
        return found

    def _zero(self, book: str, cell: TemplateCell, messages: tuple[str, ...]) -> ExerciseVerdict:
        name = self.name(book, cell.grade_id)
        if cell.is_test:
            return ExerciseVerdict(name, cell.title, (PartVerdict(PART, cell.points, 0.0),), messages)
        return ExerciseVerdict(name, cell.title, (), messages, by_hand=cell.points)

    def _exercise(self, cell: TemplateCell) -> Exercise | None:
        found = exercise_of(cell.grade_id) or exercise_of(cell.grade_id, "written")
        return self.catalogue.exercises.get(found or "") if cell.grade else None

    @cached_property
    def _cells(self) -> Mapping[str, Mapping[str, TemplateCell]]:
        return {book: {cell.grade_id: cell for cell in sheet.cells} for book, sheet in self.sheets.items()}

    @cached_property
    def _count(self) -> Counter[str]:
        return Counter(cell.grade_id for sheet in self.sheets.values() for cell in sheet.cells)


def _zero_of(exercise: Exercise, messages: tuple[str, ...]) -> ExerciseVerdict:
    parts = tuple(PartVerdict(part.name, part.points, 0.0) for part in exercise.parts)
    return ExerciseVerdict(exercise.id, exercise.title, parts, messages, by_hand=exercise.by_hand)
