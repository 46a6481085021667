"""Pack the feedback of an assignment into one zip, in the form in which a platform takes it back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.collecting.origin import origin
from autograder.course import Course
from autograder.export.rows import read_rows
from autograder.files import write_if_changed
from autograder.handback.as_notebook import as_notebook
from autograder.handback.names import canvas_files, moodle_folders

FOLDER = "handback"
STAMP = (2026, 1, 1, 0, 0, 0)
"""Every file's time, so that the same pages make the same bytes."""


@dataclass(frozen=True)
class Packed:
    """A zip, how many students' feedback is in it, and whose isn't since nothing says who they are there."""

    path: Path
    students: int
    missing: tuple[str, ...]
    fresh: bool


def pack(
    course: Course, assignment: str, pages: Mapping[str, Path], form: str, worksheet: Path | None = None
) -> Packed:
    """Pack the feedback `pages`, by student, for the platform `form`.

    Raises UsageError for a `worksheet` that is none, WriteError if the zip can't be written.
    """
    places = _places(course, assignment, sorted(pages), form, worksheet)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as zipped:
        for student, place in places.items():
            text = pages[student].read_text("utf-8")
            entry = zipfile.ZipInfo(place, STAMP)
            entry.external_attr = 0o100644 << 16
            notebook = place.lower().endswith(".ipynb")
            zipped.writestr(entry, as_notebook(text) if notebook else text, zipfile.ZIP_DEFLATED)
    path = course.root / FOLDER / f"{assignment}-{form}.zip"
    fresh = write_if_changed(path, held.getvalue())
    return Packed(
        path, len(places), tuple(student for student in sorted(pages) if student not in places), fresh
    )


def _places(
    course: Course, assignment: str, students: Sequence[str], form: str, worksheet: Path | None
) -> dict[str, str]:
    """Where in the zip each student's page goes."""
    file = f"{assignment}.html"
    if form == "plain":
        return {student: f"{student}/{file}" for student in students}
    origins = {student: origin(course, student, assignment) for student in students}
    if form == "canvas":
        names = canvas_files(students, origins)
        return {
            student: name if name.lower().endswith(".ipynb") else f"{Path(name).stem}.html"
            for student, name in names.items()
        }
    folders = moodle_folders(students, origins, read_rows(course, (assignment,)), worksheet)
    return {student: f"{folder}/{file}" for student, folder in folders.items()}
