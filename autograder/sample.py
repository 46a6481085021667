"""Write the sample class's hand-ins into a course's inbox."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import nbformat

from autograder.assignment.notebook import student_notebook
from autograder.course import Course
from autograder.errors import SourceError
from autograder.files import write_atomically
from autograder.times import STAMP

DUE = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""When the sample's assignment is due."""


def write_sample(course: Course) -> int:
    """Write a folder per student into `inbox/`, as a learning platform's download would hold them.

    Returns the number of students. Raises SourceError if the course's module has no sample.
    """
    catalogue = course.catalogue
    if not catalogue.recipes:
        raise SourceError(f"{catalogue.module} has no sample class (RECIPES).")
    (name,) = {recipe.assignment for recipe in catalogue.recipes}
    released = json.loads(nbformat.writes(student_notebook(catalogue.source(name))))
    for recipe in catalogue.recipes:
        folder = course.root / "inbox" / recipe.student
        for file, data in recipe.make(released).items():
            write_atomically(folder / file, data)
        time = DUE + timedelta(days=recipe.days_late)
        write_atomically(folder / "timestamp.txt", time.strftime(STAMP) + "\n")
    return len(catalogue.recipes)
