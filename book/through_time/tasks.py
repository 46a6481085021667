"""What a check knows about an exercise: the names, the loss, some inputs. It knows no answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Arguments = tuple[Any, ...]


@dataclass(frozen=True)
class Trial:
    """One call of the student's function.

    `sizes` says which, e.g. {"n": 2, "d": 4, "T": 3}; `name` tells it from the other trials, e.g. "T = 3".
    With `raises` the call has to end in the exception of that name, with `seconds` in that time.
    """

    name: str
    sizes: Mapping[str, int]
    arguments: Arguments
    raises: str = ""
    seconds: float = math.inf

    @property
    def about(self) -> str:
        """Everything the student wants to know about a trial that failed."""
        sizes = [f"{letter} = {size}" for letter, size in self.sizes.items()]
        return ", ".join(sizes if self.name in sizes else [*sizes, self.name])


@dataclass(frozen=True)
class FunctionTask:
    """A function that the student writes. `arguments` names what it is called with."""

    name: str
    arguments: tuple[str, ...]

    @property
    def call(self) -> str:
        """How the function is called, e.g. "bptt_mimo(p, X, Tau)"."""
        return f"{self.name}({', '.join(self.arguments)})"


@dataclass(frozen=True)
class GradientTask(FunctionTask):
    """A function that returns a dict of gradients, one per array of its first argument `p`.

    `loss` takes the same arguments and returns the number that is to be differentiated. `trials` makes the
    inputs; the first has order-1 numbers and sizes that all differ.
    """

    loss: Callable[..., float]
    trials: Callable[[], tuple[Trial, ...]]


@dataclass(frozen=True)
class Law:
    """Something that holds between what a function gets and what it returns.

    `parts` are those that can't be right while it fails; `uses` are others that it looks at. All of them are
    float64, finite and of the right shape when `fault(arguments, parts)` is asked, which is "" or a sentence.
    """

    parts: tuple[str, ...]
    fault: Callable[[Arguments, Mapping[str, Array]], str]
    uses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inside:
    """Parts that lie deeper in what a function returns, or that are no arrays there.

    `take(value, arguments)` takes them out, by name; None if the value is of another kind. `wording` says what
    has to be returned.
    """

    wording: str
    take: Callable[[object, Arguments], Mapping[str, object] | None]


@dataclass(frozen=True)
class ValueTask(FunctionTask):
    """A function that returns arrays or numbers. Examined are their shapes, and the laws that they obey.

    `shapes` takes the arguments of a call and gives the shape of every part; () is a number. `returns` says
    how the parts come: in a dict, in a tuple, for a single part as the value itself, in a tuple of lists,
    where "dWs[0]" and "dWs[1]" name the parts in the list dWs, or inside of something else.
    """

    shapes: Callable[..., Mapping[str, tuple[int, ...]]]
    laws: tuple[Law, ...]
    trials: Callable[[], tuple[Trial, ...]]
    returns: Literal["dict", "tuple", "value", "lists"] | Inside = "dict"


@dataclass(frozen=True)
class AnswerTask:
    """A variable that the student sets. Only its form is examined.

    `wording` says what is expected. `fault(value)` is "" or a clause that says what is wrong with the form.
    """

    name: str
    wording: str
    fault: Callable[[object], str]


Task = GradientTask | ValueTask | AnswerTask
