"""An assignment's report for the instructor: scores, exercises, misconceptions, and who needs a look."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any

from autograder.course import Course
from autograder.engine import Graded
from autograder.errors import UsageError
from autograder.files import write_if_changed
from autograder.grading import verdicts
from autograder.loader import Catalogue
from autograder.pages.render import page
from autograder.record.gradebook import Standing, open_gradebook, standing
from autograder.verdict import ExerciseVerdict
from solutions.model import Misconception

BINS = 10


def write_report(course: Course, assignment: str) -> Path:
    """Write `reports/<assignment>.html` and the CSV beside it. Raises UsageError if nothing was graded yet."""
    graded = list(verdicts(course, assignment))
    if not graded:
        raise UsageError(
            f"No hand-in of {assignment} has been graded yet: run 'autograder grade {assignment}'."
        )
    with open_gradebook(course) as gradebook:
        stands = {item.student: standing(gradebook, item.student, assignment) for item in graded}
    path = course.reports() / f"{assignment}.html"
    table = path.with_suffix(".csv")
    write_if_changed(table, _csv(graded, stands))
    known = course.catalogue.misconceptions
    html = page(
        "report.html",
        title=course.catalogue.source(assignment).title,
        unsafe=course.settings.sandbox == "none",
        max_score=max(stand.max_score for stand in stands.values()),
        median=median(stand.score for stand in stands.values()),
        bins=_bins(list(stands.values())),
        exercises=_exercises(graded),
        misconceptions=_misconceptions(graded, known),
        again=_again(graded, known),
        by_hand=_by_hand(graded, stands, course.catalogue),
        looks=_looks(graded, stands),
        rows=[_row(item, stands[item.student], _columns(graded)) for item in graded],
        csv_name=table.name,
    )
    write_if_changed(path, html)
    return path


def _columns(graded: list[Graded]) -> dict[str, list[ExerciseVerdict]]:
    """Exercises and their verdicts; a hand-in that was graded before an exercise was added has none of it."""
    columns: dict[str, list[ExerciseVerdict]] = defaultdict(list)
    for item in graded:
        for verdict in item.verdicts:
            columns[verdict.exercise].append(verdict)
    return dict(columns)


def _scores(graded: Graded, stand: Standing, exercises: Iterable[str]) -> list[float | None]:
    """The points of each exercise, marks by hand included."""
    found = {verdict.exercise: verdict.score for verdict in graded.verdicts}
    for name, mark in stand.written.items():
        if name in found:
            found[name] += mark.score
    return [found.get(name) for name in exercises]


def _row(graded: Graded, stand: Standing, exercises: Iterable[str]) -> dict[str, Any]:
    return {
        "student": graded.student,
        "score": stand.score,
        "penalty": stand.penalty,
        "scores": _scores(graded, stand, exercises),
    }


def _bins(stands: list[Standing]) -> list[dict[str, Any]]:
    counts = Counter(
        min(int(BINS * stand.score / stand.max_score), BINS - 1) if stand.max_score else 0 for stand in stands
    )
    tallest = max(counts.values())
    return [
        {
            "label": f"{100 * number // BINS}-{100 * (number + 1) // BINS}",
            "count": counts[number],
            "height": round(90 * counts[number] / tallest, 1),
        }
        for number in range(BINS)
    ]


def _exercises(graded: list[Graded]) -> list[dict[str, Any]]:
    rows = []
    for column in _columns(graded).values():
        wrong = Counter(part.name for verdict in column for part in verdict.parts if not part.right)
        rows.append(
            {
                "exercise": column[0].exercise,
                "title": column[0].title,
                "points": column[0].max_score,
                "mean": sum(verdict.score for verdict in column) / len(column),
                "right": sum(all(part.right for part in verdict.parts) for verdict in column),
                "wrong": wrong.most_common(),
            }
        )
    return rows


def _misconceptions(graded: list[Graded], known: Any) -> list[dict[str, Any]]:
    students: dict[str, set[str]] = defaultdict(set)
    exercises: dict[str, Counter[str]] = defaultdict(Counter)
    for item in graded:
        for verdict in item.verdicts:
            for name in verdict.misconceptions:
                students[name].add(item.student)
                exercises[name][verdict.exercise] += 1
    rows = []
    for name in sorted(students, key=lambda name: (-len(students[name]), name)):
        entry: Misconception | None = known.get(name)
        rows.append(
            {
                "id": name,
                "message": entry.message if entry else "",
                "section": entry.section if entry else "",
                "students": len(students[name]),
                "exercises": sorted(exercises[name].items()),
            }
        )
    return rows


def _again(graded: list[Graded], known: Any) -> list[tuple[str, int]]:
    """Sections by the number of students who were sent back to them."""
    sections: dict[str, set[str]] = defaultdict(set)
    for item in graded:
        for verdict in item.verdicts:
            for name in verdict.misconceptions:
                if name in known:
                    sections[known[name].section].add(item.student)
    return sorted(
        ((section, len(who)) for section, who in sections.items()), key=lambda pair: (-pair[1], pair[0])
    )


def _by_hand(graded: list[Graded], stands: dict[str, Standing], catalogue: Catalogue) -> list[dict[str, Any]]:
    """Exercises with a written answer: the rubric, who waits for a mark, and the mean of the marks given."""
    rows = []
    for name in _columns(graded):
        exercise = catalogue.exercises.get(name)
        marks = {who: stand.written[name] for who, stand in stands.items() if name in stand.written}
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


def _looks(graded: list[Graded], stands: dict[str, Standing]) -> list[tuple[str, str]]:
    looks = []
    for item in graded:
        reasons = [item.problem] if item.problem else list(item.notes)
        if stands[item.student].penalty:
            reasons.append("Came late.")
        if stands[item.student].open:
            reasons.append("Has answers to be marked by hand.")
        if reasons:
            looks.append((item.student, " ".join(reasons)))
    return looks


def _csv(graded: list[Graded], stands: dict[str, Standing]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    names = list(_columns(graded))
    writer.writerow(["student", "score", "max_score", "late_penalty", *names, "misconceptions"])
    for item in graded:
        stand = stands[item.student]
        ids = sorted({name for verdict in item.verdicts for name in verdict.misconceptions})
        scores = _scores(item, stand, names)
        writer.writerow([item.student, stand.score, stand.max_score, stand.penalty, *scores, " ".join(ids)])
    return text.getvalue()
