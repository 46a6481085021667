"""Verdict files: what the judge said of each hand-in, with the hashes that tell whether it still holds.

They are written before the gradebook, so a run that was cut short is completed from them.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import nbformat

import autograder.judge
from autograder.course import Course
from autograder.engine import Graded, Paper
from autograder.files import write_atomically
from autograder.verdict import ExerciseVerdict


def engine_digest(course: Course, paper: Paper) -> str:
    """A hash of all that decides a grade besides the hand-in: exercises, judge, secret, limits, released cells."""
    digest = hashlib.sha256(course.catalogue.digest.encode() + paper.secret)
    digest.update(repr(paper.template).encode())
    digest.update(repr(course.settings.limits).encode())
    for path in sorted(Path(autograder.judge.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def write_verdict(course: Course, graded: Graded, engine: str) -> None:
    """Write the graded notebook and the verdict file, each whole or not at all."""
    folder = course.autograded(graded.student, graded.assignment)
    write_atomically(folder / f"{graded.assignment}.ipynb", nbformat.writes(graded.notebook) + "\n")
    if graded.timestamp:
        write_atomically(folder / "timestamp.txt", graded.timestamp + "\n")
    else:
        (folder / "timestamp.txt").unlink(missing_ok=True)
    data = {
        "student": graded.student,
        "assignment": graded.assignment,
        "score": graded.score,
        "max_score": graded.max_score,
        "problem": graded.problem,
        "notes": list(graded.notes),
        "exercises": [verdict.to_json() for verdict in graded.verdicts],
        "timestamp": graded.timestamp,
        "seconds": round(graded.seconds, 3),
        "submission": graded.digest,
        "engine": engine,
    }
    path = course.verdict(graded.student, graded.assignment)
    write_atomically(path, json.dumps(data, indent=1, ensure_ascii=False) + "\n")


def read_verdict(course: Course, student: str, assignment: str) -> Graded | None:
    """What was written for a hand-in, with its graded notebook; None if there is nothing whole."""
    try:
        data = json.loads(course.verdict(student, assignment).read_text(encoding="utf-8"))
        notebook = nbformat.read(course.autograded(student, assignment) / f"{assignment}.ipynb", 4)
        return _graded(data, notebook)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError):
        return None


def still_holds(
    course: Course, student: str, assignment: str, digest: str, timestamp: str | None, engine: str
) -> bool:
    """Whether a hand-in of this digest and time was graded before, by the same engine."""
    try:
        data = json.loads(course.verdict(student, assignment).read_text(encoding="utf-8"))
        known = (data.get("submission"), data.get("timestamp"), data.get("engine"))
    except (OSError, ValueError, AttributeError):
        return False
    graded = course.autograded(student, assignment) / f"{assignment}.ipynb"
    return known == (digest, timestamp, engine) and graded.is_file()


def _graded(data: dict[str, Any], notebook: Any) -> Graded:
    return Graded(
        student=data["student"],
        assignment=data["assignment"],
        notebook=notebook,
        verdicts=tuple(ExerciseVerdict.from_json(item) for item in data["exercises"]),
        problem=data["problem"],
        notes=tuple(data["notes"]),
        digest=data["submission"],
        timestamp=data["timestamp"],
        seconds=float(data["seconds"]),
    )
