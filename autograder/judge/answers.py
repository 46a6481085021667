"""Judge a variable that the student set: its type, its marks, and what a wrong value shows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.judge.compare import kind_of
from autograder.judge.findings import Findings
from autograder.judge.sentences import listed, redacted
from autograder.student import Failure, Reply, Student
from autograder.verdict import PartVerdict
from solutions.model import AnswerTask, Misconception, Part


def judge_answer(task: AnswerTask, student: Student, catalogue: Mapping[str, Misconception]) -> Findings:
    """Score one variable; a value that can't be read earns nothing, and the message says what is expected."""
    reply = student.value(task.name)
    if reply.failure is not None:
        return _nothing(task, _failure_sentence(task, reply))
    value, fits = as_expected(reply.value, task.expects)
    if not fits:
        found = "still None" if reply.value is None else kind_of(reply.value)
        return _nothing(task, f"`{task.name}` is {found}; it has to be {task.wording}.")
    fractions = _marks(task, value)
    if fractions is None:
        return _nothing(task, f"`{task.name}` holds something else than {task.wording}.")
    parts = tuple(PartVerdict(part.name, part.points, _share(part, fractions)) for part in task.parts)
    if all(part.right for part in parts):
        return Findings(parts)
    return _remarked(task, value, parts, catalogue)


def as_expected(value: Any, expects: type) -> tuple[Any, bool]:
    """`value` as the expected type, and whether it is one. A truth value is no number; 3 is a float.

    NumPy's numbers count as Python's, a set as a frozenset.
    """
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        value = value.item()
    if expects is float and type(value) is int and abs(value) < 2**53:
        value = float(value)
    if expects is frozenset and isinstance(value, set):
        value = frozenset(value)
    if isinstance(value, bool) and expects is not bool:
        return value, False
    return value, isinstance(value, expects)


def _failure_sentence(task: AnswerTask, reply: Reply) -> str:
    match reply.failure:
        case Failure.MISSING:
            return f"There is no variable `{task.name}`: set it to {task.wording}."
        case Failure.NOT_PLAIN:
            return f"`{task.name}` is {redacted(reply.detail)}; it has to be {task.wording}."
        case _:
            return f"The notebook's process ended before `{task.name}` could be read."


def _nothing(task: AnswerTask, sentence: str) -> Findings:
    return Findings(tuple(PartVerdict(part.name, part.points, 0.0) for part in task.parts), (sentence,))


def _marks(task: AnswerTask, value: Any) -> Mapping[str, float] | None:
    try:
        return {name: float(share) for name, share in task.mark(value).items()}
    except Exception:  # noqa: BLE001  (the value may be nonsense of any kind inside its outer type)
        return None


def _share(part: Part, fractions: Mapping[str, float]) -> float:
    fraction = fractions.get(part.name, 0.0)
    return part.points * min(max(fraction, 0.0), 1.0) if math.isfinite(fraction) else 0.0


def _remarked(
    task: AnswerTask, value: Any, parts: tuple[PartVerdict, ...], catalogue: Mapping[str, Misconception]
) -> Findings:
    try:
        remark = task.remark(value)
    except Exception:  # noqa: BLE001  (as for the marks)
        remark = None
    lines = [_summary(task, parts)]
    if remark is None:
        return Findings(parts, tuple(lines))
    known = catalogue.get(remark.misconception)
    section = known.section if known else ""
    return Findings(parts, (*lines, remark.message), (remark.misconception,), section)


def _summary(task: AnswerTask, parts: tuple[PartVerdict, ...]) -> str:
    right = [part.name for part in parts if part.right]
    if len(parts) == 1:
        half = " It earns a part of the points." if parts[0].score > 0 else ""
        return f"`{task.name}` isn't right yet.{half}"
    wrong = [part.name for part in parts if not part.right]
    return f"In `{task.name}`, right: {listed(right) if right else 'nothing'}. Not right: {listed(wrong)}."
