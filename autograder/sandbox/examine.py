"""What this machine has of what grading needs, part by part, with what to do about each that is missing."""

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
from autograder.sandbox import walls

MEMORY_BYTES = 4 * 2**30
"""Less than this, and a class with many figures may be slow."""


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
    yield _walls()
    yield _other_user()
    yield _memory()


def _bubblewrap() -> Finding:
    path = shutil.which("bwrap")
    seen = "not found"
    if path is not None:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        seen = done.stdout.strip() or path
    remedy = "Install it, on Debian: apt-get install bubblewrap."
    return Finding("bubblewrap", path is not None, seen, remedy)


def _walls() -> Finding:
    """Start the walls as grading does, filter included."""
    problem = ""
    try:
        walls.require("bubblewrap")
    except SandboxError as error:
        problem = str(error)
    seen = "no" if problem else "namespaces, read-only tree, no network"
    return Finding("walls can be started", not problem, seen, problem)


def _other_user() -> Finding:
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    seen = "graded by root" if root else f"graded by user {os.getuid()}"
    remedy = "The limit on threads doesn't bind root: grade as an ordinary user if you can."
    return Finding("limits bind the grader's user", not root, seen, remedy, needed=False)


def _memory() -> Finding:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    usable = total if soft == resource.RLIM_INFINITY else min(total, soft)
    remedy = "Lower c.Grading.memory_bytes, so that a student's process can't use all of it."
    seen = f"{usable / 2**30:.1f} GiB"
    return Finding("memory", usable >= MEMORY_BYTES, seen, remedy, needed=False)
