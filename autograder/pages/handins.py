"""Graded hand-ins as the pages need them: verdicts, and notebooks as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from autograder.course import Course
from autograder.engine import Graded
from autograder.record.verdicts import read_verdict


def graded_handins(course: Course, assignment: str) -> Iterator[Graded]:
    """Each graded hand-in in the order of the students' names, its notebooks as plain JSON.

    They are of our writing, so nbformat's validation, 10 ms each, is left out.
    """
    for student in course.students_with(assignment):
        graded = read_verdict(course, student, assignment, notebooks=False)
        if graded is None:
            continue
        folder = course.autograded(student, assignment)
        try:
            books = {name: json.loads((folder / f"{name}.ipynb").read_bytes()) for name in graded.marks}
        except (OSError, ValueError):
            continue
        yield replace(graded, notebooks=books)
