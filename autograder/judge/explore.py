"""When a wrong answer has no name: what it shares with the right one, and where the error goes away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from autograder.judge.ask import take
from autograder.judge.compare import SHARE, TOLERANCE, Array, error_of, scale_of
from autograder.judge.inputs import Question
from autograder.judge.prepared import Prepared
from autograder.judge.sentences import listed
from autograder.judge.variants import Given
from autograder.student import Student

Curve = tuple[tuple[int, float], ...]
MOST_CLUES = 5
MOST_PROBES = 2
CUT = "number of steps to which the sequence was cut"
STEP = "step t of delta_t"


def step_curve(asked: Question, given: Mapping[str, Array]) -> Curve:
    """The error of each row of `deltas`, (t, error); empty where the exercise asks for none."""
    name = next((name for name in ("deltas", "delta") if name in given), None)
    if name is None:
        return ()
    rows, expected = given[name], asked.expected[name]
    # A delta far from the losses may be tiny beside the others: its share of them is what counts as zero.
    floor = SHARE * asked.scales[name]
    return tuple(
        (t, drawable(error_of(row, right, scale_of(right, floor))))
        for t, (row, right) in enumerate(zip(rows, expected, strict=True), 1)
    )


def drawable(error: float) -> float:
    """An error for a picture: nothing is learned above a thousand."""
    return min(error, 1000.0)


def step_sentence(curve: Curve) -> str:
    """Which delta goes wrong first on the way back from T."""
    wrong = [t for t, error in curve if error >= TOLERANCE]
    if not wrong:
        return ""
    first = max(wrong)
    if first == curve[-1][0]:
        return f"Going back from the end, delta_t is wrong from the first one computed, t = {first}."
    return (
        f"Going back from the end, delta_t is right down to t = {first + 1}, and first wrong at t = {first}."
    )


@dataclass(frozen=True)
class Cuts:
    """A student's errors over sequences cut to 1, 2, ... steps: the errors of each part, by length."""

    errors: tuple[Mapping[str, float], ...] = ()

    @property
    def curve(self) -> Curve:
        """The largest error at each length."""
        return tuple((length, drawable(max(each.values()))) for length, each in enumerate(self.errors, 1))

    def sentence(self) -> str:
        """From which length on the student is wrong, and in which parts first."""
        wrong = [[name for name, error in each.items() if error >= TOLERANCE] for each in self.errors]
        right = next((length for length, names in enumerate(wrong) if names), len(wrong))
        if not all(wrong[right:]) or right == len(wrong):
            return ""
        if right == 0:
            return f"Already a sequence of one step comes out wrong, in {listed(wrong[0])}."
        steps = "one step" if right == 1 else f"up to {right} steps"
        return (
            f"For a sequence of {steps} you are right; the error begins at {right + 1} steps, "
            f"in {listed(wrong[right])}."
        )


def cut_errors(prepared: Prepared, student: Student) -> Cuts:
    """Ask for shorter and shorter sequences, as far as the student has arrays to compare."""
    found: list[Mapping[str, float]] = []
    for asked in prepared.prefixes:
        errors = _ask(prepared, asked, student)
        if not errors:
            break
        found.append(errors)
    return Cuts(tuple(found))


def clues(prepared: Prepared, given: Given, wrong: set[str], student: Student) -> Iterator[str]:
    """Sentences on what a wrong answer shares with the right one, then on where its error vanishes."""
    asked = prepared.asked[prepared.plainest]
    yield from likenesses(asked, {name: given[name] for name in given if name in wrong})
    told = 0
    for probe, simpler in prepared.probes:
        if told == MOST_PROBES:
            return
        errors = _ask(prepared, simpler, student)
        if errors is None:
            return
        # A part that is zero there says nothing: many mistakes vanish with it.
        healed = [
            name
            for name, error in errors.items()
            if name in wrong and error < TOLERANCE and simpler.expected[name].any()
        ]
        if healed:
            told += 1
            yield probe.vanishes.format(parts=listed(healed))


def likenesses(asked: Question, given: Given) -> Iterator[str]:
    """Which wrong parts are a multiple of the right one, have the other sign, or are its transpose."""
    kinds: dict[str, list[str]] = {}
    for name, part in given.items():
        kind = _likeness(part, asked.expected[name], asked.scales[name])
        if kind:
            kinds.setdefault(kind, []).append(name)
    for kind, names in kinds.items():
        yield f"{listed(names)}: {kind}."


def _likeness(part: Array, expected: Array, scale: float) -> str:
    if part.ndim == 2 and part.shape[0] == part.shape[1] and error_of(part.T, expected, scale) < TOLERANCE:
        return "the right numbers, with rows and columns exchanged"
    if error_of(-part, expected, scale) < TOLERANCE:
        return "the right numbers, with the opposite sign"
    size = float(np.sum(part * part))
    # A single number is always a multiple of the right one.
    if part.size == 1 or not np.isfinite(size) or size == 0:
        return ""
    factor = float(np.sum(part * expected)) / size
    if factor != 0 and error_of(factor * part, expected, scale) < TOLERANCE:
        return "right up to a factor"
    return ""


def _ask(prepared: Prepared, asked: Question, student: Student) -> dict[str, float] | None:
    """The errors in one more question, of the parts that can be compared; None if there is no answer to it."""
    readings, _ = take(prepared.task, asked, student.call(prepared.task.name, asked.arguments))
    if readings is None:
        return None
    names = [part.name for part in prepared.task.parts if part.name in readings]
    arrays = [(name, readings[name].array) for name in names]
    return {name: asked.error(name, array) for name, array in arrays if array is not None}
