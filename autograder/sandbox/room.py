"""What a student's process sees of the disk: a copy of interpreter and packages that doesn't name this machine.

Bytecode, build settings and libraries hold the places where they were made. In the copy every such place is
written over by a neutral one of the same length (`/env//////`), so that offsets, sizes and bytecode stay right.
It's made once for an environment, in a few seconds, and kept in the user's cache; files that name nothing are
hard links, where the disk allows it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

import autograder
from autograder.errors import SandboxError

PYTHON, PACKAGES, CODE = "/py", "/env", "/code"
"""Where interpreter, installed packages and our own code stand inside the walls."""

_LAYOUT = 2
"""Counted up when the copy is made differently, so that older ones aren't taken."""

_OURS = ("numpy", "matplotlib", "ipython", "msgpack")
_NEVER = "through-time"
"""Our own distribution holds the answers, too; what students may see of it is laid out for each nursery."""
_LEFT_OUT = {"test", "tests", "idlelib", "turtledemo", "ensurepip", "site-packages", "dist-packages"}
_TELLING = {"direct_url.json", "RECORD", "INSTALLER", "REQUESTED"}
_DAYS_KEPT = 14


def room(packages: Iterable[str]) -> Path:
    """The copy with these packages and what they require; made if it isn't there yet.

    Raises SandboxError if it can't be written.
    """
    found = _distributions((*_OURS, *packages))
    folder = _cache() / f"room-{_key(found)}"
    try:
        if not folder.is_dir():
            _make(folder, found)
    except OSError as error:
        raise SandboxError(
            f"The copy of the interpreter for student code can't be made in {folder.parent}: {error}. "
            "Another place can be given by the environment variable XDG_CACHE_HOME."
        ) from error
    with contextlib.suppress(OSError):
        os.utime(folder)
    return folder


def copy_clean(source: Path, target: Path) -> None:
    """Copy a file or a tree, following links, with this machine's places written over, readable by everybody."""
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        target.chmod(0o755)
        for each in source.iterdir():
            if each.name not in _LEFT_OUT and not each.name.startswith("config-"):
                copy_clean(each, target / each.name)
    elif source.is_file():
        _copy_file(source, target)


def _copy_file(source: Path, target: Path) -> None:
    data = source.read_bytes()
    told = data
    for place, neutral in places().items():
        told = told.replace(place, neutral)
    status = source.stat()
    if told == data and status.st_mode & 0o444 == 0o444 and not status.st_mode & 0o7000:
        with contextlib.suppress(OSError):  # another disk, or a file of somebody else's
            os.link(source, target)
            return
    target.write_bytes(told)
    target.chmod(0o755 if status.st_mode & 0o100 else 0o644)
    # Bytecode holds for a source of this time.
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


@cache
def places() -> dict[bytes, bytes]:
    """The folders that tell of this machine, longest first, and what stands for each, equally long."""
    project = str(Path(autograder.__file__).parent.parent)
    # Without a virtual environment the last two are one, and the interpreter's.
    neutral = {project: CODE, str(Path.home()): "/home", sys.prefix: PACKAGES, sys.base_prefix: PYTHON}
    # A link to the interpreter's folder names it, too.
    neutral |= {os.path.realpath(place): name for place, name in neutral.items()}
    # What every machine has, as /usr, tells nothing.
    told = sorted((place for place in neutral if place.count("/") > 1), key=len, reverse=True)
    return {place.encode(): _stretched(neutral[place], place) for place in told}


def _stretched(neutral: str, place: str) -> bytes:
    """`neutral` with slashes to the length of `place`; of the interpreter's folder the last name stays.

    A linker lets two texts share their end, and 3.11.7 may be the end of this one.
    """
    tail = Path(place).name if neutral == PYTHON else ""
    room_left = len(place.encode()) - len(tail.encode())
    return neutral.encode().ljust(room_left, b"/")[:room_left] + tail.encode()


