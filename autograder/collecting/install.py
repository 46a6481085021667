"""Put a hand-in where it is graded: a whole one is there, or none."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from autograder.errors import WriteError
from autograder.read import ORIGINAL_NAME, shown
from autograder.times import STAMP

TIME_NAME = "timestamp.txt"


def _named(files: Mapping[str, bytes], books: Sequence[str]) -> dict[str, bytes]:
    """The files as they are graded: a single notebook of a wrong name gets the right one, where one is wanted."""
    if len(books) != 1:
        return {name: data for name, data in files.items() if name != TIME_NAME}
    notebooks = [name for name in files if name.lower().endswith(".ipynb")]
    wanted = f"{books[0]}.ipynb"
    named = {(wanted if notebooks == [name] else name): data for name, data in files.items()}
    if len(notebooks) == 1 and notebooks != [wanted]:
        named[ORIGINAL_NAME] = f"{shown(notebooks[0])}\n".encode()
    return {name: data for name, data in named.items() if name != TIME_NAME}


def holds(target: Path, files: Mapping[str, bytes], books: Sequence[str]) -> bool:
    """Whether a hand-in of the notebooks `books` is installed; its time may have been put right by hand."""
    if not (target / TIME_NAME).exists():
        return False
    for name, data in _named(files, books).items():
        path = target / name
        if not path.is_file() or path.read_bytes() != data:
            return False
    return True


def install(target: Path, files: Mapping[str, bytes], books: Sequence[str], time: datetime) -> None:
    """Put the hand-in where nbgrader looks for it, in place of the former one, which is kept."""
    part, old = _beside(target)
    stamp = (time.strftime(STAMP) + "\n").encode()
    write_folder(part, {**_named(files, books), TIME_NAME: stamp})
    with writing(target):
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


def tidy(target: Path) -> None:
    """Put right what a run left that was interrupted."""
    part, old = _beside(target)
    with writing(target):
        if old.is_dir() and not target.exists():
            old.rename(target)
        for path in (old, part):
            if path.exists():
                shutil.rmtree(path)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a new folder, in place of whatever is there."""
    with writing(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """What can't be written is a WriteError that names `path`."""
    try:
        yield
    except OSError as error:
        raise WriteError(
            f"{path} can't be written ({error.strerror}): check permissions and space."
        ) from error
