"""Where a graded cell stands: the student's notebook as it was there, for the judge to ask later."""

from __future__ import annotations

from typing import Any

from autograder.sandbox import SandboxSession
from autograder.student import Reply
from solutions.model import AnswerTask, Exercise, FunctionTask


class Place:
    """A notebook at the graded cell of an exercise. Implements `autograder.student.Student`.

    Answers are read at once. Functions are called when all cells have run, each with the names that there were here:
    what they are called with is hidden, and a later cell could print what a function keeps of it.
    """

    def __init__(self, exercise: Exercise, cell: Any, session: SandboxSession) -> None:
        self.exercise = exercise
        self.cell = cell
        self.calls = any(isinstance(task, FunctionTask) for task in exercise.tasks)
        """Whether functions are to be called."""
        self._session = session
        self._answers = {
            task.name: session.value(task.name) for task in exercise.tasks if isinstance(task, AnswerTask)
        }
        self._number = session.keep() if self.calls else None

    def call(self, name: str, arguments: tuple[Any, ...]) -> Reply:
        """Call the student's function as it was here."""
        return self._session.call(name, arguments, self._number)

    def value(self, name: str) -> Reply:
        """The student's answer as it was here."""
        return self._answers[name]
