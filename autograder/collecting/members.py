"""The members of a zip as files, each looked at with distrust: no name in a zip becomes a path."""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from autograder.collecting.tree import MAX_DEPTH, File, Folder, is_junk
from autograder.errors import SubmissionProblem
from autograder.read import MAX_BYTES, shown

MAX_MEMBERS = 50_000
MAX_RATIO = 500
MAX_ZIP = 100 * 2**20
"""Bytes of a zip within a zip."""
SMALL = 4 * 2**20
"""Bytes below which it doesn't matter how well something was packed."""

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    struct.error,
    NotImplementedError,
    RuntimeError,
)
Opener = Callable[[], contextlib.AbstractContextManager[zipfile.ZipFile]]


@contextlib.contextmanager
def sentences(name: str) -> Iterator[None]:
    """Whatever a broken zip does to the library becomes one sentence."""
    try:
        yield
    except _BROKEN as error:
        why = str(error).strip().rstrip(".") or type(error).__name__
        raise SubmissionProblem(
            f"{name} can't be unpacked ({shown(why)[:100]}): download or pack it again, as a plain zip."
        ) from error


def members_of(name: str, archive: zipfile.ZipFile, again: Opener, most: int) -> Folder:
    """What is in a zip, as a folder; `again` opens it for reading a member, `most` bounds what it unpacks to.

    Raises SubmissionProblem if it holds too much. What is wrong with one member is a sentence in the folder's
    problems, or comes when the member is read.
    """
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS:
        raise SubmissionProblem(f"{name} has {len(members)} files; {MAX_MEMBERS} are allowed.")
    if total > most:
        raise SubmissionProblem(
            f"{name} would unpack to {total / 2**20:.0f} MB; {most // 2**20} MB are allowed."
        )
    folder = Folder(name, zipped=True)
    times = Counter(_parts(member) for member in members if not member.is_dir())
    for member in members:
        parts = _parts(member)
        if not parts or any(is_junk(part) for part in parts):
            continue
        if member.is_dir():
            _below(folder, parts)
        elif reason := _wrong(member, parts) or ("is in it twice" if times[parts] > 1 else None):
            said = f"{shown(member.filename)[:120]} in {name} {reason}, and was left out."
            if said not in folder.problems:
                folder.problems.append(said)
        else:
            time, local = _time(member)
            read = partial(_read, again, member, f"{shown(parts[-1])} in {name}")
            _below(folder, parts[:-1]).files[parts[-1]] = File(parts[-1], read, time, local)
    return folder


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    """The names in a member's path; some programs part them by backslashes."""
    name = member.filename
    if not member.flag_bits & 0x800:
        # Some programs write UTF-8 without saying so, and the library reads that as the old code page.
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))


def _wrong(member: zipfile.ZipInfo, parts: tuple[str, ...]) -> str | None:
    """Why a member is refused, as the end of a sentence."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "is a link" if kind == stat.S_IFLNK else "is not an ordinary file"
    if ".." in parts or member.filename.startswith(("/", "\\")) or parts[0][1:2] == ":":
        return "has a path that leads out of the zip"
    if len(parts) > MAX_DEPTH or any("\0" in part or len(os.fsencode(part)) > 255 for part in parts):
        return "has a path that no folder can hold"
    if member.flag_bits & 1:
        return "is encrypted"
    if member.file_size > SMALL and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        return f"would unpack to {member.file_size / max(member.compress_size, 1):.0f} times its size"
    return None


def _below(folder: Folder, parts: tuple[str, ...]) -> Folder:
    for part in parts:
        folder = folder.folders.setdefault(part, Folder(part))
    return folder


def _read(again: Opener, member: zipfile.ZipInfo, name: str) -> bytes:
    most = MAX_ZIP if member.filename.lower().endswith(".zip") else MAX_BYTES
    if member.file_size > most:
        raise SubmissionProblem(
            f"{name} has {member.file_size / 2**20:.0f} MB; {most // 2**20} MB are allowed. "
            "Clear its outputs (Kernel, Restart Kernel and Clear Outputs), save it and hand it in again."
        )
    with sentences(name), again() as archive, archive.open(member) as file:
        return file.read(most + 1)


def _time(member: zipfile.ZipInfo) -> tuple[datetime | None, bool]:
    """When a member was changed, and whether that was given without a zone, so that ours is assumed."""
    extra = member.extra
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == 0x5455 and len(field) >= 5 and field[0] & 1:  # the extended time, in UTC
            return datetime.fromtimestamp(struct.unpack_from("<i", field, 1)[0], UTC), False
    if member.date_time <= (1980, 1, 1, 0, 0, 0):
        return None, False
    try:
        return datetime(*member.date_time).astimezone(UTC), True
    except (ValueError, OverflowError):
        return None, False
