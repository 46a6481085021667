"""What an exercise is: tasks, parts, cases, misconceptions. Data only; the grading is in `autograder`.

An `Exercise` is what one graded cell of an assignment asks for. It holds one or more *tasks*: a function
that the student writes (`FunctionTask`), or a variable that the student sets (`AnswerTask`). A task is
divided into *parts* that carry the points, usually one part per returned array. A text (`WrittenTask`) has
a graded cell of its own, which a person marks.

Another course can be graded by the same commands: it brings its own module of `Exercise` objects.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Arguments = tuple[Any, ...]
"""Positional arguments of one call: arrays, numbers, strings, lists, dicts; `Known` functions, `Seeded` generators."""
Answer = Mapping[str, Any]
"""What a function task returns: one array (or number) per part name."""
Function = Callable[..., Answer]


@dataclass(frozen=True)
class Part:
    """A named share of an exercise's points: a returned array, or one aspect of an answer."""

    name: str
    points: float


@dataclass(frozen=True)
class Case:
    """A family of hidden inputs, drawn anew from a seeded generator.

    `make(rng)` returns the positional arguments of one call. `draws` calls are made, each with its own
    generator. A case that hides mistakes (T = 1, say) is scored but never used to name one:
    `diagnostic` is False there.

    `parts` names the parts that the case decides; all of them if it is empty. An exception costs only those.
    With `raises` the call has to end in the exception of that name, such as "ValueError". With `seconds` it has
    to end in that time, by the clock: be generous, since a machine may be busy. A slower one costs the same parts.

    With `enough`, so many right draws are enough for a part, and its other draws are forgiven: a training may
    have a start that it gets stuck from. No more draws are asked for once every part has its right ones.
    """

    name: str
    make: Callable[[np.random.Generator], Arguments]
    draws: int = 1
    diagnostic: bool = True
    parts: tuple[str, ...] = ()
    raises: str = ""
    seconds: float = math.inf
    enough: int = 0


@dataclass(frozen=True)
class Probe:
    """A simpler question, asked when no twist fits, to see whether the error is gone there.

    `change` turns the arguments of a diagnostic case into simpler ones (W = 0, say). `vanishes` is the
    sentence for a student whose wrong parts become right; `{parts}` in it becomes their names.
    """

    name: str
    change: Callable[[Arguments], Arguments]
    vanishes: str


@dataclass(frozen=True)
class Misfit:
    """A part that can't be compared: a clause that follows its name, such as "holds 2 arrays, expected 3".

    `shows` is the misconception that has just this form, if there is one.
    """

    clause: str
    shows: str = ""


@dataclass(frozen=True)
class Packing:
    """How the parts lie in what a function returns, where they are no dict, tuple or single value: in lists, say.

    `unpack(value, arguments)` takes them out, each an array, a number or a `Misfit`; it is None if the value is
    of another kind altogether. `pack(parts, arguments)` is the way back. `wording` says to the student what has
    to be returned.
    """

    wording: str
    unpack: Callable[[Any, Arguments], Mapping[str, Any] | None]
    pack: Callable[[Mapping[str, Any], Arguments], Any]


@dataclass(frozen=True)
class FunctionTask:
    """A function that the student writes, called by the judge with the inputs of `cases`.

    `reference`, every entry of `twists` and `pairs`, and every one of `alternatives` take the same
    arguments as the student's function and return a dict with the part names as keys. `arguments` names
    the arguments, for messages.

    `twists` maps a misconception's id to the reference with that one twist; a second way of making the
    same mistake has the key `id:variant`. `pairs` holds two twists at once. `alternatives` are right
    answers in other styles, which `autograder verify` wants accepted.

    `probes` are simpler questions for a mistake without a name; `prefixes` gives the arguments cut to
    1, 2, ..., T steps, so that the length can be found from which on the student is wrong.

    `returns` says how the student hands over the parts: in a dict, in a tuple in the order of `parts`, as the
    value itself, which then is every part, or in a packing of its own.
    """

    name: str
    signature: str
    arguments: tuple[str, ...]
    parts: tuple[Part, ...]
    cases: tuple[Case, ...]
    reference: Function
    twists: Mapping[str, Function] = field(default_factory=dict)
    pairs: Mapping[tuple[str, str], Function] = field(default_factory=dict)
    alternatives: Mapping[str, Function] = field(default_factory=dict)
    probes: tuple[Probe, ...] = ()
    prefixes: Callable[[Arguments], Sequence[Arguments]] | None = None
    returns: Literal["dict", "tuple", "value"] | Packing = "dict"


@dataclass(frozen=True)
class Remark:
    """A named wrong answer to an `AnswerTask`, with the sentence that the student reads."""

    misconception: str
    message: str


def _no_remark(_value: object) -> Remark | None:
    return None


@dataclass(frozen=True)
class AnswerTask:
    """A variable that the student sets.

    `mark(value)` gets the value, already of type `expects`, and returns the earned fraction 0..1 per part
    name. `remark(value)` may name what a wrong value shows. `expects` is a builtin type; `wording` says it
    to the student, e.g. "a frozenset of strings".

    `answer` is a right value, and `wrong` maps misconceptions to values that show them: both for
    `autograder verify`.
    """

    name: str
    expects: type
    wording: str
    parts: tuple[Part, ...]
    mark: Callable[[Any], Mapping[str, float]]
    remark: Callable[[Any], Remark | None] = _no_remark
    answer: Any = None
    wrong: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Criterion:
    """What a person looks for in a written answer, and what earns all, half and none of its points."""

    name: str
    points: float
    full: str
    half: str
    none: str


@dataclass(frozen=True)
class WrittenTask:
    """A text that the student writes and a person marks by the rubric, which the student doesn't see.

    The judge leaves it alone: it has no parts. An exercise has one at most.
    """

    name: str
    rubric: tuple[Criterion, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Nothing that the judge could give."""
        return ()

    @property
    def points(self) -> float:
        """What a person can give."""
        return math.fsum(criterion.points for criterion in self.rubric)


Task = FunctionTask | AnswerTask | WrittenTask


@dataclass(frozen=True)
class Misconception:
    """A wrong idea with a name: what the student reads, and the section that explains it.

    `message` says where to look and gives no answer away. `section` is a section number of the book.
    """

    id: str
    message: str
    section: str


@dataclass(frozen=True)
class Exercise:
    """A graded item: the unit that has an id in the book, a graded cell, and a line in the report."""

    id: str
    title: str
    kind: str
    section: str
    tasks: tuple[Task, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts of all tasks, in order."""
        return tuple(part for task in self.tasks for part in task.parts)

    @property
    def judged(self) -> float:
        """What the judge can give: the points of the exercise's graded cell."""
        return math.fsum(part.points for part in self.parts)

    @property
    def written(self) -> WrittenTask | None:
        """What a person marks, in a graded cell of its own."""
        return next((task for task in self.tasks if isinstance(task, WrittenTask)), None)

    @property
    def by_hand(self) -> float:
        """What a person can give."""
        return self.written.points if self.written else 0.0

    @property
    def points(self) -> float:
        """The exercise's total."""
        return self.judged + self.by_hand


Files = dict[str, bytes]
"""File names and contents of a hand-in."""


@dataclass(frozen=True)
class Recipe:
    """A student of the sample class: what the hand-in shows, how it is made, and when it came.

    `make` turns the released notebook, as plain JSON data, into the files that the student sends.
    `days_late` counts from the due date; it is negative for work that came in time.
    """

    assignment: str
    student: str
    shows: str
    make: Callable[[dict[str, Any]], Files]
    days_late: float = -1.0
