"""The hidden inputs: drawn from the course's secret, the same for the whole class, and written nowhere."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.judge.compare import Array, error_of, floor_of, scale_of
from solutions.model import Arguments, Case, Function, FunctionTask


@dataclass(frozen=True)
class Question:
    """One call: its arguments, the expected parts, and what an error of each is divided by."""

    case: Case
    arguments: Arguments
    expected: Mapping[str, Array]
    scales: Mapping[str, float]

    def error(self, name: str, given: Array) -> float:
        """The norm-relative error of a part."""
        return error_of(given, self.expected[name], self.scales[name])


def generator(secret: bytes, exercise: str, case: str, draw: int) -> np.random.Generator:
    """A generator seeded by HMAC-SHA256 of the secret over the names: without it nothing can be foreseen."""
    label = json.dumps([exercise, case, draw]).encode()
    return np.random.default_rng(int.from_bytes(hmac.digest(secret, label, hashlib.sha256), "big"))


def questions(exercise: str, task: FunctionTask, secret: bytes) -> Iterator[Question]:
    """Yield every draw of every case of `task`, in order."""
    for case in task.cases:
        for draw in range(case.draws):
            yield question(task, case, case.make(generator(secret, exercise, case.name, draw)))


def question(task: FunctionTask, case: Case, arguments: Arguments) -> Question:
    """Ask the reference about `arguments`, which are frozen: the whole class gets the same ones.

    Parts that the case doesn't decide are left out; of a case that has to raise nothing is expected.
    """
    freeze(arguments)
    expected = {} if case.raises else answer(task.reference, arguments)
    if case.parts:
        others = {part.name for part in task.parts}.difference(case.parts)
        expected = {name: part for name, part in expected.items() if name not in others}
    floor = floor_of(expected.values())
    return Question(
        case, arguments, expected, {name: scale_of(part, floor) for name, part in expected.items()}
    )


def answer(function: Function, arguments: Arguments) -> dict[str, Array]:
    """What a function of ours returns for `arguments`, as float64 arrays."""
    return {name: np.asarray(part, dtype=np.float64) for name, part in function(*arguments).items()}


def freeze(value: Any) -> None:
    """Make every array in nested lists, tuples and dicts read-only."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, dict):
        freeze(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            freeze(item)


def sizes(task: FunctionTask, arguments: Arguments) -> str:
    """The arguments' shapes and counts for a sentence, "X (6, 3), T = 6", with no value of any array."""
    found: list[str] = []
    for name, value in zip(task.arguments, arguments, strict=False):
        if isinstance(value, dict):
            found += [f"{key} {item.shape}" for key, item in value.items() if np.ndim(item) > 1]
        elif isinstance(value, np.ndarray):
            found.append(f"{name} {value.shape}")
        elif type(value) is int and len(name) == 1:
            found.append(f"{name} = {value}")
        elif isinstance(value, list | tuple):
            found.append(f"{name} of length {len(value)}")
    return ", ".join(found) or "these arguments"
