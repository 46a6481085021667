"""What was given to collect, as folders and files that are read only when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from autograder.errors import SubmissionProblem, UsageError
from autograder.read import read_bytes, shown

MAX_ENTRIES = 100_000
MAX_DEPTH = 12
JUNK = frozenset(
    {
        "__MACOSX",
        ".DS_Store",
        ".ipynb_checkpoints",
        "__pycache__",
        "Thumbs.db",
        "desktop.ini",
        ".git",
        ".venv",
    }
)
"""What systems leave in folders and nobody handed in."""


@dataclass(frozen=True)
class File:
    """A file; `read` raises SubmissionProblem. `time` is in UTC, or None; `local` says that it had no zone."""

    name: str
    read: Callable[[], bytes]
    time: datetime | None = None
    local: bool = False
    path: Path | None = None
    """Where it lies, if it isn't in a zip."""

    @property
    def is_zip(self) -> bool:
        """Whether its name says that it is one."""
        return self.name.lower().endswith(".zip")

    @property
    def is_notebook(self) -> bool:
        """Whether its name says that it is one."""
        return self.name.lower().endswith(".ipynb")


@dataclass
class Folder:
    """A folder, or a zip that was unpacked; `problems` are sentences about what was refused in it."""

    name: str
    folders: dict[str, Folder] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    zipped: bool = False
    path: Path | None = None

    def walk(self) -> Iterator[tuple[tuple[str, ...], File]]:
        """All files with the names of the folders above them, the shallow ones first."""
        level: list[tuple[tuple[str, ...], Folder]] = [((), self)]
        while level:
            for above, folder in level:
                yield from ((above, file) for _, file in sorted(folder.files.items()))
            level = [
                ((*above, name), inner)
                for above, folder in level
                for name, inner in sorted(folder.folders.items())
            ]

    def all_problems(self) -> list[str]:
        """The problems in it and below."""
        return [
            *self.problems,
            *(said for _, each in sorted(self.folders.items()) for said in each.all_problems()),
        ]


def is_junk(name: str) -> bool:
    """Whether a system, not a person, made a file or folder of this name."""
    return name in JUNK or name.startswith("._")


def read_folder(path: Path, name: str = "") -> Folder:
    """The folder at `path`. Links aren't followed. Raises UsageError if it holds too much to be a download."""
    return _Walk(path).folder(path, name or path.name, 0)


def on_disk(path: Path) -> File:
    """The file at `path`; one that isn't ordinary, or a link, raises SubmissionProblem when it is read."""
    try:
        time = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        time = None
    return File(path.name, lambda: read_bytes(path), time, path=path)


class _Walk:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._entries = 0

    def folder(self, path: Path, name: str, depth: int) -> Folder:
        found = Folder(name, path=path)
        try:
            entries = sorted(path.iterdir())
        except OSError as error:
            found.problems.append(f"The folder {shown(name)} can't be read ({error.strerror}).")
            return found
        self._entries += len(entries)
        if self._entries > MAX_ENTRIES:
            raise UsageError(
                f"{self._root} holds more than {MAX_ENTRIES} files: name the folder of the download itself."
            )
        for entry in entries:
            if is_junk(entry.name):
                continue
            if entry.is_symlink() or not entry.is_dir():
                found.files[entry.name] = on_disk(entry)
            elif depth < MAX_DEPTH:
                found.folders[entry.name] = self.folder(entry, entry.name, depth + 1)
            else:
                found.problems.append(f"{shown(entry.name)} lies too deep in folders.")
        return found


def refused(sentence: str) -> Callable[[], bytes]:
    """A way of reading that always says why it can't."""

    def read() -> bytes:
        raise SubmissionProblem(sentence)

    return read
