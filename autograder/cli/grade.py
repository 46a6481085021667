"""autograder grade: run and judge what changed, and write the gradebook."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from autograder.cli.common import (
    console,
    interruptible,
    json_option,
    names_argument,
    names_or,
    open_course,
    print_json,
    sandbox_option,
    warn_without_walls,
)
from autograder.cli.complete import students as student_ids
from autograder.cli.progress import followed
from autograder.errors import Stopped, UsageError

if TYPE_CHECKING:
    from autograder.grading import Outcome


@click.command()
@names_argument
@click.option(
    "--student",
    "students",
    multiple=True,
    metavar="ID",
    help="Only this student's hand-in; may be repeated.",
    shell_complete=student_ids,
)
@click.option("--force", is_flag=True, help="Grade unchanged hand-ins again, too.")
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="So many processes of this machine grade at once.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Grade on the workers of this Dask scheduler, e.g. tcp://10.0.0.5:8786.",
)
@sandbox_option
@json_option
@click.pass_context
def grade(
    ctx: click.Context,
    names: tuple[str, ...],
    students: tuple[str, ...],
    jobs: int,
    scheduler: str | None,
    sandbox: str | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Grade the hand-ins of the assignments NAME... (all released ones, if none is named) that changed.

    Every hand-in gets a grade: one that can't be read gets zero and a message that says what to resubmit.
    Ctrl-C stops it; the next run goes on from there.

    \b
    Example: autograder grade ch05-bptt-unrolled --student ada
    Example: autograder grade --jobs 4
    """  # noqa: D301  (\b is click's mark for lines that stay as they are)
    if jobs > 1:
        from autograder import forks

        forks.begin()
    from autograder.grading import grade_stream

    course = open_course(ctx)
    warn_without_walls(sandbox or course.settings.sandbox)
    if scheduler is not None and jobs != 1:
        raise UsageError("Say either --jobs, for this machine, or --scheduler, for others.")
    for name in names_or(course, names, course.is_released):
        rows: list[Line] = []
        total = len(students) or len(list(course.students_with(name)))
        with (
            interruptible(),
            contextlib.closing(
                grade_stream(
                    course,
                    name,
                    students=students,
                    force=force,
                    sandbox=sandbox,
                    jobs=jobs,
                    scheduler=scheduler,
                )
            ) as outcomes,
        ):
            try:
                for outcome in followed(outcomes, name, total, quiet=as_json):
                    rows.append(Line.of(outcome))
                    if as_json:
                        print_json(as_object(outcome))
            except KeyboardInterrupt:
                raise Stopped(
                    f"Stopped. {name}: what was graded stays; run the command again to go on from there."
                ) from None
        if not as_json:
            _show(name, sorted(rows), rubric=course.has_exercises(name))


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


@dataclass(frozen=True, order=True)
class Line:
    """What the table at the end says of a hand-in; all else of it is let go, so that a class of any size fits."""

    student: str
    score: float
    max_score: float
    by_hand: float
    late_penalty: float
    remarks: str
    fresh: bool

    @classmethod
    def of(cls, outcome: Outcome) -> Line:
        """The line of an outcome."""
        graded = outcome.graded
        remarks = graded.problem or shorten(" ".join(graded.notes), 120, placeholder=" …")
        return cls(
            graded.student,
            graded.score,
            graded.max_score,
            graded.by_hand,
            outcome.late_penalty,
            remarks,
            outcome.fresh,
        )


def _show(name: str, rows: list[Line], *, rubric: bool) -> None:
    from autograder.show import points

    table = Table(title=name, title_justify="left")
    table.add_column("student")
    table.add_column("points", justify="right")
    table.add_column("late", justify="right")
    table.add_column("remarks")
    for row in rows:
        late = f"-{points(row.late_penalty)}" if row.late_penalty else ""
        table.add_row(row.student, f"{points(row.score)} of {points(row.max_score)}", late, row.remarks)
    console.print(table)
    fresh = sum(row.fresh for row in rows)
    console.print(f"{fresh} graded now, {len(rows) - fresh} unchanged.")
    by_hand = max((row.by_hand for row in rows), default=0.0)
    if by_hand:
        console.print(
            f"{points(by_hand)} more points are given by hand, in formgrader"
            + ("; 'autograder report' has the rubric." if rubric else ".")
        )
