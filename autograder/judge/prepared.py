"""What the judge computes once per exercise and secret: questions, expected parts, twists' outputs.

The inputs are the same for the whole class, so everything here is reused for every student.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.judge.compare import TOLERANCE, Array, floor_of, scale_of
from autograder.judge.inputs import Question, answer, question, questions
from solutions.model import Arguments, Exercise, Function, FunctionTask, Probe

Given = Mapping[str, Array]
"""A student's parts that have the right shape, finite or not."""


class Variants:
    """Wrong versions of a task's reference, and which of them give a student's numbers."""

    def __init__(self, functions: Mapping[Any, Function], asked: Sequence[Question]) -> None:
        self.names: tuple[Hashable, ...] = tuple(functions)
        self._functions = tuple(functions.values())
        self._asked = asked
        self._answers: dict[tuple[int, int], Mapping[str, Array] | None] = {}
        self._sieves: dict[int, _Sieve] = {}
        self._alone: dict[tuple[int, int], _Sieve] = {}

    def matching(self, given: Mapping[int, Given]) -> list[int]:
        """Indices of the versions equal to the student in every part that is given, question by question.

        `given` maps a question's number to the student's parts. One question sieves them all, in
        arrays; the few that are left are compared with the others.
        """
        if not given or not self.names:
            return []
        first, *others = given
        left = self._sieve(first).matching(given[first])
        return [index for index in left if all(self._equal(index, other, given[other]) for other in others)]

    def answer(self, index: int, number: int) -> Mapping[str, Array] | None:
        """What version `index` returns for question `number`; None if it can't."""
        key = (index, number)
        if key not in self._answers:
            self._answers[key] = _try(self._functions[index], self._asked[number].arguments)
        return self._answers[key]

    def function(self, index: int) -> Function:
        """The version itself."""
        return self._functions[index]

    def _sieve(self, number: int) -> _Sieve:
        if number not in self._sieves:
            answers = [self.answer(index, number) for index in range(len(self.names))]
            self._sieves[number] = _Sieve(answers, self._asked[number].expected)
        return self._sieves[number]

    def _equal(self, index: int, number: int, given: Given) -> bool:
        key = (index, number)
        if key not in self._alone:
            self._alone[key] = _Sieve([self.answer(index, number)], self._asked[number].expected)
        return bool(self._alone[key].matching(given))


class _Sieve:
    """The outputs of many versions for one question, stacked so that one comparison serves them all."""

    def __init__(self, answers: Sequence[Mapping[str, Array] | None], expected: Mapping[str, Array]) -> None:
        self._size = len(answers)
        self._parts = {name: _stack(answers, name, part.shape) for name, part in expected.items()}
        floors = [floor_of(found.values()) if found else 1.0 for found in answers]
        self._scales = {
            name: np.array([scale_of(row, floor) for row, floor in zip(rows, floors, strict=True)])
            for name, rows in self._parts.items()
        }

    def matching(self, given: Given) -> list[int]:
        alive = np.ones(self._size, dtype=bool)
        for name, part in given.items():
            alive &= self._close(name, part)
        return [int(index) for index in np.flatnonzero(alive)]

    def _close(self, name: str, part: Array) -> NDArray[np.bool_]:
        rows = self._parts[name]
        axes = tuple(range(1, rows.ndim))
        if not np.isfinite(part).all():
            # NaN here and inf there is the same overflow met on two ways: only that it happened counts.
            return np.asarray(~np.isfinite(rows).all(axis=axes))
        errors = np.sqrt(np.square(rows - part).sum(axis=axes)) / self._scales[name]
        return np.asarray(errors < TOLERANCE)


def _stack(answers: Sequence[Mapping[str, Array] | None], name: str, shape: tuple[int, ...]) -> Array:
    """One row per version. A part of another shape equals nothing a student can be given credit for.

    It becomes a row of the largest float, whose distance to anything overflows.
    """
    rows = np.full((len(answers), *shape), np.finfo(np.float64).max)
    for row, found in zip(rows, answers, strict=True):
        if found is not None and name in found and found[name].shape == shape:
            row[...] = found[name]
    return rows


def _try(function: Function, arguments: Arguments) -> Mapping[str, Array] | None:
    try:
        return answer(function, arguments)
    except (ArithmeticError, LookupError, ValueError):
        # A twist may have no answer at T = 1, say. Then it is nobody's answer there.
        return None


def largest_error(given: Mapping[str, Array], asked: Question) -> float:
    """The largest norm-relative error of any part, 1 for one that can't be compared."""
    return max(
        asked.error(name, given[name]) if name in given and given[name].shape == part.shape else 1.0
        for name, part in asked.expected.items()
    )


class Prepared:
    """One function task of one exercise under one secret."""

    def __init__(self, exercise: str, task: FunctionTask, secret: bytes) -> None:
        self.task = task
        self.asked = tuple(questions(exercise, task, secret))
        self.singles = Variants(task.twists, self.asked)
        self.pairs = Variants(task.pairs, self.asked)
        self._curves: dict[str, tuple[tuple[int, float], ...]] = {}

    @cached_property
    def plainest(self) -> int:
        """The number of the question that probes and pictures start from: the first diagnostic one."""
        numbers = [number for number, asked in enumerate(self.asked) if asked.case.diagnostic]
        return numbers[0] if numbers else 0

    @cached_property
    def prefixes(self) -> tuple[Question, ...]:
        """The plainest question, cut to 1, 2, ... steps."""
        if self.task.prefixes is None:
            return ()
        start = self.asked[self.plainest]
        return tuple(question(self.task, start.case, cut) for cut in self.task.prefixes(start.arguments))

    def curve(self, key: str, function: Function | None) -> tuple[tuple[int, float], ...]:
        """A twist's largest error over sequences cut to 1, 2, ... steps: the student's, too, if it fits."""
        if function is not None and key not in self._curves:
            found = [(asked, _try(function, asked.arguments)) for asked in self.prefixes]
            self._curves[key] = tuple(
                (length, largest_error(given, asked))
                for length, (asked, given) in enumerate(found, 1)
                if given is not None
            )
        return self._curves.get(key, ())

    @cached_property
    def probes(self) -> tuple[tuple[Probe, Question], ...]:
        """The plainest question, made simpler by each probe."""
        start = self.asked[self.plainest]
        return tuple(
            (probe, question(self.task, start.case, probe.change(start.arguments)))
            for probe in self.task.probes
        )


class _Same:
    """A dict key that is equal only to the very same exercise; it keeps it alive, so that ids stay unique."""

    def __init__(self, exercise: Exercise) -> None:
        self._exercise = exercise

    def __hash__(self) -> int:
        return id(self._exercise)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other._exercise is self._exercise


_KEPT = 256
_cache: OrderedDict[tuple[_Same, bytes], Mapping[str, Prepared]] = OrderedDict()


def prepare(exercise: Exercise, secret: bytes) -> Mapping[str, Prepared]:
    """Task name -> what is computed once for it; kept for the last few hundred exercises and secrets."""
    key = (_Same(exercise), secret)
    if key not in _cache:
        _cache[key] = {
            task.name: Prepared(exercise.id, task, secret)
            for task in exercise.tasks
            if isinstance(task, FunctionTask)
        }
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return _cache[key]
