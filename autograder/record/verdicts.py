"""Verdict files: what the judge said of each hand-in, with the hashes that tell whether it still holds.

They are written before the gradebook, so a run that was cut short is completed from them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat

import autograder.asserted
import autograder.judge
from autograder.course import Course
from autograder.engine import Graded, Paper
from autograder.files import write_atomically, write_if_changed
from autograder.record import marks
from autograder.verdict import ExerciseVerdict


def engine_digest(course: Course, paper: Paper) -> str:
    """A hash of all that decides a grade besides the hand-in: exercises, judge, secret, limits, released cells."""
    digest = hashlib.sha256(paper.catalogue.digest.encode() + paper.secret)
    digest.update(repr(paper.sheets).encode())
    digest.update(repr(sorted(paper.files.items())).encode())
    digest.update(repr(course.settings.limits).encode())
    digest.update(judge_digest())
    return digest.hexdigest()


def judge_digest() -> bytes:
    """A hash of the judge's code, and of what scores tests in cells."""
    digest = hashlib.sha256()
    for package in (autograder.judge, autograder.asserted):
        for path in sorted(Path(package.__file__ or "").parent.glob("*.py")):
            digest.update(path.read_bytes())
    return digest.digest()


@dataclass(frozen=True)
class Known:
    """What a verdict file says of the hand-in that it belongs to."""

    submission: str
    timestamp: str | None
    engine: str


def write_verdict(
    course: Course, graded: Graded, engine: str, texts: Mapping[str, str] | None = None
) -> None:
    """Write the graded notebooks and then the verdict file, each whole or not at all.

    `texts` are the notebooks as files, by name; without it they are made from `graded`.
    """
    folder = course.autograded(graded.student, graded.assignment)
    for name, text in (file_texts(graded) if texts is None else texts).items():
        write_atomically(folder / f"{name}.ipynb", text)
    if graded.timestamp:
        write_if_changed(folder / "timestamp.txt", graded.timestamp + "\n")
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
        "marks": marks.to_json(graded.marks),
        "walled": graded.walled,
    }
    path = course.verdict(graded.student, graded.assignment)
    write_atomically(path, json.dumps(data, ensure_ascii=False) + "\n")


def file_texts(graded: Graded) -> dict[str, str]:
    """The graded notebooks as files. They are valid by their making, and nbformat's own writer takes 10 ms for each."""
    return {
        name: json.dumps(book, ensure_ascii=False, sort_keys=True) + "\n"
        for name, book in graded.notebooks.items()
    }


def read_verdict(course: Course, student: str, assignment: str, *, notebooks: bool = False) -> Graded | None:
    """What was written for a hand-in, with its graded notebooks if wanted; None if there is nothing whole."""
    read = _read(course, student, assignment)
    if read is None or not notebooks:
        return read and read[0]
    folder = course.autograded(student, assignment)
    try:
        # They are of our writing, so nbformat's validation, 10 ms each, is left out.
        books = {name: json.loads((folder / f"{name}.ipynb").read_bytes()) for name in read[0].marks}
    except (OSError, ValueError):
        return None
    return replace(read[0], notebooks={name: nbformat.from_dict(book) for name, book in books.items()})


def verdicts(course: Course, assignment: str, *, notebooks: bool = False) -> Iterator[Graded]:
    """What was written for each hand-in of `assignment`, in the order of the students' names."""
    for student in course.students_with(assignment):
        graded = read_verdict(course, student, assignment, notebooks=notebooks)
        if graded is not None:
            yield graded


def read_known(course: Course, student: str, assignment: str, wanted: Known) -> Graded | None:
    """The verdict, without notebooks, of a hand-in that was graded before, by the same engine; else None."""
    read = _read(course, student, assignment)
    if read is None or read[1] != wanted:
        return None
    folder = course.autograded(student, assignment)
    whole = all(_is_whole(folder / f"{name}.ipynb") for name in read[0].marks)
    return read[0] if whole else None


def _is_whole(path: Path) -> bool:
    """Whether a graded notebook is there and ends as one: it is replaced in one go, so only a disk can harm it."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 200))
            return b'"nbformat_minor"' in file.read()
    except OSError:
        return False


def _read(course: Course, student: str, assignment: str) -> tuple[Graded, Known] | None:
    try:
        data = json.loads(course.verdict(student, assignment).read_text(encoding="utf-8"))
        return _graded(data), Known(data["submission"], data["timestamp"], data["engine"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _graded(data: dict[str, Any]) -> Graded:
    return Graded(
        student=data["student"],
        assignment=data["assignment"],
        notebooks={},
        verdicts=tuple(ExerciseVerdict.from_json(item) for item in data["exercises"]),
        problem=data["problem"],
        notes=tuple(data["notes"]),
        digest=data["submission"],
        timestamp=data["timestamp"],
        seconds=float(data["seconds"]),
        marks=marks.from_json(data["marks"]),
        walled=data["walled"],
    )
