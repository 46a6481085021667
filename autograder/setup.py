"""Make a course folder in nbgrader's layout."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.course import CONFIG_NAME, Course
from autograder.errors import CourseError
from autograder.files import write_atomically

CONFIG = """\
# The course's settings: nbgrader's own, and the grading engine's under c.Grading.
from autograder.plugin import configure

c = get_config()  # noqa: F821  (nbgrader defines it)
configure(c)

c.CourseDirectory.course_id = {course_id}

# The module with the exercises; solutions.course is the book's own.
c.Grading.exercises = {exercises}
# Limits of one cell (or call) and of one submission, in seconds.
c.Grading.cell_seconds = {cell_seconds:g}
c.Grading.notebook_seconds = 60
# Where your students find the built book, for the links in their feedback.
c.Grading.book_url = {book_url}

# Late work: a tenth of the score for each day begun. Without these two lines lateness costs nothing.
{late}c.AssignLatePenalties.plugin_class = "autograder.record.late.PerDayPenalty"
{late}c.PerDayPenalty.share_per_day = 0.1
"""


def make_course(
    root: Path, *, exercises: str, late_penalty: bool = False, cell_seconds: float = 10, book_url: str = ""
) -> Course:
    """Make a course at `root`, or complete one that is there; nothing that exists is overwritten.

    Raises CourseError if `root` is something else already, WriteError if it can't be written.
    """
    if root.exists() and not root.is_dir():
        raise CourseError(f"{root} is a file: name a folder for the course.")
    if root.is_dir() and any(root.iterdir()) and not (root / CONFIG_NAME).exists():
        raise CourseError(
            f"{root} isn't empty and isn't a course: name a new folder, so that nothing gets mixed up."
        )
    config = CONFIG.format(
        course_id=json.dumps(root.resolve().name, ensure_ascii=False),
        exercises=json.dumps(exercises, ensure_ascii=False),
        cell_seconds=cell_seconds,
        book_url=json.dumps(book_url, ensure_ascii=False),
        late="" if late_penalty else "# ",
    )
    if not (root / CONFIG_NAME).exists():
        write_atomically(root / CONFIG_NAME, config)
    course = Course.open(root)
    course.make_secret()
    return course
