"""autograder grade: run and judge what changed, and write the gradebook."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from textwrap import shorten
from typing import Any

import click
from rich.progress import Progress, TaskID
from rich.table import Table

from autograder.cli.common import (
    console,
    errors,
    json_option,
    names_argument,
    names_or,
    open_course,
    print_json,
    sandbox_option,
    warn_without_walls,
)
from autograder.grading import Outcome, grade_assignment
from autograder.show import points


@click.command()
@names_argument
@click.option("--student", "students", multiple=True, help="Only this student's hand-in; may be repeated.")
@click.option("--force", is_flag=True, help="Grade unchanged hand-ins again, too.")
@sandbox_option
@json_option
@click.pass_context
def grade(
    ctx: click.Context,
    names: tuple[str, ...],
    students: tuple[str, ...],
    sandbox: str | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Grade the hand-ins of the assignments NAME... (all released ones, if none is named) that changed.

    Every hand-in gets a grade: one that can't be read gets zero and a message that says what to resubmit.
    Example: autograder grade ch05-bptt-unrolled --student ada
    """
    course = open_course(ctx)
    level = sandbox or course.settings.sandbox
    warn_without_walls(level)
    for name in names_or(course, names, course.is_released):
        with Progress(console=errors, disable=as_json or not errors.is_terminal) as progress:
            bar = progress.add_task(name, total=len(students) or len(list(course.students_with(name))))
            advance: Callable[[str], None] = partial(_advance, progress, bar)
            outcomes = grade_assignment(
                course,
                name,
                students=students,
                force=force,
                sandbox=sandbox,
                progress=advance,
            )
        if as_json:
            for outcome in outcomes:
                print_json(as_object(outcome))
        else:
            _show(name, outcomes)


def _advance(progress: Progress, bar: TaskID, _student: str) -> None:
    progress.advance(bar)


def as_object(outcome: Outcome) -> dict[str, Any]:
    """One hand-in for programs."""
    graded = outcome.graded
    return {
        "student": graded.student,
        "assignment": graded.assignment,
        "score": graded.score,
        "max_score": graded.max_score,
        "late_penalty": outcome.late_penalty,
        "by_hand": graded.by_hand,
        "parts": [
            {
                "exercise": verdict.exercise,
                "part": part.name,
                "score": part.score,
                "max_score": part.points,
            }
            for verdict in graded.verdicts
            for part in verdict.parts
        ],
        "messages": [
            *([graded.problem] if graded.problem else []),
            *graded.notes,
            *(f"{verdict.exercise}: {text}" for verdict in graded.verdicts for text in verdict.messages),
        ],
        "misconceptions": sorted({name for verdict in graded.verdicts for name in verdict.misconceptions}),
        "graded_now": outcome.fresh,
    }


def _show(name: str, outcomes: list[Outcome]) -> None:
    table = Table(title=name, title_justify="left")
    table.add_column("student")
    table.add_column("points", justify="right")
    table.add_column("late", justify="right")
    table.add_column("remarks")
    for outcome in outcomes:
        graded = outcome.graded
        remarks = graded.problem or shorten(" ".join(graded.notes), 120, placeholder=" …")
        late = f"-{points(outcome.late_penalty)}" if outcome.late_penalty else ""
        table.add_row(graded.student, f"{points(graded.score)} of {points(graded.max_score)}", late, remarks)
    console.print(table)
    fresh = sum(outcome.fresh for outcome in outcomes)
    console.print(f"{fresh} graded now, {len(outcomes) - fresh} unchanged.")
    by_hand = max((outcome.graded.by_hand for outcome in outcomes), default=0.0)
    if by_hand:
        console.print(
            f"{points(by_hand)} more points are given by hand, in formgrader; 'autograder report' has the rubric."
        )
