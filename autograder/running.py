"""Run a restored notebook's cells in order: a student's, one with tests; and judge what the graded ones ask for.

A function is judged as it was where its graded cell stands, but only when all cells have run.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import nbformat

from autograder.asserted import Tried, as_verdict
from autograder.judge import judge
from autograder.paper import Paper
from autograder.place import Place
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
    _through(notebook.cells, shown, nursery, files)
    tests = {
        number: found
        for number, cell in enumerate(notebook.cells)
        if (found := paper.test(name, cell)) is not None
    }
    full = _Full(set(tests))
    if any(found.visible != found.source for found in tests.values()):
        _through(notebook.cells[: max(tests) + 1], full, nursery, files)
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

Numbered = tuple[int, Any]
"""A code cell with its number in the notebook."""


class _Work(Protocol):
    """What is done with the cells of a notebook in a process, and what is kept of it."""

    def act(self, number: int, cell: Any, session: SandboxSession, fresh: bool) -> None:  # noqa: FBT001
        """Do it with one cell; what was kept of it by an earlier process stays if it isn't `fresh`."""
        ...

    def waits(self, number: int) -> bool:
        """Whether cells before this one have something done when all have run."""
        ...

    def end(self, session: SandboxSession) -> bool:
        """All have run; whether all is done now. It isn't if the process hung for good meanwhile."""
        ...


PROCESSES = 3
"""At most so many run a notebook whose cells end or hang them; two if these take all its time."""


def _through(cells: Sequence[Any], work: _Work, nursery: Nursery, files: Mapping[str, bytes]) -> None:
    """Go through all cells; where a process is lost, go again in a fresh one as far as that helps.

    Without the first cell that hangs for good; or up to a cell in which the process ended, for what is done when all
    have run; or for what comes behind a call that hangs for good.
    """
    code: list[Numbered] = [(number, cell) for number, cell in enumerate(cells) if cell.cell_type == "code"]
    kept, ends = -1, time.monotonic() + nursery.limits.notebook_seconds
    for opened in range(1, PROCESSES + 1):
        with _opened(nursery, files) as session:
            lost = _cells(code, work, session, kept)
            last = opened == PROCESSES or (opened > 1 and time.monotonic() > ends)
            if lost is not None and session.hung and kept < 0:
                code, kept = [each for each in code if each[0] != lost], lost
            elif lost is not None and work.waits(lost) and not last:
                code, kept = [each for each in code if each[0] < lost], len(cells)
            elif work.end(session) or last:
                break
            else:
                kept = len(cells)
    # Of what is left nobody can be asked.
    work.end(session)


def _cells(cells: Iterable[Numbered], work: _Work, session: SandboxSession, kept: int) -> int | None:
    """Go through cells; the number of the first in which the process was lost, if it was.

    What an earlier process gave of the cells up to `kept` stays.
    """
    lost = None
    for number, cell in cells:
        work.act(number, cell, session, number > kept)
        if session.lost is not None and lost is None:
            lost = number
        if session.hung and kept < 0:
            break
    return lost


@contextmanager
def _opened(nursery: Nursery, files: Mapping[str, bytes]) -> Iterator[SandboxSession]:
    with nursery.open() as session:
        for place, data in files.items():
            # One that can't be put there is missed by the cell that reads it.
            session.put(place, data)
        yield session


@dataclass
class _Shown:
    """What students see of it all: outputs, verdicts on exercises, and how the tests that they have went."""

    paper: Paper
    name: str
    verdicts: dict[str, ExerciseVerdict] = field(default_factory=dict)
    tried: dict[int, Tried] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)

    def act(self, number: int, cell: Any, session: SandboxSession, fresh: bool) -> None:  # noqa: FBT001
        exercise = self.paper.exercise(cell)
        if exercise is not None:
            self.places[number] = Place(exercise, cell, session)
        elif (found := self.paper.test(self.name, cell)) is not None:
            tried = session.test(found.visible)
            if fresh:
                self.tried[number] = tried
        else:
            outputs, failure = session.run(cell.source)
            if fresh:
                cell.outputs = [nbformat.from_dict(output) for output in outputs]
                if failure is not None:
                    cell.outputs.append(_stopped(failure))

    def waits(self, number: int) -> bool:
        return any(place.calls for at, place in self.places.items() if at < number)

    def end(self, session: SandboxSession) -> bool:
        """Judge what wasn't yet. Only now are functions called: no output can tell what they were called with."""
        for place in self.places.values():
            exercise = place.exercise
            if exercise.id not in self.verdicts:
                asked = session.lost is None
                verdict = judge(exercise, place, self.paper.secret, self.paper.catalogue.misconceptions)
                self.verdicts[exercise.id] = verdict
                place.cell.outputs = verdict_output(verdict)
                if asked and session.hung:
                    return False
        return True


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

    def waits(self, _number: int) -> bool:
        return False

    def end(self, _session: SandboxSession) -> bool:
        return True


def _stopped(failure: Failure) -> Any:
    said = {
        Failure.TIMEOUT: "This cell was stopped at its time limit; the next ones were run.",
        Failure.DIED: "This cell couldn't be run: the process had ended or its time was used up.",
    }
    return text_output(said.get(failure, "This cell couldn't be run.") + "\n")
