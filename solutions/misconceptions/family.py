"""A family of wrong versions: one computation in steps, its twists, and how arguments and results look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from solutions.misconceptions.steps import Run, Step, Twist
from solutions.model import Answer, Function


@dataclass(frozen=True)
class Family:
    """`given` turns the arguments of a call into named values, and the step `g` is the answer.

    BPTT has a family of its own (`bptt`), because its pairs are many and need to be quick.
    """

    steps: Mapping[str, Step]
    given: Callable[..., Mapping[str, Any]]
    twists: Mapping[str, Twist]

    def twisted(self, *keys: str) -> Function:
        """The computation with the named twists at once, none for the right one."""
        return partial(self._answer, tuple(self.twists[key] for key in keys))

    def all(self) -> Mapping[str, Function]:
        """Every twist by its key: an id of the catalogue, or `id:variant`."""
        return {key: self.twisted(key) for key in self.twists}

    def _answer(self, twists: tuple[Twist, ...], *arguments: Any) -> Answer:
        g: Answer = Run(self.steps, self.given(*arguments), twists).g
        return g
