"""A student made of Python functions and values, for `autograder verify` and for tests: no sandbox."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.student import Failure, Reply


@dataclass
class DirectStudent:
    """Answers with the given functions and values. `calls` counts the questions."""

    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    calls: int = 0

    def call(self, name: str, arguments: tuple[Any, ...]) -> Reply:
        """Call a function on copies of `arguments`; an exception becomes a reply."""
        self.calls += 1
        if name not in self.functions:
            return Reply(failure=Failure.MISSING, detail=f"{name} is not defined")
        mine = copy.deepcopy(arguments)
        try:
            with np.errstate(all="ignore"):
                value = self.functions[name](*mine)
        except Exception as error:  # noqa: BLE001  (whatever the function raises is the answer)
            said = f": {error}" if str(error) else ""
            return Reply(failure=Failure.RAISED, detail=type(error).__name__ + said)
        changed = tuple(i for i, pair in enumerate(zip(arguments, mine, strict=True)) if not _same(*pair))
        return Reply(value=value, changed=changed)

    def value(self, name: str) -> Reply:
        """Return a value."""
        if name not in self.values:
            return Reply(failure=Failure.MISSING, detail=f"{name} is not defined")
        return Reply(value=self.values[name])


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, dict):
        return (
            isinstance(other, dict) and list(one) == list(other) and all(_same(one[k], other[k]) for k in one)
        )
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)
