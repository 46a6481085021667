"""The tables of an assignment's report: exercises and their parts, misconceptions, marks by hand, everybody."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from autograder.pages.report.figures import histogram, parts
from autograder.pages.report.gather import Gathered, HandIn
from autograder.pages.report.numbers import SHARES, Spread, span, steps
from autograder.pages.report.suspicious import RULES, signs
from solutions.model import Misconception


def exercises(gathered: Gathered) -> list[dict[str, Any]]:
    """By exercise: the spread of its points, how many earned what, and how its parts went."""
    rows = []
    for name, column in gathered.columns.items():
        verdict = column[0][1]
        most = max(found.max_score + found.by_hand for _, found in column)
        scores = [handin.points(name) or 0.0 for handin, _ in column]
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for _, found in column:
            for part in found.parts:
                if part.points:
                    counts[part.name]["right" if part.right else ("partly" if part.score else "wrong")] += 1
        went = [(part, each["right"], each["partly"], each["wrong"]) for part, each in counts.items()]
        rows.append(
            {
                "exercise": name,
                "title": verdict.title,
                "points": most,
                "spread": Spread.of(scores),
                "zero": sum(score <= 0 for score in scores),
                "right": sum(score >= most for score in scores),
                "steps": steps(scores, most),
                "parts": went,
                "wrong": [(part, partly + wrong) for part, _, partly, wrong in went if partly + wrong],
                "histogram": histogram(
                    SHARES, steps(scores, most), f"{name}, hand-ins by per cent of its points"
                ),
                "chart": parts(went, f"{name}, hand-ins by part") if went else "",
            }
        )
    return rows


def misconceptions(gathered: Gathered) -> list[dict[str, Any]]:
    """By misconception: what students read, who showed it, and in which exercises."""
    who: dict[str, dict[str, None]] = defaultdict(dict)
    where: dict[str, Counter[str]] = defaultdict(Counter)
    for handin in gathered.handins:
        for verdict in handin.graded.verdicts:
            for name in verdict.misconceptions:
                who[name][handin.student] = None
                where[name][verdict.exercise] += 1
    rows = []
    for name in sorted(who, key=lambda name: (-len(who[name]), name)):
        entry: Misconception | None = gathered.course.catalogue.misconceptions.get(name)
        rows.append(
            {
                "id": name,
                # The judge puts a student's own name of an array there.
                "message": re.sub(r"\{\w+\}", "…", entry.message) if entry else "",
                "section": entry.section if entry else "",
                "students": list(who[name]),
                "exercises": sorted(where[name].items()),
            }
        )
    return rows


def again(gathered: Gathered) -> list[tuple[str, int]]:
    """Sections by the number of students who were sent back to them."""
    sections: dict[str, set[str]] = defaultdict(set)
    for row in misconceptions(gathered):
        if row["section"]:
            sections[row["section"]].update(row["students"])
    counted = ((section, len(who)) for section, who in sections.items())
    return sorted(counted, key=lambda pair: (-pair[1], pair[0]))


def by_hand(gathered: Gathered) -> list[dict[str, Any]]:
    """Exercises with a written answer: the rubric, who waits for a mark, and the mean of the marks given."""
    rows = []
    for name in gathered.columns:
        exercise = gathered.course.catalogue.exercises.get(name)
        marks = {
            each.student: each.stand.written[name] for each in gathered.handins if name in each.stand.written
        }
        if exercise is None or exercise.written is None or not marks:
            continue
        given = [mark.score for mark in marks.values() if not mark.waiting]
        rows.append(
            {
                "exercise": f"{name} {exercise.title}",
                "points": exercise.by_hand,
                "rubric": exercise.written.rubric,
                "given": len(given),
                "mean": sum(given) / len(given) if given else None,
                "waiting": [who for who, mark in marks.items() if mark.waiting],
            }
        )
    return rows


def looks(gathered: Gathered) -> list[dict[str, str]]:
    """Who needs a look and why, a row for each sign."""
    order = list(RULES)
    rows = [
        {"student": handin.student, "kind": kind, "found": found}
        for handin in gathered.handins
        for kind, found in signs(handin)
    ]
    return sorted(rows, key=lambda row: (order.index(row["kind"]), row["student"]))


def everybody(gathered: Gathered) -> list[dict[str, Any]]:
    """A row for each hand-in."""
    return [_row(gathered, handin) for handin in gathered.handins]


def _row(gathered: Gathered, handin: HandIn) -> dict[str, Any]:
    early, history = handin.early, handin.history
    page = gathered.course.feedback(handin.student, gathered.assignment) / f"{gathered.assignment}.html"
    return {
        "student": handin.student,
        "feedback": relative(gathered, page) if page.is_file() else "",
        "score": handin.stand.score,
        "penalty": handin.stand.penalty,
        "open": handin.stand.open,
        "scores": [handin.points(name) for name in gathered.columns],
        "handed_in": f"{handin.handed_in:%Y-%m-%d %H:%M}" if handin.handed_in else "",
        "early": "" if early is None else f"{span(early)} {'late' if early.total_seconds() < 0 else 'early'}",
        "early_seconds": "" if early is None else early.total_seconds(),
        "times": len(history),
        "span": span(history[-1] - history[0]) if len(history) > 1 else "",
        "span_seconds": (history[-1] - history[0]).total_seconds() if len(history) > 1 else "",
        "seconds": handin.graded.seconds,
    }


def relative(gathered: Gathered, path: os.PathLike[str]) -> str:
    """The address of a file of the course from the folder of the reports."""
    return quote(os.path.relpath(path, gathered.course.reports()))


def penalties(gathered: Gathered) -> Mapping[str, float]:
    """Who lost points for lateness, and how many."""
    return {each.student: each.stand.penalty for each in gathered.handins if each.stand.penalty}
