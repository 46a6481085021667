"""What the judge computes once per exercise and secret: questions, expected parts, twists' outputs.

The inputs are the same for the whole class, so everything here is reused for every student.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cached_property, lru_cache

from autograder.judge.compare import Array
from autograder.judge.inputs import Question, question, questions
from autograder.judge.variants import Variants, attempt
from autograder.same import Same
from solutions.model import Exercise, Function, FunctionTask, Probe


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
    def changed(self) -> dict[Hashable, frozenset[str]]:
        """Which parts each twist gets wrong in the plainest question."""
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
                and none.union(*(self.changed.get(each, none) for each in key)) == wrong
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
            found = [(asked, attempt(function, asked.arguments)) for asked in self.prefixes]
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


def prepare(exercise: Exercise, secret: bytes) -> Mapping[str, Prepared]:
    """Task name -> what is computed once for it; kept for the last few hundred exercises and secrets."""
    return _prepared(Same(exercise), secret)


@lru_cache(maxsize=256)
def _prepared(key: Same[Exercise], secret: bytes) -> Mapping[str, Prepared]:
    return {
        task.name: Prepared(key.thing.id, task, secret)
        for task in key.thing.tasks
        if isinstance(task, FunctionTask)
    }
