"""Keep every hand-in byte for byte with its time; the latest is what gets graded.

Whenever it is interrupted, there is a whole hand-in to be graded or none, and the next run completes the rest.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.collecting.install import TIME_NAME, holds, install, tidy, write_folder, writing
from autograder.course import Course
from autograder.errors import AutograderError, SubmissionProblem
from autograder.files import write_atomically
from autograder.read import ORIGINAL_NAME, read_bytes
from autograder.times import parse_time

_FORM = "%Y-%m-%dT%H-%M-%S.%f"
ABOUT = "~"
"""In the name of what is kept with a time that isn't sure."""
OURS = (TIME_NAME, ORIGINAL_NAME)


@contextlib.contextmanager
def only_one(course: Course) -> Iterator[None]:
    """Keep two runs from collecting into a course at once. Raises AutograderError for the second."""
    folder = course.root / "collected"
    with writing(folder):
        folder.mkdir(exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AutograderError(
                f"Somebody else is collecting into {course.root}: wait until that is done, and run it again."
            ) from error
        yield
    finally:
        os.close(handle)


@dataclass(frozen=True)
class Kept:
    """What became of a hand-in: "new" or "known", whether it counts, and whether its time was put right."""

    state: str
    counts: bool
    corrected: bool = False


def keep(
    course: Course,
    student: str,
    assignment: str,
    files: Mapping[str, bytes],
    time: datetime,
    *,
    sure: bool,
    superseded: bool = False,
) -> Kept:
    """Keep a hand-in, and install it if it is the latest.

    A time that isn't `sure`, such as that of a download, doesn't make a known hand-in a new one; nor does any, if
    it is `superseded` by one that was found with it. A sure time takes the place of one that wasn't.
    """
    target, folder = course.submitted(student, assignment), course.collected(student, assignment)
    tidy(target)
    _keep_others(target, folder)
    kept = _known(folder, files, time, sure=sure, superseded=superseded)
    about = next((place for place in reversed(_all_kept(folder)) if sure and _is_about(place, files)), None)
    state = "known" if kept or about else "new"
    if kept is None and about is not None:
        kept = _free(folder, time, sure=True)
        with writing(kept):
            (target / TIME_NAME).unlink(missing_ok=True)  # so that a run that is cut off here is completed
            about.rename(kept)
    elif kept is None:
        kept, about = _store(folder, files, time, sure=sure), None
    else:
        about = None
    latest, books = _all_kept(folder)[-1], course.notebooks(assignment)
    if kept == latest and not holds(target, files, books):
        install(target, files, books, time)
    elif not (target / TIME_NAME).exists():
        files = {path.name: path.read_bytes() for path in latest.iterdir()}
        install(target, files, books, _time_of(latest))
    return Kept(state, kept == latest, corrected=about is not None)


def _all_kept(folder: Path) -> list[Path]:
    """What was kept of a student, the oldest first."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _stem(time: datetime) -> str:
    return time.strftime(_FORM)


def _time_of(place: Path) -> datetime:
    return datetime.strptime(place.name[: len("2026-03-01T12-00-00.000000")], _FORM).replace(tzinfo=UTC)


def _is_about(place: Path, files: Mapping[str, bytes]) -> bool:
    """Whether it is the same hand-in with a time that isn't sure."""
    return ABOUT in place.name and _same(place, files)


def _known(
    folder: Path, files: Mapping[str, bytes], time: datetime, *, sure: bool, superseded: bool
) -> Path | None:
    """Where the hand-in is kept already; what an interrupted run left of it is completed."""
    kept = _all_kept(folder)
    for place in kept:
        if place.name.startswith(_stem(time)) and _same(place, files, part=True):
            for name, data in files.items():
                if not (place / name).exists():
                    write_atomically(place / name, data)
            return place
    others = kept if superseded else [] if sure else kept[-1:]
    return next((place for place in others if _same(place, files)), None)


def _same(place: Path, files: Mapping[str, bytes], *, part: bool = False) -> bool:
    there = [path for path in place.iterdir() if not path.name.startswith(".part-")]
    return (part or len(there) == len(files)) and all(
        files.get(path.name) == path.read_bytes() for path in there
    )


def _free(folder: Path, time: datetime, *, sure: bool) -> Path:
    """A name for a hand-in that none has yet; in order of their times, names are in order, too."""
    stem = _stem(time) + ("" if sure else ABOUT)
    place, number = folder / stem, 1
    while place.exists():
        number += 1
        place = folder / f"{stem}-{number:03}"
    return place


def _store(folder: Path, files: Mapping[str, bytes], time: datetime, *, sure: bool) -> Path:
    """Keep a hand-in in a folder of its own, which is there as a whole or not at all."""
    place = _free(folder, time, sure=sure)
    part = folder / ".part"
    write_folder(part, files)
    with writing(place):
        part.rename(place)
    return place


def _keep_others(target: Path, folder: Path) -> None:
    """Keep in `folder` what stands in `target` and didn't come from there: nbgrader's, or mended by hand."""
    if not target.is_dir():
        return
    files = {}
    for path in sorted(target.iterdir()):
        with contextlib.suppress(SubmissionProblem):
            files[path.name] = read_bytes(path)
    known = {path.read_bytes() for place in _all_kept(folder) for path in place.iterdir() if path.is_file()}
    if any(data not in known for name, data in files.items() if name not in OURS):
        time = datetime.fromtimestamp(max((target / name).stat().st_mtime for name in files), UTC)
        with contextlib.suppress(ValueError):
            time = parse_time(files.get(TIME_NAME, b"").decode("utf-8-sig", "replace"))
        if _known(folder, files, time, sure=True, superseded=False) is None:
            _store(folder, files, time, sure=True)
