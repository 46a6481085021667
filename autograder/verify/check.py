"""Hand in everything that is known about an exercise, right and wrong, and see what the judge says."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.judge import DirectStudent, judge
from autograder.judge.functions import UNFINISHED
from autograder.verdict import ExerciseVerdict
from autograder.verify.behaviour import misbehaving
from autograder.verify.outcome import Outcome, Row, Verification, worst
from autograder.verify.styles import ONLY_FOR_DICTS, STYLES, styled
from solutions.model import (
    Answer,
    AnswerTask,
    Exercise,
    Function,
    FunctionTask,
    Misconception,
    Packing,
    Task,
    WrittenTask,
)

SECRETS = tuple(f"verify {number}".encode() for number in range(3))
"""Secrets of no course: the inputs that they draw are as good as any."""
PAIRS = 40
"""So many pairs of twists are tried for each secret, others for each."""

Handed = Callable[..., Any]


@dataclass(frozen=True)
class _Bench:
    """One exercise under some secrets; a trial hands in one thing and leaves the other tasks right."""

    exercise: Exercise
    catalogue: Mapping[str, Misconception]
    secrets: Sequence[bytes]

    def student(self, task: Task, handed: Any) -> DirectStudent:
        functions = {
            each.name: _handing_over(each, each.reference)
            for each in self.exercise.tasks
            if isinstance(each, FunctionTask)
        }
        values = {each.name: each.answer for each in self.exercise.tasks if isinstance(each, AnswerTask)}
        if isinstance(task, FunctionTask):
            functions[task.name] = handed
        elif isinstance(task, AnswerTask):
            values[task.name] = handed
        return DirectStudent(functions, values)

    def verdict(self, task: Task, handed: Any, secret: bytes) -> ExerciseVerdict:
        return judge(self.exercise, self.student(task, handed), secret, self.catalogue)

    def row(
        self,
        task: Task,
        kind: str,
        name: str,
        handed: Any,
        judged: Callable[[Task, ExerciseVerdict], tuple[Outcome, str]],
        secrets: Sequence[bytes] = (),
    ) -> Row:
        found = [judged(task, self.verdict(task, handed, secret)) for secret in secrets or self.secrets]
        outcome = worst([each for each, _ in found])
        note = next(note for each, note in found if each == outcome)
        return Row(self.exercise.id, task.name, kind, name, outcome, note)


def verify_exercise(
    exercise: Exercise,
    catalogue: Mapping[str, Misconception],
    secrets: Sequence[bytes] = SECRETS,
    pairs: int = PAIRS,
) -> Verification:
    """Try the reference, a stub, other styles, every misconception, and some pairs, for each secret."""
    bench = _Bench(exercise, catalogue, secrets)
    rows = [row for task in exercise.tasks for row in _rows(bench, task, pairs)]
    return Verification(exercise.id, exercise.title, tuple(rows))


def _rows(bench: _Bench, task: Task, pairs: int) -> Iterator[Row]:
    if isinstance(task, FunctionTask):
        return _function_rows(bench, task, pairs)
    if isinstance(task, AnswerTask):
        return _answer_rows(bench, task)
    return iter([bench.row(task, "written", "left to a person", None, _left)])


def _function_rows(bench: _Bench, task: FunctionTask, pairs: int) -> Iterator[Row]:
    yield bench.row(task, "reference", "reference", _handing_over(task, task.reference), _full)
    yield bench.row(task, "stub", "not written", _not_written, _zero)
    yield bench.row(task, "stub", "returns None", lambda *_: None, _zero)
    yield bench.row(task, "stub", "returns zeros", _handing_over(task, _zeros(task)), _zero)
    for name, function in _right(task):
        yield bench.row(task, "alternative", name, _handing_over(task, function), _full)
    for key, function in task.twists.items():
        named = _names({key.partition(":")[0]})
        yield bench.row(task, "misconception", key, _handing_over(task, function), named)
    for key, function in misbehaving(task):
        yield bench.row(task, "misconception", key, _handing_over(task, function), _names({key}))
    for both, secret in _sample(task, bench.secrets, pairs):
        handed = _handing_over(task, task.pairs[both])
        yield bench.row(task, "pair", " + ".join(both), handed, _names(_ids(both)), [secret])


def _answer_rows(bench: _Bench, task: AnswerTask) -> Iterator[Row]:
    yield bench.row(task, "stub", "None", None, _zero)
    yield bench.row(task, "stub", "another type", object(), _zero)
    if task.answer is not None:
        yield bench.row(task, "answer", "right", task.answer, _full)
    for key, value in task.wrong.items():
        yield bench.row(task, "wrong answer", key, value, _names({key.partition(":")[0]}))


def _right(task: FunctionTask) -> Iterator[tuple[str, Function]]:
    yield from task.alternatives.items()
    for name, change in STYLES.items():
        if task.returns == "dict" or name not in ONLY_FOR_DICTS:
            yield name, styled(task.reference, change)


def _sample(
    task: FunctionTask, secrets: Sequence[bytes], pairs: int
) -> Iterator[tuple[tuple[str, str], bytes]]:
    """Pairs to try, `pairs` of them for each secret, all of them if there are no more than that."""
    chosen = random.Random(task.name)  # noqa: S311  (a sample, not a secret)
    for secret in secrets:
        for key in chosen.sample(sorted(task.pairs), min(pairs, len(task.pairs))):
            yield key, secret


def _handing_over(task: FunctionTask, function: Function) -> Handed:
    """The function as a student writes it: with the parts in the container that the task wants."""
    if isinstance(task.returns, Packing):
        pack = task.returns.pack
        return lambda *arguments: pack(function(*arguments), arguments)
    if task.returns == "dict":
        return function
    names = [part.name for part in task.parts]
    if task.returns == "value":
        return lambda *arguments: function(*arguments)[names[0]]
    return lambda *arguments: tuple(function(*arguments)[name] for name in names)


def _not_written(*_arguments: Any) -> None:
    raise NotImplementedError


def _zeros(task: FunctionTask) -> Function:
    def answer(*arguments: Any) -> Answer:
        try:
            parts = task.reference(*arguments)
        except Exception:  # noqa: BLE001  (where an exception is asked for, zeros come all the same)
            parts = {part.name: np.zeros(1) for part in task.parts}
        return {name: np.zeros_like(part) for name, part in parts.items()}

    return answer


def _ids(key: tuple[str, str]) -> set[str]:
    return {each.partition(":")[0] for each in key}


def _earned(task: Task, verdict: ExerciseVerdict) -> tuple[float, float]:
    """Points earned by this task's parts, and their total."""
    names = {part.name for part in task.parts}
    own = [part for part in verdict.parts if part.name in names]
    return sum(part.score for part in own), sum(part.points for part in own)


