"""Take in hand-ins: every one is kept byte for byte with its time; the latest is what gets graded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from autograder.course import Course
from autograder.errors import CourseError, SubmissionProblem, UsageError
from autograder.files import write_atomically
from autograder.grading import handed_in
from autograder.read import ORIGINAL_NAME, read_bytes

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
    if not course.release(assignment).exists():
        raise CourseError(
            f"The assignment {assignment} hasn't been released: run 'autograder release {assignment}'."
        )
    found = []
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or not path.is_dir() or path.name.startswith("."):
            found.append(Collected(path.name, assignment, "refused", "It is no folder of a student."))
        else:
            found.append(_take(course, path, path.name, assignment))
    return found


def _take(course: Course, folder: Path, student: str, assignment: str) -> Collected:
    files, refused = _read(folder)
    if not files:
        reason = " ".join(refused) or "The folder is empty."
        return Collected(student, assignment, "refused", reason)
    time = _time(folder, files)
    kept = course.collected(student, assignment) / time.strftime("%Y-%m-%dT%H-%M-%S.%f")
    known = kept.is_dir()
    for name, data in files.items():
        if not (kept / name).exists():
            write_atomically(kept / name, data)
    latest = max(path.name for path in kept.parent.iterdir() if path.is_dir())
    if latest == kept.name:
        _install(course, student, assignment, files, time)
    state = "known" if known else "new"
    late = "" if latest == kept.name else " A later one is there already, and counts."
    return Collected(student, assignment, state, (" ".join(refused) + late).strip())


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
        stamp: datetime = parse_utc(text)
        return stamp.replace(tzinfo=UTC)
    return datetime.fromtimestamp(max((folder / name).stat().st_mtime for name in files), UTC)


def _install(course: Course, student: str, assignment: str, files: dict[str, bytes], time: datetime) -> None:
    """Put the hand-in where nbgrader looks for it; a single notebook of a wrong name gets the right one."""
    target = course.submitted(student, assignment)
    wanted = f"{assignment}.ipynb"
    notebooks = [name for name in files if name.endswith(".ipynb")]
    for old in target.glob("*") if target.is_dir() else ():
        if old.name not in files:
            old.unlink()  # it is kept among the collected ones
    for name, data in files.items():
        if name != "timestamp.txt":
            write_atomically(target / (wanted if notebooks == [name] else name), data)
    if notebooks and notebooks != [wanted] and len(notebooks) == 1:
        write_atomically(target / ORIGINAL_NAME, notebooks[0] + "\n")
    write_atomically(target / "timestamp.txt", time.strftime(STAMP) + "\n")
