"""What a check knows about an exercise: the names, the loss, some inputs. It knows no answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Arguments = tuple[Any, ...]


@dataclass(frozen=True)
class Trial:
    """One call of the student's function.

    `sizes` says which, e.g. {"n": 2, "d": 4, "T": 3}; `name` tells it from the other trials, e.g. "T = 3".
    """

    name: str
    sizes: Mapping[str, int]
    arguments: Arguments

    @property
    def about(self) -> str:
        """Everything the student wants to know about a trial that failed."""
        sizes = [f"{letter} = {size}" for letter, size in self.sizes.items()]
        return ", ".join(sizes if self.name in sizes else [*sizes, self.name])


@dataclass(frozen=True)
class GradientTask:
    """A function that returns a dict of gradients, one per array of its first argument `p`.

    `arguments` names what it is called with. `loss` takes the same arguments and returns the number that is
    to be differentiated. `trials` makes the inputs; the first has order-1 numbers and sizes that all differ.
    """

    name: str
    arguments: tuple[str, ...]
    loss: Callable[..., float]
    trials: Callable[[], tuple[Trial, ...]]

    @property
    def call(self) -> str:
        """How the function is called, e.g. "bptt_mimo(p, X, Tau)"."""
        return f"{self.name}({', '.join(self.arguments)})"


@dataclass(frozen=True)
class AnswerTask:
    """A variable that the student sets. Only its form is examined.

    `wording` says what is expected. `fault(value)` is "" or a clause that says what is wrong with the form.
    """

    name: str
    wording: str
    fault: Callable[[object], str]


Task = GradientTask | AnswerTask
