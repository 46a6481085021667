"""Judge a function that the student wrote: score its parts, then say what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from autograder.judge.ask import Heard, ask_all
from autograder.judge.compare import LARGEST, TOLERANCE, Reading
from autograder.judge.diagnose import evidence, name_form, name_it
from autograder.judge.draws import forgiven
from autograder.judge.explore import (
    CUT,
    MOST_CLUES,
    STEP,
    Cuts,
    clues,
    cut_errors,
    step_curve,
    step_sentence,
)
from autograder.judge.findings import Findings
from autograder.judge.inputs import sizes
from autograder.judge.prepared import Prepared
from autograder.judge.sentences import listed, one_digit
from autograder.judge.variants import Given
from autograder.student import Student
from autograder.verdict import PartVerdict
from solutions.model import FunctionTask, Misconception

UNFINISHED = "What isn't right is zero everywhere: is this part still to be written?"
UNKNOWN = "This isn't a mistake that we know by name."


@dataclass
class Score:
    """Per part: the largest error, the questions in which it is wrong, and why it can't be compared."""

    errors: dict[str, float] = field(default_factory=dict)
    wrong: dict[str, set[int]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def score_parts(prepared: Prepared, heard: Heard) -> Score:
    """Compare every part with the expected one in every question that decides it and that counts."""
    score, names = Score(), [part.name for part in prepared.task.parts]
    without = forgiven(prepared, heard.parts)
    for number, readings in heard.parts.items():
        asked = prepared.asked[number]
        for name in filter(readings.__contains__, names):
            if (number, name) in without:
                continue
            reading = readings[name]
            problem = reading.problem or _not_finite(reading)
            if problem:
                where = "" if asked.case.diagnostic else f", for {sizes(prepared.task, asked.arguments)}"
                score.problems.setdefault(name, f"`{name}` {problem}{where}.")
                error = LARGEST
            else:
                assert reading.array is not None  # noqa: S101  (for the type checker: no problem, an array)
                error = asked.error(name, reading.array)
                score.errors[name] = max(error, score.errors.get(name, 0.0))
            if error >= TOLERANCE:
                score.wrong.setdefault(name, set()).add(number)
    for number, sentence in heard.lost.items():
        for name in prepared.asked[number].case.parts or names:
            if (number, name) not in without:
                score.problems.setdefault(name, sentence)
                score.wrong.setdefault(name, set()).add(number)
    return score


def _not_finite(reading: Reading) -> str:
    if reading.array is None or np.isfinite(reading.array).all():
        return ""
    place = np.argwhere(~np.isfinite(reading.array))[0]
    at = f" first at index [{', '.join(map(str, place))}]" if place.size else ""
    return f"has NaN or inf in it,{at}" if at else "is NaN or inf"


def judge_function(prepared: Prepared, student: Student, catalogue: Mapping[str, Misconception]) -> Findings:
    """Score one function; a wrong one is diagnosed."""
    task = prepared.task
    heard = ask_all(prepared, student)
    score = score_parts(prepared, heard)
    parts = tuple(
        PartVerdict(
            part.name,
            part.points,
            0.0 if heard.void or part.name in score.wrong else float(part.points),
            None if heard.void or part.name in score.problems else score.errors.get(part.name),
        )
        for part in task.parts
    )
    if heard.void:
        return _void(task, parts, heard, catalogue)
    if not score.wrong:
        return Findings(parts)
    return _wrong(prepared, heard, score, parts, student, catalogue)


def _void(
    task: FunctionTask, parts: tuple[PartVerdict, ...], heard: Heard, catalogue: Mapping[str, Misconception]
) -> Findings:
    if not (heard.changed or heard.keeps_state):
        return Findings(parts, (heard.problem,))
    name = "writes-to-inputs" if heard.changed else "keeps-state-between-calls"
    known = catalogue.get(name)
    message = known.message if known else f"`{task.name}`: {name}."
    message = message.replace(
        "{name}", listed(f"`{argument}`" for argument in heard.changed) if heard.changed else ""
    )
    earns = f"No part of `{task.name}` earns points before this is mended."
    return Findings(parts, (message, earns), (name,), known.section if known else "")


def _wrong(
    prepared: Prepared,
    heard: Heard,
    score: Score,
    parts: tuple[PartVerdict, ...],
    student: Student,
    catalogue: Mapping[str, Misconception],
) -> Findings:
    lines = [*score.problems.values(), *_summary(prepared, score)]
    found = evidence(prepared, heard, score.wrong)
    plain = _arrays(heard.parts.get(prepared.plainest, {}))
    steps = step_curve(prepared.asked[prepared.plainest], plain)
    lines.append(step_sentence(steps))
    named = name_it(prepared, found, catalogue) or name_form(heard, catalogue)
    if named is not None:
        curve = steps or prepared.curve(named.key, named.function)
        lines += named.messages
        return Findings(parts, tuple(lines), named.ids, named.section, curve, STEP if steps else CUT)
    cuts = cut_errors(prepared, student)
    if found.hollow:
        lines.append(UNFINISHED)
    elif prepared.plainest in found.given:
        lines += [UNKNOWN, *_hints(prepared, plain, score, cuts, student)]
    return Findings(parts, tuple(lines), (), "", steps or cuts.curve, STEP if steps else CUT)


def _hints(prepared: Prepared, plain: Given, score: Score, cuts: Cuts, student: Student) -> list[str]:
    wrong = {name for name, numbers in score.wrong.items() if prepared.plainest in numbers and name in plain}
    # A student who has no answer to a shorter sequence may hang in the next question, too.
    answering = len(cuts.errors) == len(prepared.prefixes)
    found = [cuts.sentence(), *(clues(prepared, plain, wrong, student) if answering else ())] if wrong else []
    return [line for line in found if line][:MOST_CLUES]


def _arrays(readings: Mapping[str, Reading]) -> dict[str, np.ndarray]:
    return {name: reading.array for name, reading in readings.items() if reading.array is not None}


def _summary(prepared: Prepared, score: Score) -> list[str]:
    """Which parts are right, the largest error, and in which cases alone a part is wrong."""
    names = [part.name for part in prepared.task.parts]
    right = [name for name in names if name not in score.wrong]
    wrong = [name for name in names if name in score.wrong]
    line = f"Right: {listed(right)}. " if right else ""
    line += f"Not right: {listed(wrong)}."
    errors = {name: score.errors[name] for name in wrong if score.errors.get(name, 0.0) >= TOLERANCE}
    if errors:
        worst = max(errors, key=errors.__getitem__)
        line = f"{line[:-1]} (largest relative difference {one_digit(errors[worst])}, in {worst})."
    everywhere = set().union(*score.wrong.values())
    if not any(prepared.asked[number].case.diagnostic for number in everywhere):
        where = list(
            dict.fromkeys(sizes(prepared.task, prepared.asked[n].arguments) for n in sorted(everywhere))
        )
        return [line, f"The ordinary cases are right; the difference is in the case of {where[0]}."]
    return [line]
