"""Write an assignment's report, and the CSV files beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.asserted import WEAKER
from autograder.course import Course
from autograder.errors import UsageError
from autograder.files import write_if_changed
from autograder.pages.render import page
from autograder.pages.report import sheets, tables
from autograder.pages.report.figures import histogram, rows
from autograder.pages.report.gather import Gathered, gather
from autograder.pages.report.identical import LEAST_LETTERS, LEAST_NODES, LONG, identical
from autograder.pages.report.numbers import TIMES, Spread, bin_labels, bins, by_time
from autograder.pages.report.suspicious import RULES

MOST_BARS = 12
"""Misconceptions in the picture; the table has all."""


def write_report(course: Course, assignment: str) -> Path:
    """Write `reports/<assignment>.html` and the CSV files beside it.

    Raises UsageError if nothing was graded yet.
    """
    gathered = gather(course, assignment)
    if not gathered.handins:
        raise UsageError(
            f"No hand-in of {assignment} has been graded yet: run 'autograder grade {assignment}'."
        )
    path = course.reports() / f"{assignment}.html"
    exercises, named = tables.exercises(gathered), tables.misconceptions(gathered)
    files = {
        "all": (f"{assignment}.csv", sheets.class_sheet(gathered)),
        "scores": (f"{assignment}-scores.csv", sheets.score_sheet(gathered)),
        "exercises": (f"{assignment}-exercises.csv", sheets.exercise_sheet(exercises)),
        "parts": (f"{assignment}-parts.csv", sheets.part_sheet(exercises)),
        "misconceptions": (f"{assignment}-misconceptions.csv", sheets.misconception_sheet(named)),
        "times": (f"{assignment}-times.csv", sheets.time_sheet(gathered)),
    }
    for name, text in files.values():
        write_if_changed(path.with_name(name), text)
    shown = {each: name for each, (name, _) in files.items()}
    write_if_changed(path, page("report.html", **_values(gathered, exercises, named), files=shown))
    return path


def _values(
    gathered: Gathered, exercises: Sequence[dict[str, Any]], named: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    scores = [each.stand.score for each in gathered.handins]
    early = [each.early for each in gathered.handins if each.early is not None]
    first = named[:MOST_BARS]
    return {
        "title": gathered.title,
        "assignment": gathered.assignment,
        "unwalled": sum(not each.graded.walled for each in gathered.handins),
        "weaker": "" if gathered.course.has_exercises(gathered.assignment) else WEAKER,
        "max_score": gathered.max_score,
        "spread": Spread.of(scores),
        "scores": histogram(
            bin_labels(), bins(scores, gathered.max_score), "Hand-ins by share of the points, in per cent", 420
        ),
        "exercises": exercises,
        "misconceptions": named,
        "named": rows([row["id"] for row in first], [len(row["students"]) for row in first],
                      "Students by misconception", 420) if first else "",
        "again": tables.again(gathered),
        "by_hand": tables.by_hand(gathered),
        "looks": tables.looks(gathered),
        "rules": RULES,
        "groups": identical(gathered),
        "least": (LEAST_NODES, LEAST_LETTERS, LONG),
        "due": f"{gathered.due:%Y-%m-%d %H:%M} UTC" if gathered.due else "",
        "times": rows([name for name, _ in TIMES], by_time(early), "Hand-ins by time before the due date", 420)
        if early
        else "",
        "late": tables.penalties(gathered),
        "seconds": Spread.of(each.graded.seconds for each in gathered.handins),
        "rows": tables.everybody(gathered),
        "missing": gathered.missing,
    }  # fmt: skip
