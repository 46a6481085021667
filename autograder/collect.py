"""Take in hand-ins: every one is kept byte for byte with its time; the latest is what gets graded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from autograder.course import Course
from autograder.errors import CourseError, SubmissionProblem, UsageError
from autograder.files import write_atomically
from autograder.grading import handed_in
from autograder.read import ORIGINAL_NAME, read_bytes, shown

STAMP = "%Y-%m-%d %H:%M:%S.%f UTC"
"""How nbgrader writes times; it misreads offsets, so ours are always UTC."""


@dataclass(frozen=True)
class Collected:
    """One hand-in that was found. `state` is "new", "known", or "refused"; `note` says why or what was done."""

    student: str
    assignment: str
    state: str
    note: str = ""


def collect(course: Course, folder: Path, assignment: str) -> list[Collected]:
    """Take in `folder`, which holds a folder per student, named by the student's id.

    In each, the hand-in's time is that of `timestamp.txt`, else the latest change of a file. Files that are
    not ordinary files, or too large, are refused and named; nothing that was collected is ever overwritten.
    """
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder} to collect from.")
    if not course.is_released(assignment):
        raise CourseError(
            f"The assignment {assignment} hasn't been released: run 'autograder release {assignment}'."
        )
    found = []
    for path in sorted(folder.iterdir()):
        ordinary = path.name.isprintable() and not path.name.startswith(".")
        if path.is_symlink() or not path.is_dir() or not ordinary:
            found.append(Collected(shown(path.name), assignment, "refused", "It is no folder of a student."))
        else:
            found.append(_take(course, path, path.name, assignment))
    return found


def _take(course: Course, folder: Path, student: str, assignment: str) -> Collected:
    files, refused = _read(folder)
    if not files:
        reason = " ".join(refused) or "The folder is empty."
        return Collected(student, assignment, "refused", reason)
    time = _time(folder, files)
    target = course.submitted(student, assignment)
    _keep_others(target, course.collected(student, assignment))
    kept, state = _keep(course.collected(student, assignment), files, time)
    counts = kept.name == max(path.name for path in kept.parent.iterdir() if path.is_dir())
    if counts and (state == "new" or not (target / "timestamp.txt").exists()):
        _install(target, assignment, files, time)
    late = "" if counts else " A later one is there already, and counts."
    return Collected(student, assignment, state, (" ".join(refused) + late).strip())


def _keep(folder: Path, files: dict[str, bytes], time: datetime) -> tuple[Path, str]:
    """Keep a hand-in in a folder of its own below `folder`; that folder, and "new" or "known"."""
    stem = time.strftime("%Y-%m-%dT%H-%M-%S.%f")
    kept, number = folder / stem, 1
    while not _holds(kept, files):
        number += 1
        kept = folder / f"{stem}-{number:03}"
    state = "known" if kept.is_dir() else "new"
    for name, data in files.items():
        if not (kept / name).exists():
            write_atomically(kept / name, data)
    return kept, state


def _holds(kept: Path, files: dict[str, bytes]) -> bool:
    """Whether a folder holds nothing but these files; it may lack some, if a run was cut short."""
    if not kept.is_dir():
        return True
    return all(files.get(path.name) == path.read_bytes() for path in kept.iterdir())


def _keep_others(target: Path, folder: Path) -> None:
    """Keep in `folder` what stands in `target` and didn't come from there: nbgrader's, or mended by hand."""
    files, _ = _read(target) if target.is_dir() else ({}, [])
    known = {path.read_bytes() for path in folder.glob("*/*") if path.is_file()}
    if any(data not in known for name, data in files.items() if name not in ("timestamp.txt", ORIGINAL_NAME)):
        _keep(folder, files, _time(target, files))


def _read(folder: Path) -> tuple[dict[str, bytes], list[str]]:
    files: dict[str, bytes] = {}
    refused: list[str] = []
    for path in sorted(folder.iterdir()):
        try:
            files[path.name] = read_bytes(path)
        except SubmissionProblem as problem:
            refused.append(str(problem))
    return files, refused


def _time(folder: Path, files: dict[str, bytes]) -> datetime:
    """When the hand-in was made, in UTC."""
    text, _ = handed_in(folder)
    if text is not None:
        # Nbgrader reads " +0200" as 200 seconds, and "+02:00" as it should be.
        stamp: datetime = parse_utc(re.sub(r"\s+([+-]\d\d):?(\d\d)$", r"\1:\2", text))
        return stamp.replace(tzinfo=UTC)
    return datetime.fromtimestamp(max((folder / name).stat().st_mtime for name in files), UTC)


def _install(target: Path, assignment: str, files: dict[str, bytes], time: datetime) -> None:
    """Put the hand-in where nbgrader looks for it; a single notebook of a wrong name gets the right one."""
    wanted = f"{assignment}.ipynb"
    notebooks = [name for name in files if name.endswith(".ipynb")]
    for old in target.iterdir() if target.is_dir() else ():
        if old.name not in files and not old.is_dir():
            old.unlink()  # it is kept among the collected ones
    for name, data in files.items():
        if name != "timestamp.txt":
            write_atomically(target / (wanted if notebooks == [name] else name), data)
    if notebooks and notebooks != [wanted] and len(notebooks) == 1:
        write_atomically(target / ORIGINAL_NAME, shown(notebooks[0]) + "\n")
    write_atomically(target / "timestamp.txt", time.strftime(STAMP) + "\n")
