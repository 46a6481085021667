"""Run a restored notebook's cells in order, each in its place: a student's, a judged one, or one with tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import nbformat

from autograder.asserted import Tried, as_verdict
from autograder.judge import judge
from autograder.paper import Paper
from autograder.sandbox import Nursery, SandboxSession
from autograder.show import text_output, verdict_output
from autograder.student import Failure
from autograder.verdict import ExerciseVerdict


def run(
    notebook: Any, paper: Paper, name: str, nursery: Nursery, files: Mapping[str, bytes]
) -> tuple[ExerciseVerdict, ...]:
    """Run and judge the cells of `paper`'s notebook `name`; their outputs are put into it.

    Tests that students don't see are run apart, in a process whose outputs nobody gets: in the one that makes the
    outputs, such a line could be read and printed.
    """
    shown = _Shown(paper, name)
    _through(notebook.cells, shown.act, nursery, files)
    tests = {
        number: found
        for number, cell in enumerate(notebook.cells)
        if (found := paper.test(name, cell)) is not None
    }
    full = _Full(set(tests))
    if any(found.visible != found.source for found in tests.values()):
        _through(notebook.cells[: max(tests) + 1], full.act, nursery, files)
    verdicts = shown.verdicts
    for number, found in tests.items():
        first, label = shown.tried.get(number, _UNTRIED), paper.name(name, found.grade_id)
        source = found.visible
        verdicts[label] = as_verdict(label, found.title, found.points, first, full.tried.get(number), source)
        kept = [nbformat.from_dict(output) for output in first.shown]
        notebook.cells[number].outputs = [*kept, *verdict_output(verdicts[label])]
    # What only a person marks has no cell to judge.
    return tuple(verdicts.get(label, nothing) for label, nothing in paper.nothing(name).items())


_UNTRIED = Tried(failure=Failure.DIED)

Act = Callable[[int, Any, SandboxSession, bool], None]
"""What is done with a code cell: its number, itself, the process, and whether it is this cell's first time."""


def _through(cells: Sequence[Any], act: Act, nursery: Nursery, files: Mapping[str, bytes]) -> None:
    """Go through all cells; where one hangs for good, once more in a fresh process without it."""
    with _opened(nursery, files) as session:
        stuck = _pass(cells, act, session, skip=None)
    if stuck is not None:
        with _opened(nursery, files) as session:
            _pass(cells, act, session, skip=stuck)


@contextmanager
def _opened(nursery: Nursery, files: Mapping[str, bytes]) -> Iterator[SandboxSession]:
    with nursery.open() as session:
        for place, data in files.items():
            # One that can't be put there is missed by the cell that reads it.
            session.put(place, data)
        yield session


def _pass(cells: Sequence[Any], act: Act, session: SandboxSession, skip: int | None) -> int | None:
    """The number of the cell in which the process hung, if it did.

    On a second pass the cell `skip` and all that was judged up to it keep what the first pass gave.
    """
    for number, cell in enumerate(cells):
        if cell.cell_type != "code" or number == skip:
            continue
        act(number, cell, session, skip is None or number > skip)
        if session.hung and skip is None:
            return number
    return None


@dataclass
class _Shown:
    """What students see of it all: outputs, verdicts on exercises, and how the tests that they have went."""

    paper: Paper
    name: str
    verdicts: dict[str, ExerciseVerdict] = field(default_factory=dict)
    tried: dict[int, Tried] = field(default_factory=dict)

    def act(self, number: int, cell: Any, session: SandboxSession, fresh: bool) -> None:  # noqa: FBT001  (see Act)
        exercise = self.paper.exercise(cell)
        if exercise is not None:
            if fresh:
                misconceptions = self.paper.catalogue.misconceptions
                verdict = judge(exercise, session, self.paper.secret, misconceptions)
                self.verdicts[exercise.id] = verdict
                cell.outputs = verdict_output(verdict)
        elif (found := self.paper.test(self.name, cell)) is not None:
            tried = session.test(found.visible)
            if fresh:
                self.tried[number] = tried
        else:
            outputs, failure = session.run(cell.source)
            cell.outputs = [nbformat.from_dict(output) for output in outputs]
            if failure is not None:
                cell.outputs.append(_stopped(failure))


@dataclass
class _Full:
    """How the tests went with their hidden lines. Nothing else of this process is kept."""

    tests: set[int]
    tried: dict[int, Tried] = field(default_factory=dict)

    def act(self, number: int, cell: Any, session: SandboxSession, fresh: bool) -> None:  # noqa: FBT001
        if number not in self.tests:
            session.run(cell.source)
            return
        tried = session.test(cell.source)
        if fresh:
            self.tried[number] = tried


def _stopped(failure: Failure) -> Any:
    said = {
        Failure.TIMEOUT: "This cell was stopped at its time limit; the next ones were run.",
        Failure.DIED: "This cell couldn't be run: the process had ended or its time was used up.",
    }
    return text_output(said.get(failure, "This cell couldn't be run.") + "\n")
