"""Ask a student's function all questions, and see how it behaves: errors, changed inputs, kept state."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.judge.compare import Array, Reading, error_of, floor_of, kind_of, read, scale_of
from autograder.judge.draws import settled
from autograder.judge.inputs import Question, sizes
from autograder.judge.prepared import Prepared
from autograder.judge.sentences import redacted
from autograder.student import Failure, Reply, Student
from solutions.model import FunctionTask, Misfit, Packing

ENDS = (Failure.TIMEOUT, Failure.DIED, Failure.MISSING)
"""After these, nothing more is asked of a function."""
REPEATED = 1e-9
"""Two answers to the same question may differ by rounding, not by more than this."""


@dataclass
class Heard:
    """What a function answered. `parts` maps a question's number to the readings of its parts.

    `lost` maps a question whose parts are lost without a value to the sentence that says why.
    `problem` ends the matter: the function can't be judged, and no part of it earns. `changed` names the
    arguments that the function wrote to, `keeps_state` says that it answered one question in two ways.
    """

    parts: dict[int, Mapping[str, Reading]] = field(default_factory=dict)
    lost: dict[int, str] = field(default_factory=dict)
    problem: str = ""
    changed: tuple[str, ...] = ()
    keeps_state: bool = False

    @property
    def void(self) -> bool:
        """Whether no part can earn anything."""
        return bool(self.problem or self.changed or self.keeps_state)


def ask_all(prepared: Prepared, student: Student) -> Heard:
    """Ask every question once, except draws that are not needed any more, then the first one again."""
    heard, task = Heard(), prepared.task
    for number, asked in enumerate(prepared.asked):
        if settled(prepared, heard.parts, asked.case):
            continue
        started = time.monotonic()
        reply = student.call(task.name, asked.arguments)
        slow = time.monotonic() - started > asked.case.seconds
        heard.changed = heard.changed or _names(task, reply)
        if heard.changed:
            return heard
        if slow or (reply.failure is Failure.TIMEOUT and asked.case.seconds < math.inf):
            heard.lost[number] = _slow_sentence(task, asked)
        else:
            _note(task, number, asked, reply, heard)
        # What can't be called at all isn't called again; what fails in one case may work in others.
        if reply.failure in ENDS or (number == 0 and heard.problem):
            return heard
    if not heard.parts:
        _refuses_all(prepared, heard)
    elif not heard.problem:
        _repeat(prepared, student, heard)
    return heard


def _refuses_all(prepared: Prepared, heard: Heard) -> None:
    """An exception that comes whatever is asked is no answer to the case that asks for it."""
    for number, asked in enumerate(prepared.asked):
        if asked.case.raises:
            heard.lost.setdefault(number, f"`{prepared.task.name}` raises an exception in every case.")


def _note(task: FunctionTask, number: int, asked: Question, reply: Reply, heard: Heard) -> None:
    """Enter one reply: its readings, the parts that it loses, or what ends the matter."""
    if asked.case.raises and reply.failure not in ENDS:
        sentence = _raised_sentence(task, asked, reply)
        if sentence:
            heard.lost[number] = sentence
        return
    readings, problem = take(task, asked, reply)
    if readings is not None:
        heard.parts[number] = readings
    elif asked.case.parts and reply.failure not in ENDS and not _unwritten(reply):
        heard.lost[number] = problem
    else:
        heard.problem = heard.problem or problem


def _slow_sentence(task: FunctionTask, asked: Question) -> str:
    return (
        f"`{task.name}` took more than the {asked.case.seconds:g} seconds that it may take, for "
        f"{sizes(task, asked.arguments)}: does its work grow faster than the number of steps?"
    )


def _unwritten(reply: Reply) -> bool:
    return reply.failure is Failure.RAISED and "NotImplementedError" in reply.detail


def _raised_sentence(task: FunctionTask, asked: Question, reply: Reply) -> str:
    """What is wrong where an exception has to come; "" if it came."""
    wanted = f"`{task.name}` has to raise {asked.case.raises} for {asked.case.name}"
    if reply.failure is not Failure.RAISED:
        return f"{wanted}; it returned a value."
    name = reply.detail.partition(":")[0].partition(" ")[0]
    return "" if name == asked.case.raises else f"{wanted}; it raised {redacted(reply.detail)}."


def take(task: FunctionTask, asked: Question, reply: Reply) -> tuple[Mapping[str, Reading] | None, str]:
    """The parts in a reply, or None and the sentence that says why there are none."""
    if reply.failure is not None:
        return None, failure_sentence(task, asked, reply)
    found = _unpacked(task, asked, reply.value)
    if found is None:
        return None, f"`{task.name}` returned {_found(reply.value)}; it has to return {_wanted(task)}."
    # Arrays that carry no points are read as well: they help to tell one mistake from another.
    return {name: _reading(found, name, asked) for name in asked.expected}, ""


def failure_sentence(task: FunctionTask, asked: Question, reply: Reply) -> str:
    """Why a call gave no value, as a sentence for the student."""
    given = sizes(task, asked.arguments)
    detail = redacted(reply.detail)
    match reply.failure:
        case Failure.MISSING:
            return f"There is no function `{task.name}`: keep its name, and check that its cell runs."
        case Failure.RAISED if _unwritten(reply):
            return f"`{task.name}` isn't written yet: it raised {detail}."
        case Failure.RAISED:
            return f"`{task.name}` raised {detail or 'an exception'}, for {given}."
        case Failure.TIMEOUT:
            return (
                f"`{task.name}` took too long and was stopped, for {given}: look for a loop without an end."
            )
        case Failure.NOT_PLAIN:
            return (
                f"`{task.name}` returned {detail or 'something'}, where only numbers and arrays can be read."
            )
        case _:
            return f"The notebook's process ended while `{task.name}` ran, for {given}."


def _names(task: FunctionTask, reply: Reply) -> tuple[str, ...]:
    if reply.failure is not None:
        return ()
    known = range(len(task.arguments))
    return tuple(task.arguments[i] if i in known else f"argument {i + 1}" for i in reply.changed)


def _unpacked(task: FunctionTask, asked: Question, value: Any) -> Mapping[Any, Any] | None:
    if isinstance(task.returns, Packing):
        try:
            return task.returns.unpack(value, asked.arguments)
        except Exception:  # noqa: BLE001  (the value may be nonsense of any kind)
            return None
    if task.returns == "dict":
        return value if isinstance(value, dict) else None
    names = [part.name for part in task.parts]
    if task.returns == "value":
        return None if value is None else dict.fromkeys(names, value)
    if isinstance(value, tuple | list) and len(value) == len(names):
        return dict(zip(names, value, strict=True))
    return None


def _wanted(task: FunctionTask) -> str:
    if isinstance(task.returns, Packing):
        return task.returns.wording
    names = ", ".join(part.name for part in task.parts)
    return {
        "dict": f"a dict with the keys {names}",
        "tuple": f"a tuple ({names})",
        "value": "its result",
    }[task.returns]


def _found(value: Any) -> str:
    if value is None:
        return "None (is a `return` missing?)"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of length {len(value)}"
    return kind_of(value)


def _reading(found: Mapping[Any, Any], name: str, asked: Question) -> Reading:
    if name not in found:
        return Reading(None, "is missing from what the function returned")
    misfit = found[name]
    if isinstance(misfit, Misfit):
        return Reading(None, misfit.clause, shows=misfit.shows)
    return read(found[name], asked.expected[name].shape)


def _repeat(prepared: Prepared, student: Student, heard: Heard) -> None:
    """Ask the first answered question again, after all the others."""
    number = next(iter(heard.parts))
    asked = prepared.asked[number]
    reply = student.call(prepared.task.name, asked.arguments)
    again, problem = take(prepared.task, asked, reply)
    heard.changed = _names(prepared.task, reply)
    if again is None:
        heard.problem = f"Called a second time with the same arguments: {problem}"
        return
    heard.keeps_state = not _same(heard.parts[number], again)


def _same(first: Mapping[str, Reading], second: Mapping[str, Reading]) -> bool:
    arrays = [(reading.array, second[name].array) for name, reading in first.items()]
    floor = floor_of([one for one, _ in arrays if one is not None])
    return all(_alike(one, other, floor) for one, other in arrays)


def _alike(one: Array | None, other: Array | None, floor: float) -> bool:
    if one is None or other is None:
        return one is other
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return np.array_equal(one, other, equal_nan=True)
    return error_of(one, other, scale_of(other, floor)) < REPEATED
