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

from autograder.judge.compare import TOLERANCE, Array, floors_of
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
        self._sieves: dict[tuple[int, tuple[int, ...]], _Sieve] = {}

    def matching(self, given: Mapping[int, Given], among: Sequence[int] | None = None) -> list[int]:
        """Indices of the versions equal to the student in every part that is given, question by question.

        `given` maps a question's number to the student's parts; `among` leaves out versions that can't be.
        One question sieves them all at once; the few that are left are compared with the others.
        """
        left = tuple(range(len(self.names)) if among is None else among)
        if not given or not left:
            return []
        first, *others = given
        for number in (first, *others):
            left = tuple(left[row] for row in self._sieve(number, left).matching(given[number]))
            if not left:
                break
        return list(left)

    def changed(self, number: int) -> dict[Hashable, frozenset[str]]:
        """Which parts each version gets wrong in question `number`."""
        sieve = self._sieve(number, tuple(range(len(self.names))))
        right = {
            name: set(sieve.matching({name: part})) for name, part in self._asked[number].expected.items()
        }
        return {
            name: frozenset(part for part, rows in right.items() if row not in rows)
            for row, name in enumerate(self.names)
        }

    def answer(self, index: int, number: int) -> Mapping[str, Array] | None:
        """What version `index` returns for question `number`; None if it can't."""
        key = (index, number)
        if key not in self._answers:
            self._answers[key] = _try(self._functions[index], self._asked[number].arguments)
        return self._answers[key]

    def function(self, index: int) -> Function:
        """The version itself."""
        return self._functions[index]

    def _sieve(self, number: int, indices: tuple[int, ...]) -> _Sieve:
        key = (number, indices)
        if key not in self._sieves:
            answers = [self.answer(index, number) for index in indices]
            self._sieves[key] = _Sieve(answers, self._asked[number].expected)
        return self._sieves[key]


class _Sieve:
    """The outputs of many versions for one question, stacked so that one comparison serves them all."""

    def __init__(self, answers: Sequence[Mapping[str, Array] | None], expected: Mapping[str, Array]) -> None:
        self._size = len(answers)
        self._parts = {name: _stack(answers, name, part.shape) for name, part in expected.items()}
        norms = {name: _norms(rows) for name, rows in self._parts.items()}
        floors = floors_of(list(norms.values()))
        self._scales = {name: np.maximum(each, floors) for name, each in norms.items()}

    def matching(self, given: Given) -> list[int]:
        alive = np.ones(self._size, dtype=bool)
        for name, part in given.items():
            alive &= self._close(name, part)
        return [int(index) for index in np.flatnonzero(alive)]

    def _close(self, name: str, part: Array) -> NDArray[np.bool_]:
        rows = self._parts[name]
        if not np.isfinite(part).all():
            # NaN here and inf there is the same overflow met on two ways: only that it happened counts.
            return np.asarray(~np.isfinite(rows).all(axis=tuple(range(1, rows.ndim))))
        return np.asarray(_norms(rows - part) / self._scales[name] < TOLERANCE)


def _norms(rows: Array) -> Array:
    """The norm of each row, over all its axes."""
    return np.asarray(np.sqrt(np.square(rows).sum(axis=tuple(range(1, rows.ndim)))))


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
        self._likely: dict[frozenset[str], tuple[int, ...]] = {}
        self._curves: dict[str, tuple[tuple[int, float], ...]] = {}

    @cached_property
    def plainest(self) -> int:
        """The number of the question that probes and pictures start from: the first diagnostic one."""
        numbers = [number for number, asked in enumerate(self.asked) if asked.case.diagnostic]
        return numbers[0] if numbers else 0

    @cached_property
    def _changed(self) -> dict[Hashable, frozenset[str]]:
        return self.singles.changed(self.plainest)

    def likely_pairs(self, wrong: frozenset[str]) -> tuple[int, ...]:
        """The pairs whose two twists, each alone, get exactly these parts wrong between them.

        A pair outside could match only if its twists undo each other in some part, or act only together.
        """
        if wrong not in self._likely:
            none: frozenset[str] = frozenset()
            self._likely[wrong] = tuple(
                index
                for index, key in enumerate(self.pairs.names)
                if isinstance(key, tuple)
                and none.union(*(self._changed.get(each, none) for each in key)) == wrong
            )
        return self._likely[wrong]

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
