"""A computation in named steps, any of which a twist can replace or add to: how a wrong version is written.

A step is a function of the run. `run.eps` computes the step `eps` when it is first asked for, and keeps it.
A twist is a dict from step names to other functions; `after` marks one that changes the usual result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class After:
    """A change that is made to what the step gives without it."""

    change: Callable[[Any, Any], Any]


def after(change: Callable[[Any, Any], Any]) -> After:
    """`change(run, usual)` instead of the usual result."""
    return After(change)


Step = Callable[[Any], Any]
Twist = Mapping[str, Step | After]


class Run:
    """One run of a computation: `given` values, `steps` by name, and the twists in force."""

    def __init__(
        self, steps: Mapping[str, Step], given: Mapping[str, Any], twists: Sequence[Twist] = ()
    ) -> None:
        self._steps = steps
        self._given = given
        self._twists = tuple(twists)
        self._values: dict[str, Any] = dict(given)
        self._needs: dict[str, set[str]] = {name: {name} for name in given}
        self._open: list[set[str]] = []

    def __getattr__(self, name: str) -> Any:
        if name not in self._values:
            if name.startswith("_") or name not in self._steps:
                raise AttributeError(name)
            self._open.append({name})
            self._values[name] = self._compute(name)
            self._needs[name] = self._open.pop()
        if self._open:
            self._open[-1] |= self._needs[name]
        return self._values[name]

    def _compute(self, name: str) -> Any:
        changes = [twist[name] for twist in self._twists if name in twist]
        replaced = [change for change in changes if not isinstance(change, After)]
        result = (replaced[-1] if replaced else self._steps[name])(self)
        for change in changes:
            if isinstance(change, After):
                result = change.change(self, result)
        return result

    def twisted(self, twist: Twist) -> Run:
        """Begin again with one more twist; what doesn't depend on the steps it changes is not computed again."""
        run = Run(self._steps, self._given, (*self._twists, twist))
        for name, needs in self._needs.items():
            if needs.isdisjoint(twist):
                run._values[name] = self._values[name]
                run._needs[name] = needs
        return run


def clash(one: Twist, other: Twist) -> bool:
    """Whether both replace the same step, so that one of them would have no effect."""
    both = one.keys() & other.keys()
    return any(not isinstance(one[name], After) and not isinstance(other[name], After) for name in both)
