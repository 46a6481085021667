"""Where a student's feedback has to lie in a zip, so that the platform gives it to this student."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.collecting.names import parse
from autograder.collecting.origin import Origin
from autograder.collecting.worksheet import read_worksheet
from autograder.export.match import find_students
from autograder.export.rows import Row

_UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*_]+')


def moodle_folder(name: str, participant: str) -> str:
    """The folder of a participant, in the form that every version of Moodle takes back.

    Moodle goes by the number and by what follows; the name must have no underscore. Newer versions leave the
    last underscore out of their downloads, older ones insist on it.
    """
    plain = " ".join(_UNFIT.sub(" ", name).split()).strip(". ")
    return f"{plain or 'Participant'}_{participant}_assignsubmission_file_"


def moodle_folders(
    students: Sequence[str], origins: Mapping[str, Origin], rows: Sequence[Row], worksheet: Path | None
) -> dict[str, str]:
    """The folder of each student whose participant's number is known, from the worksheet or from the download.

    Raises UsageError for a table that is no grading worksheet.
    """
    found: dict[str, str] = {}
    for student in students:
        for name in (*origins[student].get("moodle", ()), student):
            if named := parse("moodle", name):
                found[student] = moodle_folder(named.name, named.account)
                break
    if worksheet is not None:
        lines = list(read_worksheet(worksheet).items())
        told = find_students(rows, [line.keys for _, line in lines], [line.name for _, line in lines])
        for at, student in told.items():
            number, line = lines[at]
            found[student] = moodle_folder(line.name, number)
    return {student: found[student] for student in students if student in found}


def canvas_files(students: Sequence[str], origins: Mapping[str, Origin]) -> dict[str, str]:
    """The name that the download had for a file of each student: Canvas goes by the numbers in it.

    Of several files the notebook is taken, since Canvas shows what it gets back under that file's name.
    """
    found = {}
    for student in students:
        names = [name for name in origins[student].get("canvas", ()) if _is_file(name)]
        if names:
            found[student] = min(names, key=lambda name: not name.lower().endswith(".ipynb"))
    return found


def _is_file(name: str) -> bool:
    named = parse("canvas", name)
    return named is not None and named.kind == "file" and "/" not in name and "\\" not in name
