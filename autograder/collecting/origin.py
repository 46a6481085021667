"""Remember under which names a platform's download had a student's hand-in: feedback goes back under the same."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence

from autograder.course import Course
from autograder.errors import SubmissionProblem
from autograder.files import write_if_changed
from autograder.read import read_bytes

FILE = "origin.json"
"""Beside the folders of all that a student handed in for an assignment."""

Origin = Mapping[str, tuple[str, ...]]
"""The platform ("moodle", "canvas") and the names of the files and folders in its latest download."""


def remember(course: Course, student: str, assignment: str, form: str, names: Sequence[str]) -> None:
    """Keep the names that the platform `form` gave; those of an earlier download are forgotten."""
    known = {**origin(course, student, assignment), form: tuple(names)}
    text = json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False)
    # A name may hold half a character, which no encoding has.
    data = text.encode("utf-8", "replace") + b"\n"
    write_if_changed(course.collected(student, assignment) / FILE, data)


def origin(course: Course, student: str, assignment: str) -> Origin:
    """What is known of a student's hand-in; nothing for one that came another way."""
    path = course.collected(student, assignment) / FILE
    found: object = None
    with contextlib.suppress(SubmissionProblem, ValueError):
        found = json.loads(read_bytes(path))
    if not isinstance(found, dict):
        return {}
    return {
        form: tuple(name for name in names if isinstance(name, str))
        for form, names in found.items()
        if isinstance(names, list)
    }
