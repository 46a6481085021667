"""Read a hand-in's files into one folder, and tell what was handed in from them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from autograder.collecting.tree import File, Folder
from autograder.course import Course
from autograder.errors import SubmissionProblem
from autograder.read import shown

MAX_FILES = 500
MAX_BYTES = 200 * 2**20
_LEFT_PACKED = (".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz")


def read_files(content: Folder) -> tuple[dict[str, bytes], dict[str, File], list[str]]:
    """The hand-in's files by name, where each came from, and sentences about what was refused.

    What lies in folders comes beside the rest; where two have a name, the deeper one has its folders' names
    before its own. Raises SubmissionProblem for more than anybody would hand in.
    """
    files: dict[str, bytes] = {}
    came: dict[str, File] = {}
    said = content.all_problems()
    size = 0
    for above, file in content.walk():
        name = file.name if file.name not in files else "-".join((*above, file.name))
        try:
            data = file.read()
        except SubmissionProblem as problem:
            said.append(str(problem))
            continue
        size += len(data)
        if len(files) >= MAX_FILES or size > MAX_BYTES:
            raise SubmissionProblem(
                f"The hand-in has more than {MAX_FILES} files, or more than {MAX_BYTES // 2**20} MB: "
                "hand in the notebook, without what it is made from."
            )
        if name in files or len(name.encode("utf-8", "surrogateescape")) > 255:
            said.append(f"{shown(name)[:80]} can't be kept beside the other files, and was left out.")
            continue
        if name.lower().endswith(_LEFT_PACKED):
            said.append(f"{shown(name)} was kept as it is: only zips are unpacked.")
        files[name], came[name] = data, file
    said += [
        f"{shown(name)} is a folder, not a notebook." for name in content.folders if name.endswith(".ipynb")
    ]
    return files, came, said


class Recognise:
    """Says which assignment of the course a hand-in is for."""

    def __init__(self, course: Course) -> None:
        self._names = course.assignments
        self._cells: Mapping[str, frozenset[str]] = {
            name: frozenset().union(
                *(cells_of(course.release(name, book).read_bytes()) for book in course.notebooks(name))
            )
            for name in self._names
            if course.is_released(name)
        }

    def recognise(self, files: Mapping[str, bytes], told: str, hint: str = "") -> str:
        """The assignment, by what the download tells, the notebooks' names and cells, or else by `hint`.

        Raises SubmissionProblem, in a sentence, if that isn't one of the course's for certain.
        """
        if told:
            if told not in self._names:
                raise SubmissionProblem(f"It is for {shown(told)}, which is no assignment of this course.")
            return told
        notebooks = {name: data for name, data in files.items() if name.lower().endswith(".ipynb")}
        if not notebooks and not hint:
            raise SubmissionProblem("It holds no notebook: say by --assignment what it is for.")
        found = {each for name, data in notebooks.items() if (each := self._of(name, data)) is not None}
        if len(found) == 1:
            return found.pop()
        if found:
            raise SubmissionProblem(f"It may be for {' or '.join(sorted(found))}: say which by --assignment.")
        if hint:
            return hint
        raise SubmissionProblem(
            "Neither the notebook's name nor its cells say what it is for: say it by --assignment."
        )

    def _of(self, name: str, data: bytes) -> str | None:
        stem = re.sub(r"(-\d+|\s*\(\d+\))?\.ipynb$", "", name, flags=re.IGNORECASE)
        named = named_in(stem, self._names)
        cells = cells_of(data)
        alike = _alike(cells, self._cells)
        if len(named) == 1:
            if alike and named[0] not in alike:
                raise SubmissionProblem(
                    f"{shown(name)} holds the cells of {' or '.join(alike)}: say what it is for by --assignment."
                )
            return named[0]
        if len(alike) > 1:
            raise SubmissionProblem(f"It may be for {' or '.join(alike)}: say which by --assignment.")
        return alike[0] if alike else None


def named_in(text: str, names: Sequence[str]) -> list[str]:
    """Which of the assignments' names stand in a text, as words."""
    folded = text.casefold()
    return [
        each for each in names if re.search(rf"(?<![^\W_]){re.escape(each.casefold())}(?![^\W_])", folded)
    ]


def _alike(cells: frozenset[str], assignments: Mapping[str, frozenset[str]]) -> Sequence[str]:
    """The assignments that these cells may be of: the one that has exactly these, else those that share some.

    Cells that one assignment alone has say more than others, such as the title.
    """
    same = [name for name, theirs in assignments.items() if theirs == cells]
    if len(same) == 1:
        return same
    counts = Counter(cell for theirs in assignments.values() for cell in theirs)
    own = [name for name, theirs in assignments.items() if any(counts[cell] == 1 for cell in theirs & cells)]
    return sorted(own or (name for name, theirs in assignments.items() if theirs & cells))


def cells_of(data: bytes) -> frozenset[str]:
    """The ids that nbgrader knows a notebook's cells by; none for anything else."""
    try:
        cells = json.loads(data.decode("utf-8-sig"))["cells"]
        return frozenset(
            str(cell["metadata"]["nbgrader"]["grade_id"])
            for cell in cells
            if isinstance(cell, dict) and "grade_id" in cell.get("metadata", {}).get("nbgrader", {})
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return frozenset()


def latest_change(came: Mapping[str, File]) -> tuple[datetime | None, bool]:
    """The latest time of files, and whether it was read as local time."""
    times = [(file.time, file.local) for file in came.values() if file.time is not None]
    return max(times, key=lambda each: each[0]) if times else (None, False)
