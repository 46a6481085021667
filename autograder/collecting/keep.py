"""Keep every hand-in byte for byte with its time; the latest is what gets graded.

Whenever it is interrupted, there is a whole hand-in to be graded or none, and the next run completes the rest.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from autograder.course import Course
from autograder.errors import AutograderError, SubmissionProblem, WriteError
from autograder.files import write_atomically
from autograder.read import ORIGINAL_NAME, read_bytes, shown
from autograder.times import STAMP, parse_time

TIME_NAME = "timestamp.txt"
OURS = (TIME_NAME, ORIGINAL_NAME)


@contextlib.contextmanager
def only_one(course: Course) -> Iterator[None]:
    """Keep two runs from collecting into a course at once. Raises AutograderError for the second."""
    folder = course.root / "collected"
    with _writing(folder):
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


def keep(
    course: Course,
    student: str,
    assignment: str,
    files: Mapping[str, bytes],
    time: datetime,
    *,
    sure: bool,
    superseded: bool = False,
) -> tuple[str, bool]:
    """Keep a hand-in, and install it if it is the latest; "new" or "known", and whether it counts.

    A time that isn't `sure`, such as that of a download, doesn't make a known hand-in a new one; nor does any, if
    it is `superseded` by one that was found with it.
    """
    target, folder = course.submitted(student, assignment), course.collected(student, assignment)
    _tidy(target)
    _keep_others(target, folder)
    kept = _known(folder, files, time, sure=sure, superseded=superseded)
    state = "known" if kept else "new"
    if kept is None:
        kept = _store(folder, files, time)
    counts = kept == _all_kept(folder)[-1]
    if counts and not _holds(target, files, assignment):
        _install(target, files, assignment, time)
    return state, counts


def _all_kept(folder: Path) -> list[Path]:
    """What was kept of a student, the oldest first."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _stem(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H-%M-%S.%f")


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


def _store(folder: Path, files: Mapping[str, bytes], time: datetime) -> Path:
    """Keep a hand-in in a folder of its own, which is there as a whole or not at all."""
    place, number = folder / _stem(time), 1
    while place.exists():
        number += 1
        place = folder / f"{_stem(time)}-{number:03}"
    part = folder / ".part"
    _write_folder(part, files)
    with _writing(place):
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
            _store(folder, files, time)


def _installed(files: Mapping[str, bytes], assignment: str) -> dict[str, bytes]:
    """The files as they are graded: a single notebook of a wrong name gets the right one."""
    wanted = f"{assignment}.ipynb"
    notebooks = [name for name in files if name.lower().endswith(".ipynb")]
    named = {(wanted if notebooks == [name] else name): data for name, data in files.items()}
    if len(notebooks) == 1 and notebooks != [wanted]:
        named[ORIGINAL_NAME] = f"{shown(notebooks[0])}\n".encode()
    return {name: data for name, data in named.items() if name != TIME_NAME}


def _holds(target: Path, files: Mapping[str, bytes], assignment: str) -> bool:
    """Whether a hand-in is installed; its time may have been put right by hand."""
    if not (target / TIME_NAME).exists():
        return False
    for name, data in _installed(files, assignment).items():
        path = target / name
        if not path.is_file() or path.read_bytes() != data:
            return False
    return True


def _install(target: Path, files: Mapping[str, bytes], assignment: str, time: datetime) -> None:
    """Put the hand-in where nbgrader looks for it, in place of the former one, which is kept."""
    part, old = _beside(target)
    stamp = (time.strftime(STAMP) + "\n").encode()
    _write_folder(part, {**_installed(files, assignment), TIME_NAME: stamp})
    with _writing(target):
        if target.is_dir():
            for path in target.iterdir():
                if path.is_dir() and not path.is_symlink():
                    shutil.copytree(path, part / path.name, symlinks=True)
            target.rename(old)
        part.rename(target)
        shutil.rmtree(old, ignore_errors=True)


def _beside(target: Path) -> tuple[Path, Path]:
    """The folders of a hand-in that is being written, and of the one that it replaces."""
    return target.parent / f".part-{target.name}", target.parent / f".old-{target.name}"


def _tidy(target: Path) -> None:
    """Put right what a run left that was interrupted."""
    part, old = _beside(target)
    with _writing(target):
        if old.is_dir() and not target.exists():
            old.rename(target)
        for path in (old, part):
            if path.exists():
                shutil.rmtree(path)


def _write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    with _writing(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WriteError(
            f"{path} can't be written ({error.strerror}): check permissions and space."
        ) from error
