"""What this machine has of what grading needs, part by part, with what to do about each that is missing.

Nothing is concluded from versions or settings: the walls are put up, and what stands is looked at from within.
"""

from __future__ import annotations

import os
import platform
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.errors import SandboxError
from autograder.inside import seccomp
from autograder.inside.limits import Limits
from autograder.sandbox import walls
from autograder.sandbox.nursery import Nursery

MEMORY_BYTES = 4 * 2**30
"""Less than this, and a class with many figures may be slow."""

_SIGNALS_TOO = 6
"""The version of Landlock from which it knows signals and abstract sockets."""

_THREADS = """
import threading, time
made = 0
try:
    for made in range(200): threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
except RuntimeError: pass
"""


@dataclass(frozen=True)
class Finding:
    """A part of the sandbox: whether it is there, what was seen, what to do, and whether grading needs it."""

    part: str
    there: bool
    seen: str
    remedy: str = ""
    needed: bool = True


def examine() -> Iterator[Finding]:
    """Look at this machine, from the outside in."""
    right = sys.version_info >= (3, 11)
    yield Finding("Python", right, platform.python_version(), "Install Python 3.11 or newer.")
    linux = sys.platform == "linux"
    yield Finding("Linux", linux, platform.system(), "Grade on Linux, or in a Linux container.")
    yield _bubblewrap()
    known = seccomp.supported()
    yield Finding("filter of system calls", known, platform.machine(), "Use x86_64 or aarch64.")
    try:
        with Nursery(limits=Limits(cell_seconds=10, processes=32)) as nursery:
            yield Finding("walls can be started", True, "namespaces, own tree, no network, no new process")  # noqa: FBT003
            yield from _within(nursery)
    except SandboxError as error:
        yield Finding("walls can be started", False, "no", str(error))  # noqa: FBT003
    yield _memory()


def _bubblewrap() -> Finding:
    path = shutil.which("bwrap")
    seen = "not found"
    if path is not None:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        seen = done.stdout.strip() or path
    remedy = "Install it, on Debian: apt-get install bubblewrap."
    return Finding("bubblewrap", path is not None, seen, remedy)


def _within(nursery: Nursery) -> Iterator[Finding]:
    """What the walls are made of here."""
    route = nursery.route
    yield Finding(
        "walls for each submission",
        route.inner,
        "own namespaces and working folder" if route.inner else "only the walls around all of them",
        "User namespaces within bubblewrap's are refused here (on Ubuntu by an AppArmor profile for bwrap). "
        "Submissions then follow each other behind one wall, which is swept between them.",
        needed=False,
    )
    yield Finding("interpreter without this machine's paths", True, f"kept in {nursery.room}")  # noqa: FBT003
    user = os.geteuid() if route.user is None else route.user
    outside = user == 0 and walls.is_outmost_root()
    seen = f"user {user}" + (" of a user namespace, not the machine's" if user == 0 and not outside else "")
    yield Finding("student code isn't run by root", not outside, seen)
    yield Finding(
        "Landlock, a second wall",
        nursery.landlock >= _SIGNALS_TOO,
        f"version {nursery.landlock}" if nursery.landlock else "none",
        "Not needed. Linux 6.12 or newer has all of it (files, TCP, signals, abstract sockets).",
        needed=False,
    )
    with nursery.open() as session:
        session.run(_THREADS)
        made = session.value("made").value
    bound = isinstance(made, int) and made < nursery.limits.processes
    yield Finding("limit on threads binds", bound, f"{made} of 200 threads started, 32 allowed", needed=False)


def _memory() -> Finding:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    usable = total if soft == resource.RLIM_INFINITY else min(total, soft)
    remedy = "Lower c.Grading.memory_bytes, so that a student's process can't use all of it."
    seen = f"{usable / 2**30:.1f} GiB"
    return Finding("memory", usable >= MEMORY_BYTES, seen, remedy, needed=False)
