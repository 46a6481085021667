"""Look into zips without trusting them: nothing is unpacked to disk, and no name in one becomes a path."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from autograder.collecting.members import members_of, sentences
from autograder.collecting.tree import File, Folder
from autograder.errors import SubmissionProblem
from autograder.read import shown

MAX_TOTAL = 8 * 2**30
MAX_INNER = 100 * 2**20
"""Bytes of a zip within a zip, and of what it unpacks to."""
MAX_LIST = 32 * 2**20
"""Bytes of a zip's list of its members."""
TAIL = 2**16 + 2**10
"""Bytes at the end of a zip in which it says where the list is."""


def open_given(path: Path, stack: contextlib.ExitStack) -> Folder:
    """A class's zip as a folder, which stays open until `stack` closes it. Raises as `open_zip` does."""
    name = shown(path.name)
    with sentences(name):
        archive = stack.enter_context(_zip_file(stack.enter_context(_open(path)), name))
        return members_of(name, archive, lambda: contextlib.nullcontext(archive), MAX_TOTAL)


def open_zip(file: File) -> Folder:
    """The content of a zip that was found as a folder; it is opened anew whenever a member is read.

    Raises SubmissionProblem for what is no zip, is broken, or would unpack to too much. What is wrong with one
    member becomes a sentence in the folder's problems, or comes when the member is read.
    """
    name = shown(file.name)

    @contextlib.contextmanager
    def again() -> Iterator[zipfile.ZipFile]:
        # A class's zips are neither all held in memory nor all open at once.
        with (
            _open(file.path) if file.path else io.BytesIO(file.read()) as handle,
            _zip_file(handle, name) as archive,
        ):
            yield archive

    with sentences(name), again() as archive:
        return members_of(name, archive, again, MAX_TOTAL if file.path else MAX_INNER)


def _zip_file(handle: IO[bytes], name: str) -> zipfile.ZipFile:
    """The zip, unless the list of its members alone would fill the memory."""
    size = max(_list_sizes(handle))
    if size > MAX_LIST:
        raise SubmissionProblem(
            f"{name} has a list of members of {size / 2**20:.0f} MB, which is no class's."
        )
    return zipfile.ZipFile(handle)


def _list_sizes(handle: IO[bytes]) -> Iterator[int]:
    """How long the list of members may be, by the records at the end that the library goes by."""
    handle.seek(0, os.SEEK_END)
    handle.seek(max(handle.tell() - TAIL, 0))
    tail = handle.read()
    handle.seek(0)
    yield 0
    for at in {len(tail) - 22, tail.rfind(b"PK\5\6")}:
        if at >= 0 and tail[at:].startswith(b"PK\5\6") and len(tail) >= at + 22:
            size = struct.unpack_from("<I", tail, at + 12)[0]
            yield size if size != 0xFFFFFFFF else 0
            if tail[max(at - 76, 0) : at].startswith(b"PK\6\6"):  # the longer record of large zips
                yield struct.unpack_from("<Q", tail, at - 76 + 40)[0]


def open_inner(folder: Folder) -> Folder:
    """`folder` with a student's own zips opened, in place; a broken one stays as a file, and is named."""
    for inner in folder.folders.values():
        open_inner(inner)
    for name, file in list(folder.files.items()):
        if file.is_zip:
            try:
                folder.folders[name] = left_packed(open_zip(file))
                del folder.files[name]
            except SubmissionProblem as problem:
                folder.problems.append(str(problem))
    return folder


def left_packed(folder: Folder) -> Folder:
    """A student's zip, with a sentence for each zip within it: those aren't opened."""
    folder.problems += [
        f"{shown(file.name)} is a zip within the student's zip, and was left packed."
        for _, file in folder.walk()
        if file.is_zip
    ]
    return folder


def _open(path: Path) -> io.BufferedReader:
    if path.is_symlink():
        raise SubmissionProblem(f"{shown(path.name)} is a link: hand in the zip itself.")
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise SubmissionProblem(f"{shown(path.name)} is not an ordinary file.")
    return os.fdopen(handle, "rb")
