"""The report's numbers as CSV files: one for the class, and one beside each picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from autograder.export.sheet import defused
from autograder.pages.report.gather import Gathered
from autograder.pages.report.numbers import SHARES, TIMES, bin_labels, bins, by_time


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table as CSV; no text in it is taken for a formula by a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([defused(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue()


def class_sheet(gathered: Gathered) -> str:
    """A row per hand-in."""
    names = list(gathered.columns)
    header = [
        "student", "score", "max_score", "late_penalty", *names, "misconceptions",
        "handed_in_utc", "seconds_before_due", "hand_ins", "seconds_first_to_last", "grading_seconds",
    ]  # fmt: skip
    rows = []
    for each in gathered.handins:
        stand, history = each.stand, each.history
        ids = sorted({name for verdict in each.graded.verdicts for name in verdict.misconceptions})
        rows.append([
            each.student, stand.score, stand.max_score, stand.penalty, *map(each.points, names), " ".join(ids),
            each.handed_in.isoformat(" ", "seconds") if each.handed_in else "",
            each.early.total_seconds() if each.early is not None else "",
            len(history), (history[-1] - history[0]).total_seconds() if history else "", round(each.graded.seconds, 3),
        ])  # fmt: skip
    return csv_text(header, rows)


def score_sheet(gathered: Gathered) -> str:
    """What the histogram of the scores shows."""
    counts = bins([each.stand.score for each in gathered.handins], gathered.max_score)
    return csv_text(["per_cent", "hand_ins"], zip(bin_labels(), counts, strict=True))


def exercise_sheet(exercises: Sequence[dict[str, Any]]) -> str:
    """What the histograms of the exercises show, and their middles."""
    header = ["exercise", "title", "points", "mean", "lower_quartile", "median", "upper_quartile", *SHARES]
    return csv_text(header, (
        [row["exercise"], row["title"], row["points"], round(row["spread"].mean, 3), row["spread"].lower,
         row["spread"].median, row["spread"].upper, *row["steps"]] for row in exercises
    ))  # fmt: skip


def part_sheet(exercises: Sequence[dict[str, Any]]) -> str:
    """What the bars of the parts show."""
    rows = [(row["exercise"], *part) for row in exercises for part in row["parts"]]
    return csv_text(["exercise", "part", "right", "partly_right", "not_right"], rows)


def misconception_sheet(misconceptions: Sequence[dict[str, Any]]) -> str:
    """What the bars of the misconceptions show."""
    return csv_text(["misconception", "section", "students", "exercises", "who"], (
        [row["id"], row["section"], len(row["students"]), " ".join(name for name, _ in row["exercises"]),
         "; ".join(row["students"])] for row in misconceptions
    ))  # fmt: skip


def time_sheet(gathered: Gathered) -> str:
    """What the bars of the hand-in times show."""
    counts = by_time([each.early for each in gathered.handins if each.early is not None])
    return csv_text(["before_due", "hand_ins"], zip([name for name, _ in TIMES], counts, strict=True))
