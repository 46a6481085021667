"""Functions that compute the right thing and behave badly: they write to their inputs, or remember calls."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from solutions.model import Answer, Function, FunctionTask


def misbehaving(task: FunctionTask) -> Iterator[tuple[str, Function]]:
    """The reference with each bad habit that the task's arguments leave room for, by misconception."""
    sample = copy.deepcopy(task.cases[0].make(np.random.default_rng(0)))
    if _spoil(sample):
        yield "writes-to-inputs", _writing(task.reference)
    yield "keeps-state-between-calls", _remembering(task.reference)


def _writing(function: Function) -> Function:
    def answer(*arguments: Any) -> Answer:
        parts = function(*copy.deepcopy(arguments))
        _spoil(arguments)
        return parts

    return answer


def _remembering(function: Callable[..., Answer]) -> Function:
    """Right at the first call; each later one adds a little of what the first has left."""
    calls = 0

    def answer(*arguments: Any) -> Answer:
        nonlocal calls
        calls += 1
        return {name: np.asarray(part) + 0.01 * (calls - 1) for name, part in function(*arguments).items()}

    return answer


def _spoil(value: Any) -> bool:
    """Change the first array in nested containers, or the first list without one; whether there was any."""
    if isinstance(value, np.ndarray):
        value += 1
        return True
    if isinstance(value, dict):
        return any(_spoil(item) for item in value.values())
    if isinstance(value, tuple | list) and any(_spoil(item) for item in value):
        return True
    if isinstance(value, list) and value:
        value.append(value[0])
        return True
    return False
