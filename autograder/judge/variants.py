"""Wrong versions of a reference, and which of them give exactly a student's numbers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.judge.compare import TOLERANCE, Array, floors_of
from autograder.judge.inputs import Question, answer
from solutions.model import Arguments, Function

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

    def equal(self, number: int, given: Given) -> dict[str, set[int]]:
        """For each part that is given, the versions that agree with it in question `number`."""
        sieve = self._sieve(number, tuple(range(len(self.names))))
        return {name: set(sieve.matching({name: part})) for name, part in given.items()}

    def changed(self, number: int) -> dict[Hashable, frozenset[str]]:
        """Which parts each version gets wrong in question `number`."""
        right = self.equal(number, self._asked[number].expected)
        return {
            name: frozenset(part for part, rows in right.items() if row not in rows)
            for row, name in enumerate(self.names)
        }

    def answer(self, index: int, number: int) -> Mapping[str, Array] | None:
        """What version `index` returns for question `number`; None if it can't."""
        key = (index, number)
        if key not in self._answers:
            self._answers[key] = attempt(self._functions[index], self._asked[number].arguments)
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
    for number, found in enumerate(answers):
        if found is not None and name in found and found[name].shape == shape:
            rows[number] = found[name]
    return rows


def attempt(function: Function, arguments: Arguments) -> Mapping[str, Array] | None:
    """A version's answer; None where it has none."""
    try:
        return answer(function, arguments)
    except (ArithmeticError, LookupError, ValueError):
        # A twist may have no answer at T = 1, say. Then it is nobody's answer there.
        return None
