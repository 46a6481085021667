"""Tell a student whether an answer holds up: `check("5.1", bptt_siso)`."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from through_time import _gradients, _values
from through_time._findings import Findings
from through_time._text import kind, listing, shown
from through_time.checks import CHECKS
from through_time.errors import CheckFailed
from through_time.tasks import AnswerTask, FunctionTask, GradientTask, Task

GRADING = "autograde"
VALIDATING = "validate"
OUTSIDE = "THROUGH_TIME_CHECK"
"""Set in the environment while `python -m through_time check` runs a notebook."""
MIME = "application/vnd.through-time.check+json"
"""The kind of output by which it then learns what was found."""


@dataclass(frozen=True)
class CheckResult:
    """What `check` found. It is true when `right` is.

    `parts` says for each returned array, or for each answer variable, whether it holds up; of a variable only
    the form is looked at. `right` also asks for good manners, such as leaving the arguments as they were.
    """

    exercise: str
    right: bool
    parts: Mapping[str, bool] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return f"<check {self.exercise}: {'right' if self.right else 'not right'}>"

    def _ipython_display_(self) -> None:
        # The sentences are on the screen already; a notebook need not repeat them as Out[...].
        return


def check(exercise_id: str, *answers: object) -> CheckResult:
    """Examine your answers to an exercise, print what holds up, and return it.

    `answers` are what the exercise asks for, in its order: a function by its bare name, a variable as it is.
    A function is called with small inputs. Looked at are the keys, shapes, dtypes and finiteness of what it
    returns, whether it leaves its arguments alone, for gradients central differences of the loss, and for
    other values how they fit each other and what went in.
    Of a variable only the form is looked at: no answer is stored in this package.

    Nothing is written to stderr, and nothing that a student's function does makes this function raise.
    One exception: while nbgrader runs the notebook (environment variable NBGRADER_EXECUTION), CheckFailed is
    raised for what is not right, since nbgrader gives all points to a cell that doesn't raise.
    """
    result = _examined(exercise_id, answers)
    print("\n".join(result.sentences))
    if os.environ.get(OUTSIDE):
        _publish(result)
    _raise_for_nbgrader(result)
    return result


def _examined(exercise_id: object, answers: tuple[object, ...]) -> CheckResult:
    tasks = CHECKS.get(exercise_id) if isinstance(exercise_id, str) else None
    if tasks is None:
        return CheckResult(shown(exercise_id).strip("'"), right=False, sentences=(_unknown(exercise_id),))
    name = str(exercise_id)
    if len(answers) != len(tasks):
        names = listing(task.name for task in tasks)
        written = f'check("{name}", {", ".join(task.name for task in tasks)})'
        sentence = f"{name}: check needs {names} and got {len(answers)} answers. Write {written}."
        return CheckResult(name, right=False, sentences=(sentence,))
    results = [_task(name, task, answer) for task, answer in zip(tasks, answers, strict=True)]
    return CheckResult(
        name,
        right=all(result.right for result in results),
        parts={part: right for result in results for part, right in result.parts.items()},
        sentences=tuple(sentence for result in results for sentence in result.sentences),
    )


def _unknown(exercise_id: object) -> str:
    if not isinstance(exercise_id, str):
        return f'The exercise\'s id is a string, such as "5.1"; check got {kind(exercise_id)}.'
    near = difflib.get_close_matches(exercise_id, CHECKS, n=3, cutoff=0.5)
    known = f"Ids near it: {listing(near)}." if near else 'An id is a chapter and a number, such as "5.1".'
    return f"There is no exercise {shown(exercise_id)}. {known}"


def _task(exercise: str, task: Task, answer: object) -> CheckResult:
    if isinstance(task, AnswerTask):
        return _variable(exercise, task, answer)
    if isinstance(task, GradientTask):
        return _function(exercise, task, _gradients.examine(task, answer))
    return _function(exercise, task, _values.examine(task, answer))


def _function(exercise: str, task: FunctionTask, found: Findings) -> CheckResult:
    head = f"{exercise} {task.name}: {'right' if found.right else 'not right yet'}."
    lines = [head]
    good = [name for name, right in found.parts.items() if right]
    bad = [name for name, right in found.parts.items() if not right]
    if good and bad:
        lines.append(f"  Right: {listing(good)}. Not right: {listing(bad)}.")
    lines += [f"  {sentence}" for sentence in found.sentences]
    return CheckResult(exercise, found.right, found.parts, tuple(lines))


def _variable(exercise: str, task: AnswerTask, answer: object) -> CheckResult:
    fault = "it is still None" if answer is None else task.fault(answer)
    if fault:
        sentence = f"{exercise} {task.name}: it should be {task.wording}, but {fault}."
    else:
        sentence = (
            f"{exercise} {task.name}: its form is right ({task.wording}). "
            "Whether the answer is right, only the grader knows."
        )
    return CheckResult(exercise, not fault, {task.name: not fault}, (sentence,))


def _publish(result: CheckResult) -> None:
    from IPython.display import publish_display_data  # noqa: PLC0415  (slow, and only wanted here)

    tasks = CHECKS.get(result.exercise, ())
    found = {
        "exercise": result.exercise,
        "right": result.right,
        "parts": dict(result.parts),
        "sentences": list(result.sentences),
        "form_only": [task.name for task in tasks if isinstance(task, AnswerTask)],
    }
    publish_display_data({MIME: found})  # type: ignore[no-untyped-call]


def _raise_for_nbgrader(result: CheckResult) -> None:
    mode = os.environ.get("NBGRADER_EXECUTION")
    if mode not in {GRADING, VALIDATING}:
        return
    if not result.right:
        raise CheckFailed("\n".join(result.sentences))
    answers = [task.name for task in CHECKS[result.exercise] if isinstance(task, AnswerTask)]
    if mode == GRADING and answers:
        # A well-formed answer may be wrong, and nbgrader would give it all points.
        raise CheckFailed(
            f"{result.exercise}: whether {listing(answers)} is right can't be told from inside the notebook. "
            "Grade it with `autograder grade`, or with the course's own nbgrader_config.py."
        )
