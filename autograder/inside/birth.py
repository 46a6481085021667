"""How a submission's process comes to be: forked from the nursery, walled in, and only then given to the judge."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass

from autograder.inside import kernel, landlock, limits, namespaces, seccomp

READABLE = ("/py", "/env", "/code", "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/dev")


@dataclass(frozen=True)
class Walls:
    """Which walls a submission gets besides its limits: the filter with Landlock, namespaces of its own."""

    filtered: bool = True
    inner: bool = True


class Unwalled(Exception):  # noqa: N818
    """The walls couldn't be put up; the text says which, and nothing of a student's was run."""


@dataclass(frozen=True)
class Child:
    """A submission's process; with inner walls the first of its namespace, so that with it everything dies."""

    process: int

    def bury(self) -> None:
        """Kill it with all that it started, and wait until that is gone."""
        for kill in (os.kill, os.killpg):
            with contextlib.suppress(ProcessLookupError):
                kill(self.process, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.process, 0)


def bear(
    serve: Callable[[socket.socket], None],
    given: socket.socket,
    work: str,
    bounds: limits.Limits,
    walls: Walls,
) -> Child:
    """Fork a process that calls `serve` with `given` as its only descriptor behind the walls.

    Raises Unwalled, with nobody left, if they can't be had.
    """
    if walls.filtered and walls.inner:
        # Made once: within, every submission's process is the first.
        seccomp.program_for(platform.machine(), 1)
    told, tell = os.pipe()
    owner = os.geteuid(), os.getegid()
    try:
        process = namespaces.fork() if walls.inner else os.fork()
    except OSError as error:
        os.close(told)
        os.close(tell)
        raise Unwalled(str(error.strerror)) from error
    if not process:
        try:
            os.close(told)
            _begin(serve, given, work, bounds, walls, owner, tell)
        finally:
            # No clean-up of the parent's in the child, whatever happened.
            os._exit(0)
    os.close(tell)
    with os.fdopen(told, encoding="utf-8") as report:
        said = report.read()
    child = Child(process)
    if said != "walled":
        child.bury()
        raise Unwalled(said or "the process ended before its walls stood")
    return child


def _begin(
    serve: Callable[[socket.socket], None],
    given: socket.socket,
    work: str,
    bounds: limits.Limits,
    walls: Walls,
    owner: tuple[int, int],
    tell: int,
) -> None:
    """In the fork: put up the walls, report, and serve."""
    try:
        os.setsid()
        if sys.platform == "linux":
            kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        if walls.inner:
            namespaces.settle(*owner)
        connection, tell = _only(given, tell)
        if walls.inner:
            namespaces.furnish(work, bounds)
        limits.apply(bounds)
        if walls.filtered:
            kernel.drop_capabilities()
            kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
            landlock.restrict(READABLE, work)
            seccomp.apply()
    except OSError as error:
        _say(tell, str(error.strerror))
        return
    _say(tell, "walled")
    os.close(tell)
    serve(connection)


def _only(given: socket.socket, tell: int) -> tuple[socket.socket, int]:
    """Close every descriptor but these two, which become the first ones after three times nothing."""
    nothing = os.open(os.devnull, os.O_RDWR)
    held, telling = os.dup(given.detach()), os.dup(tell)
    # Above what they're put on, so that neither is closed by being written over.
    held, telling = _above(held), _above(telling)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.dup2(held, 3)
    os.dup2(telling, 4, inheritable=False)
    os.closerange(5, os.sysconf("SC_OPEN_MAX"))
    return socket.socket(fileno=3), 4


def _above(descriptor: int) -> int:
    return descriptor if descriptor > 4 else _above(os.dup(descriptor))


def _say(tell: int, line: str) -> None:
    os.write(tell, line.encode())