def _make(folder: Path, found: list[metadata.Distribution]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder.parent)
    made = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    try:
        made.chmod(0o755)
        _interpreter(made / PYTHON[1:])
        (made / PACKAGES[1:]).mkdir(mode=0o755)
        for distribution in found:
            _package(distribution, made / PACKAGES[1:])
        with contextlib.suppress(OSError):  # another run was quicker
            made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _interpreter(target: Path) -> None:
    (target / "bin").mkdir(parents=True, mode=0o755)
    copy_clean(Path(os.path.realpath(sys.executable)), target / "bin" / "python")
    base = Path(sys.base_prefix)
    for name in {base.name, base.resolve().name}:
        (target / name).symlink_to(".")
    for kind in ("stdlib", "platstdlib"):
        source = Path(sysconfig.get_path(kind, vars={"installed_base": str(base), "platbase": str(base)}))
        if (
            source.is_relative_to(base)
            and source.is_dir()
            and not (target / source.relative_to(base)).exists()
        ):
            copy_clean(source, target / source.relative_to(base))
    if base != Path("/usr"):  # the system's own libraries are bound as they are
        (target / "lib").mkdir(exist_ok=True)
        for library in base.glob("lib/*.so*"):
            copied = target / "lib" / library.name
            if library.is_symlink() and library.readlink().name == str(library.readlink()):
                copied.symlink_to(library.readlink())
            else:
                copy_clean(library, copied)


def _package(distribution: metadata.Distribution, target: Path) -> None:
    """All that a distribution put into the folder of packages: its own folders, modules and their bytecode."""
    names = {
        file.parts[0] for file in distribution.files or () if file.parts[0] != ".." and not file.is_absolute()
    }
    for name in names - {"__pycache__"}:
        source = Path(str(distribution.locate_file(name)))
        if name.endswith(".pth"):
            continue
        if source.suffix == ".py":
            (target / "__pycache__").mkdir(exist_ok=True)
            for bytecode in source.parent.glob(f"__pycache__/{source.stem}.{sys.implementation.cache_tag}*"):
                _replaced(bytecode, target / "__pycache__" / bytecode.name)
        _replaced(source, target / name)
        for telling in _TELLING if name.endswith(".dist-info") else ():
            (target / name / telling).unlink(missing_ok=True)


def _replaced(source: Path, target: Path) -> None:
    """Copy; a folder that two distributions share is filled by the first, which sees the whole of it."""
    if not target.exists():
        copy_clean(source, target)


def _distributions(names: Iterable[str]) -> list[metadata.Distribution]:
    """The installed ones of these distributions, with what they require."""
    found: dict[str, metadata.Distribution] = {}
    wanted = list(names)
    while wanted:
        name = wanted.pop().lower().replace("_", "-")
        if name in found or name == _NEVER:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        for line in found[name].requires or ():
            required = Requirement(line)
            if required.marker is None or required.marker.evaluate({"extra": ""}):
                wanted.append(required.name)
    return [found[name] for name in sorted(found)]


def _key(found: list[metadata.Distribution]) -> str:
    """Another interpreter, or another version of a package, is another room."""
    parts = [str(_LAYOUT), sys.version, *map(str, places())]
    for distribution in found:
        parts += [distribution.name, distribution.version, str(_installed(distribution))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _installed(distribution: metadata.Distribution) -> int:
    """When a distribution was installed, in nanoseconds."""
    record = next((file for file in distribution.files or () if file.name == "METADATA"), None)
    with contextlib.suppress(OSError):
        return Path(str(distribution.locate_file(record or "."))).stat().st_mtime_ns
    return 0


def _cache() -> Path:
    """The user's cache; for root one that others may pass through, because student code runs as another user."""
    given = os.environ.get("XDG_CACHE_HOME")
    if given:
        return Path(given) / "through-time"
    shared = Path("/var/cache")
    everybodys = os.geteuid() == 0 and os.access(shared, os.W_OK)
    return (shared if everybodys else Path.home() / ".cache") / "through-time"


def _sweep(folder: Path) -> None:
    """Remove rooms that nobody has used for long."""
    long_ago = time.time() - _DAYS_KEPT * 86400
    for path in (*folder.glob("room-*"), *folder.glob(".making-*")):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < long_ago:
                shutil.rmtree(path, ignore_errors=True)