def _full(task: Task, verdict: ExerciseVerdict) -> tuple[Outcome, str]:
    earned, points = _earned(task, verdict)
    if earned == points and not verdict.misconceptions:
        return Outcome.OK, ""
    return Outcome.FAILED, f"is right and earned {earned:g} of {points:g}: {' '.join(verdict.messages)}"


def _zero(task: Task, verdict: ExerciseVerdict) -> tuple[Outcome, str]:
    earned, _ = _earned(task, verdict)
    if earned == 0 and not verdict.misconceptions and verdict.messages:
        return Outcome.OK, ""
    named = f", and was called {', '.join(verdict.misconceptions)}" if verdict.misconceptions else ""
    return Outcome.FAILED, f"is no answer, and earned {earned:g}{named}"


def _left(task: Task, verdict: ExerciseVerdict) -> tuple[Outcome, str]:
    """Whether a written answer's points, all of them, are a person's to give."""
    points = task.points if isinstance(task, WrittenTask) else 0.0
    if points > 0 and verdict.by_hand == points:
        return Outcome.OK, ""
    return Outcome.FAILED, f"leaves {verdict.by_hand:g} points to a person, and its rubric has {points:g}"


def _names(ids: set[str]) -> Callable[[Task, ExerciseVerdict], tuple[Outcome, str]]:
    """Whether a mistake is rejected and called by its name, or by its group's, or one hides the other."""

    def judged(task: Task, verdict: ExerciseVerdict) -> tuple[Outcome, str]:
        earned, points = _earned(task, verdict)
        named = set(verdict.misconceptions)
        # A check without points can't take any away: there it is the name that tells.
        if earned == points and not (points == 0 and named):
            return Outcome.UNSEEN, "the cases of this exercise can't tell it from a right answer"
        if named == ids:
            return Outcome.OK, ""
        listed = ", ".join(verdict.misconceptions) or "nothing"
        if ids < named:
            return Outcome.GROUP, f"gives the same numbers here as others: {listed}"
        if len(ids) == 2 and ids & named:
            return Outcome.MASKED, f"gives the same numbers here as {listed} alone"
        if len(ids) == 2 and not named and UNFINISHED in verdict.messages:
            return Outcome.MASKED, "leaves nothing but zeros here, which count as not yet written"
        return Outcome.FAILED, f"was called {listed}"

    return judged
